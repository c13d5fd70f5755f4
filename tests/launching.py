"""Start torchrun on the loopback, for the tests of several processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def skip_without_gloo() -> None:
    distributed = pytest.importorskip("torch.distributed")
    if not distributed.is_available() or not distributed.is_gloo_available():
        pytest.skip("this PyTorch has no gloo")


def start(*words: str, processes: int = 2, restarts: int = 0) -> subprocess.Popen[str]:
    """Start torchrun with these words in a session of its own."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "STIRFRY_LANG": "en", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = os.pathsep.join([*filter(None, [environment.get("PYTHONPATH")]), str(ROOT)])
    environment["GLOO_SOCKET_IFNAME"] = "lo" if sys.platform == "linux" else "lo0"
    head = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--max-restarts", str(restarts)]
    command = [*head, "--nproc-per-node", str(processes), *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)


def ended(run: subprocess.Popen[str], seconds: float = 150) -> tuple[int, str, str]:
    """Wait for the end and return exit code, stdout and stderr; leave no process behind."""
    try:
        out, err = run.communicate(timeout=seconds)
    finally:
        if run.poll() is None:
            run.send_signal(signal.SIGTERM)  # torchrun passes it on to its workers
            with suppress(subprocess.TimeoutExpired):
                run.communicate(timeout=40)
            run.kill()
    return run.returncode, out, err

"""A peer's process, from the far end. Its threads were set before anything is imported.

python -m peers.serve PEER THREADS SHRINK [DATA_DIR]
"""

from __future__ import annotations

import importlib
import os
import pickle
import sys
import time
import traceback
from typing import Any, BinaryIO

import common

from peers.worker import Card, Timed

#: A run is repeated until it takes this many seconds; a clock can't time a microsecond.
SHORTEST = 0.05


def serve(
    peer: str, threads: int, shrink: float, data_dir: str | None, requests: BinaryIO, answers: BinaryIO
) -> None:
    """Answer until the input ends."""
    from peers import works

    module, answer = _load(peer, threads)
    while True:
        pickle.dump(answer, answers)
        answers.flush()
        try:
            name, share = pickle.load(requests)
        except EOFError:
            return
        if module is None:
            continue
        try:
            answer = _timed(module, works.work(name, data_dir, shrink), share)
        except Exception as error:  # noqa: BLE001  (whatever a peer does, the others go on)
            traceback.print_exc()
            answer = f"{type(error).__name__}: {error}".splitlines()[0]


def _load(peer: str, threads: int) -> tuple[Any, Any]:
    try:
        module = importlib.import_module(f"peers.{peer}")
    except ImportError as error:
        return None, Card(peer, missing=f"not installed: {error.name}")
    if getattr(module, "PINNED", False) and threads == 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    more = {name.lower(): getattr(module, name) for name in _MAY_SAY if hasattr(module, name)}
    return module, Card(peer, module.NAME, **more)


_MAY_SAY = ("AT", "TOLERANCE", "WHOLE", "OUTSIDE", "OWN_ORDER")


def _timed(module: Any, work: Any, share: float) -> Timed:
    """Run a share, as often as fills the shortest time, each time from the beginning."""
    wall, cpu, times = 0.0, 0.0, 0
    while wall < SHORTEST:
        go = module.begin(work, share)
        clock, processor = time.perf_counter(), time.process_time()
        done = go()
        wall += time.perf_counter() - clock
        cpu += time.process_time() - processor
        times += 1
    return Timed(common.Spent(wall / times, cpu / times), done)


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a framework prints must not fall between the pickles
    peer_name, thread_count = sys.argv[1], int(sys.argv[2])
    shrunk, folder = float(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None
    serve(peer_name, thread_count, shrunk, folder, sys.stdin.buffer, answers)

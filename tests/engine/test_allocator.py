"""Memory that the command line's process keeps."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import resource
from stirfry.engine.allocator import keep_buffers
def faults(): return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def touched():
    before = faults()
    for _ in range(3):
        b"x" * (1 << 26)
    return faults() - before
touched()
before = touched()
print(keep_buffers(), before, (touched(), touched())[1])
"""


def test_freed_memory_is_kept_on_glibc() -> None:
    out = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
    kept, before, after = out.split()
    if kept == "True":
        assert int(before) > 40_000, "each of three blocks of 64 MB was new to the process"
        assert int(after) < 2_000
    else:
        assert int(after) > int(before) / 2, "nothing was changed"

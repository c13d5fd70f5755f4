"""Memory that is given back and asked for again at every step, kept in the process instead.

glibc returns large blocks to the system as soon as they are free, and the system hands every new page out
filled with zeros: with convolutions that is a fifth to two fifths of a step (see dev/LOG.md).
"""

from __future__ import annotations

import ctypes
import platform

#: glibc's names for its settings (malloc.h).
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
_LARGEST = 2**31 - 1
_PAD = 64 * 2**20


def keep_buffers() -> bool:
    """Let this process keep the memory that it has freed, for its next use.

    It is for a process of our own, such as the command line: memory that was once needed stays the
    process's until it ends.

    Returns:
        Whether the allocator is one that can be told so (glibc's, on Linux).
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    settings = {_MMAP_MAX: 0, _TRIM_THRESHOLD: _LARGEST, _TOP_PAD: _PAD}
    taken = [mallopt(setting, value) for setting, value in settings.items()]
    return taken == [1, 1, 1]

"""How much memory there is for data, and whether they fit into it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

#: The share of the free memory that a stack of images may take: its parts are copied out of it once.
SHARE = 3
_MEMINFO, _CGROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")
_AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB", re.MULTILINE)


def free_memory() -> int | None:
    """Return the bytes of memory that a program can still take; None where the system doesn't say."""
    if sys.platform == "win32":
        return _free_on_windows()
    found = [bytes_free for bytes_free in (_free_in_meminfo(), _free_in_group()) if bytes_free is not None]
    if found:
        return min(found)
    try:
        return (
            os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
        )  # half of all: others run as well
    except (AttributeError, ValueError, OSError):
        return None


def _free_in_meminfo() -> int | None:
    text = _text(_MEMINFO)
    found = _AVAILABLE.search(text)
    return int(found[1]) * 1024 if found else None


def _free_in_group() -> int | None:
    """Return what a container's limit leaves."""
    limit, used = _text(_CGROUP / "memory.max").strip(), _text(_CGROUP / "memory.current").strip()
    return max(0, int(limit) - int(used)) if limit.isdecimal() and used.isdecimal() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _free_on_windows() -> int | None:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("all", "free", "a", "b", "c", "d", "e")),
        ]

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 — known on Windows only
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None


def room_for(asked: int | None) -> int | None:
    """Return the bytes that a stack of images may take; None where nobody knows.

    Args:
        asked: what the user allows.
    """
    if asked is not None:
        return asked
    free = free_memory()
    return None if free is None else free // SHARE


def size_text(count: int) -> str:
    """Return a number of bytes as people read it.

    Example:
        >>> size_text(1_536_000_000), size_text(12)
        ('1.5 GB', '12 B')
    """
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} B"

"""Whether a graphics card is likely to be there, told in microseconds and without PyTorch."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

#: What the drivers of NVIDIA and AMD leave where they are loaded.
_DEVICES = (Path("/dev/nvidiactl"), Path("/dev/kfd"))


def may_have_gpu() -> bool:
    """Whether PyTorch may find a graphics card: a driver is there, or this is one of Apple's processors."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    if sys.platform == "win32":
        root = os.environ.get("SYSTEMROOT", "C:\\Windows")
        return Path(root, "System32", "nvcuda.dll").exists()
    return any(device.exists() for device in _DEVICES)

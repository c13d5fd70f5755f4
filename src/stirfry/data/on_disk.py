"""Arrays that lie in temporary files: what stands in for tables that are too large for the memory.

They are NumPy arrays like any other. The system reads the parts that are used, and lets go of them again when
the memory is wanted for something else. The files have no names: nothing is left of them when a program ends.
"""

from __future__ import annotations

import errno
import math
import os
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.room import size_text
from stirfry.errors import DataError


def empty_on_disk(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array of zeros in a temporary file, which goes when the array goes.

    Raises:
        DataError: the disk has no room for it.

    Example:
        >>> lies_on_disk(empty_on_disk((3, 2), np.float32))
        True
    """
    bytes_needed = max(1, math.prod(shape) * np.dtype(dtype).itemsize)
    folder = tempfile.gettempdir()
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            _reserve(file.fileno(), bytes_needed)
            return np.memmap(file, dtype, "r+", shape=shape)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise DataError("data.disk_full", folder=folder, size=size_text(bytes_needed)) from error


def moved_to_disk(values: NDArray[Any]) -> NDArray[Any]:
    """Return the same values in a temporary file.

    Raises:
        DataError: the disk has no room for them.
    """
    moved = empty_on_disk(values.shape, values.dtype)
    moved[...] = values
    return moved


def lies_on_disk(values: NDArray[Any]) -> bool:
    """Whether an array lies in a temporary file."""
    return isinstance(values, np.memmap)


def _reserve(file: int, size: int) -> None:
    """Take the room on the disk at once: an array that finds none later ends the whole process."""
    try:
        os.posix_fallocate(file, 0, size)
    except (AttributeError, OSError) as error:
        # macOS, Windows and a few file systems can't; there the room is taken when it is written to.
        if getattr(error, "errno", None) not in (None, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
            raise
        os.ftruncate(file, size)

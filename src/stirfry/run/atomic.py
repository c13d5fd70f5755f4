"""Files that are there whole or not at all.

A file is written under a temporary name beside its final one and renamed when it is complete, so a crash,
a kill or a full disk leaves what was there before.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stirfry.errors import OutputError


def write_atomic(path: Path, content: bytes | str) -> None:
    """Write a file whole or not at all.

    Args:
        path: the file's final place; its folder exists.
        content: text is written as UTF-8.

    Raises:
        OutputError: it can't be written; nothing is left behind.
    """
    data = content.encode() if isinstance(content, str) else content
    with saying_why(path):
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise


@contextmanager
def saying_why(path: Path) -> Iterator[None]:
    """Turn the operating system's errors about `path` into ours.

    Raises:
        OutputError: with the reason and what to do.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        if error.errno == errno.ENOENT and not path.parent.is_dir():
            raise OutputError("run.no_folder", path=str(path), folder=str(path.parent)) from error
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        code = "run.disk_full" if full else "run.not_writable"
        raise OutputError(code, path=str(path), reason=error.strerror or str(error)) from error


def _umask() -> int:
    """Return the process's umask, which can only be read by setting it."""
    value = os.umask(0)
    os.umask(value)
    return value

"""What every reader of files shares: errors of the system in our words, gzip, and names."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from stirfry.errors import DataError

_GZIP = b"\x1f\x8b"
#: For zlib: the largest window, and gzip's own head and sum.
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
#: Bytes that are read at once, and unpacked at once at most.
_PIECE, _MOST = 1 << 17, 1 << 20

#: What the system can say about a file, and our text for it.
_REASONS: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "source.no_file"),
    (PermissionError, "source.no_permission"),
    (IsADirectoryError, "source.is_a_folder"),
)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the system or gzip raises inside a `with` block into a `DataError` with the path."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError("source.bad_gzip", path=str(path)) from error
    except OSError as error:
        code = next((code for kind, code in _REASONS if isinstance(error, kind)), "source.unreadable")
        raise DataError(code, path=str(path), reason=error.strerror or str(error)) from error


def open_bytes(path: Path) -> BinaryIO:
    """Open a file for reading, unpacking it on the way where it is gzipped, whatever its name says."""
    stream = path.open("rb")
    if stream.read(2) == _GZIP:
        stream.close()
        return cast(BinaryIO, gzip.open(path, "rb"))
    stream.seek(0)
    return stream


def unpacked(path: Path) -> Generator[bytes, None, None]:
    """Yield a file's bytes piece by piece, unpacked where it is gzipped, whatever its name says.

    The pieces are small enough for a processor's cache, and no small file unpacks to a large one. What the
    gzip module does on the way takes half as long again as the unpacking.
    """
    with path.open("rb", buffering=0) as stream:
        pieces = iter(lambda: stream.read(_PIECE), b"")
        first = next(pieces, b"")
        whole = chain([first], pieces)
        yield from _inflated(whole) if first.startswith(_GZIP) else whole


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack one gzip file after another, which together are one; zeros may fill the end."""
    unpacking, rest = zlib.decompressobj(_GZIP_WINDOW), b""
    while packed := rest or next(pieces, b""):
        if unpacking.eof:
            packed = packed.lstrip(b"\0")
            if not packed:
                rest = b""
                continue
            unpacking = zlib.decompressobj(_GZIP_WINDOW)
        yield unpacking.decompress(packed, _MOST)
        rest = unpacking.unconsumed_tail or unpacking.unused_data
    while not unpacking.eof:
        found = unpacking.decompress(b"", _MOST)
        if not found:
            raise EOFError
        yield found


def kind_of(path: Path) -> str:
    """Return a file's kind by its name: the last suffix in small letters, `.gz` left aside.

    Example:
        >>> kind_of(Path("rain.CSV.gz"))
        '.csv'
    """
    bare = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return bare.suffix.lower()


def safe_name(path: Path) -> str:
    """Return what runs on a file or folder are called after: letters, digits, `-` and `_`.

    Example:
        >>> safe_name(Path("my rain (2).csv.gz"))
        'my-rain-2'
    """
    name = path.resolve().name
    for suffix in (".gz", kind_of(path)):
        if suffix and name.lower().endswith(suffix) and not path.is_dir():
            name = name[: -len(suffix)]
    return re.sub(r"[^\w-]+", "-", name).strip("-") or "data"

"""Downloads a known set, when asked, so that a broken line costs little and a wrong file is never used."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from stirfry.data.read.known_sets import KnownSet, Published
from stirfry.errors import DataError, OutputError

#: Takes an address and the byte to begin at; returns the byte the answer begins at, and its pieces.
Fetch = Callable[[str, int], tuple[int, Iterable[bytes]]]

_PIECE = 1 << 16
_TIMEOUT = 30


def fetch_http(url: str, start: int) -> tuple[int, Iterator[bytes]]:
    """Ask a server for a file from some byte on; a server that can't do that begins at 0."""
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})
    try:
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()  # the page that comes with it
        raise

    def pieces() -> Iterator[bytes]:
        with answer:
            while piece := answer.read(_PIECE):
                yield piece

    return (start if answer.status == http.client.PARTIAL_CONTENT else 0), pieces()


def download_set(folder: Path, known: KnownSet, fetch: Fetch = fetch_http) -> tuple[str, ...]:
    """Download the files of a set into a folder; those that are there already stay as they are.

    A file under way is called `NAME.part`. If the line breaks, the next call goes on where it broke off.
    The file gets its name once its checksum is right.

    Args:
        folder: where to; it is made if need be.
        known: which set.
        fetch: how a file is asked for.

    Returns:
        The names of the files that were downloaded.

    Raises:
        DataError: no mirror could be reached, or none had the right file; it says which files to put where.
        OutputError: the folder can't be written.
    """
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    wanted = [name for name in known.files if not _is_there(folder, name)]
    for name in wanted:
        _download(folder, name, known, fetch, wanted)
    return tuple(wanted)


def _is_there(folder: Path, name: str) -> bool:
    return (folder / name).exists() or (folder / name.removesuffix(".gz")).exists()


def _download(folder: Path, name: str, known: KnownSet, fetch: Fetch, wanted: Sequence[str]) -> None:
    part, published, reason, wrong = folder / f"{name}.part", known.files[name], "", False
    # Each mirror twice: what an earlier call left behind may be what is wrong.
    for mirror in [mirror for mirror in known.mirrors for _ in range(2)]:
        try:
            _go_on(part, published, *fetch(f"{mirror}{name}", _size(part, published)))
        except OutputError:
            raise
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            continue
        with _writing(part):
            if _md5(part) == published.md5:
                part.replace(folder / name)
                return
            part.unlink()
        wrong = True
    missing = [name for name in wanted if not _is_there(folder, name)]
    if wrong:
        raise DataError("source.download_wrong", name=name, folder=str(folder), files=missing)
    raise DataError(
        "source.download_offline", title=known.title, folder=str(folder), files=missing, reason=reason
    )


def _size(part: Path, known: Published) -> int:
    """Return how many bytes there are to go on from; as many as the file has are none of it."""
    size = part.stat().st_size if part.exists() else 0
    return size if size < known.size else 0


def _go_on(part: Path, known: Published, start: int, pieces: Iterable[bytes]) -> None:
    """Write what arrives from byte `start` on, and stop where the file must end."""
    with _writing(part):
        stream = part.open("r+b" if start else "wb")
    with stream:
        stream.seek(start)
        for piece in pieces:
            with _writing(part):
                stream.write(piece)
                if stream.tell() > known.size:
                    return
    if part.stat().st_size < known.size:
        raise ConnectionError(f"{part.stat().st_size} / {known.size}")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError("source.unwritable", path=str(path), reason=error.strerror or str(error)) from error


def _md5(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()

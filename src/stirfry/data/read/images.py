"""Turns image files into one stack: the same size and the same channels for all of them.

The headers are read first, so that the size of the stack, and whatever is wrong with a file's size, is
known before anything is decoded.
"""

from __future__ import annotations

import math
import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.files import reading
from stirfry.data.read.image_file import Head, Pixels, Size, examine, fill
from stirfry.data.read.png import Plain
from stirfry.data.stream import Stream, mark
from stirfry.errors import DataError, MissingExtra
from stirfry.lang import shape_text
from stirfry.notice import Notice

#: Files are read by so many threads at most, and only if their images have so many pixels: with small ones
#: the interpreter's own work, which threads can't share, is most of it, and two threads take twice as long.
_THREADS, _WORTH_THREADS = 8, 96 * 96
#: Bytes of plain files that are kept from the first look at them.
KEPT = 1 << 28


def decode(paths: Sequence[Path], size: Size | None = None) -> tuple[Pixels, list[Notice]]:
    """Return images as a stack of shape (N, C, H, W), and what had to be changed in them.

    C is 1 where every image is grey, else 3. Transparent pixels are laid on white, 16 bits are reduced to
    8, and a camera's note of which way is up is followed.

    Args:
        paths: at least one file.
        size: height and width; None is the commonest size.

    Raises:
        DataError: a file is cut, damaged or of another kind, or far too large.
        MissingExtra: Pillow isn't installed.
    """
    return survey(paths, size).stack()


@dataclass(frozen=True)
class Survey:
    """What the headers of files say: how large their stack is, before any of them is decoded.

    Args:
        paths: the files.
        heads: what each one's header says.
        form: channels, height and width of the stack's images.
        kept: plain files that are in memory already, by their place; none of them need be.
    """

    paths: Sequence[Path]
    heads: Sequence[Head]
    form: tuple[int, int, int]
    kept: dict[int, Plain]

    def stack(self) -> tuple[Pixels, list[Notice]]:
        """Return all images, shape (N, C, H, W), and what had to be changed in them.

        Raises:
            DataError: a file is damaged, or there are too many for the memory.
        """
        try:
            stack = np.empty((len(self.paths), *self.form), dtype=np.uint8)
        except MemoryError as error:
            shape = shape_text((len(self.paths), *self.form))
            raise DataError("source.images_too_many", shape=shape) from error
        self.fill(stack, range(len(self.paths)))
        return stack, self.notices()

    def fill(self, stack: Pixels, places: Sequence[int]) -> None:
        """Decode some of the files, in this order, into a stack of as many images.

        Raises:
            DataError: a file is damaged.
        """

        def work(index: int) -> None:
            place = places[index]
            fill(stack[index], self.paths[place], self.heads[place], self.kept.pop(place, None))

        with _quiet_pillow():
            _for_each(work, len(places), self.threads)

    def stream(self) -> Stream:
        """Return all images as a stream, which reads them when they are needed, shape (N, C, H, W)."""
        return Stream(_Files(replace(self, kept={})))

    @property
    def nbytes(self) -> int:
        """How many bytes the stack takes."""
        return len(self.paths) * math.prod(self.form)

    @property
    def threads(self) -> int:
        """How many threads are worth reading with."""
        return min(_THREADS, os.cpu_count() or 1) if math.prod(self.form[1:]) >= _WORTH_THREADS else 1

    def notices(self) -> list[Notice]:
        """Return what has to be changed in the images."""
        return _remarks(self.heads, self.form)


@dataclass(eq=False)
class _Files:
    """Image files as the source of a stream."""

    survey: Survey
    _marks: NDArray[np.uint64] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.survey.paths), *self.survey.form)

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.uint8)

    @property
    def threads(self) -> int:
        return self.survey.threads

    def read(self, rows: NDArray[np.int64]) -> Pixels:
        """Decode some files. Each caller is a thread already, so no others are begun."""
        stack = np.empty((len(rows), *self.survey.form), dtype=np.uint8)
        for place, row in zip(stack, rows.tolist(), strict=True):
            fill(place, self.survey.paths[row], self.survey.heads[row])
        return stack

    def marks(self) -> NDArray[np.uint64]:
        """Return a hash of each file. Reading them takes a fraction of the time of decoding them."""
        if self._marks is None:
            self._marks = np.array([_mark(path) for path in self.survey.paths], dtype=np.uint64)
        return self._marks


def _mark(path: Path) -> int:
    with reading(path):
        return mark(path.read_bytes())


def survey(paths: Sequence[Path], size: Size | None = None, keep: int = KEPT) -> Survey:
    """Look at the headers of image files.

    Args:
        paths: at least one file.
        size: height and width; None is the commonest size.
        keep: bytes of files that may stay in memory, so that they aren't read twice.

    Raises:
        DataError: a file is cut, damaged or of another kind, or far too large.
        MissingExtra: Pillow isn't installed.
    """
    _need_pillow()
    known, heads, kept, room = dict[Head, Head](), [], dict[int, Plain](), keep
    with _quiet_pillow():
        for place, path in enumerate(paths):
            head, image = examine(path)
            heads.append(known.setdefault(head, head))  # most are equal, and there may be millions
            if image is not None and room > len(image.packed):
                kept[place], room = image, room - len(image.packed)
    return Survey(paths, heads, _form(heads, size), kept)


@contextmanager
def _quiet_pillow() -> Iterator[None]:
    """Leave out Pillow's remarks on odd metadata; what matters is checked here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _for_each(work: Callable[[int], None], count: int, threads: int) -> None:
    if threads == 1:
        for index in range(count):
            work(index)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, range(count)):
            pass


def _form(heads: Sequence[Head], size: Size | None) -> tuple[int, int, int]:
    """Return channels, height and width."""
    if size is None:
        sizes = Counter(head.size for head in heads)
        size = max(sizes, key=lambda found: (sizes[found], found))
    return (1 if all(head.grey for head in heads) else 3, *size)


def resized(pixels: Pixels, size: Size) -> Pixels:
    """Return images of shape (N, C, H, W) in another height and width, as `decode` would have.

    Raises:
        MissingExtra: Pillow isn't installed.
    """
    _need_pillow()
    from PIL import Image

    height, width = size
    stack = np.empty((*pixels.shape[:2], height, width), dtype=np.uint8)
    for place, planes in zip(stack, pixels, strict=True):
        for target, plane in zip(place, planes, strict=True):
            image = Image.fromarray(plane).resize((width, height), Image.Resampling.BILINEAR)
            target[:] = np.asarray(image)
    return stack


def _need_pillow() -> None:
    try:
        import PIL  # noqa: F401
    except ImportError as error:
        raise MissingExtra("source.missing_extra", package="Pillow", extra="images") from error


def _remarks(heads: Sequence[Head], form: tuple[int, int, int]) -> list[Notice]:
    channels, *size = form
    total = len(heads)
    resized = sum(1 for head in heads if head.size != tuple(size))
    grey = sum(1 for head in heads if head.grey) if channels == 3 else 0
    counts = {
        "source.images_recoloured": grey,
        "source.images_composited": sum(1 for head in heads if head.alpha),
        "source.images_sixteen_bits": sum(1 for head in heads if head.deep),
    }
    notices = [Notice(code, count=count, total=total) for code, count in counts.items() if count]
    if resized:
        notices.insert(0, Notice("source.images_resized", count=resized, total=total, size=shape_text(size)))
    return notices

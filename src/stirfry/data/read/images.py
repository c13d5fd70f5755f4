"""Turns image files into one stack: the same size and the same channels for all of them.

The headers are read first, so that the size of the stack, and whatever is wrong with a file's size, is
known before anything is decoded.
"""

from __future__ import annotations

import os
import struct
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.arrays import shape_text
from stirfry.data.read.files import reading
from stirfry.errors import DataError, MissingExtra
from stirfry.notice import Notice

if TYPE_CHECKING:
    from PIL.Image import Image

#: Height and width.
Size = tuple[int, int]
Pixels = NDArray[np.uint8]

_THREADS = 8
_GREY = ("1", "L", "LA", "La")
_DEEP = ("I", "I;16", "I;16L", "I;16B", "I;16N")
_ALPHA = ("RGBA", "RGBa", "LA", "La", "PA")
_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)  # the orientations that swap height and width

#: What Pillow raises, by the kind of damage.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    OverflowError,
    struct.error,
)


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
    _need_pillow()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata; what matters is checked here
        with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
            heads = list(pool.map(_head, paths))
            form = _form(heads, size)
            try:
                stack = np.empty((len(paths), *form), dtype=np.uint8)
            except MemoryError as error:
                raise DataError("source.images_too_many", shape=shape_text((len(paths), *form))) from error
            for _ in pool.map(
                lambda place: _fill(stack[place], paths[place], heads[place]), range(len(paths))
            ):
                pass
    return stack, _remarks(heads, form)


@dataclass(frozen=True)
class _Head:
    """What the header of a file says, its orientation applied."""

    size: Size
    grey: bool
    deep: bool
    alpha: bool
    turned: bool


def _head(path: Path) -> _Head:
    with _opened(path) as image:
        orientation = _orientation(image)
        width, height = image.size
        return _Head(
            (width, height) if orientation in _TURNED else (height, width),
            grey=image.mode in _GREY or image.mode in _DEEP,
            deep=image.mode in _DEEP,
            alpha=image.mode in _ALPHA or "transparency" in image.info,
            turned=orientation != 1,
        )


def _orientation(image: Image) -> int:
    """Return the EXIF orientation, 1 where there is none."""
    if image.format == "PNG" and "exif" not in image.info:
        return 1  # to make sure, Pillow would have to decode the whole image
    return int(image.getexif().get(_ORIENTATION, 1))


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """Open an image file; what is wrong with it becomes a `DataError` with its path."""
    from PIL import Image

    with reading(path):
        try:
            with Image.open(path) as image:
                limit = Image.MAX_IMAGE_PIXELS
                if limit is not None and image.width * image.height > limit:
                    raise Image.DecompressionBombError
                yield image
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
            raise DataError(
                "source.image_too_large", path=str(path), limit=Image.MAX_IMAGE_PIXELS or 0
            ) from error
        except _DAMAGE as error:
            if isinstance(error, DataError) or (isinstance(error, OSError) and error.errno is not None):
                raise
            raise DataError("source.bad_image", path=str(path)) from error


def _form(heads: Sequence[_Head], size: Size | None) -> tuple[int, int, int]:
    """Return channels, height and width."""
    if size is None:
        sizes = Counter(head.size for head in heads)
        size = max(sizes, key=lambda found: (sizes[found], found))
    return (1 if all(head.grey for head in heads) else 3, *size)


def _fill(place: Pixels, path: Path, head: _Head) -> None:
    """Decode a file into its place in the stack, of shape (C, H, W)."""
    from PIL import Image, ImageOps

    channels, height, width = place.shape
    with _opened(path) as image:
        if head.turned:
            image = ImageOps.exif_transpose(image)
        image = _plain(image, head, "L" if channels == 1 else "RGB")
        if image.size != (width, height):
            image = image.resize((width, height), Image.Resampling.BILINEAR)
        place[:] = np.asarray(image).reshape(height, width, channels).transpose(2, 0, 1)


def _plain(image: Image, head: _Head, mode: str) -> Image:
    """Return an image in the mode of all, without transparency and with 8 bits."""
    from PIL import Image as Images

    if head.deep:
        values = np.asarray(image).astype(np.int64).clip(0, 65535) // 257
        image = Images.fromarray(values.astype(np.uint8))
    if head.alpha:
        image = image.convert("RGBA")
        image = Images.alpha_composite(Images.new("RGBA", image.size, "white"), image)
    return image if image.mode == mode else image.convert(mode)


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


def _remarks(heads: Sequence[_Head], form: tuple[int, int, int]) -> list[Notice]:
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

"""Reads one image file: what its header says, and its pixels in the size and the channels that are wanted."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read import png
from stirfry.data.read.files import reading
from stirfry.errors import DataError

if TYPE_CHECKING:
    from PIL.Image import Image

#: Height and width.
Size = tuple[int, int]
Pixels = NDArray[np.uint8]

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


@dataclass(frozen=True, slots=True)
class Head:
    """What the header of a file says, its orientation applied.

    Args:
        size: height and width.
        grey: whether it has no colours.
        deep: whether it has more than 8 bits.
        alpha: whether some of it may be transparent.
        turned: whether the camera was held another way.
        plain: whether `png.fill` can read it.
    """

    size: Size
    grey: bool
    deep: bool
    alpha: bool
    turned: bool
    plain: bool = False


def examine(path: Path) -> tuple[Head, png.Plain | None]:
    """Return what a file's header says, and the file itself where it is a plain PNG.

    Raises:
        DataError: the file is cut, damaged or of another kind, or far too large.
    """
    image = _plain_png(path)
    if image is not None:
        size = (image.height, image.width)
        return Head(size, image.channels == 1, deep=False, alpha=False, turned=False, plain=True), image
    return _head(path), None


def _plain_png(path: Path) -> png.Plain | None:
    """Return a plain PNG that is no larger than Pillow would take."""
    from PIL import Image

    if not path.name.lower().endswith(".png") or not png.is_usable():
        return None
    with reading(path):
        image = png.plain(path.read_bytes())
    limit = Image.MAX_IMAGE_PIXELS
    return None if image is None or (limit is not None and image.height * image.width > limit) else image


def _head(path: Path) -> Head:
    with _opened(path) as image:
        orientation = _orientation(image)
        width, height = image.size
        return Head(
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


def fill(place: Pixels, path: Path, head: Head, known: png.Plain | None = None) -> None:
    """Decode a file into its place in the stack.

    Args:
        place: where to, of shape (C, H, W).
        path: the file.
        head: what `examine` said of it.
        known: what else it gave, where that was kept.

    Raises:
        DataError: the file is cut or damaged.
    """
    if head.plain and head.size == place.shape[1:]:
        image = _plain_png(path) if known is None else known
        fits = image is not None and (image.height, image.width) == head.size
        if image is not None and fits and image.channels <= len(place) and png.fill(place, image):
            return
    _fill_with_pillow(place, path, head)


def _fill_with_pillow(place: Pixels, path: Path, head: Head) -> None:
    from PIL import Image, ImageOps

    channels, height, width = place.shape
    with _opened(path) as image:
        if head.turned:
            image = ImageOps.exif_transpose(image)
        image = _plain(image, head, "L" if channels == 1 else "RGB")
        if image.size != (width, height):
            image = image.resize((width, height), Image.Resampling.BILINEAR)
        place[:] = np.asarray(image).reshape(height, width, channels).transpose(2, 0, 1)


def _plain(image: Image, head: Head, mode: str) -> Image:
    """Return an image in the mode of all, without transparency and with 8 bits."""
    from PIL import Image as Images

    if head.deep:
        values = np.asarray(image).astype(np.int64).clip(0, 65535) // 257
        image = Images.fromarray(values.astype(np.uint8))
    if head.alpha:
        image = image.convert("RGBA")
        image = Images.alpha_composite(Images.new("RGBA", image.size, "white"), image)
    return image if image.mode == mode else image.convert(mode)

"""Images in the size and the number of channels that a model takes.

Letters: N images, C channels, H height, W width.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.errors import MissingExtra

Pixels = NDArray[Any]
Shape = tuple[int, ...]

GREY, COLOUR, TRANSPARENT = 1, 3, 4

#: The shares of red, green and blue in grey, in 65,536ths (ITU-R BT.601), as Pillow rounds them.
_LUMA = np.array([19595, 38470, 7471])


def is_convertible(shape: Shape, wanted: Shape) -> bool:
    """Whether images of one shape (C, H, W) can be turned into another: grey, colour, with transparency.

    Example:
        >>> is_convertible((3, 32, 32), (1, 28, 28)), is_convertible((2, 28, 28), (1, 28, 28))
        (True, False)
    """
    known = (GREY, COLOUR, TRANSPARENT)
    return shape[0] == wanted[0] or (shape[0] in known and wanted[0] in known)


def converted(pixels: Pixels, shape: Shape) -> Pixels:
    """Return images in another shape; those that have it already come back as they are.

    Args:
        pixels: uint8 from 0 to 255 or float32 from 0 to 1, shape (N, C, H, W).
        shape: (C, H, W).

    Raises:
        MissingExtra: the size differs and Pillow isn't installed.
    """
    channels, *size = shape
    if pixels.shape[1] != channels:
        pixels = _recoloured(pixels, channels)
    return pixels if list(pixels.shape[2:]) == size else _resized(pixels, (size[0], size[1]))


def _recoloured(pixels: Pixels, channels: int) -> Pixels:
    colour = pixels[:, :COLOUR]
    if channels == GREY:
        return _grey(colour)
    if colour.shape[1] == GREY:
        colour = np.repeat(colour, COLOUR, axis=1)
    if channels == COLOUR:
        return colour
    opaque = np.full_like(colour[:, :1], 255 if pixels.dtype == np.uint8 else 1)
    return np.concatenate([colour, opaque], axis=1)


def _grey(colour: Pixels) -> Pixels:
    """Return the luma of colours, shape (N, 1, H, W); whole pixels are rounded as Pillow does."""
    if colour.dtype == np.uint8:
        weighted = np.tensordot(_LUMA, colour.astype(np.int64), axes=(0, 1))
        return ((weighted + 0x8000) >> 16).astype(np.uint8)[:, None]
    return np.tensordot(_LUMA / 65536, colour, axes=(0, 1)).astype(np.float32)[:, None]


def _resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    from stirfry.data.read.images import resized

    if pixels.dtype == np.uint8:
        return resized(pixels, size)
    return _resized_floats(pixels, size)


def _resized_floats(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingExtra("source.missing_extra", package="Pillow", extra="images") from error

    height, width = size
    stack = np.empty((*pixels.shape[:2], height, width), dtype=np.float32)
    for place, planes in zip(stack, pixels, strict=True):
        for target, plane in zip(place, planes, strict=True):
            image = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
            target[:] = np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))
    return stack

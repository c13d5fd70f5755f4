"""Images inside the page: small PNG files, written here so that no image library is needed.

Letters: C channels, H height, W width.
"""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.report.page.html import Html, tag

#: Whole numbers that stay below this, such as the 0 to 16 of scikit-learn's digits, would be black on black.
DIM = 32
#: Images are made no larger than this along an edge; where there are many of them, than the second.
LARGEST, SMALL = 96, 56
#: Blue for what is below 0 and orange for what is above, to be told apart on a light and on a dark page.
_BELOW, _ABOVE = (30, 136, 215), (230, 100, 10)
#: Steps from the page to the full colour: no eye sees more, and a file of few values packs well.
_STEPS = 31
#: The grey of an image that lies under other colours, and how much of the page it covers at most.
_GREY, _PALE = 0.5, 0.5
#: PNG's numbers for grey, colour, and colour with a transparency.
_KINDS = {1: 0, 3: 2, 4: 6}


def picture(pixels: NDArray[Any], name: str, largest: int = LARGEST) -> Html:
    """Return an image element.

    Args:
        pixels: shape (C, H, W): uint8, or floats from 0 to 1.
        name: what it is called where it can't be seen.
        largest: its longer edge is made no longer than this.
    """
    return _element(png(pixels, largest), name)


def signed(values: NDArray[np.float64], reach: float, name: str, largest: int = LARGEST) -> Html:
    """Return numbers below and above 0 as an image element: blue and orange, and 0 is the page itself.

    Args:
        values: shape (H, W).
        reach: the number that has the full colour.
        name: what it is called where it can't be seen.
        largest: its longer edge is made no longer than this.
    """
    strength = np.rint(_STEPS * np.clip(np.abs(values) / (reach or 1.0), 0, 1)) / _STEPS
    return _element(_file(_whole(_smaller(np.stack([*_colours(values), strength]), largest))), name)


def over(pixels: NDArray[np.float64], amounts: NDArray[np.float64], name: str) -> Html:
    """Return a pale image with numbers below and above 0 laid over it, as an image element.

    Args:
        pixels: shape (C, H, W), from 0 to 1.
        amounts: shape (H, W).
        name: what it is called where it can't be seen.
    """
    reach = float(np.abs(amounts).max()) or 1.0
    strength = np.clip(1.5 * np.abs(amounts) / reach, 0, 1)
    pale = (1 - strength) * _PALE * pixels.mean(axis=0)
    covers = strength + pale
    mixed = [(strength * colour + pale * _GREY) / np.maximum(covers, 1e-9) for colour in _colours(amounts)]
    return _element(_file(_whole(_smaller(np.stack([*mixed, covers]), LARGEST))), name)


def _colours(values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return [np.where(values < 0, low, high) / 255 for low, high in zip(_BELOW, _ABOVE, strict=True)]


def _element(data: bytes, name: str) -> Html:
    source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return tag("img", src=source, alt=name, class_="pixels")


def png(pixels: NDArray[Any], largest: int = LARGEST) -> bytes:
    """Return an image as a PNG file, grey for one channel and in colour for three.

    Args:
        pixels: shape (C, H, W): uint8, or floats from 0 to 1. What lies outside, and whole numbers hardly
            above black, are stretched.
        largest: its longer edge is made no longer than this.

    Example:
        >>> png(np.zeros((1, 2, 2), dtype=np.uint8))[:4]
        b'\\x89PNG'
    """
    image = _whole(_smaller(pixels, largest))
    return _file(image[:3] if len(image) >= 3 else image[:1])


def _file(image: NDArray[np.uint8]) -> bytes:
    """Return an image of one, three or four channels as a PNG file; the fourth is what covers the page."""
    channels, height, width = image.shape
    rows = np.zeros((height, 1 + width * channels), dtype=np.uint8)
    rows[:, 1:] = np.moveaxis(image, 0, 2).reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, _KINDS[channels], 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _smaller(pixels: NDArray[Any], largest: int) -> NDArray[Any]:
    """Return an image each of whose pixels is the mean of a square of pixels, where it is too large."""
    step = -(-max(pixels.shape[1:]) // largest)
    if step == 1:
        return pixels
    values, count = pixels.astype(np.float64), np.ones((1, *pixels.shape[1:]))
    for axis in (1, 2):
        starts = np.arange(0, pixels.shape[axis], step)
        values, count = np.add.reduceat(values, starts, axis), np.add.reduceat(count, starts, axis)
    return np.asarray(np.rint(values / count), dtype=np.uint8) if pixels.dtype == np.uint8 else values / count


def _whole(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint8:
        largest = int(pixels.max())
        return pixels if largest >= DIM else pixels * np.uint8(255 // max(largest, 1))
    values = np.nan_to_num(pixels.astype(np.float64))
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 1:
        values = (values - low) / ((high - low) or 1.0)
    return np.asarray(np.rint(255 * values), dtype=np.uint8)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

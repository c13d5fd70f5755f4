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

#: Images are made no larger than this along an edge.
LARGEST = 96
#: Whole numbers that stay below this, such as the 0 to 16 of scikit-learn's digits, would be black on black.
DIM = 32


def picture(pixels: NDArray[Any], name: str) -> Html:
    """Return an image element.

    Args:
        pixels: shape (C, H, W): uint8, or floats from 0 to 1.
        name: what it is called where it can't be seen.
    """
    data = base64.b64encode(png(pixels)).decode()
    return tag("img", src=f"data:image/png;base64,{data}", alt=name, class_="pixels")


def png(pixels: NDArray[Any]) -> bytes:
    """Return an image as a PNG file, grey for one channel and in colour for three.

    Args:
        pixels: shape (C, H, W): uint8, or floats from 0 to 1. What lies outside, and whole numbers hardly
            above black, are stretched.

    Example:
        >>> png(np.zeros((1, 2, 2), dtype=np.uint8))[:4]
        b'\\x89PNG'
    """
    step = -(-max(pixels.shape[1:]) // LARGEST)
    image = _whole(pixels[:, ::step, ::step])
    image = image[:3] if len(image) >= 3 else image[:1]
    channels, height, width = image.shape
    rows = np.zeros((height, 1 + width * channels), dtype=np.uint8)
    rows[:, 1:] = np.moveaxis(image, 0, 2).reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


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

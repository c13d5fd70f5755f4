"""Files of the IDX format, made up."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

CODES = {"u1": 8, "i1": 9, ">i2": 11, ">i4": 12, ">f4": 13, ">f8": 14}


def idx(array: np.ndarray, dtype: str = "u1") -> bytes:
    head = bytes([0, 0, CODES[dtype], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(dtype).tobytes()


def digits(count: int, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
    labels = (np.arange(count) + first) % 10
    return np.repeat(labels, 6).reshape(count, 2, 3), labels


def write_part(folder: Path, part: str, count: int, dot: str = "-", pack: bool = False) -> None:
    images, labels = digits(count)
    for name, array in ((f"{part}-images{dot}idx3-ubyte", images), (f"{part}-labels{dot}idx1-ubyte", labels)):
        body = idx(array)
        (folder / (name + (".gz" if pack else ""))).write_bytes(gzip.compress(body) if pack else body)

"""Reads the IDX format of MNIST: a magic number, the sizes, and the numbers themselves.

Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.arrays import from_arrays, shape_text
from stirfry.data.read.files import open_bytes, reading, safe_name
from stirfry.data.read.known_sets import classes_of
from stirfry.data.read.parts import joined_parts
from stirfry.data.table import TEST, TRAIN, Column, Images
from stirfry.errors import DataError
from stirfry.notice import Notice

_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_CHUNK = 1 << 24
_NAME = re.compile(r"(train|t10k)-(images|labels)[-.]idx\d-ubyte(\.gz)?", re.IGNORECASE)

_PARTS = {"train": TRAIN, "t10k": TEST}


def is_idx_folder(folder: Path) -> bool:
    """Whether a folder holds any file with the name of an IDX set."""
    return bool(_members(folder))


def is_idx_name(name: str) -> bool:
    """Whether a file's name is one of an IDX set."""
    return _NAME.fullmatch(name) is not None


def read_idx_folder(folder: Path, need_target: bool = True) -> Images:
    """Read a folder with the files of MNIST or of a set like it, gzipped or not.

    Args:
        folder: holds `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, the same with `t10k`, or both.
        need_target: whether images without labels won't do.

    Raises:
        DataError: a file is missing, cut or damaged, or images and labels differ in number.
    """
    members = _members(folder)
    read = ((number, _read_part(folder, members, name, need_target)) for name, number in _PARTS.items())
    found = [(number, images) for number, images in read if images is not None]
    counts = [len(images) for _, images in found]
    found, remarks = _with_names(found)
    if len(found) == 1:
        name = next(name for name, number in _PARTS.items() if number == found[0][0])
        notices = (Notice("source.idx_one_part", part=name, count=counts[0]), *remarks)
        return replace(found[0][1], notices=notices)
    images = joined_parts(safe_name(folder), found)
    assert isinstance(images, Images), "images joined are images"
    own = Notice("source.own_parts", train=counts[0], validation=0, test=counts[1])
    return replace(images, notices=(own, *remarks))


def _with_names(found: list[tuple[int, Images]]) -> tuple[list[tuple[int, Images]], list[Notice]]:
    """Give the classes of a known set their names, in the order of their numbers."""
    columns = [images.labels for _, images in found if images.labels is not None]
    known = classes_of([column.values.astype(np.uint8) for column in columns])
    if known is None or len(columns) < len(found):
        return found, []
    named = [Column(column.name, "text", column.values.astype(np.int32), known.classes) for column in columns]
    both = zip(found, named, strict=True)
    notice = Notice("source.set_classes", title=known.title, names=list(known.classes))
    return [(number, replace(images, labels=labels)) for (number, images), labels in both], [notice]


def _members(folder: Path) -> dict[tuple[str, str], Path]:
    """Return the files by part and by what they hold; an unpacked file comes before its gzipped copy."""
    found: dict[tuple[str, str], Path] = {}
    with reading(folder):
        for path in sorted(folder.iterdir()):
            match = _NAME.fullmatch(path.name)
            if match:
                found.setdefault((match[1].lower(), match[2].lower()), path)
    return found


def _read_part(
    folder: Path, members: dict[tuple[str, str], Path], part: str, need_target: bool
) -> Images | None:
    images, labels = members.get((part, "images")), members.get((part, "labels"))
    if images is None and labels is None:
        return None
    if images is None or (labels is None and need_target):
        missing = f"{part}-images-idx3-ubyte" if images is None else f"{part}-labels-idx1-ubyte"
        raise DataError("source.idx_missing", path=str(folder), missing=missing)
    pixels = read_idx(images)
    if pixels.ndim not in (3, 4) or not len(pixels):
        raise DataError("source.idx_no_images", path=str(images), shape=shape_text(pixels.shape))
    answers = None if labels is None else read_idx(labels)
    if answers is not None and answers.shape != (len(pixels),):
        raise DataError(
            "source.idx_labels", path=str(labels), images=len(pixels), shape=shape_text(answers.shape)
        )
    data = from_arrays(pixels, answers, safe_name(folder))
    assert isinstance(data, Images), "three and four axes make images"
    return data


def read_idx(path: Path) -> NDArray[Any]:
    """Read one IDX file, gzipped or not.

    Never more is read than the header declares, so a small file can't fill the memory by declaring or
    unpacking to too much.

    Args:
        path: the file.

    Returns:
        The numbers, in the shape and type that the header says.

    Raises:
        DataError: the file isn't IDX, or is shorter or longer than its header says.
    """
    with reading(path), open_bytes(path) as stream:
        head = stream.read(4)
        if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _DTYPES or not head[3]:
            raise DataError("source.not_idx", path=str(path))
        dtype, axes = np.dtype(_DTYPES[head[2]]), head[3]
        sizes = stream.read(4 * axes)
        if len(sizes) < 4 * axes:
            raise DataError("source.idx_cut", path=str(path), declared=4 * axes, found=len(sizes))
        shape = struct.unpack(f">{axes}I", sizes)
        body = _at_most(stream, math.prod(shape) * dtype.itemsize, path)
    return np.frombuffer(body, dtype=dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _at_most(stream: BinaryIO, declared: int, path: Path) -> bytearray:
    """Read exactly as many bytes as were declared, piece by piece, and make sure that there are no more."""
    body = bytearray()
    while len(body) <= declared:
        piece = stream.read(min(_CHUNK, declared + 1 - len(body)))
        if not piece:
            break
        body += piece
    if len(body) < declared:
        raise DataError("source.idx_cut", path=str(path), declared=declared, found=len(body))
    if len(body) > declared:
        raise DataError("source.idx_too_long", path=str(path), declared=declared)
    return body

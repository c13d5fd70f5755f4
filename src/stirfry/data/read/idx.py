"""Reads the IDX format of MNIST: a magic number, the sizes, and the numbers themselves.

Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.arrays import from_arrays
from stirfry.data.read.files import reading, safe_name, unpacked
from stirfry.data.read.known_sets import classes_of
from stirfry.data.read.parts import joined_parts
from stirfry.data.table import TEST, TRAIN, Column, Images
from stirfry.errors import DataError
from stirfry.lang import shape_text
from stirfry.notice import Notice

_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
#: A byte of a packed file unpacks to so many at most; deflate can't say more with 258 bytes in two bits.
_MOST_PACKED = 1032
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
    # A file that is refused is closed at once, and not when its traceback is forgotten.
    with reading(path), closing(unpacked(path)) as pieces:
        head, rest = _exactly(4, pieces, b"")
        if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _DTYPES or not head[3]:
            raise DataError("source.not_idx", path=str(path))
        dtype, axes = np.dtype(_DTYPES[head[2]]), head[3]
        sizes, rest = _exactly(4 * axes, pieces, rest)
        if len(sizes) < 4 * axes:
            raise DataError("source.idx_cut", path=str(path), declared=4 * axes, found=len(sizes))
        shape = struct.unpack(f">{axes}I", sizes)
        body = _body(chain([rest], pieces), math.prod(shape) * dtype.itemsize, path)
    return body.view(dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def _exactly(count: int, pieces: Iterator[bytes], found: bytes) -> tuple[bytes, bytes]:
    """Return so many bytes, or fewer at the end of a file, and what has come beyond them."""
    while len(found) < count:
        piece = next(pieces, b"")
        if not piece:
            break
        found += piece
    return found[:count], found[count:]


def _body(pieces: Iterable[bytes], declared: int, path: Path) -> NDArray[np.uint8]:
    """Return exactly as many bytes as were declared, and make sure that there are no more.

    There is room from the start for as many as the file can hold, so that nothing is copied twice.
    """
    body = np.empty(min(declared, path.stat().st_size * _MOST_PACKED), dtype=np.uint8)
    found = 0
    for piece in pieces:
        end = found + len(piece)
        if end > declared:
            raise DataError("source.idx_too_long", path=str(path), declared=declared)
        body[found:end] = np.frombuffer(piece, dtype=np.uint8)
        found = end
    if found < declared:
        raise DataError("source.idx_cut", path=str(path), declared=declared, found=found)
    return body

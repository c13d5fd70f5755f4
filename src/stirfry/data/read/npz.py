"""Reads NumPy's `.npz` archives of features and target."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from stirfry.data.read.arrays import from_mapping
from stirfry.data.read.files import reading, safe_name
from stirfry.data.table import Images, Table
from stirfry.errors import DataError


def read_npz(path: Path, need_target: bool = True) -> Table | Images:
    """Read an archive with `X` and `y`, `data` and `target`, `images` and `labels`, or parts of these.

    Nothing in it is unpickled, and an array whose header asks for more than the archive holds is refused
    before memory is taken for it.

    Args:
        path: the file.
        need_target: whether features alone won't do.

    Raises:
        DataError: the file is cut or damaged, holds Python objects, or other names than these.
    """
    try:
        with reading(path), zipfile.ZipFile(path) as archive:
            arrays = {name.removesuffix(".npy"): _member(archive, name) for name in archive.namelist()}
    # A RuntimeError is what zipfile says of encryption, and of compression that it doesn't know.
    except (zipfile.BadZipFile, ValueError, KeyError, SyntaxError, RuntimeError, MemoryError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError("source.bad_npz", path=str(path), reason=str(error)) from error
    data = from_mapping(arrays, safe_name(path), need_target)
    if data is None:
        raise DataError("source.npz_keys", path=str(path), found=sorted(arrays))
    return data


def _member(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(name) as stream:
        version = npy.read_magic(stream)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_columns, dtype = read(stream)
        if dtype.hasobject:
            raise DataError("source.npz_objects", path=archive.filename, name=name.removesuffix(".npy"))
        body = bytearray(stream.read())
    # A shape that asks for more or less than there is doesn't fit, and raises a ValueError.
    return np.frombuffer(body, dtype=dtype).reshape(shape, order="F" if by_columns else "C")

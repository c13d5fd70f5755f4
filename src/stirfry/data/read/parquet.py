"""Reads Parquet files."""

from __future__ import annotations

from pathlib import Path

from stirfry.data.read.files import reading, safe_name
from stirfry.data.read.frames import emptied
from stirfry.data.table import Table
from stirfry.errors import DataError


def read_parquet(path: Path) -> Table:
    """Read a Parquet file.

    Args:
        path: the file.

    Raises:
        DataError: it is cut, damaged or of another kind, has no rows, or has nested columns.
    """
    import polars as pl

    try:
        with reading(path):
            frame = pl.read_parquet(path, use_pyarrow=False, hive_partitioning=False, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DataError("source.bad_parquet", path=str(path), reason=_first_line(error)) from error
    return emptied(frame, safe_name(path))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

"""Reads Parquet files: whole, or column by column to temporary files where the memory has no room for all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from stirfry.data.on_disk import moved_to_disk
from stirfry.data.read.columns import column_of, stripped_names
from stirfry.data.read.files import reading, safe_name
from stirfry.data.read.frames import emptied
from stirfry.data.read.room import room_for, size_text
from stirfry.data.table import Column, Table
from stirfry.errors import DataError
from stirfry.notice import Notice

#: Bytes that a value takes at most once it is read.
VALUE = 8


def read_parquet(path: Path, memory: int | None = None) -> Table:
    """Read a Parquet file.

    Args:
        path: the file.
        memory: the bytes that its values may take in memory; None is a third of what is free. Where they
            would take more they are read column by column, and lie in temporary files.

    Raises:
        DataError: it is cut, damaged or of another kind, has no rows, has nested columns, or the disk has no
            room for what the memory has none for.
    """
    import polars as pl

    with _named_faults(path):
        lazy = pl.scan_parquet(path, hive_partitioning=False, glob=False)
        names, rows = lazy.collect_schema().names(), int(lazy.select(pl.len()).collect().item())
        room, needed = room_for(memory), rows * len(names) * VALUE
        if room is None or needed <= room or not needed:
            frame = pl.read_parquet(path, use_pyarrow=False, hive_partitioning=False, glob=False)
            return emptied(frame, safe_name(path))
        columns, notices = _one_by_one(path, names)
    said = "source.table_on_disk" if memory is None else "source.table_on_disk_asked"
    notices.append(Notice(said, size=size_text(needed), room=size_text(room)))
    return Table(safe_name(path), tuple(columns), notices=tuple(notices))


def _one_by_one(path: Path, names: list[str]) -> tuple[list[Column], list[Notice]]:
    """Read one column after the other; in memory is never more than one of them."""
    import polars as pl

    columns, notices = [], list[Notice]()
    for name, own in zip(stripped_names(names), names, strict=True):
        frame = pl.read_parquet(path, columns=[own], use_pyarrow=False, hive_partitioning=False, glob=False)
        column, remarks = column_of(name, frame.drop_in_place(own))
        columns.append(replace(column, values=moved_to_disk(column.values)))
        notices.extend(remarks)
    return columns, notices


@contextmanager
def _named_faults(path: Path) -> Iterator[None]:
    """Say of which file something is wrong, and what."""
    import polars as pl

    try:
        with reading(path):
            yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DataError("source.bad_parquet", path=str(path), reason=_first_line(error)) from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

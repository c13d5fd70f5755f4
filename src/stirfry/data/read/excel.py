"""Reads the first sheet of an Excel or OpenDocument workbook."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stirfry.data.read.files import reading, safe_name
from stirfry.data.read.frames import emptied
from stirfry.data.read.header import names_of
from stirfry.data.table import Table
from stirfry.errors import DataError, MissingExtra
from stirfry.notice import Notice

if TYPE_CHECKING:
    import polars as pl


def read_excel(path: Path) -> Table:
    """Read the first sheet of a workbook (.xlsx, .xls, .xlsb or .ods).

    Rows and columns without any value are left aside, as blank lines of a CSV are.

    Args:
        path: the file.

    Raises:
        DataError: it is cut, damaged, protected or of another kind, or its first sheet is empty.
        MissingExtra: fastexcel isn't installed.
    """
    try:
        import fastexcel
    except ImportError as error:
        raise MissingExtra("source.missing_extra", package="fastexcel", extra="excel") from error
    try:
        with reading(path), path.open("rb"), _quiet():
            book = fastexcel.read_excel(path)
            sheets = book.sheet_names
            head = book.load_sheet(0, header_row=None, n_rows=1, dtypes="string").to_polars()
            names, has_header, notices = _names(head, path)
            frame = _sheet(book, int(has_header))
    except fastexcel.FastExcelError as error:
        raise DataError("source.bad_excel", path=str(path), reason=str(error).splitlines()[0]) from error
    if len(sheets) > 1:
        notices.append(Notice("source.first_sheet", name=sheets[0], others=sheets[1:]))
    frame.columns = names[: frame.width]
    table = emptied(_without_blanks(frame), safe_name(path))
    return Table(table.name, table.columns, notices=(*notices, *table.notices))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep fastexcel from logging, such as that it took an empty column for text."""
    loggers = [logging.getLogger(name) for name in ("fastexcel", "calamine")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _names(head: pl.DataFrame, path: Path) -> tuple[list[str], bool, list[Notice]]:
    if not head.height:
        raise DataError("source.empty", path=str(path))
    return names_of([cell or "" for cell in head.row(0)], path)


def _sheet(book: Any, skipped: int) -> pl.DataFrame:
    """Return the first sheet's rows, each column typed by all of its cells."""
    sheet = book.load_sheet(0, header_row=None, skip_rows=skipped, schema_sample_rows=None)
    frame: pl.DataFrame = sheet.to_polars()
    return frame


def _without_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    nameless = [
        name
        for name in frame.columns
        if name.startswith("column_") and frame[name].null_count() == frame.height
    ]
    return frame.drop(nameless).filter(~pl.all_horizontal(pl.all().is_null()))

"""How pandas reads a CSV file as it was read for the run: the options that this file needs, and no others.

The file is gone through cell by cell, so that what pandas takes for missing, for text or for a number is
what the run took for it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stirfry.data.read.blocks import SPACES, Layout, any_length
from stirfry.data.read.dates import parse_dates
from stirfry.data.read.files import reading
from stirfry.data.read.header import delimiter_of, names_of
from stirfry.data.read.pieces import MISSING, numeric_levels
from stirfry.data.read.quotes import quoting_of
from stirfry.data.read.text import TextFile, examine
from stirfry.data.table import Column
from stirfry.export.lines import spelled

#: What pandas takes for a missing value by itself (the documentation of `read_csv`).
PANDAS_MISSING = {
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
}
_ZONE = re.compile(r":\d\d.*(Z|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True)
class Found:
    """What was found in a file.

    Args:
        options: what `read_csv` is told about its layout, by argument.
        missing: the texts that stand for a missing value there, as pandas meets them.
        taken: texts that pandas takes for missing and the run didn't.
        spaced: the columns with white space around a text.
        dates: the texts of each column of dates.
        typed: whether the file has types of its own, and dates that are dates already.
    """

    options: dict[str, Any]
    missing: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    spaced: set[str] = field(default_factory=set)
    dates: dict[str, set[str]] = field(default_factory=dict)
    typed: bool = False


def look_at(path: Path, columns: Iterable[Column]) -> Found:
    """Return what a file needs to be read alike.

    Args:
        path: the file.
        columns: its columns, as they were read.

    Raises:
        DataError: it can't be read any more.
    """
    file = examine(path)
    delimiter = delimiter_of(file)
    layout = Layout(file, delimiter, quoting_of(file.chunks(), delimiter) if file.quoted else "none")
    first = next(layout.blocks()).first_row(delimiter)
    names, has_header, _ = names_of(first, path)
    by_name = {column.name: column for column in columns}
    kinds = [by_name[name].kind if name in by_name else "" for name in names]
    found = Found(_layout_options(path, file, delimiter))
    leading = False
    for row in _cells(file, delimiter, has_header):
        for name, kind, raw in zip(names, kinds, row, strict=False):
            leading = leading or raw[:1] in (" ", "\t")
            _note(found, name, kind, raw.lstrip(" "))
    if has_header and first != names:
        found.options.update(header=0, names=names)
    if not has_header:
        found.options.update(header=None, names=names)
    if leading and delimiter != SPACES:
        found.options["skipinitialspace"] = True
    if _has_commas(file, delimiter, has_header, kinds):
        found.options["decimal"] = ","
    return found


def _layout_options(path: Path, file: TextFile, delimiter: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if delimiter != ",":
        options["sep"] = r"\s+" if delimiter == SPACES else delimiter
    if file.encoding != "utf-8":
        options["encoding"] = file.encoding
    if is_packed(path) and path.suffix != ".gz":
        options["compression"] = "gzip"
    return options


def is_packed(path: Path) -> bool:
    """Whether a file is gzipped, whatever its name says."""
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _cells(file: TextFile, delimiter: str, has_header: bool) -> Iterator[list[str]]:
    """Yield the rows of a file as they stand there, blank ones and the header aside."""
    with any_length(), reading(file.path), file.open() as stream:
        rows: Iterable[list[str]]
        if delimiter == SPACES:
            rows = (line.split() for line in stream)
        else:
            rows = csv.reader(stream, delimiter=delimiter)
        full = (row for row in rows if len(row) > 1 or (row and row[0].strip()))
        if has_header:
            next(full, None)
        yield from full


def _note(found: Found, name: str, kind: str, raw: str) -> None:
    """Take note of one cell, as pandas meets it."""
    bare = raw.strip()
    if bare in MISSING:
        if raw not in PANDAS_MISSING:
            found.missing.add(raw)
    elif raw in PANDAS_MISSING:
        found.taken.add(raw)
    if bare in MISSING:
        return
    if raw != bare and kind in ("text", "date"):
        found.spaced.add(name)
    if kind == "date":
        found.dates.setdefault(name, set()).add(bare)


def _has_commas(file: TextFile, delimiter: str, has_header: bool, kinds: list[str]) -> bool:
    if delimiter == ",":
        return False
    places = [place for place, kind in enumerate(kinds) if kind == "number"]
    return any(
        "," in row[place]
        for row in _cells(file, delimiter, has_header)
        for place in places
        if place < len(row)
    )


def missing_options(founds: Iterable[Found]) -> dict[str, Any]:
    """Return what pandas is told about missing values, so that it finds those of the run."""
    founds = list(founds)
    missing = set().union(*(found.missing for found in founds))
    taken = set().union(*(found.taken for found in founds))
    if not taken:
        return {"na_values": sorted(missing)} if missing else {}
    known = (PANDAS_MISSING & set(MISSING)) | missing
    return {"keep_default_na": False, "na_values": sorted(known)}


def text_options(columns: Iterable[Column]) -> dict[str, Any]:
    """Return the columns that pandas is told to leave as texts: those in which some texts are numbers."""
    texts = [
        column.name for column in columns if column.kind == "text" and numeric_levels(column.levels).any()
    ]
    return {"dtype": dict.fromkeys(texts, "str")} if texts else {}


def date_options(founds: Iterable[Found], name: str) -> str:
    """Return what `to_datetime` is told about a column of dates, as it is written in a call."""
    founds = list(founds)
    if any(found.typed for found in founds):
        return ""
    texts = sorted(set().union(*(found.dates.get(name, set()) for found in founds)))
    parsed = parse_dates(texts)
    form = "iso" if parsed is None else parsed[1]
    if form == "iso":
        if any(_ZONE.search(text) for text in texts):
            return 'format="ISO8601", utc=True'
        return 'format="%Y-%m-%d"' if all(len(text) == 10 for text in texts) else 'format="ISO8601"'
    colons = {text.count(":") for text in texts}
    times = {0: "", 1: " %H:%M", 2: " %H:%M:%S"}
    if len(colons) == 1 and not any("T" in text for text in texts):
        return f"format={spelled(form + times[colons.pop()])}"
    return f'format="mixed", dayfirst={form.startswith("%d")}'

"""How pandas reads a workbook or a Parquet file as it was read for the run.

Such files have types of their own, so there is little to be told to pandas; what it reads is compared with
what the run had, value by value, and a file that it reads otherwise is refused.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from stirfry.data.read.files import kind_of
from stirfry.data.read.pieces import MISSING
from stirfry.data.table import Column, Table
from stirfry.errors import UsageError
from stirfry.export.csv_reading import text_options
from stirfry.export.lines import call, spelled
from stirfry.export.told import Told
from stirfry.paths import expanded

#: What must be installed to read such a file, beside pandas.
FRAMES = {".xlsx": "openpyxl", ".parquet": "polars"}
_PANDAS, _POLARS, _NUMPY = "import pandas as pd", "import polars as pl", "import numpy as np"


def is_frame(path: Path) -> bool:
    """Whether a file is a workbook or a Parquet file."""
    return kind_of(path) in FRAMES


def frame_lines(
    told: Told, used: list[Column], place: Callable[[str], str]
) -> tuple[list[str], set[str], set[str]]:
    """Return the lines that read a file into `table`, their imports, and what else must be installed.

    Args:
        told: the run.
        used: the columns that the network learns from, and the target.
        place: from a source's path to the expression of it in the script.

    Raises:
        UsageError: pandas reads the file in another way, or isn't installed here to find out.
    """
    source = str(told.recipe.data.source)
    path = expanded(source)
    if kind_of(path) == ".parquet":
        # pandas by itself would need a further package for it.
        frame = _tried(lambda: _parquet(path), told.name, path)
        words = _words_for_nothing(frame, used)
        _check(frame.replace(words, np.nan) if words else frame, used, told)
        expression = f"pl.read_parquet({place(source)}).to_dict(as_series=False)"
        lines = call(f"table = pd.DataFrame({expression})")
        lines += [f"table = table.replace({spelled(words)}, np.nan)"] if words else []
        return lines, {_PANDAS, _POLARS} | ({_NUMPY} if words else set()), set()
    dataset = told.described.dataset
    assert isinstance(dataset, Table), "a file with columns is a table"
    for options in _options(dataset, used):
        frame = _tried(lambda given=options: _workbook(path, given), told.name, path)  # type: ignore[misc]
        if _other(frame, used, told) is None:
            break
    _check(frame, used, told)
    arguments = [place(source), *(f"{key}={spelled(value)}" for key, value in options.items())]
    lines = call(f"table = pd.read_excel({', '.join(arguments)})")
    if frame.attrs["blank"]:
        lines.append('table = table.dropna(how="all", ignore_index=True)')
    return lines, {_PANDAS}, {FRAMES[".xlsx"]}


def _tried(read: Callable[[], Any], name: str, path: Path) -> Any:
    try:
        return read()
    except ImportError as error:
        needed = f"pandas {FRAMES[kind_of(path)]}"
        raise UsageError("export.needs_packages", name=name, packages=needed) from error


def _parquet(path: Path) -> Any:
    import pandas as pd
    import polars as pl

    return pd.DataFrame(pl.read_parquet(path).to_dict(as_series=False))


def _workbook(path: Path, options: dict[str, Any]) -> Any:
    import pandas as pd

    frame = pd.read_excel(path, **options)
    whole = frame.dropna(how="all", ignore_index=True)
    whole.attrs["blank"] = len(whole) < len(frame)
    return whole


def _options(table: Table, used: list[Column]) -> Iterator[dict[str, Any]]:
    """Yield what pandas could be told, the shortest first."""
    texts = text_options(used)
    for header in ({}, {"header": None, "names": list(table.names)}):
        for missing in ({}, {"na_values": sorted(set(MISSING) - {""})}):
            yield header | texts | missing


def _words_for_nothing(frame: Any, used: list[Column]) -> list[str]:
    """Return the texts that the run took for a gap, of those that are there."""
    texts = [frame[column.name] for column in used if column.kind == "text" and column.name in frame.columns]
    return [word for word in MISSING if any((series == word).any() for series in texts)]


def _check(frame: Any, used: list[Column], told: Told) -> None:
    found = _other(frame, used, told)
    if found is not None:
        raise UsageError("export.odd_column", name=told.name, column=found)


def _other(frame: Any, used: list[Column], told: Told) -> str | None:
    """Return the first column that pandas reads otherwise; None where it reads all alike."""
    rows, schema = len(told.described.dataset), told.prepared.schema
    if len(frame) > rows and schema is not None and schema.target in frame.columns:
        frame = frame.dropna(subset=[schema.target])  # the script drops rows without a label, as the run did
    for column in used:
        if column.name not in frame.columns or len(frame) != rows:
            return column.name
        series = frame[column.name]
        if not np.array_equal(series.isna().to_numpy(), column.missing) or not _alike(series, column):
            return column.name
    return None


def _alike(series: Any, column: Column) -> bool:
    """Whether the values that are there are those of a column, and of its kind."""
    there = ~column.missing
    values = series[there]
    if column.kind == "text":
        return all(isinstance(each, str) for each in values) and values.tolist() == [
            text for text in column.texts() if text is not None
        ]
    if column.kind == "date":
        import pandas as pd

        if not all(isinstance(each, datetime.date) for each in values):
            return False
        seconds = (pd.to_datetime(values) - pd.Timestamp(0)).dt.total_seconds()
        return bool(np.array_equal(seconds.to_numpy(float), column.values[there].astype(float)))
    if not all(isinstance(each, int | float | np.number | np.bool_) for each in values):
        return False
    return bool(np.array_equal(values.to_numpy(float), column.values[there].astype(float)))

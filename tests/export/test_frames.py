"""Scripts on workbooks and Parquet files: pandas reads them as the run did, or the script is refused."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from tests.export.retelling import NEAR, retold, train

from stirfry.cli import main

QUICK = ["--epochs", "4", "--hidden", "6"]
ROWS = 90

pytestmark = pytest.mark.usefixtures("here")


def day(at: int) -> datetime.date:
    return datetime.date(2021, 1 + at % 12, 1 + at % 28)


def moment(at: int) -> datetime.datetime:
    return datetime.datetime(2021, 3, 1 + at % 28, at % 24, at % 60)


COLUMNS: dict[str, dict[str, Callable[[int], Any]]] = {
    "numbers": {},
    "gaps": {"a": lambda i: None if i % 5 == 0 else i % 7, "c": lambda i: ["red", "green", None][i % 3]},
    "categories": {"c": lambda i: ["red", "green", "blue"][i % 3], "d": lambda i: i * 11 % 13},
    "texts of numbers": {"c": lambda i: ["1", "2", "x"][i % 3]},
    "words for nothing": {"c": lambda i: ["NA", "x", "y"][i % 3]},
    "dates": {"when": day},
    "dates with gaps": {"when": lambda i: None if i % 9 == 0 else day(i)},
    "moments": {"when": moment},
    "booleans": {"f": lambda i: i % 3 == 0},
    "booleans with gaps": {"f": lambda i: None if i % 8 == 0 else i % 3 == 0},
    "Chinese": {"颜色": lambda i: ["红", "绿", "蓝"][i % 3], 'it\'s "one"': lambda i: i / 3},
    "no label": {"y": lambda i: None if i in (3, 50) else "uvw"[i * i % 3]},
    "a number as target": {"y": lambda i: i % 7 + i * 37 % 101 / 10},
}


def frame_of(columns: dict[str, Callable[[int], Any]]) -> pl.DataFrame:
    made: dict[str, Callable[[int], Any]] = {"a": lambda i: i % 7, "b": lambda i: i * 37 % 101 / 10}
    made |= columns
    target = made.pop("y", lambda i: "uvw"[i * i % 3])
    made["y"] = target
    return pl.DataFrame({name: [make(at) for at in range(ROWS)] for name, make in made.items()})


def workbook(frame: pl.DataFrame, path: str, header: bool = True, blank: tuple[int, ...] = ()) -> str:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if header:
        sheet.append(frame.columns)
    for at, row in enumerate(frame.iter_rows()):
        if at in blank:
            sheet.append([None] * frame.width)
        sheet.append(list(row))
    book.save(path)
    return path


@pytest.mark.parametrize("name", COLUMNS)
def test_a_parquet_file_is_read_alike(name: str) -> None:
    frame_of(COLUMNS[name]).write_parquet("table.parquet")
    text = retold(train("table.parquet", "--target", "y", *QUICK))
    assert 'pl.read_parquet("table.parquet")' in text and "pip install" in text and "polars" in text


@pytest.mark.parametrize("name", COLUMNS)
def test_a_workbook_is_read_alike(name: str) -> None:
    path = workbook(frame_of(COLUMNS[name]), "table.xlsx")
    text = retold(train(path, "--target", "y", *QUICK))
    assert 'pd.read_excel("table.xlsx"' in text and "openpyxl" in text


def test_a_workbook_with_blank_rows() -> None:
    path = workbook(frame_of({}), "table.xlsx", blank=(10, 40))
    assert 'dropna(how="all"' in retold(train(path, "--target", "y", *QUICK))


def test_a_workbook_in_chinese() -> None:
    path = workbook(frame_of(COLUMNS["gaps"]), "table.xlsx")
    retold(train(path, "--target", "y", *QUICK), NEAR, "--lang", "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_pandas_reads_otherwise_is_refused(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    frame = frame_of({"c": lambda i: [" x", "y ", "z"][i % 3], "d": lambda i: ["-", "p", "q"][i % 3]})
    frame.write_parquet("table.parquet")
    run = train("table.parquet", "--target", "y", *QUICK)
    capsys.readouterr()
    code = main(["export", str(run), "--lang", language])
    said = capsys.readouterr().err
    assert code == 2 and run.name in said
    assert not (run / "script.py").exists()

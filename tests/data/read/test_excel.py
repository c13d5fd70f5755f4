from __future__ import annotations

import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from stirfry.data.read.excel import read_excel
from stirfry.errors import DataError, MissingExtra


def written(folder: Path, rows: list[list[Any]], *others: str) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name in others:
        book.create_sheet(name).append(["elsewhere"])
    path = folder / "rain.xlsx"
    book.save(path)
    return path


def test_columns(tmp_path: Path) -> None:
    rows = [["n", " s ", "b", "d"], [1, "x", True, datetime(1970, 1, 2)], [2.5, None, False, None]]
    table = read_excel(written(tmp_path, rows))
    assert (table.name, table.names) == ("rain", ["n", "s", "b", "d"])
    assert [column.kind for column in table.columns] == ["number", "text", "boolean", "date"]
    assert table.column("n").values.tolist() == [1.0, 2.5]
    assert table.column("d").values.tolist()[0] == 86_400
    assert not table.notices


def test_a_text_among_numbers_makes_texts(tmp_path: Path) -> None:
    table = read_excel(written(tmp_path, [["a"], *[[number] for number in range(2000)], ["oops"]]))
    assert table.column("a").kind == "text"
    assert [notice.code for notice in table.notices] == ["source.text_among_numbers_row"]


def test_blank_rows_and_columns_are_left_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        table = read_excel(
            written(tmp_path, [["a", "b", None, "c"], [1, None, None, 5], [], [None, None, None, 6]])
        )
    assert table.names == ["a", "b", "c"]
    assert table.column("c").values.tolist() == [5, 6]
    assert table.column("b").missing.all()
    assert not caplog.records


def test_the_first_sheet_is_said_where_there_are_others(tmp_path: Path) -> None:
    table = read_excel(written(tmp_path, [["a"], [1]], "two", "three"))
    assert table.notices[0].facts == {"name": "Sheet", "others": ["two", "three"]}


def test_no_header(tmp_path: Path) -> None:
    table = read_excel(written(tmp_path, [[5.1, "setosa"], [4.9, "setosa"]]))
    assert table.names == ["column_1", "column_2"]
    assert len(table) == 2


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "source.empty"),
        ([["a", "b"]], "source.no_rows"),
        ([["a", "a"], [1, 2]], "source.duplicate_columns"),
    ],
)
def test_what_is_refused(tmp_path: Path, rows: list[list[Any]], code: str) -> None:
    with pytest.raises(DataError) as caught:
        read_excel(written(tmp_path, rows))
    assert caught.value.code == code


@pytest.mark.parametrize("size", [0, 10, 1000, -40])
def test_a_cut_file(tmp_path: Path, size: int) -> None:
    path = written(tmp_path, [["a"], [1]])
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DataError) as caught:
        read_excel(path)
    assert caught.value.code == "source.bad_excel"
    assert str(path) in str(caught.value)


def test_without_fastexcel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(MissingExtra) as caught:
        read_excel(tmp_path / "a.xlsx")
    assert "stirfry[excel]" in str(caught.value)

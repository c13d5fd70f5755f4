from __future__ import annotations

import csv
import gzip
import io
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.read import text
from stirfry.data.read.delimited import read_delimited
from stirfry.data.read.pieces import MISSING
from stirfry.data.table import Table
from stirfry.errors import DataError


def read(folder: Path, body: str | bytes, name: str = "a.csv") -> Table:
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return read_delimited(path)


def refused(folder: Path, body: str | bytes) -> DataError:
    with pytest.raises(DataError) as caught:
        read(folder, body)
    assert str(caught.value)
    return caught.value


def texts(table: Table) -> dict[str, list[str | None]]:
    return {column.name: column.texts() for column in table.columns}


def test_kinds(tmp_path: Path) -> None:
    table = read(tmp_path, "i,f,s,b,d,none\n1,1.5,x,true,2020-01-01,\n2,2,y,FALSE,2020-01-02,NA\n")
    assert {column.name: column.kind for column in table.columns} == {
        "i": "number",
        "f": "number",
        "s": "text",
        "b": "boolean",
        "d": "date",
        "none": "number",
    }
    assert table.column("i").values.dtype == np.int64
    assert table.column("f").values.tolist() == [1.5, 2.0]
    assert table.column("b").values.tolist() == [1.0, 0.0]
    assert np.diff(table.column("d").values).tolist() == [86_400]
    assert table.column("none").missing.all()
    assert table.name == "a"
    assert not table.notices


@pytest.mark.parametrize("token", MISSING)
def test_every_way_to_write_missing(tmp_path: Path, token: str) -> None:
    table = read(tmp_path, f"n,s,b,d,k\n1,x,true,2020-01-01,1\n{token}, {token} ,{token},{token},2\n")
    assert [column.missing.tolist() for column in table.columns] == [[False, True]] * 4 + [[False, False]]


def test_infinities_stay(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b\n1,2\ninf,-Infinity\n")
    assert table.column("a").values.tolist() == [1.0, math.inf]
    assert table.column("b").values.tolist() == [2.0, -math.inf]


def test_white_space_around_names_and_cells(tmp_path: Path) -> None:
    table = read(tmp_path, " a , b\n 1 , x \n2, x\n")
    assert texts(table) == {"a": ["1", "2"], "b": ["x", "x"]}
    assert table.column("a").kind == "number"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_blank_lines(tmp_path: Path, end: str) -> None:
    table = read(tmp_path, end.join(["a,b", "", "1,x", "  ", "2,y", "", ""]))
    assert texts(table) == {"a": ["1", "2"], "b": ["x", "y"]}


def test_no_line_end_at_the_end(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "a,b\n1,x")) == {"a": ["1"], "b": ["x"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, "城市,人口\n北京,1\n上海,2\n".encode(encoding))
    assert texts(table) == {"城市": ["北京", "上海"], "人口": ["1", "2"]}
    assert [notice.code for notice in table.notices] == (["source.gbk"] if encoding == "gbk" else [])


def test_gzipped(tmp_path: Path) -> None:
    table = read(tmp_path, gzip.compress(b"a,b\n1,2\n"), "rain 2020.csv.gz")
    assert (table.name, texts(table)) == ("rain-2020", {"a": ["1"], "b": ["2"]})


def test_quotes(tmp_path: Path) -> None:
    table = read(tmp_path, 'n,s\n"1","a, b"\n"2","say ""x"""\n"3","two\nlines"\n')
    assert table.column("n").kind == "number"
    assert table.column("s").texts() == ["a, b", 'say "x"', "two\nlines"]


def test_quotes_in_odd_places(tmp_path: Path) -> None:
    table = read(tmp_path, 'n,s\n1, "a, b"\n2,6" pipe\n')
    assert table.column("s").texts() == ["a, b", '6" pipe']


def test_a_header_between_quotes_that_spans_lines(tmp_path: Path) -> None:
    assert read(tmp_path, '"a\nb","c"\n1,2\n').names == ["a\nb", "c"]


def test_a_carriage_return_within_the_header(tmp_path: Path) -> None:
    assert read(tmp_path, "a\rb,c\n1,2\n").names == ["a b", "c"]
    assert read(tmp_path, "a,b\r\r\n1,2\r\r\n").column("b").values.tolist() == [2]


def test_carriage_returns_and_odd_quotes_together(tmp_path: Path) -> None:
    assert read(tmp_path, '1\r1"\n1').column("column_1").texts() == ["1", '1"', "1"]


def test_decimal_commas_are_read_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, "a;b\n1,5;x\n2;y\n")
    assert table.column("a").values.tolist() == [1.5, 2.0]
    assert [str(notice) for notice in table.notices] == ["Decimal commas were read as decimal points in a."]


def test_a_text_among_numbers_is_said_with_its_line(tmp_path: Path) -> None:
    rows = [f"{number},{number}" for number in range(100)]
    rows[40] = "oops,40"
    table = read(tmp_path, "\n\n".join(["a,b", *rows]))
    assert table.column("a").kind == "text"
    assert table.column("a").texts()[:2] == ["0", "1"]
    (notice,) = table.notices
    assert notice.facts == {"name": "a", "count": 1, "found": "oops", "line": 1 + 2 * 41}


def test_a_column_that_is_half_text_is_not_worth_a_word(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b\n1,1\nx,2\n")
    assert table.column("a").kind == "text"
    assert not table.notices


def test_ambiguous_dates_are_said(tmp_path: Path) -> None:
    table = read(tmp_path, "d,a\n01/02/2020,1\n03/04/2020,2\n")
    assert table.column("d").kind == "date"
    assert [notice.code for notice in table.notices] == ["source.month_or_day_first"]


def test_whole_numbers_beyond_64_bits(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n99999999999999999999,1\n3,2\n").column("a").values.tolist() == [1e20, 3.0]


def test_digits_that_are_not_ascii(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n１,1\n3,2\n").column("a").kind == "text"


def test_how_a_number_was_written_is_kept_in_a_text_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "CHUNK", 8)
    monkeypatch.setattr(text, "_ROWS", 1)
    table = read(tmp_path, "a,b\n1.50,1\n007,2\nx,3\n1e3,4\n")
    assert table.column("a").texts() == ["1.50", "007", "x", "1e3"]


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("a,b\n1,2\n1,2,3\n", "source.ragged", 3),
        ("a,b\n\n1,2\n1\n", "source.ragged", 4),
        ("a,b\n1,2\n1,2,\n", "source.ragged", 3),
        ('a,b\n"x\ny",2\n1\n', "source.ragged", 4),
        ('a,b\n1, "x"\n1\n', "source.ragged", 3),
        ('a,b\n1,2\n3,"x\n', "source.bad_quotes", 3),
        ('a,b\n1,"x"y\n', "source.bad_quotes", 2),
    ],
)
def test_bad_lines_are_refused_by_number(tmp_path: Path, body: str, code: str, line: int) -> None:
    error = refused(tmp_path, body)
    assert (error.code, error.facts["line"]) == (code, line)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "source.empty"),
        ("\n\n", "source.empty"),
        ("a,b\n", "source.only_header"),
        ("a,b", "source.only_header"),
        ("a,b,a\n1,2,3\n", "source.duplicate_columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\r", "source.binary"),
        ("a,é\n1,2\n".encode("latin-1"), "source.bad_encoding"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, body: str | bytes, code: str) -> None:
    assert refused(tmp_path, body).code == code


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stirfry.data.read.blocks.LONGEST_LINE", 100)
    monkeypatch.setattr(text, "CHUNK", 50)
    monkeypatch.setattr(text, "_LARGEST_CHUNK", 50)
    assert refused(tmp_path, "a,b\n" + "1" * 1000).code == "source.line_too_long"


def test_many_columns(tmp_path: Path) -> None:
    header = ",".join(f"c{number}" for number in range(3000))
    table = read(tmp_path, "\n".join([header, *[",".join(["1.5"] * 3000)] * 4]))
    assert len(table.columns) == 3000
    assert len(table) == 4


CELLS = st.one_of(
    st.integers(-99, 99).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["", "NA", "true", "False", "x", "y z", "北京", "1.", "-0", "+3"]),
    st.text(alphabet='ab1 ,;"\n', max_size=4),
)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12)
)


@given(TABLES, st.integers(1, 40), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_agrees_with_the_csv_module(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], chunk: int, quoting: int
) -> None:
    out = io.StringIO()
    names = ["name " + "abcd"[place] for place in range(len(rows[0]))]
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows([names, *rows])
    before = text.CHUNK, text._ROWS
    text.CHUNK, text._ROWS = chunk, 0
    try:
        table = read(tmp_path_factory.mktemp("csv"), out.getvalue())
    finally:
        text.CHUNK, text._ROWS = before
    assert table.names == names
    assert len(table) == len(rows)
    for column, cells in zip(table.columns, zip(*rows, strict=True), strict=True):
        expected = [None if cell.strip() in MISSING else cell.strip() for cell in cells]
        assert column.missing.tolist() == [cell is None for cell in expected]
        present = [
            (got, cell)
            for got, cell in zip(column.values.tolist(), expected, strict=True)
            if cell is not None
        ]
        if column.kind == "number":
            assert [got for got, _ in present] == [float(cell) for _, cell in present]
        elif column.kind == "boolean":
            assert [bool(got) for got, _ in present] == [cell.lower() == "true" for _, cell in present]
        else:
            assert column.texts() == expected


@given(st.text(alphabet='a1",;\t\n\r |', max_size=40))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    try:
        table = read(tmp_path_factory.mktemp("csv"), body)
    except DataError as error:
        assert str(error)
    else:
        assert len({len(column) for column in table.columns}) == 1

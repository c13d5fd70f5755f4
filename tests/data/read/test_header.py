from __future__ import annotations

from pathlib import Path

import pytest

from stirfry.data.read.header import delimiter_of, is_data, names_of
from stirfry.data.read.text import examine
from stirfry.errors import DataError


@pytest.mark.parametrize(
    ("body", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a\tb\n1\t2\n", "\t"),
        ("a;b\n1,5;2,5\n", ";"),
        ("1,5;2,5;3,5\n1,5;2,5;3,5\n", ";"),
        ("a|b\n1|2\n", "|"),
        ("x;y,1,2\nx;y,3,4\n", ","),
        ("a,b\n1,2\n1,2,3\n4,5\n", ","),
        ('"a;b",c\n"x;y",2\n', ","),
        ("a\n1\n2\n", ","),
        ("some words here\nand here more\n", ","),
        ("1 2  3\n4\t5 6\n", " "),
    ],
)
def test_delimiters_are_found_out(tmp_path: Path, body: str, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(body)
    assert delimiter_of(examine(path)) == delimiter


def test_blank_lines_before_everything(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n" * 100 + "a;b\n1;2\n")
    assert delimiter_of(examine(path)) == ";"


@pytest.mark.parametrize(
    ("cells", "data"),
    [
        (["a", "b"], False),
        (["5.1", "setosa"], True),
        (["1", "b", "c"], False),
        (["2019", "2020", "2021"], False),
        (["country", "2019", "2020"], False),
        (["", "0", "1", "2"], False),
        (["0", "1", "2"], True),
        (["999", "3000"], True),
        (["-1e-3", "inf"], True),
        (["nan", "1"], True),
    ],
)
def test_whether_the_first_row_is_data(cells: list[str], data: bool) -> None:
    assert is_data(cells) is data


def test_no_header_is_said() -> None:
    names, has_header, notices = names_of(["1", "2"], Path("a.csv"))
    assert (names, has_header) == (["column_1", "column_2"], False)
    assert [notice.code for notice in notices] == ["source.no_header"]


def test_unnamed_columns_are_named_and_said() -> None:
    names, has_header, notices = names_of(["", " b ", "", "Unnamed: 0"], Path("a.csv"))
    assert (names, has_header) == (["column_1", "b", "column_3", "Unnamed: 0"], True)
    assert notices[0].facts == {"names": ["column_1", "column_3"]}


def test_a_given_name_never_meets_a_real_one() -> None:
    assert names_of(["column_2", ""], Path("a.csv"))[0] == ["column_2", "column_2_"]


def test_duplicate_names_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        names_of(["a", "b", "a ", "b"], Path("a.csv"))
    assert caught.value.facts["names"] == ["a", "b"]

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.read.quotes import quoting_of

CELLS = st.text(alphabet='ab", \n', max_size=5)


@pytest.mark.parametrize(
    ("text", "quoting"),
    [
        ("1,2\n", "none"),
        ('"a","b"\n1,2\n', "whole fields"),
        ('1,"a ""b"" c"\n', "whole fields"),
        ('1,""\n', "whole fields"),
        ('1,"a\nb"\r\n2,"c"', "whole fields"),
        ('1,6" pipe\n', "free"),
        ('1, "a"\n', "free"),
        ('1,"a" \n', "free"),
        ('1,"a\n2,b\n', "free"),
        ('1;"a"\n', "free"),
        ('1,"a"\r2,b\n', "free"),
        ('1,"a"\r', "whole fields"),  # a line feed is thought at the end
    ],
)
def test_how_quotes_are_used(text: str, quoting: str) -> None:
    assert quoting_of([text.encode()], ",") == quoting


@given(st.text(alphabet='a",\n', max_size=12), st.integers(0, 12))
def test_where_the_text_is_cut_makes_no_difference(text: str, cut: int) -> None:
    whole = text.encode()
    pieces = [piece for piece in (whole[:cut], whole[cut:]) if piece]
    assert quoting_of(pieces, ",") == quoting_of([whole] if whole else [], ",")


@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), min_size=1, max_size=3))
def test_what_a_csv_writer_writes_is_never_free(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    assert quoting_of([out.getvalue().encode()], ",") != "free"

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.read.growing import GrowingColumn
from stirfry.data.read.pieces import typed_piece

CELLS = st.sampled_from([None, "", "1", "2.5", "-3", "x", "y", "true", "False", "inf"])


def grown(pieces: list[list[str | None]]) -> GrowingColumn:
    column = GrowingColumn(sum(map(len, pieces)) + 3)
    for piece in pieces:
        column.add(typed_piece(pl.Series(piece, dtype=pl.String)))
    return column


def test_whole_numbers_turn_to_fractions_when_one_comes() -> None:
    column = grown([["1", "2"], ["2.5"], [None]]).column("a")
    assert column is not None
    assert column.values.tolist()[:3] == [1.0, 2.0, 2.5]
    assert column.missing.tolist() == [False, False, False, True]


def test_missing_values_before_the_first_number() -> None:
    column = grown([[None, ""], ["7"]]).column("a")
    assert column is not None
    assert column.missing.tolist() == [True, True, False]


def test_texts_share_sorted_levels() -> None:
    column = grown([["x"], [None], ["b", "x"]]).column("a")
    assert column is not None
    assert (column.levels, column.texts()) == (("b", "x"), ["x", None, "b", "x"])


@pytest.mark.parametrize("pieces", [[["1"], ["x"]], [["x"], ["1"]], [["true"], ["1"]], [["1"], ["x"], ["2"]]])
def test_kinds_that_do_not_agree(pieces: list[list[str | None]]) -> None:
    column = grown(pieces)
    assert column.mixed
    assert column.column("a") is None


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_pieces_make_what_the_whole_makes(pieces: list[list[str | None]]) -> None:
    column = grown(pieces).column("a")
    whole = grown([[cell for piece in pieces for cell in piece]]).column("a")
    if column is not None and whole is not None:
        assert column.kind == whole.kind
        assert column.texts() == whole.texts()

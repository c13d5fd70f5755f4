"""One level, however it was read."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.make_tables import boolean, number, text

from stirfry.data.levels import MISSING, UNKNOWN, as_number, levels_in, match, spellings
from stirfry.data.table import as_text


@pytest.mark.parametrize(
    ("written", "value"),
    [("1", 1.0), ("-2.50", -2.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("+7", 7.0)],
)
def test_numbers_are_read(written: str, value: float) -> None:
    assert as_number(written) == value


@pytest.mark.parametrize(
    "written", ["", "abc", "1,000", "1_000", "nan", "inf", "1e999", "٣", "0x10", "9" * 5000]
)
def test_what_is_no_finite_number_is_none(written: str) -> None:
    assert as_number(written) is None


@given(st.text())
def test_any_text_is_a_finite_number_or_none(written: str) -> None:
    value = as_number(written)
    assert value is None or math.isfinite(value)


def test_two_is_two_as_whole_number_float_and_text() -> None:
    for column in (
        number("a", [2, 3]),
        number("a", [2.0, 3.0]),
        text("a", ["2", "3"]),
        text("a", ["2.0", "03"]),
    ):
        assert match(column, ["3", "2"]).tolist() == [1, 0]


def test_truths_are_one_however_they_are_written() -> None:
    for column in (boolean("a", [True, False]), text("a", ["TRUE", "false"]), number("a", [1, 0])):
        assert match(column, ["0", "1"]).tolist() == [1, 0]
        assert match(column, ["False", "True", "maybe"]).tolist() == [1, 0]


def test_an_exact_match_goes_before_a_like_one() -> None:
    assert match(text("zip", ["007", "7"]), ["007", "7"]).tolist() == [0, 1]
    assert match(text("zip", ["7"]), ["007"]).tolist() == [0]


def test_missing_and_unknown_are_told_apart() -> None:
    assert match(text("a", [None, "x", "y"]), ["x"]).tolist() == [MISSING, 0, UNKNOWN]
    assert match(number("a", [None, 1.0, 2.0]), ["1"]).tolist() == [MISSING, 0, UNKNOWN]
    assert match(number("a", [None, None]), ["1"]).tolist() == [MISSING, MISSING]


@given(st.lists(st.text(max_size=5), min_size=1), st.lists(st.text(max_size=5)))
def test_every_known_text_finds_itself(values: list[str], others: list[str]) -> None:
    known = sorted({*values, *others})
    assert match(text("a", values), known).tolist() == [known.index(value) for value in values]


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_whole_numbers_of_any_size_are_told_apart(values: list[int]) -> None:
    known = sorted({str(value) for value in values})
    assert match(number("a", values), known).tolist() == [known.index(str(value)) for value in values]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_levels_of_numbers_find_themselves(values: list[float]) -> None:
    column = number("a", values)
    known = levels_in(column)
    found = match(column, known)
    assert [known[place] for place in found] == [as_text(value) for value in np.array(values).tolist()]


def test_levels_are_those_present() -> None:
    column = text("a", ["x", "y", None, "z"]).take(np.array([0, 2, 3]))
    assert levels_in(column) == ("x", "z")
    assert levels_in(number("a", [10, 9, 9])) == ("10", "9")


LEVELS = ["a", "b", "A", "a b", "é", "红", '"', "'", "true", "FALSE"]
LEVELS += ["1", "2", "2.0", "2.5", "007", "1e3"]


@settings(max_examples=30)
@given(st.lists(st.sampled_from(LEVELS), max_size=5, unique=True))
def test_spellings_are_what_match_reads(levels: list[str]) -> None:
    for spelling, place in spellings(levels).items():
        assert match(text("c", [spelling]), levels).tolist() == [place]

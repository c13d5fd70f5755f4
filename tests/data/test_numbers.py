"""Numbers and dates out of columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.make_tables import boolean, date, number, text

from stirfry.data.numbers import check_finite, numbers_in, seconds_in
from stirfry.data.table import Column
from stirfry.errors import DataError


def refused(call: object, *arguments: object, **facts: object) -> DataError:
    with pytest.raises(DataError) as caught:
        call(*arguments, **facts)  # type: ignore[operator]
    return caught.value


def test_numbers_come_back_uncopied() -> None:
    column = number("a", [1.0, None])
    assert numbers_in(column) is column.values


def test_texts_that_are_numbers_are_numbers_and_missing_tokens_are_gaps() -> None:
    values = numbers_in(text("a", ["1.5", " 2 ", "NA", "", None, "?"]))
    np.testing.assert_array_equal(values, [1.5, 2, np.nan, np.nan, np.nan, np.nan])


def test_a_stray_text_is_named_with_its_row() -> None:
    error = refused(numbers_in, text("age", ["1", "x1", "2"]))
    assert error.code == "data.not_a_number"
    assert error.facts == {"column": "age", "row": 2, "value": "x1"}


def test_truths_are_numbers_only_where_they_are_expected() -> None:
    column = text("a", ["TRUE", "false", "1"])
    assert numbers_in(column, truths=True).tolist() == [1, 0, 1]
    assert refused(numbers_in, column).facts["value"] == "TRUE"
    assert numbers_in(boolean("a", [True, False])).tolist() == [1, 0]


def test_dates_are_no_numbers_and_numbers_no_dates() -> None:
    assert refused(numbers_in, date("when", ["2020-01-01"])).code == "data.date_for_number"
    error = refused(seconds_in, number("when", [None, 5.0]))
    assert (error.code, error.facts["row"], error.facts["value"]) == ("data.not_a_date", 2, "5")
    assert refused(seconds_in, text("when", ["", "soon"])).facts["row"] == 2


def test_gaps_alone_can_be_dates() -> None:
    assert np.isnan(seconds_in(number("when", [None, None]))).all()
    assert np.isnan(seconds_in(text("when", ["", None]))).all()
    assert seconds_in(date("when", ["1970-01-02", None]))[0] == 86_400


@pytest.mark.parametrize(
    ("values", "row", "code"),
    [
        ([1.0, np.inf], 2, "data.infinite"),
        ([-np.inf, 1.0], 1, "data.infinite"),
        ([np.nan, 1e39], 2, "data.too_large"),
        ([0.0, 1.0, -1e39], 3, "data.too_large"),
    ],
)
def test_infinities_are_named_with_their_row(values: list[float], row: int, code: str) -> None:
    error = refused(numbers_in, Column("a", "number", np.array(values)))
    assert (error.code, error.facts["row"]) == (code, row)


@given(st.lists(st.floats(width=32, allow_infinity=False)))
def test_whatever_fits_in_32_bits_passes(values: list[float]) -> None:
    check_finite(Column("a", "number", np.array(values, dtype=np.float64)))

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.read.series import column_from_values
from stirfry.errors import DataError

DAY = 86_400.0


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, 2], "number", [1, 2]),
        ([1, None], "number", [1.0, None]),
        ([1, 2.5], "number", [1.0, 2.5]),
        ([Decimal("1.5"), np.float32(2)], "number", [1.5, 2.0]),
        ([2**70, 1], "number", [2.0**70, 1.0]),
        ([True, None, np.False_], "boolean", [1.0, None, 0.0]),
        (["1", " 2"], "number", [1, 2]),
        (["true", "False"], "boolean", [1.0, 0.0]),
        ([date(1970, 1, 2), None], "date", [DAY, None]),
        ([datetime(1970, 1, 2), datetime(1970, 1, 2, 1, tzinfo=UTC)], "date", [DAY, DAY + 3600]),
        ([datetime(1970, 1, 2, tzinfo=timezone(timedelta(hours=1)))], "date", [DAY - 3600]),
        (["1970-01-02", None], "date", [DAY, None]),
        ([None, float("nan")], "number", [None, None]),
        (np.array([1.5, np.nan], dtype=np.float16), "number", [1.5, None]),
        (np.array([1, 2], dtype=np.uint8), "number", [1, 2]),
        (np.array([2**64 - 1], dtype=np.uint64), "number", [2.0**64]),
        (np.array([True, False]), "boolean", [1.0, 0.0]),
        (np.array(["1970-01-02", "NaT"], dtype="datetime64[D]"), "date", [DAY, None]),
        (np.array(["1", "2"]), "number", [1, 2]),
    ],
)
def test_numbers_booleans_and_dates(values: Any, kind: str, expected: list[float | None]) -> None:
    column, notices = column_from_values("a", values)
    found = [
        None if gone else value for gone, value in zip(column.missing, column.values.tolist(), strict=True)
    ]
    assert (column.kind, found, notices) == (kind, expected, [])
    assert [type(value) for value in found] == [type(value) for value in expected]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["b", "a", None, " b "], ["b", "a", None, "b"]),
        ([1, "x", 2.0, 2.5, True, date(2020, 1, 2)], ["1", "x", "2", "2.5", "True", "2020-01-02"]),
        ([b"x", "NA"], ["x", None]),
        (np.array([b"x", b"y"]), ["x", "y"]),
    ],
)
def test_texts_and_mixtures(values: Any, expected: list[str | None]) -> None:
    column, _ = column_from_values("a", values)
    assert (column.kind, column.texts()) == ("text", expected)
    assert list(column.levels) == sorted(column.levels)


def test_texts_as_they_are() -> None:
    column, _ = column_from_values("a", ["01", "2020-01-02"], as_it_is=True)
    assert (column.kind, column.texts()) == ("text", ["01", "2020-01-02"])


def test_a_slip_is_said_with_its_row() -> None:
    _, (notice,) = column_from_values("a", [*map(str, range(50)), "oops"])
    assert notice.facts == {"name": "a", "count": 1, "found": "oops", "row": 51}


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, object()])
def test_what_is_no_value_is_refused_by_name(value: object) -> None:
    with pytest.raises(DataError) as caught:
        column_from_values("height", [value, 1])
    assert caught.value.code == "source.nested_column"
    assert "height" in str(caught.value)


@given(
    st.lists(
        st.none() | st.integers() | st.floats() | st.booleans() | st.text() | st.dates() | st.binary(),
        max_size=6,
    )
)
def test_any_values_make_a_column_of_their_length(values: list[Any]) -> None:
    column, _ = column_from_values("a", values)
    assert len(column) == len(values)
    assert column.values.flags.writeable

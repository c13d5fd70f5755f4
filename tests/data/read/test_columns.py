from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from stirfry.data.read.columns import as_columns
from stirfry.data.table import Column
from stirfry.errors import DataError


def one(values: object, dtype: object = None) -> Column:
    return as_columns(pl.DataFrame({"a": pl.Series(values, dtype=dtype)}))[0]


@pytest.mark.parametrize(
    ("values", "dtype", "kind", "expected"),
    [
        ([1, 2], pl.Int8, "number", [1, 2]),
        ([1, None], pl.Int64, "number", [1.0, np.nan]),
        ([2**64 - 1], pl.UInt64, "number", [2.0**64]),
        ([1.5, None], pl.Float32, "number", [1.5, np.nan]),
        ([Decimal("1.25")], pl.Decimal(10, 2), "number", [1.25]),
        ([True, None], pl.Boolean, "boolean", [1.0, np.nan]),
        ([date(1970, 1, 2), None], pl.Date, "date", [86_400.0, np.nan]),
        ([datetime(1970, 1, 1, 0, 0, 1)], pl.Datetime("ns"), "date", [1.0]),
        ([datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)], pl.Datetime("ms", "Asia/Shanghai"), "date", [1.0]),
        ([timedelta(seconds=90)], pl.Duration("ms"), "number", [90.0]),
        ([time(0, 1)], pl.Time, "number", [60.0]),
        ([None, None], pl.Null, "number", [np.nan, np.nan]),
        ([None], pl.List(pl.Int64), "number", [np.nan]),
        (["1", " 2 "], pl.String, "number", [1, 2]),
        (["1970-01-02"], pl.String, "date", [86_400.0]),
    ],
)
def test_kinds(values: list[object], dtype: object, kind: str, expected: list[float]) -> None:
    column = one(values, dtype)
    assert column.kind == kind
    np.testing.assert_array_equal(column.values, expected)
    assert column.values.flags.writeable


def test_whole_numbers_stay_exact() -> None:
    assert one([2**53 + 1, 1]).values.tolist() == [2**53 + 1, 1]


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["2", "10", "unused"])])
def test_categories_stay_texts(dtype: object) -> None:
    column = one(["2", "10", None], dtype)
    assert (column.kind, column.levels, column.values.tolist()) == ("text", ("10", "2"), [1, 0, -1])


@pytest.mark.parametrize("values", [[[1, 2]], [{"b": 1}], [b"x"], [object()]])
def test_nested_columns_are_refused_by_name(values: list[object]) -> None:
    with pytest.raises(DataError) as caught:
        as_columns(pl.DataFrame({"height": pl.Series(values)}))
    assert caught.value.code == "source.nested_column"
    assert "height" in str(caught.value)


def test_names_that_only_white_space_tells_apart() -> None:
    with pytest.raises(DataError) as caught:
        as_columns(pl.DataFrame({"a": [1], "a ": [2]}))
    assert caught.value.code == "source.duplicate_columns"


def test_the_frame_is_left_alone() -> None:
    frame = pl.DataFrame({"a": [1], "b": [2]})
    as_columns(frame)[0].values[0] = 9
    assert frame.to_dicts() == [{"a": 1, "b": 2}]

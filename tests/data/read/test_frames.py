from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch

from stirfry.data.read.frames import from_columns, from_dicts, from_pandas, from_polars
from stirfry.errors import DataError

DAY = 86_400.0


def test_polars() -> None:
    table = from_polars(pl.DataFrame({"a": [1, 2], "b": ["x", None]}))
    assert (table.names, table.column("b").texts()) == (["a", "b"], ["x", None])


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        (pd.Series([1, 2]), "number", ["1", "2"]),
        (pd.Series([1.5, None]), "number", ["1.5", None]),
        (pd.array([1, None], dtype="Int64"), "number", ["1", None]),
        (pd.array([1.5, None], dtype="Float32"), "number", ["1.5", None]),
        (pd.Series([True, False]), "boolean", ["1", "0"]),
        (pd.array([True, None], dtype="boolean"), "boolean", ["1", None]),
        (pd.Series(["x", None]), "text", ["x", None]),
        (pd.array(["x", None], dtype="string"), "text", ["x", None]),
        (pd.Series([1, "x"], dtype=object), "text", ["1", "x"]),
        (pd.Series(["1", "2"]), "number", ["1", "2"]),
        (pd.Categorical([3, None]), "text", ["3", None]),
        (pd.Categorical(["1", "b"]), "text", ["1", "b"]),
        (pd.Series([None, None], dtype=object), "number", [None, None]),
        (pd.to_datetime(["1970-01-02", None]), "date", ["86400", None]),
        (pd.to_datetime(["1970-01-02 00:00+01:00"] * 2), "date", ["82800", "82800"]),
        (pd.to_timedelta([1, 2], unit="min"), "number", ["60", "120"]),
    ],
)
def test_pandas_types(values: object, kind: str, texts: list[str | None]) -> None:
    column = from_pandas(pd.DataFrame({"a": values})).column("a")
    assert (column.kind, column.texts()) == (kind, texts)


def test_pandas_names_are_texts_and_the_index_is_left_aside() -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]], index=["r", "s"], columns=[0, ("a", "b")])
    assert from_pandas(frame).names == ["0", "('a', 'b')"]


def test_pandas_with_two_columns_of_one_name() -> None:
    with pytest.raises(DataError) as caught:
        from_pandas(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    assert caught.value.code == "source.duplicate_columns"


def test_pandas_and_polars_agree_with_csv_on_what_is_a_date() -> None:
    for frame in (
        from_pandas(pd.DataFrame({"d": ["1970/1/2"]})),
        from_polars(pl.DataFrame({"d": ["1970/1/2"]})),
    ):
        assert (frame.column("d").kind, frame.column("d").values.tolist()) == ("date", [DAY])


def test_columns_of_any_sequence() -> None:
    table = from_columns(
        {
            "a": (1, 2),
            "b": np.array([1.5, 2.5]),
            "c": torch.tensor([[1], [2]]),
            4: pl.Series(["x", "y"]),
            "e": range(2),
        }
    )
    assert table.names == ["a", "b", "c", "4", "e"]
    assert table.column("c").values.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({}, "source.no_rows"),
        ({"a": []}, "source.no_rows"),
        ({"a": [1], "b": [1, 2]}, "source.column_lengths"),
        ({"a": 1, "b": [1]}, "source.scalar_column"),
        ({"a": "text", "b": [1]}, "source.scalar_column"),
        ({"a": np.zeros((2, 2))}, "source.nested_column"),
        ({"a": [1], " a": [1]}, "source.duplicate_columns"),
    ],
)
def test_bad_columns(columns: dict[str, object], code: str) -> None:
    with pytest.raises(DataError) as caught:
        from_columns(columns)
    assert caught.value.code == code
    assert str(caught.value)


@pytest.mark.parametrize("frame", [pl.DataFrame(), pl.DataFrame({"a": []})])
def test_frames_without_rows(frame: pl.DataFrame) -> None:
    with pytest.raises(DataError):
        from_polars(frame)
    with pytest.raises(DataError):
        from_pandas(pd.DataFrame({name: [] for name in frame.columns}))


def test_rows_as_dicts() -> None:
    table = from_dicts([{"a": 1, "b": "x"}, {"b": "y", "c": 2.5}])
    assert [column.texts() for column in table.columns] == [["1", None], ["x", "y"], [None, "2.5"]]

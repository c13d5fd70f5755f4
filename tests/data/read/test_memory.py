from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from torch.utils.data import TensorDataset

from stirfry.data.read.memory import from_memory, rows_from_memory
from stirfry.data.table import Images, Table
from stirfry.errors import DataError, UsageError


@pytest.mark.parametrize(
    "source",
    [
        pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
        pl.LazyFrame({"a": [1, 2], "b": ["x", "y"]}),
        pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
        {"a": [1, 2], "b": ["x", "y"]},
        {"a": np.array([1, 2]), "b": pd.Series(["x", "y"])},
        [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
    ],
)
def test_sources_with_names(source: object) -> None:
    for data in (from_memory(source), rows_from_memory(source)):
        assert isinstance(data, Table)
        assert {column.name: column.texts() for column in data.columns} == {"a": ["1", "2"], "b": ["x", "y"]}
        assert data.target is None


@pytest.mark.parametrize(
    "source",
    [
        (np.array([[1.0], [2.0]]), np.array([0, 1])),
        ([[1.0], [2.0]], [0, 1]),
        (torch.tensor([[1.0], [2.0]]), torch.tensor([0, 1])),
        TensorDataset(torch.tensor([[1.0], [2.0]]), torch.tensor([0, 1])),
        {"X": np.array([[1.0], [2.0]]), "y": np.array([0, 1])},
    ],
)
def test_features_and_target(source: object) -> None:
    for data in (from_memory(source), rows_from_memory(source)):
        assert isinstance(data, Table)
        assert {column.name: column.texts() for column in data.columns} == {
            "x0": ["1", "2"],
            "target": ["0", "1"],
        }
        assert data.target == "target"


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (pd.Series(["no", "yes"], name="answer"), "answer"),
        (pd.Series(["no", "yes"]), "target"),
        (pl.Series("answer", ["no", "yes"]), "answer"),
        (["no", "yes"], "target"),
        (pd.Series(pd.Categorical(["no", "yes"]), name="a"), "a_"),
    ],
)
def test_a_frame_and_a_target(target: Any, name: str) -> None:
    data = from_memory((pd.DataFrame({"a": [1, 2]}), target))
    assert isinstance(data, Table)
    assert (data.names, data.target) == (["a", name], name)
    assert data.column(name).texts() == ["no", "yes"]


def test_images() -> None:
    data = from_memory((torch.zeros(3, 1, 4, 4), [0, 1, 2]))
    assert isinstance(data, Images)
    assert data.pixels.dtype == np.float32


@pytest.mark.parametrize("source", [np.zeros((2, 2)), torch.zeros(2, 2)])
def test_an_array_alone_has_no_target(source: object) -> None:
    with pytest.raises(UsageError) as caught:
        from_memory(source)
    assert "(X, y)" in str(caught.value)


@pytest.mark.parametrize("source", [5, object(), (1, 2, 3), [1, 2], [], b"bytes"])
def test_what_is_no_source(source: object) -> None:
    with pytest.raises(UsageError) as caught:
        from_memory(source)
    assert type(source).__name__ in str(caught.value)


@pytest.mark.parametrize("target", [pd.Series([1, 2, 3]), [1, 2, 3]])
def test_a_target_of_another_length(target: object) -> None:
    with pytest.raises(DataError) as caught:
        from_memory((pd.DataFrame({"a": [1, 2]}), target))
    assert caught.value.code == "source.lengths_differ"


def test_one_row_as_a_dict() -> None:
    data = rows_from_memory({"a": 1, "b": "x", "c": None, "d": np.float32(2)})
    assert isinstance(data, Table)
    assert [column.texts() for column in data.columns] == [["1"], ["x"], [None], ["2"]]


@pytest.mark.parametrize(
    "rows", [np.array([[1.0, 2.0]]), [[1.0, 2.0]], torch.tensor([[1.0, 2.0]]), ((1.0, 2.0),)]
)
def test_features_alone_take_names(rows: object) -> None:
    data = rows_from_memory(rows, ["length", "width"])
    assert isinstance(data, Table)
    assert (data.names, data.target) == (["length", "width"], None)
    with pytest.raises(DataError) as caught:
        rows_from_memory(rows, ["length"])
    assert caught.value.code == "source.columns_differ"


def test_two_rows_are_no_pair() -> None:
    data = rows_from_memory(([1.0, 2.0], [3.0, 4.0]))
    assert len(data) == 2


def test_images_alone() -> None:
    data = rows_from_memory(np.zeros((2, 5, 5), dtype=np.uint8))
    assert isinstance(data, Images)
    assert data.labels is None


@pytest.mark.parametrize("source", [5, object(), "text"])
def test_what_are_no_rows(source: object) -> None:
    with pytest.raises(UsageError):
        rows_from_memory(source)


@pytest.mark.parametrize("source", [[], [1, 2], np.zeros(3)])
def test_rows_of_a_wrong_shape(source: object) -> None:
    with pytest.raises(DataError) as caught:
        rows_from_memory(source)
    assert caught.value.code == "source.bad_shape"

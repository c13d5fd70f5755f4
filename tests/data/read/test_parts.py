from __future__ import annotations

import numpy as np
import pytest

from stirfry.data.read.frames import from_columns
from stirfry.data.read.parts import joined_column, joined_parts
from stirfry.data.table import TEST, TRAIN, VALIDATION, Column, Images, Table
from stirfry.errors import DataError
from stirfry.notice import Notice


def test_rows_are_appended_with_their_parts() -> None:
    train = from_columns({"a": [1, 2], "b": ["x", "y"]})
    test = from_columns({"b": ["z"], "a": [3]})
    table = joined_parts("all", [(TRAIN, train), (VALIDATION, test), (TEST, test)])
    assert isinstance(table, Table)
    assert table.name == "all"
    assert table.column("a").values.tolist() == [1, 2, 3, 3]
    assert table.column("b").texts() == ["x", "y", "z", "z"]
    assert table.parts is not None
    assert table.parts.tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("one", "two", "kind", "texts"),
    [
        ([1, 2], [2.5], "number", ["1", "2", "2.5"]),
        ([1, 2], ["x"], "text", ["1", "2", "x"]),
        ([True], [0], "text", ["1", "0"]),
        ([None], ["x"], "text", [None, "x"]),
        (["x"], [None], "text", ["x", None]),
        ([None], [True], "boolean", [None, "1"]),
        ([None], [None], "number", [None, None]),
        (["1970-01-02"], [None], "date", ["86400", None]),
    ],
)
def test_kinds_are_reconciled(
    one: list[object], two: list[object], kind: str, texts: list[str | None]
) -> None:
    column = joined_column([from_columns({"a": values}).column("a") for values in (one, two)])
    assert (column.kind, column.texts()) == (kind, texts)


def test_text_of_which_everything_is_missing() -> None:
    nothing = Column("a", "text", np.array([-1], dtype=np.int32))
    assert joined_column([nothing, nothing]).missing.tolist() == [True, True]
    assert joined_column([nothing, Column("a", "number", np.array([1]))]).texts() == [None, "1"]


@pytest.mark.parametrize(
    ("names", "code"), [(["a"], "source.columns_missing"), (["a", "b", "c"], "source.columns_extra")]
)
def test_columns_must_be_the_same(names: list[str], code: str) -> None:
    test = from_columns({name: [1] for name in names}, "later")
    with pytest.raises(DataError) as caught:
        joined_parts("all", [(TRAIN, from_columns({"a": [1], "b": [1]})), (TEST, test)])
    assert caught.value.code == code
    assert "later" in str(caught.value)


def images(shape: tuple[int, ...], labelled: bool = True, dtype: str = "uint8") -> Images:
    labels = Column("label", "number", np.zeros(shape[0], dtype=np.int64)) if labelled else None
    return Images("pets", np.zeros(shape, dtype=dtype), labels, notices=(Notice("source.gbk", path="a"),))


def test_images_are_appended() -> None:
    data = joined_parts("all", [(TRAIN, images((2, 1, 3, 3))), (TEST, images((1, 1, 3, 3)))])
    assert isinstance(data, Images)
    assert data.pixels.shape == (3, 1, 3, 3)
    assert data.labels is not None
    assert len(data.labels) == 3
    assert len(data.notices) == 1


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (images((1, 3, 3, 3)), "source.images_differ"),
        (images((1, 1, 3, 4)), "source.images_differ"),
        (images((1, 1, 3, 3), dtype="float32"), "source.images_differ"),
        (images((1, 1, 3, 3), labelled=False), "source.labels_in_some"),
        (from_columns({"a": [1]}), "source.table_and_images"),
    ],
)
def test_images_must_be_alike(other: Images | Table, code: str) -> None:
    with pytest.raises(DataError) as caught:
        joined_parts("all", [(TRAIN, images((2, 1, 3, 3))), (TEST, other)])
    assert caught.value.code == code
    assert str(caught.value)

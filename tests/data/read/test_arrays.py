from __future__ import annotations

import numpy as np
import pytest
import torch

from stirfry.data.read.arrays import from_arrays, from_mapping, target_column
from stirfry.data.table import TEST, TRAIN, VALIDATION, Images, Table
from stirfry.errors import DataError


def codes(data: Table | Images) -> list[str]:
    return [notice.code for notice in data.notices]


def images(*args: object) -> Images:
    data = from_arrays(*args)
    assert isinstance(data, Images)
    return data


def table(*args: object, **more: object) -> Table:
    data = from_arrays(*args, **more)
    assert isinstance(data, Table)
    return data


def test_two_axes_are_a_table() -> None:
    data = table(np.array([[1, 2], [3, 4]]), np.array(["no", "yes"]))
    assert (data.names, data.target) == (["x0", "x1", "target"], "target")
    assert data.column("x1").values.tolist() == [2, 4]
    assert data.column("target").texts() == ["no", "yes"]


def test_lists_and_tensors_will_do() -> None:
    for features in ([[1.0, 2.0], [3.0, 4.0]], torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)):
        assert table(features, [0, 1]).column("x0").values.tolist() == [1.0, 3.0]
    assert table([torch.tensor([1.0, 2.0])], torch.tensor([1])).column("x1").values.tolist() == [2.0]


def test_what_is_read_is_a_copy() -> None:
    features = np.ones((2, 2))
    data = table(features, [0, 1])
    features[:] = 9
    assert data.column("x0").values.tolist() == [1.0, 1.0]
    assert data.column("x0").values.flags.writeable


def test_texts_and_booleans_in_tables() -> None:
    data = table(np.array([["1", "a"], ["2", "b"]]), [True, False])
    assert [column.kind for column in data.columns] == ["number", "text", "boolean"]


def test_a_target_of_digits_in_quotes_stays_text() -> None:
    assert table([[1], [2]], ["01", "2"]).column("target").texts() == ["01", "2"]


def test_names_for_the_columns() -> None:
    assert table([[1, 2]], names=["a", "b"]).names == ["a", "b"]
    with pytest.raises(DataError) as caught:
        from_arrays([[1, 2]], names=["a"])
    assert caught.value.code == "source.columns_differ"


def test_a_target_never_takes_the_name_of_a_feature() -> None:
    assert table([[1]], [2], names=["target"]).names == ["target", "target_"]


@pytest.mark.parametrize(
    ("shape", "channels_first", "said"),
    [
        ((2, 5, 6), (2, 1, 5, 6), False),
        ((2, 3, 5, 6), (2, 3, 5, 6), False),
        ((2, 5, 6, 3), (2, 3, 5, 6), True),
        ((2, 5, 6, 1), (2, 1, 5, 6), True),
        ((2, 3, 5, 3), (2, 3, 5, 3), False),
        ((2, 2, 5, 6), (2, 2, 5, 6), False),
    ],
)
def test_more_axes_are_images(shape: tuple[int, ...], channels_first: tuple[int, ...], said: bool) -> None:
    pixels = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    data = images(pixels, [0, 1])
    assert data.pixels.shape == channels_first
    assert data.pixels.dtype == np.uint8
    assert codes(data) == (["source.channels_last"] if said else [])
    assert data.labels is not None
    assert (data.labels.name, data.labels.values.tolist()) == ("label", [0, 1])


def test_channels_last_are_the_same_pixels() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 5, 6, 3), dtype=np.uint8)
    assert np.array_equal(images(pixels, [0, 1]).pixels[1, 2], pixels[1, :, :, 2])


@pytest.mark.parametrize(
    ("dtype", "values", "expected"),
    [("float64", 0.5, "float32"), ("int64", 255, "uint8"), ("int64", 256, "float32"), ("bool", 1, "float32")],
)
def test_types_of_pixels(dtype: str, values: float, expected: str) -> None:
    assert images(np.full((1, 2, 2), values, dtype=dtype), [0]).pixels.dtype == expected


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_pixels_must_be_finite(bad: float) -> None:
    pixels = np.zeros((3, 2, 2))
    pixels[1, 0, 1] = bad
    with pytest.raises(DataError) as caught:
        from_arrays(pixels, [0, 1, 2])
    assert (caught.value.code, caught.value.facts["image"]) == ("source.pixels_not_finite", 2)


@pytest.mark.parametrize(
    ("features", "target", "code"),
    [
        (np.zeros(3), [1, 2, 3], "source.bad_shape"),
        (np.zeros((2, 1, 1, 1, 1)), [1, 2], "source.bad_shape"),
        (np.zeros((0, 2)), [], "source.bad_shape"),
        (np.zeros((2, 0)), [1, 2], "source.bad_shape"),
        (np.float64(1), [1], "source.bad_shape"),
        (np.zeros((2, 2)), [1, 2, 3], "source.lengths_differ"),
        (np.zeros((2, 2)), 5, "source.lengths_differ"),
        (np.zeros((2, 2)), np.zeros((2, 2)), "source.bad_target_shape"),
        (np.zeros((2, 2)), np.ones((2, 2)), "source.bad_target_shape"),
        (np.zeros((2, 2)), np.zeros((2, 1, 1)), "source.bad_target_shape"),
        ([[1, 2], [3]], [1, 2], "source.uneven_rows"),
        (np.zeros((2, 2), dtype=complex), [1, 2], "source.bad_dtype"),
        (np.full((2, 2, 2), "a"), [1, 2], "source.bad_dtype"),
    ],
)
def test_what_does_not_fit_is_refused(features: object, target: object, code: str) -> None:
    with pytest.raises(DataError) as caught:
        from_arrays(features, target)
    assert caught.value.code == code
    assert str(caught.value)


def test_a_target_of_one_column_is_flattened() -> None:
    column, notices = target_column(np.array([[3], [4]]), "y", 2)
    assert (column.values.tolist(), notices) == ([3, 4], [])


def test_a_one_hot_target_becomes_classes_and_is_said() -> None:
    data = table(np.zeros((3, 2)), np.eye(3)[[2, 0, 1]])
    assert data.column("target").values.tolist() == [2, 0, 1]
    assert codes(data) == ["source.one_hot"]


@pytest.mark.parametrize("keys", [("X", "y"), ("x", "y"), ("data", "target"), ("images", "labels")])
def test_usual_names(keys: tuple[str, str]) -> None:
    data = from_mapping({keys[0]: np.zeros((2, 3)), keys[1]: np.array([0, 1])}, "a")
    assert isinstance(data, Table)
    assert (data.name, data.names[-1]) == ("a", "target")


def test_usual_names_in_parts() -> None:
    sizes = {"train": 4, "val": 1, "test": 2}
    arrays = {f"x_{part}": np.full((size, 2, 2), size, dtype=np.uint8) for part, size in sizes.items()}
    arrays |= {f"y_{part}": np.zeros(size, dtype=np.int64) for part, size in sizes.items()}
    data = from_mapping(arrays, "a")
    assert isinstance(data, Images)
    assert data.parts is not None
    assert data.parts.tolist() == [TRAIN] * 4 + [VALIDATION] + [TEST] * 2
    assert data.pixels[:, 0, 0, 0].tolist() == [4] * 4 + [1] + [2] * 2


def test_parts_of_different_shapes() -> None:
    arrays = {
        "X_train": np.zeros((4, 2)),
        "y_train": np.zeros(4),
        "X_test": np.zeros((2, 3)),
        "y_test": np.zeros(2),
    }
    with pytest.raises(DataError) as caught:
        from_mapping(arrays, "a")
    assert caught.value.code == "source.parts_differ"


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"a": np.zeros((2, 2))},
        {"X": np.zeros((2, 2))},
        {"x_test": np.zeros((2, 2)), "y_test": np.zeros(2)},
    ],
)
def test_other_names(arrays: dict[str, np.ndarray]) -> None:
    assert from_mapping(arrays, "a") is None


def test_features_alone_where_no_target_is_needed() -> None:
    data = from_mapping({"X": np.zeros((2, 2))}, "a", need_target=False)
    assert isinstance(data, Table)
    assert data.names == ["x0", "x1"]

"""Labels and values, there and back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.data.make_tables import boolean, number, text

from stirfry.data.numbers import LARGEST
from stirfry.data.table import Column
from stirfry.data.target import Target, fit_scale, labels_of
from stirfry.errors import DataError


def classes(*labels: bool | int | str) -> Target:
    return Target(task="binary" if len(labels) == 2 else "multiclass", labels=labels)


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        (text("y", ["b", "a", None, "b"]), ("a", "b")),
        (text("y", ["10", "9"]), ("10", "9")),
        (number("y", [10, 9, 10]), (9, 10)),
        (number("y", [10.0, -9.0, None]), (-9, 10)),
        (number("y", [2**62 + 1, 2**62]), (2**62, 2**62 + 1)),
        (boolean("y", [True, False, None]), (False, True)),
    ],
)
def test_labels_in_their_natural_order(column: Column, labels: tuple[bool | int | str, ...]) -> None:
    assert labels_of(column) == labels
    assert [type(label) for label in labels_of(column)] == [type(label) for label in labels]


@pytest.mark.parametrize(
    ("target", "column", "expected"),
    [
        (classes("no", "yes"), text("y", ["yes", "no"]), [1, 0]),
        (classes(1, 2), number("y", [2, 1]), [1, 0]),
        (classes(1, 2), number("y", [2.0, 1.0]), [1, 0]),
        (classes(1, 2), text("y", ["2", "1"]), [1, 0]),
        (classes(2**62, 2**62 + 1), number("y", [2**62 + 1, 2**62]), [1, 0]),
        (classes(False, True), boolean("y", [True, False]), [1, 0]),
        (classes(False, True), number("y", [1, 0]), [1, 0]),
        (classes(False, True), text("y", ["True", "false"]), [1, 0]),
        (classes("false", "maybe", "true"), boolean("y", [True, False]), [2, 0]),
        (classes("1", "2", "x"), number("y", [2, 1]), [1, 0]),
    ],
)
def test_labels_are_encoded_however_they_were_read(
    target: Target, column: Column, expected: list[int]
) -> None:
    encoded = target.encode(column)
    assert encoded.dtype == np.int64
    assert encoded.tolist() == expected


def test_unknown_labels_are_named_with_those_that_are_known() -> None:
    with pytest.raises(DataError, match=r"maybe, perhaps, in 3 rows.*knows: no, yes"):
        classes("no", "yes").encode(text("y", ["yes", "maybe", "perhaps", "maybe"]))
    with pytest.raises(DataError, match=r"2\.5"):
        classes(1, 2).encode(number("y", [2.5, 1.0]))


@example(["", "\0"])
@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.text(), min_size=2, unique=True))
def test_decoding_undoes_encoding(values: list[int | str]) -> None:
    of_one_kind = [value for value in values if type(value) is type(values[0])]
    column = number("y", of_one_kind) if isinstance(values[0], int) else text("y", of_one_kind)  # type: ignore[arg-type]
    target = classes(*labels_of(column))
    assert target.decode(target.encode(column)).tolist() == of_one_kind


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_values_undo_scaling(values: list[float], mean: float, std: float) -> None:
    target = Target(task="regression", mean=mean, std=std)
    encoded = target.encode(number("y", values))
    assert encoded.shape == (len(values), 1)
    assert encoded.dtype == np.float32
    np.testing.assert_allclose(target.values(encoded), values, rtol=1e-6, atol=1e-3 + 1e-6 * abs(mean))


def test_the_scale_is_that_of_the_given_rows() -> None:
    column = number("y", [1.0, 3.0, 100.0])
    assert fit_scale(column, np.array([0, 1])) == (2.0, 1.0)
    assert fit_scale(number("y", [5, 5, 9]), np.array([0, 1])) == (5.0, 1.0)
    assert fit_scale(number("y", [0.1] * 3 + [9.0]), np.array([0, 1, 2]))[1] == 1.0


def test_a_regression_takes_truths_and_number_texts_and_names_others() -> None:
    target = Target(task="regression")
    assert target.encode(boolean("y", [True, False]))[:, 0].tolist() == [1, 0]
    assert target.encode(text("y", ["1.5"]))[:, 0].tolist() == [1.5]
    with pytest.raises(DataError, match="row 2 has the text x"):
        target.encode(text("y", ["1.5", "x"]))


@pytest.mark.parametrize(
    "target",
    [
        classes("no", "yes"),
        classes(-(2**63), 2**63 - 1),
        classes(False, True),
        Target(task="regression", mean=0.1, std=1 / 3),
    ],
)
def test_a_target_survives_strict_json(target: Target) -> None:
    found = Target.from_json(json.loads(json.dumps(target.to_json(), allow_nan=False)))
    assert found == target
    assert [type(label) for label in found.labels] == [type(label) for label in target.labels]


@pytest.mark.parametrize(
    "values",
    [
        {"task": "regression", "std": 0.0},
        {"task": "regression", "mean": float("nan")},
        {"task": "binary", "labels": [1.5, 2]},
        {"task": "clustering"},
        {"task": "binary", "labels": ["a", "b"], "extra": 1},
    ],
)
def test_a_targets_file_is_checked(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Target.from_json(values)


def test_a_value_far_from_all_that_was_trained_on_is_the_largest_that_the_engine_takes() -> None:
    target = Target(task="regression", mean=0.0, std=1e-119)
    encoded = target.encode(Column("y", "number", np.array([1e-119, 1.0, -1.0])))
    assert encoded.dtype == np.float32 and encoded[:, 0].tolist() == [1.0, LARGEST, -LARGEST]

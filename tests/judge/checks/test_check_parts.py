"""Classes that a part lacks, classes out of balance, and parts that are too small."""

from __future__ import annotations

import numpy as np
import pytest
from tests.judge.checks.looking import found, healthy, measured

from stirfry.judge.intervals import wilson


def labelled(**rows: int) -> dict[str, object]:
    """Return a table with so many rows of each class."""
    labels = [name for name, count in rows.items() for _ in range(count)]
    random = np.random.default_rng(0)
    return {"a": random.normal(size=len(labels)), "b": random.normal(size=len(labels)), "y": labels}


def test_a_class_without_a_training_row_is_named() -> None:
    got = found(labelled(u=400, v=200), split="in_order")["class_not_trained"]
    assert got.severity == "serious"
    assert got.facts["labels"] == ["v"]
    assert got.change == {"split": "stratified"}


def test_a_class_of_one_row_is_named() -> None:
    got = found(labelled(u=300, v=300, w=1))
    assert got["class_of_one"].facts["labels"] == ["w"]
    assert not {"class_not_tested", "class_not_validated", "class_not_trained"} & set(got)


def test_a_class_without_a_test_row_is_named() -> None:
    data = labelled(w=10, u=300, v=300)
    data["y"] = ["w"] * 10 + ["u", "v"] * 300
    got = found(data, split="in_order")
    assert got["class_not_tested"].facts["labels"] == ["w"]
    assert got["class_not_tested"].severity == "warning"
    assert got["class_not_validated"].severity == "remark"


def test_classes_in_every_part_are_fine() -> None:
    assert not found(labelled(u=300, v=300, w=100))


@pytest.mark.parametrize(
    ("rows", "severity"),
    [
        ({"u": 570, "v": 30}, "warning"),
        ({"u": 500, "v": 100}, "remark"),
        ({"u": 300, "v": 300, "w": 25}, "remark"),
    ],
)
def test_classes_out_of_balance_are_found(rows: dict[str, int], severity: str) -> None:
    got = found(labelled(**rows))["imbalance"]
    assert got.severity == severity
    assert got.facts["label"] == "u"
    assert got.facts["share"] == pytest.approx(rows["u"] / sum(rows.values()), abs=0.01)
    assert got.change == {"class_weights": "balanced"}


@pytest.mark.parametrize("rows", [{"u": 400, "v": 200}, {"u": 300, "v": 200, "w": 60}])
def test_classes_of_different_size_are_fine(rows: dict[str, int]) -> None:
    assert not found(labelled(**rows))


def test_weighted_classes_are_left_in_peace() -> None:
    assert "imbalance" not in found(labelled(u=570, v=30), class_weights="balanced")


@pytest.mark.parametrize(("rows", "severity"), [(90, "warning"), (100, "remark"), (495, "remark")])
def test_a_small_test_part_is_shown_with_its_interval(rows: int, severity: str) -> None:
    got = found(healthy(rows))["small_test"]
    test = rows // 5
    assert (got.severity, got.facts["rows"]) == (severity, test)
    assert (got.facts["low"], got.facts["high"]) == wilson(0.9 * test, test)
    assert got.change == {"folds": 5}


def test_of_a_number_the_margin_is_that_of_the_rmse() -> None:
    got = found(measured(250))["small_test_numbers"]
    random = np.random.default_rng(0)
    measured_spread = np.sqrt((random.normal(size=(4_000, 50)) ** 2).mean(axis=1)).std()
    assert got.facts["margin"] == pytest.approx(1.96 * measured_spread, rel=0.05)


def test_parts_that_are_large_or_not_there_are_fine() -> None:
    assert not found(healthy(500))
    assert "small_test" not in found(healthy(100), test=0)


def test_given_parts_arent_folded() -> None:
    data = healthy(100)
    data["part"] = ["train"] * 60 + ["validation"] * 20 + ["test"] * 20
    got = found(data, split_column="part")["small_test"]
    assert got.change == {} and got.command == ""

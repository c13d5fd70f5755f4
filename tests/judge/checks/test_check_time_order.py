from __future__ import annotations

import numpy as np
import pytest
from tests.judge.checks.looking import found, healthy, measured


def days(count: int) -> np.ndarray:
    return np.datetime64("2020-01-01") + np.arange(count)


def walk(count: int, seed: int = 0) -> np.ndarray:
    """Return a level that moves a little from row to row, around its mean."""
    random = np.random.default_rng(seed)
    values = np.zeros(count)
    for place in range(1, count):
        values[place] = 0.95 * values[place - 1] + random.normal()
    return values


def test_a_series_divided_by_lot_is_found() -> None:
    got = found(measured() | {"date": days(600), "y": walk(600)})["time_order"]
    assert got.severity == "warning"
    assert got.facts["column"] == "date" and got.facts["alike"] > 0.8
    assert got.change == {"split": "in_order"}


@pytest.mark.parametrize("name", ["date", "when"])
def test_a_date_is_known_by_its_values(name: str) -> None:
    assert "time_order" in found(measured() | {name: days(600), "y": walk(600)})


def test_a_shuffled_file_must_be_sorted_first() -> None:
    order = np.random.default_rng(1).permutation(600)
    got = found({**measured(), "date": days(600)[order], "y": walk(600)[order]})["time_order"]
    assert got.change == {} and "sorted by date" in got.do


def test_classes_that_last_are_found() -> None:
    label = np.where(walk(600, seed=3) > 0, "wet", "dry")
    assert "time_order" in found({**measured(), "date": days(600), "y": label})


def test_a_steady_column_is_remarked() -> None:
    got = found({**measured(), "seen": 100 + 0.5 * np.arange(600), "y": walk(600)})["time_order"]
    assert got.severity == "remark"


@pytest.mark.parametrize("split", ["in_order"])
def test_a_split_in_order_is_fine(split: str) -> None:
    assert "time_order" not in found({**measured(), "date": days(600), "y": walk(600)}, split=split)


def test_dates_whose_rows_have_nothing_to_do_with_each_other_are_fine() -> None:
    assert not found({**measured(), "date": days(600)})
    assert not found({**healthy(), "date": days(600)})


def test_a_curve_over_a_grid_isnt_taken_for_a_time() -> None:
    x = np.linspace(0, 6, 600)
    assert not found({"x": x, "y": np.sin(x)})


def test_a_file_sorted_by_its_target_has_no_order_in_time() -> None:
    data = measured()
    order = np.argsort(data["y"])
    assert "time_order" not in found(
        {name: values[order] for name, values in data.items()} | {"t": np.arange(600) * 2}
    )
    labels = np.array(healthy()["y"])
    assert "time_order" not in found({**measured(), "t": np.arange(600) * 2, "y": np.sort(labels)})


def test_a_date_isnt_accused_of_giving_a_smooth_target_away() -> None:
    got = found({**measured(), "date": days(600), "y": np.sin(np.arange(600) / 60)})
    assert "leak" not in got and "copy" not in got

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judge.checks.looking import found, healthy, measured

from stirfry.judge.checks.alone import groups_r2, groups_right, numbers_r2, numbers_right

RANDOM = np.random.default_rng(5)


def noisy(labels: list[str], share: float, seed: int = 1) -> list[str]:
    """Return labels of which some are others."""
    random = np.random.default_rng(seed)
    kinds = sorted(set(labels))
    return [random.choice(kinds) if random.random() < share else label for label in labels]


def test_a_copy_of_the_classes_is_found() -> None:
    data = healthy()
    data["answer"] = [{"c0": "no", "c1": "yes"}[label] for label in data["y"]]
    got = found(data)
    assert got["copy"].severity == "serious"
    assert got["copy"].facts["columns"] == ["answer"]
    assert got["copy"].change == {"drop": ["answer"]}
    assert "leak" not in got


def test_a_copy_in_numbers_is_found() -> None:
    data = healthy(classes=3)
    data["code"] = [7 * int(label[1]) for label in data["y"]]
    assert found(data)["copy"].facts["columns"] == ["code"]


def test_a_number_in_another_unit_is_a_copy() -> None:
    data = measured()
    data["pounds"] = data["y"] * 2.2046 + 5
    assert found(data)["copy"].facts["columns"] == ["pounds"]


def test_a_column_made_from_the_target_is_found() -> None:
    data = healthy()
    data["paid"] = [RANDOM.normal(100 if label == "c1" else 0, 8) for label in data["y"]]
    got = found(data)
    assert got["leak"].facts["columns"] == ["paid"]
    assert got["leak"].severity == "warning"
    assert got["leak"].facts["share"] > 0.97 > 0.6 > got["leak"].facts["guess"]


def test_that_a_value_is_missing_can_give_the_target_away() -> None:
    data = healthy()
    data["died"] = [50 + place % 30 if label == "c1" else None for place, label in enumerate(data["y"])]
    assert "died" in str(found(data)["leak"].facts["columns"])


def test_a_number_close_to_the_target_is_found_and_its_cousin_isnt() -> None:
    data = measured()
    data["close"] = data["y"] ** 3 + RANDOM.normal(0, 1e-3, 600)
    assert found(data)["leak"].facts["columns"] == ["close"]
    data["close"] = data["y"] + RANDOM.normal(0, data["y"].std() / 4, 600)
    assert not found(data)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_good_column_isnt_accused(share: float) -> None:
    data = healthy()
    data["hint"] = noisy(data["y"], share)
    assert not found(data)


def test_a_key_that_is_different_in_every_row_tells_nothing() -> None:
    data = healthy()
    data["key"] = [f"k{place:05d}" for place in range(600)]
    got = found(data, category=["key"])
    assert "leak" not in got and "copy" not in got
    assert got["all_different"].facts["columns"] == ["key"]


def test_the_only_column_may_tell_everything() -> None:
    x = np.linspace(0, 1, 300)
    assert not found({"x": x, "y": 2 * x + 1}, test=0.5)


def test_a_file_sorted_by_its_classes_accuses_no_column() -> None:
    data = {"a": RANDOM.integers(0, 2, 600), "b": RANDOM.integers(0, 3, 600), "x": RANDOM.normal(size=600)}
    assert not found({**data, "y": ["u"] * 300 + ["v"] * 300})


def test_an_easy_target_isnt_taken_for_a_leak() -> None:
    labels = np.arange(600) % 2
    data = {f"x{place}": labels * 10 + RANDOM.normal(size=600) for place in range(8)}
    assert not found({**data, "y": np.where(labels, "u", "v")})


@given(st.integers(0, 1_000), st.integers(2, 60), st.integers(2, 4))
def test_columns_without_order_tell_no_more_than_chance(seed: int, levels: int, classes: int) -> None:
    random = np.random.default_rng(seed)
    own, other = random.integers(0, classes, 2_000), random.integers(0, levels, 2_000)
    assert numbers_right(other[:, None].astype(float), own)[0] == pytest.approx(1 / classes, abs=0.08)
    assert groups_right(other, own) == pytest.approx(1 / classes, abs=0.25)
    values = random.normal(size=2_000)
    assert numbers_r2(other[:, None].astype(float), values)[0] < 0.05
    assert groups_r2(other, values) < 0.05


def test_groups_are_told_by_their_other_rows() -> None:
    assert groups_right(np.arange(6), np.zeros(6, dtype=np.int64)) == 0
    assert groups_right(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])) == 1
    assert groups_r2(np.arange(4), np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(0)
    assert groups_r2(np.array([0, 0, 1, 1]), np.array([1.0, 1.0, 4.0, 4.0])) == 1

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.judge.checks.looking import found, measured

RANDOM = np.random.default_rng(4)


def with_target(values: np.ndarray, **settings: object) -> set[str]:
    data = {"a": RANDOM.normal(size=len(values)), "b": RANDOM.normal(size=len(values)), "y": values}
    return set(found(data, **settings))


def test_letters_as_numbers_look_like_classes() -> None:
    letters = RANDOM.integers(0, 26, 1_000)
    data = {"a": RANDOM.normal(size=1_000), "b": RANDOM.normal(size=1_000), "y": letters}
    got = found(data)["codes_as_numbers"]
    assert (got.facts["values"], got.facts["low"], got.facts["high"]) == (26, 0, 25)
    assert got.change == {"task": "multiclass"}
    assert "codes_as_numbers" not in found(data, task="regression"), "it was said"


@given(st.integers(0, 1_000))
@settings(max_examples=20)
def test_ages_counts_and_prices_are_amounts(seed: int) -> None:
    random = np.random.default_rng(seed)
    for values in (
        random.integers(18, 90, 1_000),
        random.poisson(12, 1_000),
        random.geometric(0.05, 1_000),
        (random.normal(30, 9, 1_000).clip(0)).astype(int),
        random.integers(0, 200, 1_000) * 5,
    ):
        assert "codes_as_numbers" not in with_target(values)


def test_numbers_that_rise_and_fall_look_like_a_measurement() -> None:
    quality = np.repeat([3, 4, 5, 6, 7, 8], [12, 53, 681, 638, 199, 18])
    assert "numbers_as_codes" in with_target(quality)
    assert "numbers_as_codes" not in with_target(quality, task="multiclass"), "it was said"


def test_numbers_with_gaps_look_like_a_measurement() -> None:
    assert "numbers_as_codes" in with_target(RANDOM.choice([10, 20, 35, 50, 75, 100, 150], 700))


@pytest.mark.parametrize("classes", [2, 3, 10, 20])
def test_numbered_classes_are_classes(classes: int) -> None:
    assert not with_target(np.arange(600) % classes)


def test_a_class_for_each_number_is_too_many() -> None:
    data = measured()
    data["y"] = np.arange(600) // 3
    got = found(data, task="multiclass")["numbers_as_codes"]
    assert got.severity == "warning" and got.facts["values"] == 200
    assert got.change == {"task": "regression"}

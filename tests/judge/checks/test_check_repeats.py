from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.judge.checks.looking import found, healthy, measured


def doubled(data: dict[str, Any], count: int) -> dict[str, Any]:
    """Return a table whose first rows stand there once more, at the end."""
    return {name: np.concatenate([values, values[:count]]) for name, values in data.items()}


def test_an_oversampled_table_is_found() -> None:
    got = found(doubled(healthy(), 600))["repeats"]
    assert got.severity == "serious"
    assert got.facts["share"] > 0.5
    assert not got.command


@pytest.mark.parametrize(("count", "severity"), [(120, "warning"), (36, "warning")])
def test_how_much_it_matters_follows_from_the_share(count: int, severity: str) -> None:
    assert found(doubled(measured(), count))["repeats"].severity == severity


def test_few_repeats_are_kept_together_and_nothing_is_said() -> None:
    assert "repeats" not in found(doubled(healthy(), 20))


def test_few_repeats_across_parts_are_remarked() -> None:
    data = doubled(healthy(2_000), 20)
    got = found(data, split="train_test_split")["repeats"]
    assert got.severity == "remark"
    assert data["x0"][got.facts["first"] - 1] in data["x0"][:20]


def test_the_same_row_with_another_label_counts() -> None:
    data = doubled(measured(), 200)
    data["y"] = np.arange(800) / 7
    assert "repeats" in found(data)


def test_rows_of_few_categories_are_equal_by_chance() -> None:
    random = np.random.default_rng(0)
    data = {name: random.integers(0, 4, 900) for name in "abcd"}
    data["y"] = np.where(data["a"] + random.integers(0, 4, 900) > 3, "u", "v")
    assert not found(data)


def test_a_validation_part_alone_is_looked_at_too() -> None:
    data = doubled(healthy(), 600)
    got = found(data, test=0, validation=0.3)
    assert got["repeats_validation"].severity == "serious" and "repeats" not in got


def test_a_row_that_is_equal_column_by_column_only_is_none() -> None:
    columns = {f"x{place}": np.arange(900) % (7 + place) for place in range(4)}
    assert "repeats" not in found({**columns, "y": np.arange(900) / 7}, split="in_order")


@given(st.integers(0, 1_000), st.integers(1, 30))
@settings(max_examples=15)
def test_a_large_table_is_sifted_and_nothing_is_lost(seed: int, columns: int) -> None:
    random = np.random.default_rng(seed)
    data: dict[str, Any] = {f"x{place}": random.integers(0, 3 + place * 50, 300) for place in range(columns)}
    data["x"] = random.normal(size=300)
    data = doubled({**data, "y": random.normal(size=300)}, 100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("stirfry.judge.checks.repeats"), "LARGE", 0)
        sifted = found(data)["repeats"].facts
    assert sifted == found(data)["repeats"].facts


def pictures(count: int, size: int = 8, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, size, size), dtype=np.uint8)


def test_images_in_two_parts_are_found() -> None:
    pixels = pictures(300)
    pixels[200:250] = pixels[:50]
    got = found((pixels, np.arange(300) % 3), None, epochs=1)["repeats"]
    assert got.severity == "warning"


def test_images_that_differ_in_a_corner_are_two() -> None:
    pixels = np.repeat(pictures(1), 300, axis=0)
    pixels.reshape(300, -1)[:, 0] = np.arange(300) % 256
    pixels.reshape(300, -1)[:, 1] = np.arange(300) // 256
    assert "repeats" not in found((pixels, np.arange(300) % 3), None, epochs=1)

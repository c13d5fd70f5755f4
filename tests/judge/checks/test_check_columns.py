"""Columns whose values are scaled badly, missing, hidden, or all the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.judge.checks.looking import found, healthy, measured

import stirfry

RANDOM = np.random.default_rng(2)


def test_numbers_of_different_sizes_are_found_where_they_go_in_as_they_are() -> None:
    data = healthy()
    data["grams"] = data["x3"] * 1_000
    got = found(data, scale="none")["unscaled"]
    assert got.facts["large"] == "grams" and got.facts["small"] in data
    assert got.change == {"scale": "standard"}
    assert "unscaled" not in found(data)
    assert "unscaled" not in found(healthy(), scale="none")


def test_one_large_column_is_too_large_by_itself() -> None:
    assert "unscaled" in found({"a": RANDOM.normal(5_000, 900, 600), **measured()}, scale="none")
    random = RANDOM.normal(5, 1, 600)
    assert "unscaled" not in found({"a": random, "b": random[::-1], "y": random * 2}, scale="none")


def test_a_large_target_is_found_where_nobody_asked_for_it() -> None:
    data = measured() | {"y": 250_000 + 9_000 * measured()["y"]}
    assert found(data, scale="none")["unscaled_target"].facts["column"] == "y"
    assert "unscaled_target" not in found(data)
    assert "unscaled_target" not in found(data, scale="none", scale_target=False)
    assert "unscaled_target" not in found(measured(), scale="none")


@pytest.mark.parametrize("scale", ["minmax", "standard"])
def test_a_sentinel_rules_the_scaling(scale: str) -> None:
    data = healthy()
    data["weight"] = np.where(np.arange(600) % 200 == 3, 999_999.0, RANDOM.normal(70, 9, 600))
    got = found(data, scale=scale)["outliers"]
    assert got.facts["column"] == "weight" and got.facts["extreme"] == 999_999
    assert got.change == {"scale": "robust"}


@given(st.integers(0, 1_000), st.sampled_from(["minmax", "standard"]))
@settings(max_examples=20)
def test_skewed_columns_are_fine(seed: int, scale: str) -> None:
    random = np.random.default_rng(seed)
    data = healthy(seed=seed)
    data |= {"income": random.lognormal(10, 0.8, 600), "wait": random.exponential(5, 600)}
    data |= {"flag": (random.random(600) < 0.02).astype(int), "t": random.standard_t(4, 600)}
    assert "outliers" not in found(data, scale=scale)


def blood(rows: int = 600, seed: int = 0) -> dict[str, object]:
    """Return measurements of patients, in some of which 0 stands for what wasn't measured."""
    random = np.random.default_rng(seed)
    pressure = random.normal(72, 12, rows).clip(24).round()
    insulin = random.lognormal(4.8, 0.7, rows).clip(14).round()
    unmeasured = random.random(rows) < 0.05
    pressure[unmeasured] = 0
    insulin[unmeasured | (random.random(rows) < 0.45)] = 0
    return {
        "pressure": pressure,
        "insulin": insulin,
        "pregnancies": random.poisson(3, rows),
        "age": random.integers(21, 80, rows),
        "y": np.where(random.random(rows) < 0.4, "yes", "no"),
    }


def test_zeros_for_missing_values_are_found() -> None:
    got = found(blood())["zeros"]
    assert got.facts["columns"] == ["pressure", "insulin"]
    assert got.severity == "warning"
    zeros = int(np.count_nonzero(blood()["pressure"] == 0))
    assert f"pressure {zeros}" in got.seen


def test_zeros_that_are_values_are_left_in_peace() -> None:
    data = blood()
    data["pressure"] = np.where(data["pressure"] == 0, 72, data["pressure"])
    assert "zeros" not in found(data)


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_counts_and_amounts_with_zeros_are_left_in_peace(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = 600
    data = {
        "visits": random.poisson(random.uniform(0.3, 8), rows),
        "rain": np.where(random.random(rows) < 0.5, 0, random.exponential(5, rows).round(1)),
        "gain": np.where(random.random(rows) < 0.9, 0, random.lognormal(8, 1.2, rows).round()),
        "garage": np.where(random.random(rows) < 0.06, 0, random.normal(500, 185, rows).clip(160).round()),
        "scored": random.integers(0, 101, rows),
        "change": random.normal(0, 1, rows).round(1),
        "y": random.normal(size=rows),
    }
    assert "zeros" not in found(data)


@pytest.mark.parametrize(("share", "severity"), [(0.95, "warning"), (0.6, "remark"), (0.3, None)])
def test_mostly_missing_columns_are_found(share: float, severity: str | None) -> None:
    data = healthy()
    data["rare"] = np.where(RANDOM.random(600) < share, np.nan, RANDOM.normal(size=600))
    got = found(data)
    assert (got["mostly_missing"].severity if severity else None) == severity
    assert severity or "mostly_missing" not in got


@pytest.mark.parametrize("kind", ["number", "text"])
def test_columns_that_hardly_change_are_found(kind: str) -> None:
    data = healthy()
    place = stirfry.train(data, "y", epochs=1, repeats=1, seed=1).ready.prepared.split.train[0]
    values = [1 if row == place else 0 for row in range(600)]
    data["same"] = values if kind == "number" else ["b" if value else "a" for value in values]
    got = found(data, seed=1)["almost_constant"]
    assert got.severity == "remark" and got.facts["columns"] == ["same"]


def test_a_column_that_never_changes_in_training_is_told_from_one_that_hardly_does() -> None:
    data = healthy()
    test_rows = stirfry.train(data, "y", epochs=1, repeats=1, seed=1).ready.prepared.split.test
    data["late"] = np.where(np.arange(600) == test_rows[0], 1, 0)
    got = found(data, seed=1)
    assert "almost_constant" not in got
    assert got["constant_in_training"].facts["columns"] == ["late"]
    assert "360 training rows" in got["constant_in_training"].seen


def test_a_flag_that_is_1_or_empty_says_something() -> None:
    data = healthy()
    data["insured"] = np.where(RANDOM.random(600) < 0.7, 1.0, np.nan)
    assert not {"almost_constant", "constant_in_training"} & set(found(data))


def test_rare_flags_and_sparse_tables_are_fine() -> None:
    data = healthy()
    data["flag"] = (np.arange(600) % 50 == 0).astype(int)
    assert "almost_constant" not in found(data)
    pixels = {f"p{place}": np.where(np.arange(600) == place, 1.0, 0.0) for place in range(30)}
    assert "almost_constant" not in found({**healthy(), **pixels})

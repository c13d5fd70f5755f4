"""Healthy data are left in peace: a false alarm is as bad as a fault that is missed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.judge.checks.looking import found, healthy, measured

#: What may be remarked on small sets, which are small.
SMALL = {"small_test", "small_test_numbers"}


@pytest.mark.parametrize(
    ("name", "remarks"), [("iris", {"small_test"}), ("digits", set()), ("simplex", set())]
)
def test_what_comes_along_is_healthy(name: str, remarks: set[str]) -> None:
    assert set(found(name, None)) == remarks


@pytest.mark.parametrize(
    ("name", "remarks"),
    [
        ("iris", {"small_test"}),
        ("wine", {"small_test"}),
        ("breast_cancer", set()),
        ("diabetes", {"small_test_numbers"}),
        # Pixels at the rim of 8 by 8 digits: it is so, and it is said as a remark. What isn't blank
        # of some may fall into other parts.
        ("digits", {"almost_constant"}),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_well_known_sets_get_no_warning(name: str, remarks: set[str], seed: int) -> None:
    sets: Any = pytest.importorskip("sklearn.datasets")
    frame = getattr(sets, f"load_{name}")(as_frame=True).frame
    got = found(frame, "target", seed=seed)
    assert set(got) - {"constant_in_training"} == remarks
    assert all(finding.severity == "remark" for finding in got.values())


def test_a_wide_scale_is_no_fault_where_numbers_are_scaled() -> None:
    sets: Any = pytest.importorskip("sklearn.datasets")
    frame = sets.load_wine(as_frame=True).frame
    assert "unscaled" in found(frame, "target", scale="none")
    assert "unscaled" not in found(frame, "target", scale="minmax")


@given(seed=st.integers(0, 10_000), classes=st.integers(2, 5), rows=st.integers(60, 800))
@settings(max_examples=25)
def test_made_tables_get_no_warning(seed: int, classes: int, rows: int) -> None:
    assert set(found(healthy(rows, seed=seed, classes=classes))) <= SMALL
    assert set(found(measured(rows, seed=seed))) <= SMALL


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25)
def test_mixed_columns_get_no_warning(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = 500
    data = {
        "income": random.lognormal(10, 0.8, rows).round(2),
        "children": random.poisson(1.5, rows),
        "age": random.integers(18, 90, rows),
        "rain": np.where(random.random(rows) < 0.6, 0, random.exponential(4, rows)),
        "city": random.choice(["Bath", "York", "Ely"], rows),
        "member": random.random(rows) < 0.3,
        "note": np.where(random.random(rows) < 0.2, np.nan, random.normal(0, 1, rows)),
        "rating": random.integers(1, 6, rows),
    }
    data["y"] = data["age"] * 0.5 + data["children"] * 3 + random.normal(0, 10, rows)
    assert not found(data)
    data["y"] = np.where(data["y"] > np.median(data["y"]), "high", "low")
    assert not found(data)

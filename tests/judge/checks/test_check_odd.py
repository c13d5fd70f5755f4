"""Whatever table can be trained on can be checked: odd columns, few rows, gaps everywhere."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.judge.checks.looking import found

from stirfry.errors import StirfryError

NUMBERS = st.one_of(
    st.integers(-5, 5), st.floats(-1e30, 1e30), st.sampled_from([0, 1e-300, 1e30, -1e30]), st.none()
)
TEXTS = st.one_of(st.sampled_from(["a", "b", "{x}", "", "中 文", "'"]), st.none())


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    rows = draw(st.integers(3, 60))
    names = draw(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=4, unique=True))
    kinds = [draw(st.sampled_from([NUMBERS, TEXTS, st.booleans(), st.integers(0, 2)])) for _ in names]
    columns = {
        name: draw(st.lists(kind, min_size=rows, max_size=rows))
        for name, kind in zip(names, kinds, strict=True)
    }
    target = draw(
        st.sampled_from([st.integers(0, 1), st.floats(-1e6, 1e6), st.sampled_from(["u", "v", "w"])])
    )
    return {**columns, "the target": draw(st.lists(target, min_size=rows, max_size=rows))}


@given(
    tables(),
    st.sampled_from(["standard", "minmax", "robust", "none"]),
    st.sampled_from(["stratified", "random", "train_test_split", "in_order"]),
    st.sampled_from([(0.2, 0.2), (0.3, 0), (0, 0)]),
)
@settings(max_examples=60)
def test_odd_tables_are_checked(
    data: dict[str, Any], scale: str, split: str, shares: tuple[float, float]
) -> None:
    with suppress(StirfryError):  # what can't be trained on is refused before it is checked
        found(data, "the target", scale=scale, split=split, test=shares[0], validation=shares[1])


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
@pytest.mark.parametrize("size", [1, 2, 7])
def test_images_of_any_size_are_checked(kind: type, size: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (40, size, size + 1)).astype(kind)
    found((pixels, np.arange(40) % 2), None, hidden=[3])

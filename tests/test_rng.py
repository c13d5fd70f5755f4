"""Orders of rows, against PyTorch's and scikit-learn's own."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from stirfry import rng

SEEDS = st.integers(0, 2**63 - 1)


def torchs(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(st.integers(0, 3000), SEEDS)
def test_randperm_is_pytorchs(n: int, seed: int) -> None:
    expected = torch.randperm(n, generator=torchs(seed)).numpy()
    np.testing.assert_array_equal(rng.randperm(n, seed), expected)


@pytest.mark.parametrize("seed", [0, 2**32 - 1, 2**32, 2**32 + 5, 2**40 + 7, 2**63 - 1, -1])
def test_only_the_low_32_bits_of_a_seed_matter_as_in_pytorch(seed: int) -> None:
    np.testing.assert_array_equal(
        rng.randperm(100, seed), torch.randperm(100, generator=torchs(seed)).numpy()
    )


def test_randperm_of_many_rows_is_pytorchs() -> None:
    np.testing.assert_array_equal(
        rng.randperm(200_000, 42), torch.randperm(200_000, generator=torchs(42)).numpy()
    )


@pytest.mark.parametrize("n", [-1, (2**32 - 1) // 20])
def test_randperm_refuses_what_pytorch_draws_otherwise(n: int) -> None:
    with pytest.raises(ValueError, match="from 0 to below"):
        rng.randperm(n, 0)


@given(st.integers(10, 500), st.sampled_from([(0.7, 0.3), (0.6, 0.2, 0.2), (0.5, 0.25, 0.25)]), SEEDS)
def test_random_split_is_pytorchs(n: int, fractions: tuple[float, ...], seed: int) -> None:
    parts = torch.utils.data.random_split(range(n), fractions, generator=torchs(seed))
    ours = rng.random_split(rng.split_lengths(n, fractions), seed)
    assert [part.tolist() for part in ours] == [list(part.indices) for part in parts]


def test_random_split_takes_lengths_as_pytorch_does() -> None:
    parts = torch.utils.data.random_split(range(768), [537, 231], generator=torchs(3))
    assert [part.tolist() for part in rng.random_split([537, 231], 3)] == [list(p.indices) for p in parts]


@given(st.integers(2, 500), st.floats(0.05, 0.9), st.integers(0, 2**32 - 1))
def test_train_test_split_is_scikit_learns(n: int, fraction: float, seed: int) -> None:
    count = math.ceil(fraction * n)
    if count == n:
        return
    expected = train_test_split(np.arange(n), test_size=fraction, random_state=seed)
    for ours, theirs in zip(rng.train_test_split(n, count, seed), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)

"""The random stream beside PyTorch's generator."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from stirfry import rng
from stirfry.rng import Stream

SEEDS = st.integers(0, 2**63 - 1)


@given(seed=SEEDS, count=st.integers(0, 1500))
def test_rand_is_torchs(seed: int, count: int) -> None:
    expected = torch.rand(count, generator=torch.Generator().manual_seed(seed))
    assert np.array_equal(Stream(seed).rand(count), expected.numpy())


@given(seed=SEEDS, low=st.floats(-10, 0), width=st.floats(0.001, 10))
def test_uniform_is_torchs(seed: int, low: float, width: float) -> None:
    expected = (
        torch.empty(3, 50).uniform_(low, low + width, generator=torch.Generator().manual_seed(seed)).numpy()
    )
    found = Stream(seed).uniform((3, 50), low, low + width)
    np.testing.assert_array_max_ulp(found, expected, maxulp=1)


def test_uniform_never_reaches_its_upper_end() -> None:
    generator = torch.Generator().manual_seed(1530038743)
    expected = torch.empty(150).uniform_(-9.0, -9.0 + 0.00390625, generator=generator).numpy()
    assert np.array_equal(Stream(1530038743).uniform((150,), -9.0, -9.0 + 0.00390625), expected)


@given(seed=SEEDS, counts=st.lists(st.integers(0, 70), min_size=1, max_size=6))
def test_randn_is_torchs_in_any_order_of_sizes(seed: int, counts: list[int]) -> None:
    generator, stream = torch.Generator().manual_seed(seed), Stream(seed)
    for count in counts:
        expected = torch.randn(count, generator=generator).numpy()
        np.testing.assert_allclose(stream.randn(count), expected, atol=1e-6)
    assert np.array_equal(stream.rand(3), torch.rand(3, generator=generator).numpy())


def test_batches_and_masks_come_from_one_stream() -> None:
    if not rng.dropout_is_exact():
        pytest.skip("PyTorch draws dropout with MKL on this processor")
    torch.manual_seed(5)
    stream = Stream(5)
    loader = DataLoader(range(23), batch_size=23, shuffle=True)  # type: ignore[arg-type]
    for _ in range(3):
        order = next(iter(loader)).tolist()
        assert stream.shuffled(23).tolist() == order
        kept = torch.nn.functional.dropout(torch.ones(7, 11), 0.3) > 0
        assert np.array_equal(stream.keep_mask((7, 11), 0.3), kept.numpy())


def test_dropout_is_exact_by_a_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rng.dropout_is_exact()
    with monkeypatch.context() as patched:
        patched.setattr(Stream, "keep_mask", lambda self, shape, p: self.rand(shape[0]) >= p)
        assert not rng.dropout_is_exact(), "another stream is seen"
    monkeypatch.setitem(sys.modules, "torch", None)
    assert rng.dropout_is_exact(), "without PyTorch there is nothing to differ from"

"""Every loss and its gradient equal PyTorch's in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from stirfry.explain import losses
from stirfry.explain.losses import Lost

CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-12}


def same(found: Lost, outputs: torch.Tensor, loss: torch.Tensor) -> None:
    loss.backward()
    assert outputs.grad is not None
    np.testing.assert_allclose(found.value, loss.item(), **CLOSE)
    np.testing.assert_allclose(found.dz, outputs.grad.numpy(), **CLOSE)


def logits(seed: int, rows: int, count: int, size: float = 3.0) -> torch.Tensor:
    values = np.random.default_rng(seed).normal(scale=size, size=(rows, count))
    return torch.from_numpy(values).requires_grad_(True)


@given(
    st.integers(0, 999),
    st.integers(1, 5),
    st.integers(2, 6),
    st.booleans(),
    st.sampled_from([0.0, 0.1, 0.6]),
    st.sampled_from([1.0, 300.0]),
)
def test_cross_entropy(
    seed: int, rows: int, count: int, weighted: bool, smoothing: float, size: float
) -> None:
    random = np.random.default_rng(seed)
    z, classes = logits(seed, rows, count, size), random.integers(0, count, rows)
    weights = random.uniform(0.2, 4, count) if weighted else None
    wanted = functional.cross_entropy(
        z,
        torch.from_numpy(classes),
        weight=None if weights is None else torch.from_numpy(weights),
        label_smoothing=smoothing,
    )
    same(losses.cross_entropy(z.detach().numpy(), classes, weights, smoothing), z, wanted)


@given(
    st.integers(0, 999), st.integers(1, 5), st.sampled_from([1.0, 0.3, 4.0]), st.sampled_from([2.0, 400.0])
)
def test_binary_cross_entropy(seed: int, rows: int, weight: float, size: float) -> None:
    z = logits(seed, rows, 1, size)
    targets = np.random.default_rng(seed).integers(0, 2, (rows, 1)).astype(float)
    wanted = functional.binary_cross_entropy_with_logits(
        z, torch.from_numpy(targets), pos_weight=torch.tensor([weight], dtype=torch.float64)
    )
    same(losses.bce_with_logits(z.detach().numpy(), targets, weight), z, wanted)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (losses.squared_error, functional.mse_loss),
        (losses.absolute_error, functional.l1_loss),
        (lambda z, t: losses.huber(z, t, 0.5), lambda z, t: functional.huber_loss(z, t, delta=0.5)),
        (lambda z, t: losses.huber(z, t, 2.0), lambda z, t: functional.huber_loss(z, t, delta=2.0)),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_distances(ours: Any, theirs: Any, count: int) -> None:
    z = logits(count, 8, count)
    targets = np.random.default_rng(5).normal(size=(8, count))
    targets[0] = z.detach().numpy()[0]  # no distance at all
    same(ours(z.detach().numpy(), targets), z, theirs(z, torch.from_numpy(targets)))

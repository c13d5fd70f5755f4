"""Initial weights beside those of PyTorch's own modules."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stirfry.engine.build import build
from stirfry.engine.initial import initial_weights
from stirfry.rng import Stream
from stirfry.spec.layers import BatchNorm1d, BatchNorm2d, Conv2d, Flatten, LayerNorm, Linear, ReLU
from stirfry.spec.network import Init, Network


def check(network: Network, seed: int) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        expected = {key: value.numpy() for key, value in build(network).state_dict().items()}
        after = torch.rand(3).numpy()
    stream = Stream(seed)
    found = initial_weights(network, stream)
    assert list(found) == list(expected)
    for key, value in expected.items():
        assert found[key].dtype == value.dtype and found[key].shape == value.shape
        if "normal" in network.init:
            np.testing.assert_allclose(found[key], value, atol=1e-6)
        else:
            np.testing.assert_array_max_ulp(found[key].astype(np.float32), value.astype(np.float32), maxulp=1)
    assert np.array_equal(stream.rand(3), after)


@pytest.mark.parametrize("init", get_args(Init))
@given(widths=st.lists(st.integers(1, 40), min_size=2, max_size=5), seed=st.integers(0, 2**63 - 1))
def test_linear_layers_are_torchs(init: Init, widths: list[int], seed: int) -> None:
    first, *others = widths
    layers = [
        layer for width in others for layer in (Linear(out_features=width, bias=width % 2 == 0), ReLU())
    ]
    check(Network(tuple(layers), (first,), init), seed)


@pytest.mark.parametrize("init", get_args(Init))
def test_convolutions_and_normalisations_are_torchs(init: Init) -> None:
    layers = (
        Conv2d(out_channels=3, kernel_size=(2, 3)),
        BatchNorm2d(),
        Flatten(),
        Linear(out_features=5),
        BatchNorm1d(),
        LayerNorm(),
    )
    check(Network(layers, (2, 5, 5), init), seed=7)

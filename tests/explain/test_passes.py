"""Every layer, forward and backward, equals PyTorch's autograd in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stirfry.engine.build import build
from stirfry.explain.passes import Mode, backward, forward, gradients_of
from stirfry.spec import layers
from stirfry.spec.layers import (
    ELU,
    GELU,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Tanh,
)
from stirfry.spec.network import Network

ROWS, IMAGES = (5,), (3, 9, 7)
CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-11}

CASES: list[tuple[Layer, tuple[int, ...]]] = [
    (Linear(out_features=4), ROWS),
    (Linear(out_features=4, bias=False), ROWS),
    (ReLU(), ROWS),
    (LeakyReLU(negative_slope=0.2), ROWS),
    (Sigmoid(), ROWS),
    (Tanh(), ROWS),
    (GELU(), ROWS),
    (SiLU(), ROWS),
    (ELU(alpha=0.7), ROWS),
    (ReLU(), IMAGES),
    (Dropout(p=0.3), ROWS),
    (Flatten(), IMAGES),
    (BatchNorm1d(), ROWS),
    (BatchNorm2d(eps=1e-3), IMAGES),
    (LayerNorm(), ROWS),
    (LayerNorm(eps=1e-2), IMAGES),
    (Conv2d(out_channels=4, kernel_size=3), IMAGES),
    (Conv2d(out_channels=2, kernel_size=(3, 2), stride=(2, 1), padding=(1, 0)), IMAGES),
    (Conv2d(out_channels=2, kernel_size=2, stride=3, bias=False), IMAGES),
    (MaxPool2d(kernel_size=2), IMAGES),
    (MaxPool2d(kernel_size=3, stride=2, padding=1), IMAGES),
    (MaxPool2d(kernel_size=3, stride=1), IMAGES),
    (AvgPool2d(kernel_size=2), IMAGES),
    (AvgPool2d(kernel_size=(3, 2), stride=(1, 2), padding=1), IMAGES),
]


def oracle(network: Network, seed: int) -> torch.nn.Module:
    """Return the network in PyTorch and float64, its weights and buffers away from their beginnings."""
    torch.manual_seed(seed)
    module = build(network).double()
    with torch.no_grad():
        for name, value in module.state_dict().items():
            if value.is_floating_point():
                value.copy_(torch.rand_like(value) + 0.5 if "var" in name else torch.randn_like(value))
    return module


def compared(network: Network, x: np.ndarray, seed: int, mode: Mode, module: torch.nn.Module) -> None:
    """Hold outputs, input gradients and weight gradients to PyTorch's."""
    tensors = {name: value.detach().numpy().copy() for name, value in module.state_dict().items()}
    given_x = torch.from_numpy(x).requires_grad_(True)
    outputs = module(given_x)
    dy = np.random.default_rng(seed).normal(size=outputs.shape)
    outputs.backward(torch.from_numpy(dy))

    steps = forward(network, tensors, x, mode)
    back = backward(steps, dy, mode)
    np.testing.assert_allclose(steps[-1].y, outputs.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(back[-1].dx, given_x.grad.numpy(), **CLOSE)
    found = gradients_of(back)
    wanted = {name: value.grad.numpy() for name, value in module.named_parameters()}
    assert list(found) == list(wanted)
    for name, gradient in wanted.items():
        np.testing.assert_allclose(found[name], gradient, err_msg=name, **CLOSE)


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("rows", [1, 6])
def test_a_layer_in_prediction_equals_autograd(layer: Layer, shape: tuple[int, ...], rows: int) -> None:
    network = Network((layer,), shape)
    x = np.random.default_rng(1).normal(size=(rows, *shape))
    compared(network, x, 2, Mode(), oracle(network, 3).eval())


def test_every_layer_of_a_chain_is_among_the_cases() -> None:
    kinds = {kind for kind in vars(layers).values() if isinstance(kind, type) and issubclass(kind, Layer)}
    public = {kind for kind in kinds if kind is not Layer and not kind.__name__.startswith("_")}
    # A softmax is never a layer of a chain: it is folded into the loss.
    assert public - {type(layer) for layer, _ in CASES} == {Softmax}


@pytest.mark.parametrize(("layer", "shape"), [(BatchNorm1d(), ROWS), (BatchNorm2d(), IMAGES)])
def test_batch_normalisation_in_training_equals_autograd(layer: Layer, shape: tuple[int, ...]) -> None:
    network = Network((layer,), shape)
    x = np.random.default_rng(4).normal(2.0, 3.0, size=(6, *shape))
    compared(network, x, 5, Mode(training=True), oracle(network, 6).train())


def test_dropout_with_a_mask_equals_autograd() -> None:
    network = Network((Linear(out_features=8), Dropout(p=0.4), Linear(out_features=2)), ROWS)
    module = oracle(network, 7).train()
    x = np.random.default_rng(8).normal(size=(3, 5))
    torch.manual_seed(9)
    kept = module[1](torch.ones(3, 8, dtype=torch.float64)).numpy() > 0
    assert 0 < kept.sum() < kept.size
    torch.manual_seed(9)
    compared(network, x, 10, Mode(training=True, masks={1: kept.astype(float)}), module)


@st.composite
def chains(draw: st.DrawFn) -> Network:
    """A chain of a convolution or none, pooling, and Linear layers with any activation and norm between."""
    activations = st.sampled_from([ReLU(), LeakyReLU(), Sigmoid(), Tanh(), GELU(), SiLU(), ELU()])
    chain: list[Layer] = []
    images = draw(st.booleans())
    if images:
        chain += [
            Conv2d(out_channels=draw(st.integers(1, 3)), kernel_size=draw(st.integers(1, 3)), padding=1)
        ]
        chain += [*draw(st.sampled_from([[], [BatchNorm2d()], [LayerNorm()]])), draw(activations)]
        chain += [draw(st.sampled_from([MaxPool2d(kernel_size=2), AvgPool2d(kernel_size=2)])), Flatten()]
    for width in draw(st.lists(st.integers(1, 6), max_size=3)):
        chain += [Linear(out_features=width, bias=draw(st.booleans())), draw(activations)]
        chain += draw(st.sampled_from([[], [BatchNorm1d()], [LayerNorm()], [Dropout()]]))
    return Network((*chain, Linear(out_features=draw(st.integers(1, 3)))), (2, 6, 5) if images else (4,))


@given(chains(), st.integers(0, 1000))
def test_any_chain_equals_autograd(network: Network, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(2, *network.input_shape))
    compared(network, x, seed, Mode(), oracle(network, seed).eval())


def test_the_corner_of_an_activation_has_pytorchs_slope() -> None:
    for layer in (ReLU(), LeakyReLU(), ELU(alpha=0.5), GELU(), SiLU()):
        network = Network((layer,), (3,))
        compared(network, np.array([[-0.0, 0.0, 1e-300]]), 1, Mode(), build(network).double())


def test_extreme_values_stay_finite_and_equal() -> None:
    for layer in (Sigmoid(), Tanh(), GELU(), SiLU(), ELU()):
        network = Network((layer,), (4,))
        x = np.array([[-800.0, -30.0, 30.0, 800.0]])
        with np.errstate(all="raise", under="ignore"):
            compared(network, x, 1, Mode(), build(network).double())

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stirfry import lang
from stirfry.engine.build import build
from stirfry.errors import SpecError
from stirfry.spec.layers import (
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    LayerNorm,
    Linear,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Softmax,
)
from stirfry.spec.network import Network, NetworkSpec, fold_output

SIMPLE_CNN = (
    Conv2d(out_channels=32, kernel_size=3, padding=1),
    ReLU(),
    MaxPool2d(kernel_size=2),
    Conv2d(out_channels=64, kernel_size=3, padding=1),
    ReLU(),
    MaxPool2d(kernel_size=2),
    Flatten(),
    Linear(out_features=128),
    ReLU(),
    Dropout(p=0.5),
    Linear(out_features=10),
)


def fault(layers: tuple, shape: tuple[int, ...]) -> str:
    with pytest.raises(SpecError) as error, lang.speaking("en"):
        Network(layers, shape)
    return str(error.value)


def test_the_simple_cnn_has_421642_parameters() -> None:
    network = Network(SIMPLE_CNN, (1, 28, 28))
    assert network.n_parameters == 421_642
    assert network.output_shape == (10,)
    assert [row.output_shape for row in network.table()][5] == (64, 7, 7)


def test_shapes_names_and_counts_are_pytorchs() -> None:
    network = Network(SIMPLE_CNN, (1, 28, 28))
    state = build(network).state_dict()
    assert {name: tuple(value.shape) for name, value in state.items()} == network.state_shapes
    assert list(state) == list(network.state_shapes)


@given(
    st.integers(1, 3),
    st.integers(4, 12),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(0, 2),
    st.sampled_from([MaxPool2d, AvgPool2d]),
)
def test_windows_are_pytorchs(
    channels: int, size: int, out: int, kernel: int, stride: int, padding: int, pool: type
) -> None:
    layers = [
        Conv2d(out_channels=out, kernel_size=kernel, stride=stride, padding=padding, bias=bool(padding)),
        BatchNorm2d(),
        pool(kernel_size=(2, 1), stride=1),
        LayerNorm(),
        Flatten(),
        BatchNorm1d(),
    ]
    try:
        network = Network(tuple(layers), (channels, size, size + 1))
    except SpecError:
        with pytest.raises((RuntimeError, ValueError)):
            torch.nn.MaxPool2d((2, 1), 1)(
                torch.nn.Conv2d(channels, out, kernel, stride, padding)(
                    torch.zeros(2, channels, size, size + 1)
                )
            )
        return
    model = build(network).eval()
    values = torch.zeros(2, channels, size, size + 1)
    for module, shape in zip(model, network.shapes[1:], strict=True):
        values = module(values)
        assert tuple(values.shape[1:]) == shape
    assert {name: tuple(value.shape) for name, value in model.state_dict().items()} == network.state_shapes
    assert network.n_parameters == sum(parameter.numel() for parameter in model.parameters())


def test_the_layer_at_fault_is_named_with_what_to_do() -> None:
    text = fault((Conv2d(out_channels=2, kernel_size=3), Linear(out_features=3)), (1, 8, 8))
    assert "network.layers[1]" in text and "Linear" in text and "2×6×6" in text and "72" in text
    assert "in_features=5" in fault((Linear(out_features=3, in_features=5),), (4,))
    assert "MaxPool2d" in fault((MaxPool2d(kernel_size=9),), (1, 8, 8))
    assert "at most" in fault((MaxPool2d(kernel_size=2, padding=2),), (1, 8, 8))
    assert "Conv2d" in fault((Conv2d(out_channels=1, kernel_size=1),), (4,))
    assert "BatchNorm1d" in fault((BatchNorm1d(),), (1, 8, 8))
    assert "num_features=3" in fault((BatchNorm1d(num_features=3),), (4,))


def test_the_short_form_is_the_long_one() -> None:
    short = NetworkSpec(hidden=(32, 8, 4), activation="sigmoid").resolve((8,), 1)
    assert [layer.name for layer in short.layers] == ["Linear", "Sigmoid"] * 3 + ["Linear"]
    assert short.n_parameters == 8 * 32 + 32 + 32 * 8 + 8 + 8 * 4 + 4 + 4 + 1
    assert NetworkSpec(hidden=()).resolve((8,), 1).n_parameters == 9
    assert NetworkSpec(hidden=(5,), dropout=0.1, bias=False).resolve((8,), 2).n_parameters == 50
    images = NetworkSpec(hidden=(5,)).resolve((1, 2, 3), 2)
    assert images.layers[0].name == "Flatten" and "1.weight" in images.parameter_shapes


def test_another_number_of_outputs_is_refused() -> None:
    with pytest.raises(SpecError, match="out_features 3"):
        NetworkSpec(layers=(Linear(out_features=2),)).resolve((4,), 3)


def test_an_output_that_the_loss_applies_is_folded() -> None:
    spec = NetworkSpec(layers=(Linear(out_features=3), Softmax()))
    folded, layer = fold_output(spec, "cross_entropy")
    assert folded.layers == spec.layers[:1] and layer == Softmax()
    spec = NetworkSpec(layers=(Linear(out_features=1), Sigmoid()))
    assert fold_output(spec, "bce_with_logits") == (NetworkSpec(layers=(Linear(out_features=1),)), Sigmoid())
    assert fold_output(spec, "mse") == (spec, None)
    inner = NetworkSpec(layers=(Linear(out_features=1), Sigmoid(), Linear(out_features=1)))
    assert fold_output(inner, "bce_with_logits") == (inner, None)


@pytest.mark.parametrize("loss", ["mse", "bce_with_logits"])
def test_a_softmax_anywhere_else_is_refused(loss: str) -> None:
    with pytest.raises(SpecError, match="Softmax"):
        fold_output(NetworkSpec(layers=(Linear(out_features=3), Softmax())), loss)


def test_layer_norm_counts_every_value() -> None:
    network = Network((LayerNorm(),), (2, 3, 4))
    assert network.n_parameters == 2 * math.prod((2, 3, 4))

"""What is a plain chain of known layers, and what isn't provably one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from stirfry.engine.recognise import last_function, recognise


class Way(nn.Module):
    """Layers `a` (4 to 4) and `b` (4 to 3), gone through as a function says."""

    def __init__(self, way: Callable[[Any, torch.Tensor], torch.Tensor], **layers: Any) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 3)
        self.way = way
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.way(self, x)


def names(module: nn.Module, shape: tuple[int, ...] = (4,)) -> list[str] | None:
    chain = recognise(module, shape)
    return None if chain is None else [layer.name for layer in chain.network.layers]


@pytest.mark.parametrize(
    ("between", "name"),
    [
        (functional.relu, "ReLU"),
        (torch.relu, "ReLU"),
        (lambda x: x.relu(), "ReLU"),
        (lambda x: functional.relu_(x), "ReLU"),
        (lambda x: functional.leaky_relu(x, 0.2), "LeakyReLU"),
        (torch.sigmoid, "Sigmoid"),
        (lambda x: x.tanh(), "Tanh"),
        (functional.gelu, "GELU"),
        (functional.silu, "SiLU"),
        (lambda x: functional.elu(x, alpha=0.5), "ELU"),
        (lambda x: torch.flatten(x, 1), "Flatten"),
        (lambda x: x.flatten(1), "Flatten"),
        (lambda x: x.view(x.size(0), -1), "Flatten"),
        (lambda x: x.reshape(x.shape[0], -1), "Flatten"),
        (lambda x: x.view(-1, 4), "Flatten"),
        (nn.SiLU(), "SiLU"),
        (nn.LeakyReLU(0.3), "LeakyReLU"),
        (nn.LayerNorm(4), "LayerNorm"),
        (nn.BatchNorm1d(4), "BatchNorm1d"),
    ],
)
def test_each_form_of_a_layer_is_known_and_computes_the_same(between: Any, name: str) -> None:
    from stirfry.engine.build import build

    layers = {"between": between} if isinstance(between, nn.Module) else {}
    module = Way(lambda self, x: self.b(between(self.a(x))), **layers)
    chain = recognise(module, (4,))
    assert chain is not None and [layer.name for layer in chain.network.layers] == ["Linear", name, "Linear"]
    ours = build(chain.network)
    ours.load_state_dict({chain.names[key]: value for key, value in module.state_dict().items()})
    x = torch.randn(5, 4)
    assert torch.equal(ours.eval()(x), module.eval()(x))


def test_images() -> None:
    convolutions = nn.Sequential(nn.Conv2d(1, 2, 3, stride=2, padding=1), nn.BatchNorm2d(2), nn.AvgPool2d(2))
    module = nn.Sequential(convolutions, nn.Identity(), nn.Flatten(), nn.Linear(8, 3))
    assert names(module, (1, 8, 8)) == ["Conv2d", "BatchNorm2d", "AvgPool2d", "Flatten", "Linear"]


def dropped(module: Any, x: torch.Tensor) -> torch.Tensor:
    return module.b(functional.dropout(module.a(x), 0.3, training=module.training))


def test_dropout_that_follows_the_mode() -> None:
    assert names(Way(dropped)) == ["Linear", "Dropout", "Linear"]


def hooked() -> nn.Module:
    module = Way(lambda self, x: self.b(self.a(x)))
    module.a.register_forward_hook(lambda layer, given, outputs: outputs * 2)
    return module


def tied() -> nn.Module:
    module = Way(lambda self, x: self.b(self.c(self.a(x))), c=nn.Linear(4, 4))
    module.c.weight = module.a.weight
    return module


def by_mode(module: Any, x: torch.Tensor) -> torch.Tensor:
    return module.b(module.a(x).relu() if module.training else module.a(x))


def after(layer: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Linear(4, 4), layer, nn.Linear(4, 3))


NOT_CHAINS: dict[str, Callable[[], nn.Module]] = {
    "a layer used twice": lambda: Way(lambda self, x: self.b(self.a(self.a(x)))),
    "a sum": lambda: Way(lambda self, x: self.b(x + self.a(x))),
    "a product": lambda: Way(lambda self, x: self.b(self.a(x)) * 2),
    "a layer left out": lambda: Way(lambda self, x: self.b(x)),
    "a way that depends on the numbers": lambda: Way(lambda self, x: self.b(x if x.sum() > 0 else self.a(x))),
    "a way that depends on the mode": lambda: Way(by_mode),
    "dropout in prediction": lambda: Way(lambda self, x: self.b(functional.dropout(self.a(x)))),
    "a gradient cut": lambda: Way(lambda self, x: self.b(self.a(x).detach())),
    "another gelu": lambda: nn.Sequential(nn.Linear(4, 4), nn.GELU("tanh"), nn.Linear(4, 3)),
    "a statistic that isn't kept": lambda: after(nn.BatchNorm1d(4, track_running_stats=False)),
    "a normalisation without weights": lambda: after(nn.LayerNorm(4, elementwise_affine=False)),
    "softmax": lambda: nn.Sequential(nn.Linear(4, 3), nn.Softmax(dim=1)),
    "frozen": lambda: Way(lambda self, x: self.b(self.a(x))).requires_grad_(False),
    "a hook": hooked,
    "a weight that two share": tied,
    "another view": lambda: Way(lambda self, x: self.b(self.a(x).view(-1, 2, 2).flatten(1))),
    "weights by another name": lambda: nn.utils.parametrizations.weight_norm(nn.Linear(4, 3)),
}


@pytest.mark.parametrize("what", NOT_CHAINS)
def test_what_is_not_provably_a_chain_is_none(what: str) -> None:
    assert names(NOT_CHAINS[what]()) is None


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(2, 2, 3, groups=2),
        nn.Conv2d(2, 2, 3, dilation=2),
        nn.Conv2d(2, 2, 3, padding="same"),
        nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"),
        nn.Sequential(nn.Conv2d(2, 2, 3), nn.MaxPool2d(3, ceil_mode=True)),
        nn.Sequential(nn.Conv2d(2, 2, 3), nn.AvgPool2d(2, count_include_pad=False)),
    ],
    ids=str,
)
def test_settings_that_our_layers_lack(layer: nn.Module) -> None:
    assert names(layer, (2, 8, 8)) is None


def test_a_shape_that_does_not_fit_is_none() -> None:
    assert names(nn.Linear(5, 3)) is None


@pytest.mark.parametrize(
    ("last", "function"),
    [
        (lambda x: x.softmax(1), "softmax"),
        (lambda x: functional.log_softmax(x, 1), "log_softmax"),
        (lambda x: torch.sigmoid(x).squeeze(1), "sigmoid"),
        (lambda x: x, "other"),
        (lambda x: x if x.sum() > 0 else -x, None),
    ],
)
def test_the_last_function(last: Any, function: str | None) -> None:
    assert last_function(Way(lambda self, x: last(self.b(self.a(x)))))[0] == function

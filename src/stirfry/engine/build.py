"""From a `Network` to PyTorch's `nn.Sequential`, with the weights that PyTorch's own seed gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stirfry.errors import MissingExtra
from stirfry.spec.layers import (
    Layer,
    Linear,
    Shape,
    pair,
)
from stirfry.spec.network import Init, Network

if TYPE_CHECKING:
    import torch

    from stirfry.engine.own import OwnNetwork


def import_torch() -> Any:
    """Return the `torch` module.

    Raises:
        MissingExtra: PyTorch isn't installed.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtra("engine.no_torch") from None
    return torch


def build(network: Network | OwnNetwork) -> torch.nn.Module:
    """Return the network as an `nn.Sequential`, initialised from PyTorch's global random state.

    A user's own network is made as the user makes it.

    The modules are made in the order of the layers, so after `torch.manual_seed(s)` the weights are those
    of the same `nn.Sequential` written by hand. Another initialisation than PyTorch's default is drawn
    afterwards, layer by layer: weights from `torch.nn.init`, biases 0.

    Args:
        network: the network.

    Example:
        >>> from stirfry.spec.layers import Linear, ReLU
        >>> chain = (Linear(out_features=10), ReLU(), Linear(out_features=3))
        >>> list(build(Network(chain, (4,))).state_dict())
        ['0.weight', '0.bias', '2.weight', '2.bias']
    """
    torch = import_torch()
    if not isinstance(network, Network):
        return network.build()
    modules = [_module(layer, shape) for layer, shape in zip(network.layers, network.shapes, strict=False)]
    model = torch.nn.Sequential(*modules)
    if network.init != "default":
        _initialise(model, network.init)
    return model


def _module(layer: Layer, shape: Shape) -> Any:
    """Return one layer as a module; what a shape decides is passed first, as `torch.nn` wants it."""
    nn = import_torch().nn
    settings = layer.model_dump(exclude={"type", "in_features", "in_channels", "num_features"})
    kind = getattr(nn, layer.name)
    if isinstance(layer, Linear) or layer.name in ("BatchNorm1d", "BatchNorm2d", "Conv2d"):
        settings = {
            key: pair(value) if isinstance(value, tuple) else value for key, value in settings.items()
        }
        return kind(shape[0], **settings)
    if layer.name == "LayerNorm":
        return kind(shape, **settings)
    return kind(**settings)


def _initialise(model: torch.nn.Sequential, init: Init) -> None:
    """Draw the weights of Linear and Conv2d layers again (Glorot and Bengio, 2010; He et al., 2015)."""
    torch = import_torch()
    draw = {
        "xavier_uniform": torch.nn.init.xavier_uniform_,
        "xavier_normal": torch.nn.init.xavier_normal_,
        "he_uniform": lambda weight: torch.nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
        "he_normal": lambda weight: torch.nn.init.kaiming_normal_(weight, nonlinearity="relu"),
        "normal": torch.nn.init.normal_,
        "zeros": torch.nn.init.zeros_,
    }[init]
    for module in model:
        if isinstance(module, torch.nn.Linear | torch.nn.Conv2d):
            draw(module.weight)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)

"""PyTorch's modules and functions as layers of ours, where they are the same to the last setting."""

from __future__ import annotations

from typing import Any

from stirfry.engine.build import import_torch
from stirfry.spec import layers as ours
from stirfry.spec.layers import Layer, Shape


class NotKnown(Exception):
    """A layer or a setting that a `Network` doesn't have."""


#: Functions by name, and the names of their arguments after the input.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "relu": ("inplace",),
    "leaky_relu": ("negative_slope", "inplace"),
    "sigmoid": (),
    "tanh": (),
    "gelu": ("approximate",),
    "silu": ("inplace",),
    "elu": ("alpha", "inplace"),
    "dropout": ("p", "training", "inplace"),
    "flatten": ("start_dim", "end_dim"),
    "max_pool2d": ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"),
    "avg_pool2d": (
        "kernel_size",
        "stride",
        "padding",
        "ceil_mode",
        "count_include_pad",
        "divisor_override",
    ),
}

#: Settings that a layer of ours hasn't, and the value that it has all the same.
_FIXED: dict[str, dict[str, Any]] = {
    "conv2d": {"dilation": (1, 1), "groups": 1, "padding_mode": "zeros"},
    "max_pool2d": {"dilation": 1, "ceil_mode": False, "return_indices": False},
    "avg_pool2d": {"ceil_mode": False, "count_include_pad": True, "divisor_override": None},
    "batch_norm": {"affine": True, "track_running_stats": True},
    "gelu": {"approximate": "none"},
    "flatten": {"start_dim": 1, "end_dim": -1},
}

_BY_NAME: dict[str, type[Layer]] = {
    "relu": ours.ReLU,
    "sigmoid": ours.Sigmoid,
    "tanh": ours.Tanh,
    "gelu": ours.GELU,
    "silu": ours.SiLU,
    "flatten": ours.Flatten,
}


def name_of(target: Any) -> str:
    """Return a function's or method's plain name: `relu` for `torch.relu`, `F.relu_` and `x.relu()`."""
    name = target if isinstance(target, str) else str(getattr(target, "__name__", ""))
    return name.strip("_")


def arguments_of(names: tuple[str, ...], given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """Return a call's arguments after the input by their names."""
    return {**dict(zip(names, given, strict=False)), **named}


def layer_of(module: Any, shape: Shape) -> Layer | None:
    """Return one of PyTorch's modules as a layer; None for one that does nothing.

    Args:
        module: the module.
        shape: the shape of one row that comes in.

    Raises:
        NotKnown: it is another one, or has settings that ours doesn't have.
    """
    nn = import_torch().nn
    kind = type(module)
    if kind is nn.Identity:
        return None
    if kind is nn.Linear:
        return ours.Linear(
            out_features=module.out_features, in_features=module.in_features, bias=module.bias is not None
        )
    if kind is nn.Conv2d:
        _fixed("conv2d", module)
        settings = {
            key: getattr(module, key) for key in ("out_channels", "in_channels", "kernel_size", "stride")
        }
        if isinstance(module.padding, str):
            raise NotKnown
        return ours.Conv2d(**settings, padding=module.padding, bias=module.bias is not None)
    if kind in (nn.BatchNorm1d, nn.BatchNorm2d):
        _fixed("batch_norm", module)
        if module.momentum is None:
            raise NotKnown
        normalisation = ours.BatchNorm1d if kind is nn.BatchNorm1d else ours.BatchNorm2d
        return normalisation(eps=module.eps, momentum=module.momentum, num_features=module.num_features)
    if kind is nn.LayerNorm:
        if not module.elementwise_affine or module.bias is None or tuple(module.normalized_shape) != shape:
            raise NotKnown
        return ours.LayerNorm(eps=module.eps)
    name = {"MaxPool2d": "max_pool2d", "AvgPool2d": "avg_pool2d", "LeakyReLU": "leaky_relu"}.get(
        kind.__name__, kind.__name__.lower()
    )
    if kind is not getattr(nn, kind.__name__, None) or name not in FUNCTIONS:
        raise NotKnown
    settings = {key: getattr(module, key) for key in FUNCTIONS[name] if hasattr(module, key)}
    return layer_of_function(name, (), {key: value for key, value in settings.items() if key != "training"})


def layer_of_function(name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Layer | None:
    """Return a function of PyTorch as a layer.

    Args:
        name: its plain name.
        given: its arguments by position, after the input.
        named: its arguments by name.

    Raises:
        NotKnown: it is another one, or has settings that ours doesn't have.
    """
    if name not in FUNCTIONS:
        raise NotKnown
    settings = arguments_of(FUNCTIONS[name], given, named)
    if name == "flatten":
        settings.setdefault("start_dim", 0)
    if not settings.keys() <= {*FUNCTIONS[name], "input"}:
        raise NotKnown
    for key, value in _FIXED.get(name, {}).items():
        if settings.get(key, value) != value:
            raise NotKnown
    if name in _BY_NAME:
        return _BY_NAME[name]()
    if name in ("max_pool2d", "avg_pool2d"):
        kept = {key: settings[key] for key in ("kernel_size", "stride", "padding") if key in settings}
        kept = {key: tuple(value) if isinstance(value, list) else value for key, value in kept.items()}
        return (ours.MaxPool2d if name == "max_pool2d" else ours.AvgPool2d)(**kept)
    if name == "dropout":
        return ours.Dropout(p=settings.get("p", 0.5))
    if name == "leaky_relu":
        return ours.LeakyReLU(negative_slope=settings.get("negative_slope", 0.01))
    return ours.ELU(alpha=settings.get("alpha", 1.0))


def _fixed(name: str, module: Any) -> None:
    if any(getattr(module, key) != value for key, value in _FIXED[name].items()):
        raise NotKnown

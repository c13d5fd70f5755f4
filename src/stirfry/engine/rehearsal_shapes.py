"""Why a user's module can't take the first batch, in the module's own names."""

from __future__ import annotations

import re
from typing import Any

from stirfry.engine.build import import_torch
from stirfry.engine.seen import Call, Seen, users_line
from stirfry.errors import Fault, SpecError


def explained(seen: Seen, module: Any) -> SpecError:
    """Return the error that says which layer failed, what came in, what it wants and what to change.

    Args:
        seen: the pass that failed.
        module: the module.
    """
    error = seen.failure
    assert error is not None, "only a failure is explained"
    call = seen.under_way[-1] if seen.under_way else Call("", module, None)
    found = (
        _device(error, call)
        or _types(call)
        or _wrong_size(call)
        or _outside(call, error)
        or _arguments(error, call)
    )
    if found is None:
        reason = reason_of(error)
        line = users_line(error)
        if call.name:
            facts = {"name": call.name, "kind": type(call.layer).__name__, "shape": _row(call)}
            found = Fault("network", "engine.layer_fails", **facts, reason=reason)
        elif line:
            found = Fault("network", "engine.forward_fails_at", line=line, reason=reason)
        else:
            found = Fault("network", "engine.forward_fails", reason=reason)
    return SpecError((found,))


def reason_of(error: BaseException) -> str:
    """Return a failure's kind and the first line of its words, without the full stop."""
    first = str(error).partition("\n")[0].rstrip(" .!")
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _device(error: BaseException, call: Call) -> Fault | None:
    """Return the fault of a module that sends its numbers to another device by itself."""
    signs = (
        "same device",
        "expected device",
        "not compiled with CUDA",
        "No CUDA GPUs",
        "NVIDIA driver",
        "meta tensor",
        "Meta device",
    )
    if not any(sign in str(error) for sign in signs):
        return None
    return Fault("network", "engine.second_device", line=users_line(error) or str(error).splitlines()[0])


def _types(call: Call) -> Fault | None:
    """Return the fault of numbers of a type that the layer can't take."""
    nn = import_torch().nn
    whole = isinstance(call.layer, nn.Embedding | nn.EmbeddingBag)
    if not call.types:
        return None
    floats = call.types[0].startswith(("float", "bfloat"))
    if whole and floats:
        return Fault("network", "engine.wants_whole", name=_named(call), kind=type(call.layer).__name__)
    if not whole and call.name and not floats and any(True for _ in call.layer.parameters()):
        facts = {"name": call.name, "kind": type(call.layer).__name__, "type": call.types[0]}
        return Fault("network", "engine.wants_floats", **facts)
    return None


def _wrong_size(call: Call) -> Fault | None:
    """Return the fault of a layer that was made for another number of features or channels."""
    nn, layer, shape = import_torch().nn, call.layer, call.came_in
    if shape is None or not call.name:
        return None
    facts: dict[str, Any] = {"name": call.name, "kind": type(layer).__name__, "shape": shape[1:]}
    if isinstance(layer, nn.Linear) and shape[-1] != layer.in_features:
        flat = shape[1:] and _product(shape[1:]) == layer.in_features and len(shape) > 2
        code = "engine.linear_wants_flat" if flat else "engine.layer_size"
        return Fault(
            "network", code, **facts, wanted=layer.in_features, found=shape[-1], argument="in_features"
        )
    if isinstance(layer, nn.modules.conv._ConvNd):
        dimensions = len(layer.kernel_size)
        if len(shape) != dimensions + 2:
            return Fault("network", "engine.layer_axes", **facts, wanted=_AXES[dimensions])
        if shape[1] != layer.in_channels:
            sizes = {"wanted": layer.in_channels, "found": shape[1], "argument": "in_channels"}
            return Fault("network", "engine.layer_size", **facts, **sizes)
    if (
        isinstance(layer, nn.modules.batchnorm._BatchNorm)
        and len(shape) > 1
        and shape[1] != layer.num_features
    ):
        sizes = {"wanted": layer.num_features, "found": shape[1], "argument": "num_features"}
        return Fault("network", "engine.layer_size", **facts, **sizes)
    if isinstance(layer, nn.RNNBase) and shape[-1] != layer.input_size:
        sizes = {"wanted": layer.input_size, "found": shape[-1], "argument": "input_size"}
        return Fault("network", "engine.layer_size", **facts, **sizes)
    return None


_AXES = {1: "channels×length", 2: "channels×height×width", 3: "channels×depth×height×width"}


def _outside(call: Call, error: BaseException) -> Fault | None:
    """Return the fault of an embedding that has too few rows for the numbers that come in."""
    if isinstance(call.layer, import_torch().nn.Embedding) and "out of range" in str(error):
        size = call.layer.num_embeddings
        return Fault("network", "engine.embedding_small", name=_named(call), size=size, last=size - 1)
    return None


def _arguments(error: BaseException, call: Call) -> Fault | None:
    """Return the fault of a `forward` that takes other inputs than there are."""
    if isinstance(error, TypeError) and re.search(r"forward\(\).*(argument|positional)", str(error)):
        reason = str(error).partition("forward() ")[2]
        return Fault("network", "engine.forward_arguments", name=_named(call), reason=reason)
    return None


def _named(call: Call) -> str:
    return call.name or type(call.layer).__name__


def _row(call: Call) -> tuple[int, ...] | str:
    return "?" if call.came_in is None else call.came_in[1:]


def _product(shape: tuple[int, ...]) -> int:
    result = 1
    for size in shape:
        result *= size
    return result

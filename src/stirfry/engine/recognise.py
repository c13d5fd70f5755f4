"""Whether a user's module is a plain chain of known layers; PyTorch's `torch.fx` follows its `forward`.

Whatever can't be proved to be one isn't: it trains as it is, on PyTorch.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stirfry.engine.build import import_torch
from stirfry.engine.given import USERS_FAULTS
from stirfry.engine.known_layers import (
    FUNCTIONS,
    NotKnown,
    arguments_of,
    layer_of,
    layer_of_function,
    name_of,
)
from stirfry.errors import SpecError
from stirfry.spec.layers import Flatten, Layer, Shape
from stirfry.spec.network import Network


@dataclass(frozen=True)
class Chain:
    """A module as a chain of known layers.

    Args:
        network: the chain.
        names: the tensors' names in the chain, by the module's own.
    """

    network: Network
    names: dict[str, str]


def recognise(module: Any, input_shape: Shape) -> Chain | None:
    """Return a module as a chain of known layers, or None where it isn't provably one.

    Args:
        module: the module; it is put into training mode.
        input_shape: the shape of one row.
    """
    training, predicting = _traced(module.train()), _traced(module.eval())
    module.train()
    if training is None or predicting is None or _is_bent(module):
        return None
    try:
        steps = _steps(training, module, input_shape)
        network = Network(tuple(layer for layer, _ in steps), input_shape)
        _check_modes(training, predicting)
    except (NotKnown, SpecError, ValidationError):
        return None
    names = {
        f"{target}.{tensor}": f"{index}.{tensor}"
        for index, (layer, target) in enumerate(steps)
        if target is not None
        for tensor in _tensors(layer, network.shapes[index])
    }
    state = module.state_dict()
    if not names or names.keys() != state.keys():
        return None
    shapes = network.state_shapes
    fits = all(tuple(shapes[names[key]]) == tuple(value.shape) for key, value in state.items())
    return Chain(network, {key: names[key] for key in state}) if fits else None


def last_function(module: Any) -> tuple[str | None, str]:
    """Return `softmax`, `log_softmax` or `sigmoid`, where the module ends in one, and where that stands.

    Returns:
        the function, `other` for anything else, or None where the module can't be traced; and the layer's
        name or the line of `forward`.
    """
    graph = _traced(module)
    if graph is None:
        return None, ""
    nodes = {node.op: node for node in graph.nodes}
    last = nodes["output"].args[0]
    while hasattr(last, "op") and _changes_shape_only(last):
        last = last.args[0]
    if not hasattr(last, "op"):
        return None, ""
    if last.op == "call_module":
        layer = module.get_submodule(last.target)
        name = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Sigmoid": "sigmoid"}.get(
            type(layer).__name__
        )
        return name or "other", f"{last.target} ({type(layer).__name__})"
    name = name_of(last.target)
    found = name if name in ("softmax", "log_softmax", "sigmoid") else "other"
    return found, _line(last) or type(module).__name__


def _changes_shape_only(node: Any) -> bool:
    return node.op == "call_method" and node.target in ("squeeze", "unsqueeze", "view", "reshape", "flatten")


def _line(node: Any) -> str:
    """Return the line of the user's `forward` that a node comes from."""
    torch_home = str(Path(import_torch().__file__).parent)
    lines = (node.stack_trace or "").splitlines()
    for place, code in zip(lines[-2::-2], lines[::-2], strict=False):
        file = place.partition('"')[2].partition('"')[0]
        if file and not file.startswith(torch_home):
            number = place.partition(", line ")[2].partition(",")[0]
            return f"{Path(file).name}:{number}: {code.strip()}"
    return ""


def _traced(module: Any) -> Any:
    """Return the graph of a module's operations, or None where its way depends on the numbers."""
    torch = import_torch()
    hooks = module._forward_pre_hooks.copy(), module._forward_hooks.copy()

    class Tracer(torch.fx.Tracer):  # type: ignore[misc, name-defined]
        record_stack_traces = True

    try:
        return Tracer().trace(module)
    except (*USERS_FAULTS, torch.fx.proxy.TraceError):
        return None
    finally:
        assert hooks == (module._forward_pre_hooks, module._forward_hooks), "tracing changes nothing"


def _is_bent(module: Any) -> bool:
    """Whether the module does more than its graph shows: hooks, shared or frozen tensors, and the like."""
    layers = [each for name, each in module.named_modules() if name]
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    if any(getattr(each, hook) for each in layers for hook in hooks):
        return True
    parameters = [each for _, each in module.named_parameters(remove_duplicate=False)]
    if len({id(each) for each in parameters}) < len(parameters):
        return True
    return any(not each.requires_grad or each._backward_hooks for each in parameters)


def _steps(graph: Any, module: Any, shape: Shape) -> list[tuple[Layer, str | None]]:
    """Return the chain's layers, each with the name of the module it comes from.

    Raises:
        NotKnown: the graph isn't a plain chain, or has something that no layer of ours does.
    """
    steps: list[tuple[Layer, str | None]] = []
    used: set[str] = set()
    last: Any = None
    for node in graph.nodes:
        if node.op == "placeholder":
            if last is not None:
                raise NotKnown
            last = node
            continue
        if _asks_for_size(node):
            continue
        if not node.args or node.args[0] is not last:
            raise NotKnown
        if node.op == "output":
            return steps
        layer, target = _step(node, module, shape)
        if (
            target is not None
            and target in used
            and any(True for _ in module.get_submodule(target).parameters())
        ):
            raise NotKnown
        used.add(target or "")
        last = node
        if layer is not None:
            shape = _shape_after(layer, shape)
            steps.append((layer, target))
    raise NotKnown


def _step(node: Any, module: Any, shape: Shape) -> tuple[Layer | None, str | None]:
    """Return what one node does as a layer; None is nothing."""
    if node.op == "call_module" and len(node.args) == 1 and not node.kwargs:
        return layer_of(module.get_submodule(node.target), shape), node.target
    if node.op in ("call_function", "call_method"):
        name = name_of(node.target)
        if name in ("view", "reshape"):
            return _flattened(node, shape), None
        if any(hasattr(each, "op") for each in (*node.args[1:], *node.kwargs.values())):
            raise NotKnown
        return layer_of_function(name, node.args[1:], node.kwargs), None
    raise NotKnown


def _asks_for_size(node: Any) -> bool:
    """Whether a node only asks how many rows there are: `x.size(0)`, `x.shape[0]`, `len(x)`."""
    if node.op == "call_method":
        return node.target == "size"
    if node.op != "call_function":
        return False
    if node.target is getattr:
        return node.args[1] == "shape"
    return node.target is operator.getitem and _asks_for_size(node.args[0])


def _is_row_count(value: Any) -> bool:
    if not hasattr(value, "op"):
        return False
    if value.op == "call_method":
        return value.target == "size" and tuple(value.args[1:]) == (0,)
    return value.target is operator.getitem and value.args[1] == 0


def _flattened(node: Any, shape: Shape) -> Layer:
    """Return `Flatten` for `x.view(x.size(0), -1)` and for `x.view(-1, 320)` where a row has 320 numbers."""
    sizes = node.args[1:]
    if len(sizes) == 1 and isinstance(sizes[0], tuple | list):
        sizes = tuple(sizes[0])
    size = math.prod(shape)
    rows_first = len(sizes) == 2 and (_is_row_count(sizes[0]) or (sizes[0] == -1 and sizes[1] != -1))
    if not rows_first or sizes[1] not in (-1, size):
        raise NotKnown
    return Flatten()


def _shape_after(layer: Layer, shape: Shape) -> Shape:
    return Network((layer,), shape).output_shape


def _tensors(layer: Layer, shape: Shape) -> list[str]:
    return [*layer.parameters(shape), *layer.buffers(shape)]


def _check_modes(training: Any, predicting: Any) -> None:
    """Check that both modes take the same way, and that dropout drops in the one and not in the other.

    Raises:
        NotKnown: they don't.
    """
    pairs = list(zip(training.nodes, predicting.nodes, strict=False))
    if len(training.nodes) != len(predicting.nodes):
        raise NotKnown
    for first, second in pairs:
        if (first.op, first.target) != (second.op, second.target):
            raise NotKnown
        if first.op == "call_function" and name_of(first.target) == "dropout":
            modes = [
                arguments_of(FUNCTIONS["dropout"], each.args[1:], each.kwargs) for each in (first, second)
            ]
            if [each.get("training", True) for each in modes] != [True, False]:
                raise NotKnown

"""One pass through a user's module: what went into each of its layers, what came out, and where it failed."""

from __future__ import annotations

import math
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stirfry.engine.build import import_torch
from stirfry.engine.given import USERS_FAULTS
from stirfry.spec.layers import Shape
from stirfry.spec.network import LayerRow


@dataclass
class Call:
    """One call of a layer.

    Args:
        name: its dotted name in the module; empty for the module itself.
        layer: the layer.
        came_in: the shape of its first input, the batch included; None where that is no tensor.
        types: the inputs' types, such as `float32`.
        went_out: the shape of its output; None before it is there.
    """

    name: str
    layer: Any
    came_in: Shape | None
    types: tuple[str, ...] = ()
    went_out: Shape | None = None


@dataclass
class Seen:
    """A pass through a module.

    Args:
        calls: every call, in order.
        under_way: the calls that haven't ended, the innermost last.
        outputs: what the module gave.
        failure: what ended the pass early.
    """

    calls: list[Call] = field(default_factory=list)
    under_way: list[Call] = field(default_factory=list)
    outputs: Any = None
    failure: BaseException | None = None


def see(module: Any, inputs: Any) -> Seen:
    """Call a module, and watch each of its layers.

    Args:
        module: the module; it is as before afterwards.
        inputs: what it is called with.
    """
    seen, hooks = Seen(), []
    names = {layer: name for name, layer in module.named_modules()}

    def before(layer: Any, given: tuple[Any, ...]) -> None:
        first = given[0] if given and hasattr(given[0], "shape") else None
        types = tuple(str(each.dtype).removeprefix("torch.") for each in given if hasattr(each, "dtype"))
        shape = None if first is None else tuple(first.shape)
        call = Call(names[layer], layer, shape, types)
        seen.calls.append(call)
        seen.under_way.append(call)

    def after(layer: Any, given: tuple[Any, ...], outputs: Any) -> None:
        first = outputs[0] if isinstance(outputs, tuple) and outputs else outputs
        seen.under_way.pop().went_out = tuple(first.shape) if hasattr(first, "shape") else None

    for layer in names:
        hooks += [layer.register_forward_pre_hook(before), layer.register_forward_hook(after)]
    try:
        seen.outputs = module(inputs)
    except USERS_FAULTS as error:
        seen.failure = error
    finally:
        for hook in hooks:
            hook.remove()
    return seen


def users_line(error: BaseException) -> str:
    """Return the last line of a failure's way that isn't PyTorch's or ours: `file.py:12: return x + y`."""
    ours, theirs = Path(__file__).parent.parent, Path(import_torch().__file__).parent
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        inside = any(Path(frame.filename).is_relative_to(place) for place in (ours, theirs))
        if not inside and frame.line:
            return f"{Path(frame.filename).name}:{frame.lineno}: {frame.line}"
    return ""


def table(module: Any, calls: list[Call]) -> tuple[LayerRow, ...]:
    """Return a row for every layer that holds no others, or that holds parameters of its own."""
    rows: list[LayerRow] = []
    met: set[str] = set()
    for call in calls:
        own = sum(each.numel() for each in call.layer.parameters(recurse=False))
        leaf = not any(call.layer.children())
        if call.name in met or not (leaf or own) or not (call.name or own):
            continue
        met.add(call.name)
        kind = type(call.layer).__name__
        name = f"{call.name} {kind}" if call.name else kind
        rows.append(LayerRow(len(rows), name, (call.went_out or ())[1:], own))
    return tuple(rows)


def multiplications(calls: list[Call], rows: int) -> int:
    """Return about how many multiplications one row's pass takes.

    A layer's weights are used once at each place of its output: of an image each pixel, of a sequence each
    step. Other layers with weights are counted as if they used each once.
    """
    nn = import_torch().nn
    total = 0
    for call in calls:
        sizes = [each.numel() for each in call.layer.parameters(recurse=False) if each.dim() > 1]
        out, into = call.went_out or (), call.came_in or ()
        places = 1
        if isinstance(call.layer, nn.Linear):
            places = math.prod(out[:-1]) // rows
        elif isinstance(call.layer, nn.RNNBase):
            places = math.prod(into[:-1]) // rows
        elif isinstance(call.layer, nn.modules.conv._ConvNd):
            places = math.prod(out[2:])
        total += 0 if isinstance(call.layer, nn.Embedding | nn.EmbeddingBag) else sum(sizes) * max(places, 1)
    return total

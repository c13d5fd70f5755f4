"""The first batch goes through a user's module before anything is trained, so that every fault is found here.

A module is never changed: what is wrong with it is refused, with what to change. Data are mended where there
is only one right way, and it is said.

Letters: N rows, K outputs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine import rehearsal_outputs as looks
from stirfry.engine.build import import_torch
from stirfry.engine.given import Given, made
from stirfry.engine.own import OwnNetwork, connected
from stirfry.engine.recognise import recognise
from stirfry.engine.rehearsal_loss import Goal, Reading, check_gradients, reading_of
from stirfry.engine.rehearsal_shapes import explained
from stirfry.engine.seen import Seen, multiplications, see, table
from stirfry.errors import Fault, SpecError
from stirfry.notice import Notice
from stirfry.spec.layers import Shape

#: Rows that are rehearsed with: enough to see what outputs look like, few enough to cost nothing.
ROWS = 32

Inputs = NDArray[Any] | tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Rehearsed:
    """What a rehearsal found out.

    Args:
        network: the network.
        reading: how the loss is taken, and how outputs become answers.
        notices: what was mended or noticed.
    """

    network: OwnNetwork
    reading: Reading
    notices: tuple[Notice, ...] = ()


def rehearse(
    given: Given,
    inputs: Inputs,
    targets: NDArray[Any],
    goal: Goal,
    seed: int = 0,
    input_names: tuple[str, ...] = (),
    device: str = "cpu",
) -> Rehearsed:
    """Let the first rows go through a module, its loss and back, and return what there is to know of it.

    PyTorch's random state is as before afterwards, and the user's own module isn't touched.

    Args:
        given: what makes the module.
        inputs: the training rows, one array or a tuple of them.
        targets: class numbers (N,), or values (N, 1).
        goal: the task, the classes and the loss.
        seed: the run's.
        input_names: the names under which `forward` takes several inputs.
        device: where it is going to be trained; the rehearsal is on the processor.

    Raises:
        SpecError: the module doesn't fit data, task or loss; the text says what to change.
        UsageError: it can't be made, or isn't a module.
    """
    torch = import_torch()
    rows, labels = tensors(inputs, slice(0, ROWS)), targets[:ROWS]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = _made(given, input_names, device)
        shapes, trained = _shapes(module.state_dict().items()), _shapes(module.named_parameters())
        with torch.no_grad():
            seen = see(module.eval(), rows)
        _check_failure(seen, module)
        adds_axis, outputs = _in_form(seen.outputs, len(labels))
        looks.check_finite(outputs)
        looks.check_rows_alone(module, rows, seen.outputs)
        reading = reading_of(goal, outputs, labels)
        looks.check_output_function(module, rows, outputs, reading, goal)
        if adds_axis:
            module.register_forward_hook(lambda module, given, outputs: outputs.unsqueeze(1))
        frozen, needs_two = _trained_once(module, rows, labels, goal, reading), _needs_two(module, rows)
        alone = not adds_axis and not isinstance(rows, tuple)
        chain = recognise(given.make(), tuple(rows.shape[1:])) if alone else None
    network = OwnNetwork(
        given=given,
        input_shapes=tuple(tuple(each.shape[1:]) for each in as_tuple(rows)),
        output_shape=tuple(outputs.shape[1:]),
        parameter_shapes=trained,
        state_shapes=shapes,
        rows=table(module, seen.calls),
        multiplications=multiplications(seen.calls, len(labels)),
        input_names=input_names,
        adds_axis=adds_axis,
        needs_two=needs_two,
        chain=None if chain is None else chain.network,
        names={} if chain is None else chain.names,
    )
    return Rehearsed(network, reading, _notices(reading, adds_axis, len(labels), frozen))


def _shapes(those: Iterable[tuple[str, Any]]) -> dict[str, Shape]:
    return {name: tuple(each.shape) for name, each in those}


def _notices(reading: Reading, adds_axis: bool, rows: int, frozen: list[str]) -> tuple[Notice, ...]:
    """Return what is said about a module that fits."""
    added = [Notice("engine.axis_added", rows=rows)] if adds_axis else []
    kept = [Notice("engine.frozen", names=frozen)] if frozen else []
    return (*reading.notices, *added, *kept)


def runs(given: Given, inputs: Inputs, input_names: tuple[str, ...] = ()) -> bool:
    """Whether a module takes inputs of these shapes and types, and gives an output for each row.

    Raises:
        UsageError: it can't be made, or isn't a module.
        SpecError: it has nothing to train, isn't in float32, or has tensors on another device.
    """
    torch = import_torch()
    rows = tensors(inputs, slice(None))
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        seen = see(_made(given, input_names).eval(), rows)
    return seen.failure is None


def as_tuple(inputs: Any) -> tuple[Any, ...]:
    """Return one input or several as a tuple."""
    return inputs if isinstance(inputs, tuple) else (inputs,)


def tensors(inputs: Inputs, rows: slice) -> Any:
    """Return some rows as a tensor, or as a tuple of tensors where there are several inputs."""
    torch = import_torch()
    if isinstance(inputs, tuple):
        return tuple(torch.from_numpy(np.ascontiguousarray(each[rows])) for each in inputs)
    return torch.from_numpy(np.ascontiguousarray(inputs[rows]))


def _made(given: Given, input_names: tuple[str, ...], device: str = "cpu") -> Any:
    """Return a new module, checked for what can be seen before it is called.

    Raises:
        UsageError: making it fails, or it isn't a module.
        SpecError: it has nothing to train, isn't in float32, has tensors on another device, or some that
            wouldn't go to where it is trained.
    """
    torch = import_torch()
    module = made(given)
    lazy = [name for name, each in module.named_parameters() if torch.nn.parameter.is_lazy(each)]
    if lazy:
        raise _fault("engine.lazy_layers", names=sorted({name.rpartition(".")[0] for name in lazy})[:5])
    extra = [name for name, each in module.state_dict().items() if not isinstance(each, torch.Tensor)]
    if extra:
        raise _fault("engine.extra_state", names=extra[:5])
    held = [*module.named_parameters(), *module.named_buffers()]
    if not any(True for _ in module.parameters()):
        raise _fault("engine.no_parameters", name=type(module).__name__)
    for name, tensor in held:
        if tensor.device.type != "cpu":
            raise _fault("engine.own_device", name=name, device=str(tensor.device))
        if tensor.is_floating_point() and tensor.dtype != torch.float32:
            raise _fault("engine.own_precision", name=name, type=str(tensor.dtype).removeprefix("torch."))
    if device != "cpu":
        _check_plain_tensors(module)
    return connected(module, input_names, adds_axis=False)


def _check_plain_tensors(module: Any) -> None:
    """Refuse tensors that are plain attributes, which stay behind where the module goes to another device."""
    torch = import_torch()
    for name, layer in module.named_modules():
        for key, value in vars(layer).items():
            if isinstance(value, torch.Tensor):
                raise _fault("engine.plain_tensor", name=f"{name}.{key}".lstrip("."), key=key)


def _check_failure(seen: Seen, module: Any) -> None:
    if seen.failure is not None:
        raise explained(seen, module) from seen.failure


def _in_form(outputs: Any, rows: int) -> tuple[bool, Any]:
    """Return whether outputs want a second axis, being of shape (N,), and outputs of shape (N, K).

    Raises:
        SpecError: the outputs aren't one tensor of shape (N,) or (N, K), on the processor, in float32.
    """
    torch = import_torch()
    if not isinstance(outputs, torch.Tensor):
        raise _fault("engine.not_a_tensor", type=type(outputs).__name__)
    if outputs.device.type != "cpu":
        raise _fault("engine.outputs_device", device=str(outputs.device))
    shape = tuple(outputs.shape)
    if not shape or shape[0] != rows:
        raise _fault("engine.rows_lost", shape=shape, rows=rows)
    if len(shape) > 2:
        raise _fault("engine.outputs_not_flat", shape=shape[1:], flat=math.prod(shape[1:]))
    if outputs.dtype != torch.float32:
        raise _fault("engine.outputs_type", type=str(outputs.dtype).removeprefix("torch."))
    return (True, outputs.unsqueeze(1)) if len(shape) == 1 else (False, outputs)


def _trained_once(module: Any, rows: Any, labels: NDArray[Any], goal: Goal, reading: Reading) -> list[str]:
    """Take a step's way forward and back, and return the parameters that are frozen on purpose."""
    frozen = [name for name, each in module.named_parameters() if not each.requires_grad]
    if len(frozen) == sum(1 for _ in module.parameters()):
        raise _fault("engine.all_frozen", names=frozen[:5])
    with kept(module):
        seen = see(module.train(), rows)
        if _wants_two(seen.failure):
            return frozen  # the only row there is; what the batches are like is checked by whoever makes them
        _check_failure(seen, module)
        check_gradients(module, rows, seen.outputs, labels, goal, reading)
    return frozen


def _needs_two(module: Any, rows: Any) -> bool:
    """Whether a batch of one row can't be trained on, as it is with batch normalisation."""
    one = tuple(each[:1] for each in rows) if isinstance(rows, tuple) else rows[:1]
    with kept(module), import_torch().no_grad():
        return _wants_two(see(module.train(), one).failure)


def _wants_two(failure: BaseException | None) -> bool:
    return failure is not None and "more than 1 value per channel" in str(failure)


@contextmanager
def kept(module: Any) -> Iterator[None]:
    """Leave a module's tensors as they were found."""
    before = {key: value.clone() for key, value in module.state_dict().items()}
    try:
        yield
    finally:
        module.load_state_dict(before)
        module.zero_grad()


def _fault(code: str, **facts: Any) -> SpecError:
    return SpecError((Fault("network", code, **facts),))

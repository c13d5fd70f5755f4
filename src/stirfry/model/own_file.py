"""A user's own network in a model file: where its class comes from, a hash of its source, and shapes.

The class itself isn't in the file, and nothing that a file names is ever imported: loading asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from stirfry.engine.build import import_torch
from stirfry.engine.contract import Weights
from stirfry.engine.given import given_module, made
from stirfry.engine.own import OwnNetwork
from stirfry.errors import ModelFileError, UsageError
from stirfry.lang import shape_text
from stirfry.notice import Notice
from stirfry.spec.network import LayerRow

#: Names of tensors that are listed in a message, at most.
SHOWN = 5


def own_facts(network: OwnNetwork) -> dict[str, Any]:
    """Return everything but the tensors, as JSON values."""
    return {
        "module": network.given.path,
        "module_sha256": network.given.sha256,
        "input_shapes": network.input_shapes,
        "input_names": network.input_names,
        "output_shape": network.output_shape,
        "adds_axis": network.adds_axis,
        "multiplications": network.multiplications,
        "trained": list(network.parameter_shapes),
        "rows": [[row.name, row.output_shape, row.parameters] for row in network.rows],
    }


def own_network(
    path: Path, facts: dict[str, Any], tensors: Weights, module: Any, say: Callable[[Notice], None]
) -> OwnNetwork:
    """Return the network of a model file with the class that the caller gives.

    Args:
        path: the file.
        facts: what `own_facts` wrote.
        tensors: what the file holds.
        module: the class, a function without arguments, or a module; None raises.
        say: hears that the source is another than it was.

    Raises:
        UsageError: no class is given, or it can't be made.
        ModelFileError: its tensors aren't those of the file.
    """
    if module is None:
        raise UsageError("model.needs_module", path=str(path), module=facts["module"])
    given = given_module(module)
    state = _state_of(given)
    _check_tensors(path, state, tensors, given.path)
    if given.sha256 != facts["module_sha256"]:
        say(Notice("model.module_differs", module=facts["module"], given=given.path))
    shapes = {name: tuple(value.shape) for name, value in tensors.items()}
    return OwnNetwork(
        given=given,
        input_shapes=tuple(tuple(shape) for shape in facts["input_shapes"]),
        output_shape=tuple(facts["output_shape"]),
        parameter_shapes={name: shapes[name] for name in facts["trained"]},
        state_shapes={name: shapes[name] for name in state},
        rows=tuple(
            LayerRow(index, name, tuple(shape), count)
            for index, (name, shape, count) in enumerate(facts["rows"])
        ),
        multiplications=int(facts["multiplications"]),
        input_names=tuple(facts["input_names"]),
        adds_axis=bool(facts["adds_axis"]),
    )


def _state_of(given: Any) -> Weights:
    torch = import_torch()
    with torch.random.fork_rng(devices=[]):
        module = made(given)
    return {name: np.asarray(value.detach().numpy()) for name, value in module.state_dict().items()}


def _check_tensors(path: Path, state: Weights, tensors: Weights, given: str) -> None:
    """Refuse a class whose tensors aren't those of the file, and name those that differ."""
    lacking = [f"{name} {shape_text(tensors[name].shape)}" for name in sorted(tensors) if name not in state]
    added = [f"{name} {shape_text(state[name].shape)}" for name in state if name not in tensors]
    other = [
        f"{name} {shape_text(tensors[name].shape)} → {shape_text(state[name].shape)}"
        for name in state
        if name in tensors and tensors[name].shape != state[name].shape
    ]
    found = [*lacking, *other, *added]
    if found:
        more = ["…"] if len(found) > SHOWN else []
        raise ModelFileError(
            "model.module_tensors", path=str(path), module=given, names=[*found[:SHOWN], *more]
        )

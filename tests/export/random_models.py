"""Models with random weights, and raw rows as the user of a graph has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stirfry.data.encode_images import ImageEncoder
from stirfry.data.encode_inputs import InputsEncoder
from stirfry.data.encode_parts import CategoryPart, Part, fit_category, fit_date, fit_number
from stirfry.data.encode_table import TableEncoder
from stirfry.data.table import Column, Table
from stirfry.data.target import Target
from stirfry.engine.build import build, import_torch
from stirfry.engine.losses import Reads, output_count
from stirfry.model.model import Model
from stirfry.spec.network import NetworkSpec
from stirfry.spec.recipe import Scale

THREE = Target(task="multiclass", labels=("ant", "bee", "猫"))
TWO = Target(task="binary", labels=(False, True))
NUMBER = Target(task="regression", mean=5000.0, std=300.0)


def random_model(
    encoder: TableEncoder | ImageEncoder | InputsEncoder,
    target: Target = THREE,
    loss: Reads = "cross_entropy",
    layers: Sequence[dict[str, Any]] | None = None,
    test_shift: int = 0,
    seed: int = 0,
) -> Model:
    """A model of these layers with another at the end that gives as many outputs as the loss wants."""
    outputs = output_count(target.task, "cross_entropy" if loss == "share" else loss, len(target.labels))
    if layers is None:
        spec = NetworkSpec(hidden=(5,))
    else:
        last = {"type": "Linear", "out_features": 1 if loss == "share" else outputs}
        spec = NetworkSpec.model_validate({"layers": [*layers, last]})
    network = spec.resolve(encoder.input_shape, 1 if loss == "share" else outputs)
    torch = import_torch()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        tensors = {name: value.numpy().copy() for name, value in build(network).state_dict().items()}
    random = np.random.default_rng(seed)
    for name, value in tensors.items():
        if name.endswith(("running_mean", "running_var", "weight", "bias")) and value.dtype.kind == "f":
            tensors[name] = (abs(value) + random.uniform(0.1, 1, value.shape)).astype(np.float32)
        if name.endswith(("weight", "bias")):
            tensors[name] *= random.choice([-1, 1], value.shape).astype(np.float32)
    shares = (1 / max(1, len(target.labels)),) * max(1, len(target.labels))
    return Model(network, tensors, encoder, None, target, loss, shares, {}, {}, test_shift)


def fitted(table: Table, scale: Scale = "standard", ignored: Sequence[str] = ()) -> TableEncoder:
    """The encoder of all columns of a table: texts are categories."""
    parts: list[Part] = []
    for column in table.columns:
        if column.kind == "text":
            parts.append(fit_category(column))
        else:
            parts.append(fit_date(column, scale) if column.kind == "date" else fit_number(column, scale))
    return TableEncoder(parts=tuple(parts), ignored=tuple(ignored))


def as_fed(model: Model, table: Table) -> dict[str, Any]:
    """What an ONNX graph is given for rows of a table: texts, or float64, of shape (N, 1)."""
    assert isinstance(model.encoder, TableEncoder)
    return {
        part.name: _texts(table.column(part.name))
        if isinstance(part, CategoryPart)
        else table.column(part.name).values.astype(np.float64).reshape(-1, 1)
        for part in model.encoder.parts
    }


def _texts(column: Column) -> Any:
    return np.array([text or "" for text in column.texts()], dtype=object).reshape(-1, 1)

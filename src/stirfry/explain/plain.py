"""An explanation as JSON values; tensors of many numbers are summarised, so that it stays readable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.table import Inputs, Table
from stirfry.explain.attributions import Attributions
from stirfry.explain.rows import value_text

if TYPE_CHECKING:
    from stirfry.explain.explanation import Explanation, Update

#: Numbers of a tensor that are written out, and of an image's pixels; more are summarised.
MOST_NUMBERS, MOST_PIXELS = 1_000, 20_000
#: Numbers that a summary begins with.
FIRST = 20


def tensor(values: NDArray[Any], most: int = MOST_NUMBERS) -> dict[str, Any]:
    """Return an array's shape and numbers, or a summary of them where there are many.

    Example:
        >>> tensor(np.array([[1.0, 2.0]]))
        {'shape': [1, 2], 'values': [[1.0, 2.0]]}
    """
    shape = list(values.shape)
    if values.size <= most:
        return {"shape": shape, "values": values.tolist()}
    return {
        "shape": shape,
        "min": float(values.min()),
        "mean": float(values.mean()),
        "max": float(values.max()),
        "zeros": int(np.count_nonzero(values == 0)),
        "first": values.ravel()[:FIRST].tolist(),
    }


def as_json(found: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON values."""
    return {
        "row": found.row,
        "data": found.data.name,
        "raw": raw(found),
        "inputs": [dict(vars(each)) for each in found.inputs],
        "forward": [
            {
                "index": step.index,
                "layer": step.layer.name,
                "settings": step.layer.model_dump(mode="json", exclude={"type"}, exclude_none=True),
                "tensors": _tensors(step.tensors),
                "input": tensor(step.x[0]),
                "output": tensor(step.y[0]),
            }
            for step in found.forward
        ],
        "outputs": found.outputs.tolist(),
        "labels": list(found.model.labels),
        "probabilities": None if found.probabilities is None else found.probabilities.tolist(),
        "answer": found.answer,
        "truth": found.truth,
        "loss": _loss(found),
        "backward": [
            {
                "index": step.index,
                "layer": step.layer.name,
                "output_gradient": tensor(step.dy[0]),
                "gradients": _tensors(step.gradients),
                "input_gradient": tensor(step.dx[0]),
            }
            for step in found.backward
        ],
        "update": None if found.update is None else _update(found.update),
        "attributions": attributions(found.attributions),
        "notices": [
            {"code": notice.code, "facts": notice.facts, "text": str(notice)} for notice in found.notices
        ],
    }


def raw(found: Explanation) -> Any:
    """Return the row as it is: its values by column, its pixels, or its numbers."""
    if isinstance(found.data, Table):
        return {column.name: value_text(column) for column in found.data.columns}
    if isinstance(found.data, Inputs):
        return tensor(found.data.arrays[0][0])
    return tensor(np.asarray(found.data.pixels)[0], MOST_PIXELS)


def _tensors(values: dict[str, NDArray[Any]]) -> dict[str, Any]:
    return {name: tensor(each) for name, each in values.items()}


def _loss(found: Explanation) -> dict[str, Any] | None:
    if found.loss is None:
        return None
    return {
        "name": found.loss.name,
        "value": found.loss.value,
        "targets": found.loss.targets.tolist(),
        "class_weights": found.loss.weights,
    }


def _update(update: Update) -> dict[str, Any]:
    plan = update.plan
    return {
        "optimizer": plan.optimizer,
        "step": update.step,
        "steps_of_run": update.of_run,
        "lr": update.lr,
        "clip_norm": plan.clip_norm,
        "gradient_norm": update.norm,
        "clipped_by": update.factor,
        "tensors": {
            each.name: {
                "weight": tensor(each.weight),
                "gradient": tensor(each.gradient),
                "before": _tensors(each.before),
                "after": _tensors(each.after),
                "change": tensor(each.change),
                "new_weight": tensor(each.new_weight),
            }
            for each in update.tensors
        },
    }


def attributions(found: Attributions) -> dict[str, Any]:
    """Return what moved an answer as JSON values."""
    columns = [
        {"column": name, "value": value, "amount": amount}
        for name, value, amount in zip(found.names, found.values, found.amounts, strict=True)
    ]
    return {
        "answer": found.answer,
        "quantity": found.quantity,
        "start": found.start,
        "end": found.end,
        "steps": found.steps,
        "columns": columns,
        "pixels": None if found.pixels is None else tensor(found.pixels, MOST_PIXELS),
    }

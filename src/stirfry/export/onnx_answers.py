"""From a network's outputs to answers as ONNX nodes: what `Model.answers` and `Model.shares` do.

Letters: N rows, K classes.
"""

from __future__ import annotations

import numpy as np

from stirfry.data.target import Target
from stirfry.engine.losses import Reads
from stirfry.export.onnx_graph import Graph, Value, side_by_side


def prediction(outputs: Value, target: Target, name: str) -> None:
    """Add a regression's output: numbers in the target's own unit, float64 of shape (N, 1)."""
    (outputs.cast(np.float64) * target.std).then("Add", target.mean, name=name)


def classes(outputs: Value, target: Target, loss: Reads, label: str, probabilities: str) -> None:
    """Add a classification's two outputs.

    Args:
        outputs: the network's outputs.
        target: has the labels.
        loss: decides how outputs become probabilities.
        label: the name of the labels: texts, int64 or truths of shape (N,).
        probabilities: the name of the probabilities: float64 of shape (N, K).
    """
    shares = _shares(outputs.cast(np.float64), loss, len(target.labels)).then("Identity", name=probabilities)
    best = shares.then("ArgMax", dtype=np.int64, axis=1, keepdims=0)
    _labels(outputs.graph, target).then("Gather", best, axis=0, name=label)


def _labels(graph: Graph, target: Target) -> Value:
    if isinstance(target.labels[0], str):
        return graph.texts([str(label) for label in target.labels], "labels")
    return graph.constant(np.array(target.labels), "labels")


def _shares(outputs: Value, loss: Reads, classes: int) -> Value:
    """Return the probabilities as `engine.losses.probabilities` works them out."""
    if loss == "cross_entropy":
        return outputs.then("Softmax", axis=1)
    if loss in ("bce_with_logits", "share"):
        second = outputs.then("Sigmoid") if loss == "bce_with_logits" else _from_0_to_1(outputs)
        first = second * -1.0 + 1.0
        return side_by_side([first, second])
    clipped = _from_0_to_1(outputs)
    axes = outputs.graph.constant(np.array([1], dtype=np.int64))
    total = clipped.then("ReduceSum", axes, keepdims=1)
    some = total.then("Greater", 0.0, dtype=bool)
    # Where no class has a share, all have the same.
    even = outputs.graph.constant(np.array(1 / classes))
    divisor = some.then("Where", total, outputs.graph.constant(np.array(1.0)), dtype=np.float64)
    return some.then("Where", clipped / divisor, even, dtype=np.float64)


def _from_0_to_1(values: Value) -> Value:
    return values.then("Clip", 0.0, 1.0)

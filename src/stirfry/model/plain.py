"""A model as a function of plain numbers: a few rows cost more to read as a table than to compute."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stirfry.data.encode_parts import NumberPart
from stirfry.data.encode_table import TableEncoder
from stirfry.data.numbers import LARGEST
from stirfry.engine import native
from stirfry.engine.choose import choose
from stirfry.engine.losses import probabilities, probabilities_of_one
from stirfry.engine.own import OwnNetwork
from stirfry.errors import DataError, UsageError
from stirfry.spec.network import Network

if TYPE_CHECKING:
    from stirfry.model.model import Model, Predict

Rows = NDArray[np.float64]
#: Outputs of a row up to which Python's own arithmetic is quicker than NumPy's calls.
FEW = 32


def predictor(model: Model) -> Predict:
    """Return the function that `Model.predictor` promises.

    Raises:
        UsageError: not every column is a number that was always there.
    """
    run = _network(model, *_scaling(model))
    columns, width = list(model.columns), len(model.columns)
    regression, loss, target = model.task == "regression", model.loss, model.target

    def predict(rows: ArrayLike) -> NDArray[np.float64]:
        """Return probabilities, or values, of rows of plain numbers."""
        try:
            given = np.asarray(rows, dtype=np.float64, order="C")
        except (TypeError, ValueError) as fault:  # a text, a dict, rows of different lengths
            raise DataError("model.plain_numbers", fault=str(fault), columns=width, names=columns) from fault
        one = given.shape == (width,)
        if not one and (given.ndim != 2 or given.shape[1] != width):
            raise DataError("model.plain_shape", shape=given.shape, columns=width, names=columns)
        outputs = run(given[None] if one else given)
        if outputs is None:
            raise DataError("model.plain_gap")
        if one and not regression and outputs.size <= FEW:
            return np.array(probabilities_of_one(loss, outputs.tolist()[0]))
        found = target.values(outputs) if regression else probabilities(loss, outputs)
        return np.asarray(found[0]) if one else found

    return predict


def _scaling(model: Model) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what is subtracted from each column, and what it is divided by."""
    encoder = model.encoder
    if not isinstance(encoder, TableEncoder):
        raise UsageError("model.plain_images")
    parts = [part for part in encoder.parts if isinstance(part, NumberPart) and not part.missing]
    if len(parts) < len(encoder.parts):
        plain = {part.name for part in parts}
        others = [name for name in encoder.columns if name not in plain]
        raise UsageError("model.plain_columns", names=others)
    scales = np.array([part.scale or math.inf for part in parts])  # a scale of 0 makes its column 0
    return np.array([part.center for part in parts]), scales


def _network(model: Model, centers: Rows, scales: Rows) -> Callable[[Rows], NDArray[Any] | None]:
    """Return a function of raw rows to outputs, or to None where one isn't finite."""
    engine = choose(model.network).engine
    # A user's own module computes in its own precision.
    precision = np.float32 if isinstance(model.network, OwnNetwork) else engine.predicts_in
    if engine is native and isinstance(model.network, Network):
        return native.scaled_predictor(model.network, model.tensors, centers, scales)

    def run(rows: Rows) -> NDArray[Any] | None:
        inputs = np.clip((rows - centers) / scales, -LARGEST, LARGEST).astype(np.float32)
        outputs = engine.outputs(model.network, model.tensors, inputs.astype(precision))
        return outputs if np.isfinite(outputs).all() else None

    return run

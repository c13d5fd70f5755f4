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
from stirfry.engine.losses import probabilities
from stirfry.errors import DataError, UsageError

if TYPE_CHECKING:
    from stirfry.model.model import Model, Predict


def predictor(model: Model) -> Predict:
    """Return the function that `Model.predictor` promises.

    Raises:
        UsageError: not every column is a number that was always there.
    """
    centers, scales = _scaling(model)
    run = _network(model)
    columns = list(model.columns)

    def predict(rows: ArrayLike) -> NDArray[np.float64]:
        given = np.asarray(rows, dtype=np.float64)
        if given.ndim not in (1, 2) or given.shape[-1] != len(columns):
            raise DataError("model.plain_shape", shape=given.shape, columns=len(columns), names=columns)
        inputs = np.maximum(np.minimum((given - centers) / scales, LARGEST), -LARGEST)
        outputs = run(np.atleast_2d(inputs).astype(np.float32))
        if not math.isfinite(outputs.sum(dtype=np.float64)):
            raise DataError("model.plain_gap")
        regression = model.task == "regression"
        found = model.target.values(outputs) if regression else probabilities(model.loss, outputs)
        return np.asarray(found if given.ndim == 2 else found[0])

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


def _network(model: Model) -> Callable[[NDArray[np.float32]], NDArray[Any]]:
    engine = choose(model.network).engine
    if engine is native:
        return native.predictor(model.network, model.weights)
    return lambda inputs: engine.outputs(model.network, model.weights, inputs.astype(engine.predicts_in))

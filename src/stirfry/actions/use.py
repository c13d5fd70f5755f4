"""Use a model: predict rows, score it on labelled rows, look at it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.actions.request import EvaluateRequest, PredictRequest
from stirfry.judge.scores import PartScores
from stirfry.lang import shape_text
from stirfry.model.file import facts_of, load
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.run.atomic import write_atomic

Say = Callable[[Notice], None]

#: Tensors with more numbers than this are summarised when a model is shown.
SHOWN_WHOLE = 60


@dataclass(frozen=True)
class Predictions:
    """Answers for rows.

    Args:
        name: the target's name, which heads the column of answers.
        rows: labels or numbers, one a row.
        labels: the classes, where probabilities were asked for.
        probabilities: shape (N, K), where they were asked for.
        things: what texts call the rows.
    """

    name: str
    rows: list[Any]
    labels: tuple[Any, ...]
    probabilities: NDArray[np.float64] | None
    things: str

    @property
    def csv(self) -> str:
        """The answers as CSV: one column, and one for each class's probability."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([self.name, *(f"P({label})" for label in self._classes)])
        extra = [[]] * len(self.rows) if self.probabilities is None else self.probabilities.tolist()
        for answer, values in zip(self.rows, extra, strict=True):
            writer.writerow([answer, *(f"{value:.6g}" for value in values)])
        return text.getvalue()

    @property
    def _classes(self) -> tuple[Any, ...]:
        return () if self.probabilities is None else self.labels

    def as_json(self) -> dict[str, Any]:
        """Return the answers as one JSON object."""
        found: dict[str, Any] = {"target": self.name, "predictions": self.rows}
        if self.probabilities is not None:
            found |= {"labels": self.labels, "probabilities": self.probabilities.tolist()}
        return found


def predict(request: PredictRequest, say: Say) -> Predictions:
    """Predict rows, and write them where the request says so.

    Raises:
        StirfryError: the model or the data can't be read, columns are missing, a file can't be written.
    """
    model = load(request.model, request.module, say)
    outputs = model.raw_outputs(model.read(request.data), say)
    shares = model.shares(outputs) if request.probabilities else None
    name = model.schema.target if model.schema else "label"
    found = Predictions(name, model.answers(outputs).tolist(), model.labels, shares, model.things)
    if request.output is not None:
        write_atomic(request.output, found.csv)
    return found


@dataclass(frozen=True)
class Evaluation:
    """A model's scores on labelled rows, and what texts call those."""

    scores: PartScores
    labels: tuple[Any, ...]
    things: str

    def as_json(self) -> dict[str, Any]:
        """Return metric → value, low, high, with rows and confusion, as one JSON object."""
        return {
            "rows": self.scores.rows,
            "scores": self.scores.as_json(),
            "labels": self.labels,
            "confusion": self.scores.confusion,
        }


def evaluate(request: EvaluateRequest, say: Say) -> Evaluation:
    """Score a model on labelled rows.

    Raises:
        StirfryError: the model or the data can't be read, or labels are missing.
    """
    model = load(request.model, request.module, say)
    data = model.read(request.data)
    if data.sha256() == model.origin.get("data_sha256"):
        say(Notice("model.trained_on"))
    return Evaluation(model.evaluate(data, say), model.labels, model.things)


@dataclass(frozen=True)
class Look:
    """What there is to see of a model.

    Args:
        model: the model.
        columns: name, role and reason of each column; empty for images.
        parameters: name, shape and values of each tensor, in words.
    """

    model: Model
    columns: tuple[tuple[str, str, str], ...]
    parameters: tuple[tuple[str, str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """Return everything but the tensors' values, with their shapes, as one JSON object."""
        facts = facts_of(self.model)
        shapes = {name: list(value.shape) for name, value in self.model.weights.items()}
        return {**facts, "parameters": self.model.network.n_parameters, "tensors": shapes}


def look(path: Path, module: Any = None) -> Look:
    """Return what there is to see of a model.

    Args:
        path: the model file, or its run folder.
        module: the user's own network that it was trained with, where it needs one.

    Raises:
        ModelFileError: the file can't be read.
    """
    model = load(path, module)
    columns = () if model.schema is None else tuple(model.schema.described())
    parameters = tuple(
        (name, shape_text(value.shape), _values(value)) for name, value in model.weights.items()
    )
    return Look(model, columns, parameters)


def _values(value: NDArray[Any]) -> str:
    """Return a tensor's numbers, or a summary of them where there are many."""
    if value.size <= SHOWN_WHOLE:
        return np.array2string(value, precision=4, suppress_small=True, max_line_width=76)
    numbers = value.astype(np.float64)
    found = {"min": numbers.min(), "mean": numbers.mean(), "std": numbers.std(), "max": numbers.max()}
    return "   ".join(f"{name} {value:.4f}" for name, value in found.items())

"""What a graph takes and gives, as JSON values: it goes into the file, for programs that don't know stirfry.

A graph can't read a file, so its user has to turn raw rows into tensors; this says how. It is part of the
file's format, and so in English whatever the language of the moment.
"""

from __future__ import annotations

import json
from typing import Any

from stirfry import __version__
from stirfry.data.encode_images import ImageEncoder
from stirfry.data.encode_inputs import InputsEncoder
from stirfry.data.encode_parts import CategoryPart, DatePart, NumberPart, Part
from stirfry.data.encode_table import TableEncoder
from stirfry.data.levels import spellings
from stirfry.data.read.pieces import MISSING
from stirfry.model.model import Model

#: The entry of an ONNX file's metadata, and the extra file of a PyTorch program.
KEY = "stirfry.json"


def description(model: Model) -> dict[str, Any]:
    """Return what a graph of the model takes and gives.

    Returns:
        `made_by`, `task`, `labels` (the order of the probabilities' columns), and one of `columns`, `pixels`
        and `inputs`: whichever the model takes.

    Example:
        >>> import stirfry
        >>> found = description(stirfry.train("iris", epochs=1).model)
        >>> found["labels"], found["columns"][0]
        (['setosa', 'versicolor', 'virginica'], {'name': 'sepal length (cm)', 'kind': 'number'})
    """
    return {
        "made_by": f"stirfry {__version__}",
        "task": model.task,
        "labels": list(model.labels),
        **_inputs(model),
    }


def as_json(values: Any) -> str:
    """Return JSON that keeps every script as it is written."""
    return json.dumps(values, ensure_ascii=False)


def _inputs(model: Model) -> dict[str, Any]:
    encoder = model.encoder
    if isinstance(encoder, TableEncoder):
        return {"columns": [_column(part) for part in encoder.parts]}
    if isinstance(encoder, ImageEncoder):
        kind = "whole numbers from 0 to 255" if encoder.whole else "fractions from 0 to 1"
        return {"pixels": {"shape": encoder.input_shape, "kind": kind, "test_shift": model.test_shift}}
    return {"inputs": _arrays(encoder)}


def _arrays(encoder: InputsEncoder) -> list[dict[str, Any]]:
    return [
        {"name": name, "shape": part.shape, "kind": "whole number" if part.whole else "number"}
        for name, part in zip(input_names(encoder), encoder.parts, strict=True)
    ]


def input_names(encoder: InputsEncoder) -> list[str]:
    """Return the inputs' names: those of `forward`, or `input`, or `input_1`, `input_2` and so on."""
    if len(encoder.parts) == 1:
        return [encoder.parts[0].name or "input"]
    return [part.name or f"input_{index + 1}" for index, part in enumerate(encoder.parts)]


def _column(part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {"name": part.name, "kind": kind_of(part)}
    return found | ({"levels": list(part.levels)} if isinstance(part, CategoryPart) else {})


def kind_of(part: Part) -> str:
    """Return what a column is: `number`, `boolean`, `date` or `category`."""
    return "boolean" if isinstance(part, NumberPart) and part.boolean else part.kind


def how_to_give(part: Part) -> str:
    """Return how a column's values are given to an ONNX graph, for the input's docstring."""
    if isinstance(part, DatePart):
        return "A date, in seconds since 1970-01-01 00:00 UTC; NaN where it is missing."
    if isinstance(part, NumberPart):
        if part.boolean:
            return "True is 1 and false is 0; NaN where it is missing."
        return "A number, in the unit of the training table; NaN where it is missing."
    return "A category as text, without white space around it; empty where it is missing."


def places(part: CategoryPart) -> dict[str, int]:
    """Return the encoded column of every text that has one of its own; all others are new.

    Missing values have theirs where training rows lacked the value, and are new where none did.
    """
    found = spellings(part.levels)
    if not part.missing:
        return found
    return {text: len(part.levels) for text in MISSING} | found

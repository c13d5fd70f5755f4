"""What is done with a finished model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import stirfry
from stirfry.actions.request import EvaluateRequest
from stirfry.actions.use import evaluate
from stirfry.notice import Notice


def test_scores_on_the_training_data_are_said_to_be_too_good(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    table = {"a": random.normal(size=60), "b": random.normal(size=60), "y": random.integers(0, 2, 60)}
    pixels, labels = random.integers(0, 256, (40, 1, 4, 4)).astype(np.uint8), ["a", "b"] * 20
    for number, (data, fewer, settings) in enumerate(
        [
            (table, {name: values[:-1] for name, values in table.items()}, {"target": "y"}),
            ((pixels, labels), (pixels[:-1], labels[:-1]), {}),
        ]
    ):
        path = tmp_path / f"{number}.safetensors"
        stirfry.train(data, hidden=[4], epochs=2, repeats=1, **settings).save(path)
        assert _said(path, data) == ["model.trained_on"] and _said(path, fewer) == []


def _said(path: Path, data: Any) -> list[str]:
    said: list[Notice] = []
    evaluate(EvaluateRequest(path, data), said.append)
    return [notice.code for notice in said]

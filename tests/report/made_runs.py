"""Small runs of every kind, made once for all tests of the report."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars

import stirfry
from stirfry.actions.run import Run

#: Names and labels that would break a page that doesn't escape them.
EVIL = "<script>alert(1)</script>"
EVIL_LABEL = '"><img src=x onerror=alert(2)> & $x^2$'


def _rows(count: int = 120) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(3)
    return {name: generator.normal(size=count) for name in ("a", "b", "c")}


@cache
def iris() -> Run:
    return stirfry.train("iris", hidden=[6], epochs=60, seed=1, repeats=3, folds=3)


@cache
def default_iris() -> Run:
    return stirfry.train("iris", epochs=20)


@cache
def ill() -> Run:
    """A rate that is far too high: verdicts with commands, each longer than a phone."""
    rate = {"optimizer": "sgd", "lr": 0.5, "momentum": 0.99}
    return stirfry.train("iris", target="species", hidden=[8], epochs=80, patience="never", seed=3, **rate)


@cache
def numbers() -> Run:
    columns = _rows()
    columns["price"] = 100 + 20 * columns["a"] - 5 * columns["b"] ** 2
    return stirfry.train(columns, "price", hidden=[8], epochs=30)


@cache
def evil() -> Run:
    """Two classes, and texts, dates, gaps, booleans and what looks like HTML in every place."""
    columns = _rows()
    yes = columns["a"] + columns["b"] > 0
    frame = polars.DataFrame(
        {
            EVIL: columns["a"],
            "花瓣 $长$ 度\x07 & more than what a narrow axis can ever show of a name": columns["b"],
            "with gaps": [None if at % 7 == 0 else value for at, value in enumerate(columns["c"].tolist())],
            "group": [("<b>one</b>", "two & three", "四")[at % 3] for at in range(120)],
            "day": [f"2024-{1 + at % 12:02d}-{1 + at % 28:02d}" for at in range(120)],
            "flag": (columns["c"] > 0).tolist(),
            "always": ["same"] * 120,
            "target": [EVIL_LABEL if each else "no" for each in yes],
        }
    )
    return stirfry.train(frame, "target", hidden=[6], epochs=40)


@cache
def images() -> Run:
    layers = [
        {"type": "Conv2d", "out_channels": 2, "kernel_size": 3, "stride": 2},
        {"type": "ReLU"},
        {"type": "Flatten"},
        {"type": "Linear", "out_features": 10},
    ]
    return stirfry.train("digits", layers=layers, epochs=1, engine="torch")


@cache
def arrays() -> Run:
    """A network of one's own on sequences of whole numbers."""
    from torch import nn

    class Words(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = nn.Embedding(12, 4)
            self.last = nn.Linear(4, 3)

        def forward(self, words):  # type: ignore[no-untyped-def]
            return self.last(self.table(words).mean(dim=1))

    generator = np.random.default_rng(0)
    words = generator.integers(0, 12, size=(90, 5))
    return stirfry.train((words, words.max(axis=1) % 3), network=Words, epochs=2)


@cache
def many_classes() -> Run:
    generator = np.random.default_rng(0)
    inputs = generator.normal(size=(600, 4))
    classes = (np.arange(600) % 20).tolist()
    return stirfry.train((inputs, [f"class {each}" for each in classes]), hidden=[], epochs=3)


@cache
def without_parts() -> Run:
    """Neither test nor validation: the training part has to judge."""
    return stirfry.train("iris", test=0, validation=0, hidden=[], epochs=2, keep="last")


ALL = {
    made.__name__: made
    for made in (iris, default_iris, ill, numbers, evil, images, arrays, many_classes, without_parts)
}

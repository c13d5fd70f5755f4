"""What a report is made of, gathered in one place by `stirfry.actions.report`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.prepare import Described, Prepared
from stirfry.judge.finding import Finding
from stirfry.judge.scores import PartScores
from stirfry.judge.spread import Spread
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.spec.recipe import Recipe

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Importance:
    """How much a score falls when a column's values are dealt out anew, the most important column first.

    Args:
        names: the columns.
        drops: by how much the score falls, one a column.
        low: the lower ends of their 95% intervals.
        high: the upper ends.
        metric: which score.
    """

    names: tuple[str, ...]
    drops: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    metric: str


@dataclass(frozen=True)
class Others:
    """The scores of the same run over seeds or folds.

    Args:
        kind: `repeats` or `folds`.
        count: how many there were.
        scores: part → metric → spread.
        diverged: those that count in no mean.
    """

    kind: str
    count: int
    scores: dict[str, dict[str, Spread]]
    diverged: tuple[int, ...] = ()


@dataclass(frozen=True)
class Judged:
    """The answers on the part that judges.

    Args:
        part: its name.
        rows: which rows of the data they are, shape (N,).
        truth: class numbers, or values in the target's unit, shape (N,).
        answers: the same, as predicted.
        shares: the classes' probabilities, shape (N, K); None in regression.
    """

    part: str
    rows: NDArray[np.int64]
    truth: NDArray[Any]
    answers: NDArray[Any]
    shares: Floats | None


@dataclass(frozen=True)
class Passage:
    """A part of the way of one row through the network, as text in each language.

    Args:
        topic: `row`, `forward`, `answer`, `backward`, `update` or `moved`.
        title: its heading by language.
        text: its lines by language, in letters of one width.
    """

    topic: str
    title: dict[str, str]
    text: dict[str, str]


@dataclass(frozen=True)
class Walk:
    """The way of one row through the network and back.

    Args:
        row: which row, counted from 1.
        passages: its parts, in their order.
    """

    row: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Maps:
    """What a convolution made of an image.

    Args:
        index: its number in the chain of layers.
        name: the layer, with the activation that follows it.
        values: the first of its maps, shape (T, H, W), after that activation.
        count: how many there are in all.
    """

    index: int
    name: str
    values: Floats
    count: int


@dataclass(frozen=True)
class Moved:
    """What each pixel of an image added to the answer.

    Args:
        amounts: shape (H, W).
        quantity: what was followed: `probability`, or `output`.
        answer: the class that is followed.
        start: its value for a black image.
        end: its value for this one.
    """

    amounts: Floats
    quantity: str
    answer: str
    start: float
    end: float


@dataclass(frozen=True)
class Seen:
    """An image as the network sees it.

    Args:
        place: where it stands among the judged rows.
        pixels: shape (C, H, W), from 0 to 1.
        maps: what each convolution made of it.
        moved: what moved the answer; None where working that out would take too long.
    """

    place: int
    pixels: Floats
    maps: tuple[Maps, ...]
    moved: Moved | None


@dataclass(frozen=True)
class Contents:
    """Everything that stands in a report.

    Args:
        name: the run's name.
        recipe: data, network and plan with every default filled in.
        asked: the settings that were given, as nested values; None where that isn't known.
        command: the command that trains the same network; empty where a command can't.
        toml: the recipe as a file.
        model: the trained model.
        described: the data as they were read.
        prepared: the data's parts.
        metrics: the scores by part.
        history: columns, one row an epoch.
        parts: how many rows each part has.
        best_epoch: the epoch whose weights are kept.
        stopped: why training ended.
        engine: what trained, on what: name, device, precision, threads.
        reason: why that engine.
        seconds: the time of each stage.
        checks: what was found before training.
        verdicts: what was found after it.
        notices: every remark on the way.
        others: the same run over seeds or folds.
        judged: the answers on the part that judges; None where there are no scores.
        importance: which columns matter; None where that can't be said.
        walk: the way of the worst mistake through the network; None where that can't be seen, or is too long.
        seen: a few images as the network sees them.
        versions: of the packages that numbers depend on.
        machine: what computed, without its name.
    """

    name: str
    recipe: Recipe
    asked: dict[str, Any] | None
    command: str
    toml: str
    model: Model
    described: Described
    prepared: Prepared
    metrics: dict[str, PartScores]
    history: dict[str, Floats]
    parts: dict[str, int]
    best_epoch: int
    stopped: str
    engine: dict[str, Any]
    reason: Notice
    seconds: dict[str, float]
    checks: tuple[Finding, ...] = ()
    verdicts: tuple[Finding, ...] = ()
    notices: tuple[Notice, ...] = ()
    others: tuple[Others, ...] = ()
    judged: Judged | None = None
    importance: Importance | None = None
    walk: Walk | None = None
    seen: tuple[Seen, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The target's name; empty where it has none."""
        return "" if self.model.schema is None else self.model.schema.target

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes' names."""
        return tuple(str(label) for label in self.model.labels)

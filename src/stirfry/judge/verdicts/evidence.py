"""What the verdicts are drawn from: one frozen object, whatever engine trained.

What a run recorded is there at once. Closer looks cost up to milliseconds, so each is taken when the first
verdict asks for it, and not at all for most runs.

Losses are measured by what a constant answer has: 1 is no better than always saying the classes' shares or
the mean, 0 is the least that the loss can be.

Letters: E epochs, P probed epochs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from stirfry.data.statistics import median
from stirfry.engine.contract import History, Stopped
from stirfry.judge.activity import Activity
from stirfry.judge.scores import PartScores
from stirfry.judge.spread import Spread
from stirfry.spec.plan import Plan, Task

Curve = NDArray[np.float64]

#: Points that a curve is looked at; longer ones are averaged over blocks of epochs.
POINTS = 100
#: The weight decay from which on no network learns.
SMOTHERS = 1.0
#: The largest relative loss that is told from others.
_MOST = 1e6
#: Fewer points than this are too few for a line with an error.
_FEW = 12


@dataclass(frozen=True)
class Layer:
    """One layer of the network.

    Args:
        name: its name in the probes' columns.
        kind: its class in `torch.nn`.
        width: how many units leave it.
        parameters: how many numbers are trained in it.
        weight_norm: the norm of those after training.
    """

    name: str
    kind: str
    width: int
    parameters: int
    weight_norm: float = 0.0


@dataclass(frozen=True)
class Reference:
    """How well the training rows can be told from one another without the network: each by all the others.

    Args:
        metric: `accuracy`, `r2`, or `balanced_accuracy` where the plan balances the classes.
        value: the reference's score.
        rows: on how many rows.
        worth: on how many rows of equal classes it would be known as well; None for all of them.
    """

    metric: str
    value: float
    rows: int
    worth: float | None = None


@dataclass(frozen=True)
class Trial:
    """The beginning of the same run at another rate.

    Args:
        lr: the rate.
        epochs: how many epochs it had.
        train_loss: after them; None where it diverged.
        validation_loss: the lowest on the way; None without a validation part, or where it diverged.
    """

    lr: float
    epochs: int
    train_loss: float | None
    validation_loss: float | None = None


@dataclass(frozen=True)
class Other:
    """Another run on the same rows and parts: its name and its score on the part that is compared."""

    name: str
    value: float


def _nobody() -> None:
    """Say nothing, where nobody looks."""


@dataclass(frozen=True)
class Looks:
    """How to look closer at a run.

    Args:
        units: gives the activity of layers by name.
        reference: gives how well the rows can be told apart; None where that can't be said.
        trials: gives short trials at the rates that the evidence makes likely; none where nothing speaks
            against the run's own, or the engine can't make them at next to no cost.
        other: gives the newest earlier run on the same rows; None without one.
    """

    units: Callable[[], Mapping[str, Activity]] = dict
    reference: Callable[[], Reference | None] = _nobody
    trials: Callable[[Evidence], tuple[Trial, ...]] = lambda evidence: ()
    other: Callable[[], Other | None] = _nobody


@dataclass(frozen=True)
class Evidence:
    """Everything that verdicts look at.

    Args:
        task: the task.
        plan: the plan.
        layers: the network.
        rows: how many rows each part has.
        history: as in `stirfry.engine.contract.Trained`.
        probes: likewise.
        best_epoch: the epoch whose weights are kept.
        stopped: why training ended.
        scores: by part.
        floor: the training loss of the best constant answer; None for a loss of the user's own.
        least: the least that the loss can be; above 0 where labels are smoothed.
        classes: how many there are; 0 in regression.
        spread: part → metric → spread over seeds, where several were trained.
        seeds: how many of them count.
        looks: how to look closer.
    """

    task: Task
    plan: Plan
    layers: tuple[Layer, ...]
    rows: dict[str, int]
    history: History
    probes: History
    best_epoch: int
    stopped: Stopped
    scores: dict[str, PartScores]
    floor: float | None = None
    least: float = 0.0
    classes: int = 0
    spread: dict[str, dict[str, Spread]] = field(default_factory=dict)
    seeds: int = 0
    looks: Looks = Looks()

    @cached_property
    def units(self) -> Mapping[str, Activity]:
        """What the units of layers do over some rows, by the layer's name."""
        return self.looks.units()

    @cached_property
    def reference(self) -> Reference | None:
        """How well the rows can be told apart."""
        return self.looks.reference()

    @cached_property
    def trials(self) -> tuple[Trial, ...]:
        """Short trials at other rates."""
        return self.looks.trials(self)

    @cached_property
    def other(self) -> Other | None:
        """The newest earlier run on the same rows."""
        return self.looks.other()

    @property
    def epochs(self) -> int:
        """How many epochs were trained."""
        return len(self.history.get("epoch", ()))

    @cached_property
    def steps_per_epoch(self) -> int:
        """How many steps an epoch has."""
        return self.plan.steps_per_epoch(self.rows["train"])

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return self.epochs * self.steps_per_epoch

    @property
    def metric(self) -> str:
        """The first metric of the task, as the history counts it."""
        return "r2" if self.task == "regression" else "accuracy"

    @property
    def aim(self) -> str:
        """The metric that is held against the baseline's.

        Weights of classes give up accuracy for the rare ones; what they are for is seen in the balanced one.
        """
        return self.metric if self.plan.class_weights is None else "balanced_accuracy"

    @cached_property
    def unit(self) -> float:
        """What a loss is measured by: that of the best constant answer, above the least there can be."""
        if self.floor is not None and self.floor > self.least:
            return self.floor - self.least
        return max(float(self.history["train_loss"][0]), 1e-12)

    @cached_property
    def held_part(self) -> str | None:
        """The part that was followed and not learned from; None without one."""
        return next((part for part in ("validation", "test") if f"{part}_loss" in self.history), None)

    @cached_property
    def train(self) -> Curve:
        """The training loss by what a constant answer has. Shape: (E,)."""
        return self._relative("train")

    @cached_property
    def held(self) -> Curve:
        """The loss on the part that was followed, likewise; the training loss where there is none."""
        if self.held_part is None:
            return self.train
        return self._relative(self.held_part)

    def _relative(self, part: str) -> Curve:
        relative = (self.history[f"{part}_loss"] - self.least) / self.unit
        # A held-out loss may overflow while the training goes on: very large, and still a number.
        return np.fmin(relative, _MOST)

    @cached_property
    def train_points(self) -> Curve:
        """The training loss at `POINTS` at most."""
        return thinned(self.train)

    @cached_property
    def held_points(self) -> Curve:
        """The followed loss at `POINTS` at most."""
        return thinned(self.held)

    @cached_property
    def train_end(self) -> float:
        """The training loss at the end."""
        return end_of(self.train_points)

    @cached_property
    def held_end(self) -> float:
        """The followed loss at the end."""
        return end_of(self.held_points)

    @cached_property
    def level(self) -> float:
        """Where the run came to: the lower of both losses. Dropout raises one, overfitting the other."""
        return min(self.train_end, self.held_end)

    @cached_property
    def moves(self) -> Curve:
        """How far a step moves the weights, by their size, in the middle layer. Shape: (P,)."""
        found = [
            self.probes[f"{layer.name}.update_norm"] / layer.weight_norm
            for layer in self.layers
            if layer.weight_norm > 0 and f"{layer.name}.update_norm" in self.probes
        ]
        return median(np.array(found)) if found else np.zeros(0)

    @cached_property
    def early_move(self) -> float:
        """The largest of `moves` in the first half, as one number; 0 where nobody probed."""
        half = self.moves[: max(1, len(self.moves) // 2)]
        return float(median(half)) if len(half) else math.nan

    @cached_property
    def late_move(self) -> float:
        """The middle of `moves` in the second half."""
        half = self.moves[len(self.moves) // 2 :]
        return float(median(half)) if len(half) else math.nan

    @cached_property
    def jumps(self) -> float:
        """How far the training loss jumps between epochs in the second half.

        A fall is no jump: it counts by how much the steps up weigh.
        """
        half = self.train[self.epochs // 2 :]
        if len(half) < 3:
            return 0.0
        up = np.maximum(np.diff(half), 0.0)
        return math.sqrt(float(up @ up) / len(up))

    @cached_property
    def falls(self) -> tuple[float, float]:
        """How far the followed loss would fall in half as many epochs again, and how sure that it falls."""
        return slope(self.held_points)

    @cached_property
    def train_falls(self) -> tuple[float, float]:
        """The same for the training loss."""
        return slope(self.train_points)

    @cached_property
    def judged(self) -> str | None:
        """The part whose scores count: test, else validation."""
        return next((part for part in ("test", "validation") if part in self.scores), None)


def thinned(values: Curve, points: int = POINTS) -> Curve:
    """Return a curve at so many points, each the mean of a block of epochs."""
    if len(values) <= points:
        return values
    starts = np.arange(points) * len(values) // points
    return np.add.reduceat(values, starts) / np.diff(np.append(starts, len(values)))


def end_of(points: Curve) -> float:
    """Return where a curve ends: the mean of its last tenth."""
    return float(np.mean(points[-max(1, len(points) // 10) :]))


def slope(points: Curve) -> tuple[float, float]:
    """Return how far a curve would fall in half as many points again, by its last third, and how surely.

    Returns:
        The fall, above 0 where it falls, and its size in standard errors.
    """
    if len(points) < _FEW:
        # Too few to know the noise; a loss that fell in every epoch of the second half was falling.
        tail = points[-max(2, len(points) // 2) :]
        falling = len(tail) > 1 and bool(np.all(np.diff(tail) < 0))
        by_epoch = float(tail[0] - tail[-1]) / max(1, len(tail) - 1)
        return by_epoch * len(points) / 2, (math.inf if falling else 0.0)
    tail = points[-(len(points) // 3) :]
    x = np.arange(len(tail)) - (len(tail) - 1) / 2
    by_step = float(x @ tail / (x @ x))
    rest = tail - tail.mean() - by_step * x
    error = math.sqrt(float(rest @ rest) / max(1, len(tail) - 2) / float(x @ x))
    return -by_step * len(points) / 2, -by_step / max(error, 1e-12)


def smothered(evidence: Evidence) -> bool:
    """Whether a penalty draws the weights to 0 faster than anything can be learned."""
    return evidence.plan.weight_decay >= SMOTHERS

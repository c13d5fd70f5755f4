"""Which inputs matter: how far the score falls when one column's values are dealt out anew among the rows.

The network stays as it is. A column that it doesn't use can be shuffled without a loss; one that it leans
on can't. Whole columns are shuffled, so what was made of one (the levels of a category, its indicator of
gaps) moves together. Two columns that say the same stand in for each other, and each looks less important
than it is.

Sources: Breiman, 2001, "Random forests", section 10; Fisher, Rudin and Dominici, 2019, "All models are wrong,
but many are useful".

Letters: N rows, D encoded columns, C columns, R repeats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_table import TableEncoder
from stirfry.engine.losses import probabilities
from stirfry.engine.threads import multiplications
from stirfry.errors import UsageError
from stirfry.judge.intervals import percentiles, resamples, row_counts, wilson
from stirfry.lang import say
from stirfry.model.model import Model

Metric = Literal["accuracy", "r2", "log_loss"]
Floats = NDArray[np.float64]

#: Rows that are looked at, at most: the ends of an interval over so many need no third digit.
MOST_ROWS = 1_000
#: How often each column is shuffled, at most; the mean over them is what counts.
MOST_REPEATS = 10
#: Fewer rows or repeats than these say nothing, whatever the cost.
FEWEST_ROWS, FEWEST_REPEATS = 100, 2
#: Multiplications that a run's own measurement may take, and what each row costs besides.
BUDGET, BESIDES = 1_500_000_000, 2_000
#: What somebody who asks for it waits for, about half a minute.
ASKED = 200_000_000_000
#: Encoded values that are in memory at once.
_CHUNK = 2_000_000


@dataclass(frozen=True)
class Importance:
    """How much each column matters, the most important first.

    Args:
        names: the columns.
        drops: by how much the score falls when the column is shuffled; for `log_loss`, by how much it grows.
        low: the lower ends of the drops' 95% intervals, over other samples of as many rows.
        high: the upper ends.
        metric: the score: `accuracy` for classes, `r2` for numbers, or `log_loss`.
        score: its value with every column as it is.
        rows: how many rows were looked at.
        repeats: how often each column was shuffled.
        part: the part of a run that the rows are; empty for other rows.
    """

    names: tuple[str, ...]
    drops: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    metric: Metric
    score: float
    rows: int
    repeats: int
    part: str = ""

    def __repr__(self) -> str:
        is_loss = self.metric == "log_loss"
        lines = [
            say("explain.matters_loss" if is_loss else "explain.matters", metric=say(f"judge.{self.metric}"))
        ]
        lines += [
            f"{name} {drop:.4f} ({low:.4f} … {high:.4f})"
            for name, drop, low, high in zip(self.names, self.drops, self.low, self.high, strict=True)
        ]
        return "\n  ".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Return the table as JSON values."""
        columns = [
            {"column": name, "drop": drop, "low": low, "high": high}
            for name, drop, low, high in zip(self.names, self.drops, self.low, self.high, strict=True)
        ]
        return {
            "metric": self.metric,
            "score": self.score,
            "rows": self.rows,
            "repeats": self.repeats,
            "part": self.part,
            "columns": columns,
        }


@dataclass(frozen=True)
class Effort:
    """How many rows are looked at and how often each column is shuffled."""

    rows: int
    repeats: int


def effort(rows: int, columns: int, each: int, budget: float = BUDGET) -> Effort | None:
    """Return how much can be looked at within a budget; None where it wouldn't be enough to say anything.

    Args:
        rows: how many there are.
        columns: C.
        each: multiplications of one row's forward pass.
        budget: how many there may be in all.

    Example:
        >>> effort(30, 4, 80), effort(60_000, 784, 500_000)
        (Effort(rows=30, repeats=10), None)
    """
    most = min(rows, MOST_ROWS)
    affordable = budget / (max(columns, 1) * (each + BESIDES))
    repeats = int(np.clip(affordable // max(most, 1), FEWEST_REPEATS, MOST_REPEATS))
    fits = int(min(most, affordable // repeats))
    return None if fits < min(FEWEST_ROWS, most) else Effort(fits, repeats)


def permutation_importance(
    model: Model,
    inputs: NDArray[np.float32],
    targets: NDArray[Any],
    *,
    metric: Metric | None = None,
    budget: float | None = BUDGET,
    seed: int = 0,
    part: str = "",
) -> Importance | None:
    """Shuffle one column after another and see how far the score falls.

    Args:
        model: a model of a table.
        inputs: encoded rows, shape (N, D).
        targets: as the engine takes them: class numbers (N,), or values (N, 1).
        metric: the score; `accuracy` for classes and `r2` for numbers where none is given.
        budget: how many multiplications it may take; None takes `ASKED`, and more where it must.
        seed: fixes which rows are looked at and how they are shuffled.
        part: what the rows are.

    Returns:
        The table; None where the budget is too small for the table's width.

    Example:
        >>> import stirfry
        >>> run = stirfry.train("iris", hidden=[8], epochs=100, seed=1)
        >>> test = run.ready.prepared.test
        >>> permutation_importance(run.model, test.inputs, test.targets).names[0]
        'petal length (cm)'
    """
    assert isinstance(model.encoder, TableEncoder), "images have no columns"
    wanted = _metric_of(model, metric)
    columns = _columns(model.encoder)
    found = effort(len(targets), len(columns), multiplications(model.network), budget or ASKED)
    if found is None and budget is None:
        found = Effort(min(len(targets), FEWEST_ROWS), FEWEST_REPEATS)
    if found is None:
        return None
    generator = np.random.default_rng(seed)
    if found.rows < len(targets):
        rows = np.sort(generator.choice(len(targets), found.rows, replace=False))
        inputs, targets = inputs[rows], targets[rows]
    errors = _errors(model, targets, wanted)
    before = errors(model.outputs_of(inputs))[0]
    spans = [span for _, span in columns]
    grown = _shuffled(model, inputs, spans, found.repeats, errors, generator) - before[:, None]
    drops, ends = grown.mean(axis=0), _intervals(grown, wanted, generator)
    order = np.argsort(-drops, kind="stable").tolist()
    return Importance(
        names=tuple(columns[place][0] for place in order),
        drops=tuple(float(drops[place]) for place in order),
        low=tuple(ends[place][0] for place in order),
        high=tuple(ends[place][1] for place in order),
        metric=wanted,
        score=float(before.mean() if wanted == "log_loss" else 1 - before.mean()),
        rows=found.rows,
        repeats=found.repeats,
        part=part,
    )


def _metric_of(model: Model, asked: Metric | None) -> Metric:
    """Return the metric that was asked for, or the first that fits the task."""
    known: tuple[Metric, ...] = ("r2",) if model.task == "regression" else ("accuracy", "log_loss")
    if asked is not None and asked not in known:
        raise UsageError("explain.no_metric", found=asked, known=list(known))
    return asked or known[0]


def _columns(encoder: TableEncoder) -> list[tuple[str, slice]]:
    """Return each column's name and where what was made of it stands in an encoded row."""
    found, left = [], 0
    for each in encoder.parts:
        right = left + len(each.outputs)
        found.append((each.name, slice(left, right)))
        left = right
    return found


def _errors(model: Model, targets: NDArray[Any], metric: Metric) -> Callable[[NDArray[Any]], Floats]:
    """Return a function from outputs, shape (R·N, K), to each row's share of the error, shape (R, N).

    The mean of the shares is 1 less the accuracy, 1 less R², or the log loss. The outputs are those of
    several shufflings of the rows, one under another.
    """
    count = len(targets)
    if metric == "r2":
        truth = targets[:, 0].astype(np.float64)
        spread = float(((truth - truth.mean()) ** 2).mean()) or 1.0
        return lambda outputs: (outputs[:, 0].reshape(-1, count) - truth) ** 2 / spread

    def errors(outputs: NDArray[Any]) -> Floats:
        shares = probabilities(model.loss, outputs).reshape(-1, count, len(model.labels))
        if metric == "accuracy":
            return (shares.argmax(axis=2) != targets).astype(np.float64)
        given = shares[:, np.arange(count), targets]
        least = np.finfo(np.float64).eps
        return np.asarray(-np.log(np.clip(given, least, 1.0)))

    return errors


def _shuffled(
    model: Model,
    inputs: NDArray[np.float32],
    spans: list[slice],
    repeats: int,
    errors: Callable[[NDArray[Any]], Floats],
    generator: np.random.Generator,
) -> Floats:
    """Return each row's mean error over several shufflings of each column. Shape (N, C).

    Several shufflings go through the network at once: a call for each would cost more than its numbers.
    """
    count, width = inputs.shape
    jobs = [place for place in range(len(spans)) for _ in range(repeats)]
    at_once = max(1, _CHUNK // max(1, count * width))
    total = np.zeros((len(spans), count))
    for start in range(0, len(jobs), at_once):
        places = jobs[start : start + at_once]
        rows = np.broadcast_to(inputs, (len(places), count, width)).copy()
        for copy, place in zip(rows, places, strict=True):
            copy[:, spans[place]] = inputs[generator.permutation(count), spans[place]]
        np.add.at(total, places, errors(model.outputs_of(rows.reshape(-1, width))))
    return total.T / repeats


def _intervals(grown: Floats, metric: Metric, generator: np.random.Generator) -> list[tuple[float, float]]:
    """Return each column's 95% interval: the bootstrap's over rows.

    Where no row's answer changed, every resample says 0, which would look too sure for an accuracy: as
    elsewhere, Wilson's interval for "none of N" takes its place.
    """
    count = len(grown)
    draws = row_counts(count, resamples(count), generator)
    means = np.concatenate([counts @ grown for counts in draws]) / count
    reach = wilson(0, count)[1] if metric == "accuracy" else 0.0
    found = []
    for values, drop in zip(means.T, grown.mean(axis=0).tolist(), strict=True):
        found.append(percentiles(values) or (max(-1.0, drop - reach), min(1.0, drop + reach)))
    return found

"""Scores of one part: each with its 95% interval, beside what a network that learned nothing would get.

Letters: B resamples, N rows, K classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stirfry.errors import TrainingError
from stirfry.judge import baseline, metrics
from stirfry.judge.intervals import effective_rows, percentiles, resamples, row_counts, tally_counts, wilson
from stirfry.judge.metrics import Counts, Floats, Measure, Tally
from stirfry.notice import Notice
from stirfry.spec.plan import Task

Method = Literal["wilson", "bootstrap"]

#: The metrics of each kind of task, in the order they are shown in.
CLASSIFICATION = ("accuracy", "balanced_accuracy", "macro_f1", "roc_auc", "log_loss")
REGRESSION = ("rmse", "mae", "r2")

#: The metrics of which less is better.
LOWER_IS_BETTER = frozenset({"log_loss", "rmse", "mae"})

#: Rows times classes up to which every resample ranks its rows anew: about two seconds.
_RANKED_AT_MOST = 500_000


@dataclass(frozen=True)
class Score:
    """One metric of one part.

    Args:
        value: None where it doesn't exist: ROC AUC without one of the classes, R² of a constant.
        low: the lower end of the 95% interval; None where none was asked for or none can be had.
        high: the upper end.
        method: how the interval was made; None without one.
        baseline: the same metric for always saying the training part's commonest class or mean.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    method: Method | None = None
    baseline: float | None = None


@dataclass(frozen=True)
class PartScores:
    """All metrics of one part.

    Args:
        metrics: by name, in the order of `CLASSIFICATION` or `REGRESSION`.
        confusion: rows by true class (outer) and predicted class (inner); None in regression.
        rows: how many rows were scored.
    """

    metrics: dict[str, Score]
    confusion: tuple[tuple[int, ...], ...] | None
    rows: int

    @property
    def methods(self) -> Notice:
        """How intervals and baselines were made."""
        return Notice("judge.methods_of_regression" if self.confusion is None else "judge.methods_of_classes")

    def as_json(self) -> dict[str, dict[str, float | str | None]]:
        """Return metric → `value`, `low`, `high`, `method`, `baseline`, as JSON values.

        Example:
            >>> PartScores({"accuracy": Score(0.9)}, None, rows=10).as_json()["accuracy"]["value"]
            0.9
        """
        return {name: dict(vars(score)) for name, score in self.metrics.items()}


class _Interval(NamedTuple):
    low: float
    high: float
    method: Method


def scores(
    task: Task,
    truth: NDArray[Any],
    predicted: NDArray[Any],
    *,
    intervals: bool,
    seed: int = 0,
    training_frequencies: Sequence[float] | NDArray[Any] | None = None,
    training_mean: float | None = None,
) -> PartScores:
    """Score the predictions for one part.

    Accuracy's interval is Wilson's; the others are percentile bootstraps (see `resamples` for how many).
    Where balanced accuracy, macro F1 or ROC AUC is 1 or 0, every resample scores the same and a bootstrap
    would claim certainty: there too the interval is Wilson's, over as many rows as tell as much.

    Args:
        task: what the truth means.
        truth: class numbers, int64, shape (N,); in regression the values, shape (N,) or (N, 1).
        predicted: the classes' probabilities, shape (N, K); in regression the values, shape (N,) or (N, 1).
        intervals: whether to work out the intervals.
        seed: decides the resamples: the same seed gives the same intervals.
        training_frequencies: rows or shares of each class in the training part, shape (K,), for the baseline.
        training_mean: the mean of the training part's values, for the baseline.

    Raises:
        TrainingError: predictions that aren't finite, for which no score would be true.

    Example:
        >>> part = scores("regression", np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]),
        ...               intervals=False, training_mean=2.0)
        >>> part.metrics["mae"]
        Score(value=0.3333333333333333, low=None, high=None, method=None, baseline=0.6666666666666666)
    """
    _check_finite(predicted)
    # Errors whose squares overflow become infinite here and None below; BLAS may raise flags of its own.
    with np.errstate(all="ignore"):
        if task == "regression":
            return _regression(truth.ravel(), predicted.ravel(), intervals, seed, training_mean)
        return _classification(truth.ravel(), predicted, intervals, seed, training_frequencies)


def _check_finite(predicted: NDArray[Any]) -> None:
    bad = ~np.isfinite(predicted).all(axis=tuple(range(1, predicted.ndim)))
    if bad.any():
        raise TrainingError("judge.not_finite", rows=int(bad.sum()), total=len(predicted))


def _classification(
    truth: NDArray[Any],
    probabilities: NDArray[Any],
    wanted: bool,
    seed: int,
    frequencies: Sequence[float] | NDArray[Any] | None,
) -> PartScores:
    rows, classes = probabilities.shape
    confusion = metrics.confusion_matrix(truth, probabilities.argmax(axis=1), classes)
    values = _class_values(truth, probabilities, confusion)
    found = _class_intervals(truth, probabilities, confusion, values, seed) if wanted and rows else {}
    found |= _of_extremes(values, found, truth) if wanted and rows else {}
    base = {} if frequencies is None else _class_baseline(truth, baseline.majority(frequencies, rows))
    matrix = tuple(tuple(line) for line in confusion.tolist())
    return PartScores(_assembled(CLASSIFICATION, values, found, base), matrix, rows)


def _class_values(truth: NDArray[Any], probabilities: NDArray[Any], confusion: Counts) -> dict[str, Floats]:
    once = np.ones((1, len(truth)), dtype=np.int64)
    every_class = np.isin(np.arange(probabilities.shape[1]), truth).all()
    areas = metrics.roc_auc(metrics.rankings(truth, probabilities))(once) if every_class else {}
    losses = metrics.log_loss(truth, probabilities)(once)
    return _tally_measures(metrics.tally(confusion[None])) | areas | losses


def _tally_measures(counts: Tally) -> dict[str, Floats]:
    return {
        "accuracy": metrics.accuracy(counts),
        "balanced_accuracy": metrics.balanced_accuracy(counts),
        "macro_f1": metrics.macro_f1(counts),
    }


def _class_baseline(truth: NDArray[Any], probabilities: Floats) -> dict[str, Floats]:
    guesses = np.broadcast_to(probabilities[:1].argmax(axis=1), truth.shape)
    confusion = metrics.confusion_matrix(truth, guesses, probabilities.shape[1])
    return _class_values(truth, probabilities, confusion)


def _class_intervals(
    truth: NDArray[Any], probabilities: NDArray[Any], confusion: Counts, values: dict[str, Floats], seed: int
) -> dict[str, _Interval]:
    rows = len(truth)
    draws = tally_counts(confusion, resamples(rows), np.random.default_rng((seed, 0)))
    found = _bootstrap(_tally_measures(counts) for counts in draws)
    found |= _row_bootstrap(metrics.log_loss(truth, probabilities), rows, seed)
    if "roc_auc" in values:
        found |= _row_bootstrap(_areas(truth, probabilities, values["roc_auc"][0]), rows, seed)
    right = int(np.trace(confusion))
    return found | {"accuracy": _Interval(*wilson(right, rows), "wilson")}


def _areas(truth: NDArray[Any], probabilities: NDArray[Any], area: float) -> Measure:
    ranked = metrics.rankings(truth, probabilities)
    few = probabilities.size <= _RANKED_AT_MOST
    return metrics.roc_auc(ranked) if few else metrics.roc_auc_of_many(ranked, area)


def _row_bootstrap(measure: Measure, rows: int, seed: int) -> dict[str, _Interval]:
    draws = row_counts(rows, resamples(rows), np.random.default_rng((seed, 1)))
    return _bootstrap(measure(counts) for counts in draws)


def _bootstrap(chunks: Iterable[dict[str, Floats]]) -> dict[str, _Interval]:
    """Return the percentile interval of each metric that varies between the resamples."""
    gathered = list(chunks)
    ends = {name: percentiles(np.concatenate([chunk[name] for chunk in gathered])) for name in gathered[0]}
    return {name: _Interval(*pair, "bootstrap") for name, pair in ends.items() if pair is not None}


def _of_extremes(
    values: dict[str, Floats], found: dict[str, _Interval], truth: NDArray[Any]
) -> dict[str, _Interval]:
    """Return Wilson's interval for the shares of 1 or 0 that a bootstrap can't tell the spread of.

    A row tells something of ROC AUC only beside one of the other side, so the smaller side counts. That errs
    towards wide intervals (Obuchowski and Lieber, 2002, on an estimated area of 1).
    """
    sizes = np.unique(truth, return_counts=True)[1]
    sides = np.minimum(sizes, len(truth) - sizes)
    # Two classes share one curve.
    sides = sides[:1] if len(sides) == 2 else sides
    return {
        name: _Interval(*wilson(float(values[name][0]) * rows, rows), "wilson")
        for name, rows in {
            "balanced_accuracy": effective_rows(sizes),
            "macro_f1": effective_rows(sizes),
            "roc_auc": effective_rows(sides),
        }.items()
        if name not in found and name in values and values[name][0] in (0, 1)
    }


def _regression(
    truth: NDArray[Any], predicted: NDArray[Any], wanted: bool, seed: int, training_mean: float | None
) -> PartScores:
    rows = len(truth)
    once = np.ones((1, rows), dtype=np.int64)
    measure = metrics.regression(truth, predicted)
    found = _row_bootstrap(measure, rows, seed) if wanted and rows else {}
    base = (
        {} if training_mean is None else metrics.regression(truth, baseline.mean(training_mean, rows))(once)
    )
    return PartScores(_assembled(REGRESSION, measure(once), found, base), None, rows)


def _assembled(
    names: Sequence[str], values: dict[str, Floats], found: dict[str, _Interval], base: dict[str, Floats]
) -> dict[str, Score]:
    return {name: _score(_number(values, name), found.get(name), _number(base, name)) for name in names}


def _number(values: dict[str, Floats], name: str) -> float | None:
    """Return a metric's value, None where it has none."""
    value = float(values[name][0]) if name in values else np.nan
    return value if np.isfinite(value) else None


def _score(value: float | None, interval: _Interval | None, base: float | None) -> Score:
    score = Score(value, baseline=base)
    if value is None or interval is None:
        return score
    # Percentiles of a measure that resampling pushes to one side can miss the value itself.
    low, high = min(interval.low, value), max(interval.high, value)
    return replace(score, low=low, high=high, method=interval.method)

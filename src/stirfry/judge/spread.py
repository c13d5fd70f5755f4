"""The same score of many runs: its mean, and how far it moves from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stirfry.judge.scores import PartScores


@dataclass(frozen=True)
class Spread:
    """One score over many runs.

    A run that doesn't have it, such as a ROC AUC without one of the classes, is left out.

    Args:
        values: one a run, None where it doesn't exist.
        mean: None where no run has it.
        sd: the standard deviation, n - 1 below; None for fewer than two values.
        lowest: the lowest value.
        highest: the highest value.
    """

    values: tuple[float | None, ...]
    mean: float | None
    sd: float | None
    lowest: float | None
    highest: float | None

    def as_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return dict(vars(self))


def spread(values: Sequence[float | None]) -> Spread:
    """Return mean and spread of some values.

    Example:
        >>> found = spread([0.5, None, 1.0])
        >>> found.mean, round(found.sd, 4), found.lowest, found.highest
        (0.75, 0.3536, 0.5, 1.0)
    """
    there = np.array([value for value in values if value is not None], dtype=np.float64)
    if not len(there):
        return Spread(tuple(values), None, None, None, None)
    with np.errstate(over="ignore", invalid="ignore"):
        sd = float(there.std(ddof=1)) if len(there) > 1 else None
        return Spread(tuple(values), float(there.mean()), sd, float(there.min()), float(there.max()))


def spreads(scored: Sequence[dict[str, PartScores]]) -> dict[str, dict[str, Spread]]:
    """Return part → metric → spread.

    Args:
        scored: the scores of each run by part; all have the same parts and metrics.
    """
    if not scored:
        return {}
    return {
        part: {
            metric: spread([each[part].metrics[metric].value for each in scored]) for metric in first.metrics
        }
        for part, first in scored[0].items()
    }

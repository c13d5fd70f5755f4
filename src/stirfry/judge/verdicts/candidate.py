"""What a verdict's function gives: a cause that may be the one."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from stirfry.judge.finding import Severity

#: The strength from which on a verdict is said. Where it can't get there, its function gives nothing at once.
SAID = 0.5


@dataclass(frozen=True)
class Candidate:
    """A possible verdict.

    Args:
        code: its code in the catalogue.
        severity: how much it matters.
        strength: how strongly the evidence speaks for it, 0 to 1; `SAID` and above is said.
        facts: the evidence.
        change: the settings to try next.
        verb: the command to try next: `train`, `check`, or `sweep` around the rate of the change.
    """

    code: str
    severity: Severity
    strength: float
    facts: dict[str, Any] = field(default_factory=dict)
    change: dict[str, Any] = field(default_factory=dict)
    verb: str = "train"


def above(value: float, threshold: float, factor: float = 2.0) -> float:
    """Return how strongly a value speaks: 0.5 at the threshold, 0.9 at so many times it, 0 for no number.

    Example:
        >>> [round(above(value, 0.1), 2) for value in (0.05, 0.1, 0.2)]
        [0.1, 0.5, 0.9]
    """
    if not value > 0:
        return 0.0
    # Beyond these ends nothing more is to be told apart.
    steps = math.log(min(value, 1e300)) - math.log(threshold)
    return 1 / (1 + 9.0 ** -min(max(steps / math.log(factor), -20.0), 20.0))


def below(value: float, threshold: float, factor: float = 2.0) -> float:
    """Return how strongly a small value speaks: 0.5 at the threshold, 0.9 at so many times less."""
    return 0.0 if math.isnan(value) else 1.0 - above(value, threshold, factor) if value > 0 else 1.0

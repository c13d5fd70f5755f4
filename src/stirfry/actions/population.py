"""What many runs say together: each score's mean and spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from stirfry.judge.spread import Spread
from stirfry.lang import say

Kind = Literal["repeats", "folds"]


@dataclass(frozen=True)
class Population:
    """The scores of many runs.

    Args:
        kind: whether they differ in their seed (`repeats`) or in their rows (`folds`).
        asked: how many were asked for.
        members: the seeds, or the folds' numbers from 1, of the runs that count, in the order of the values.
        diverged: those whose loss or predictions were no longer finite; they are in no mean.
        scores: part → metric → spread. The one part of folds is `held_out`.
        seconds: the time of all runs together, by the clock.
        interrupted: whether Ctrl-C ended them before all were done.
        by_default: whether nobody had asked for them.
    """

    kind: Kind
    asked: int
    members: tuple[int, ...]
    diverged: tuple[int, ...]
    scores: dict[str, dict[str, Spread]]
    seconds: float
    interrupted: bool = False
    by_default: bool = False

    def __repr__(self) -> str:
        lines = [say(f"actions.population_{self.kind}", count=len(self.members))]
        for part, of in self.scores.items():
            for metric, found in of.items():
                if found.mean is not None:
                    sd = "" if found.sd is None else f" ± {found.sd:.4f}"
                    span = f"({found.lowest:.4f} … {found.highest:.4f})"
                    lines.append(f"{part} {metric} {found.mean:.4f}{sd} {span}")
        return "\n  ".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        found = {
            part: {name: each.as_json() for name, each in of.items()} for part, of in self.scores.items()
        }
        return {key: value for key, value in vars(self).items() if key != "kind"} | {"scores": found}

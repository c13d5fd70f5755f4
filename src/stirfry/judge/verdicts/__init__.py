"""What a finished run says about itself: verdicts, the likeliest cause first.

Each function looks at the evidence for one cause and says how strongly it speaks for it. Here they are put in
order, and what only follows from a cause that was found is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stirfry.judge.finding import Finding
from stirfry.judge.verdicts.batch_too_large import batch_too_large
from stirfry.judge.verdicts.candidate import Candidate
from stirfry.judge.verdicts.evidence import Evidence
from stirfry.judge.verdicts.gradients import exploding_gradients, vanishing_gradients
from stirfry.judge.verdicts.healthy import facts_of_health
from stirfry.judge.verdicts.idle_units import dead_units, saturated_units
from stirfry.judge.verdicts.no_better import no_better
from stirfry.judge.verdicts.overfitting import overfitting
from stirfry.judge.verdicts.parts_disagree import parts_disagree
from stirfry.judge.verdicts.plateau import plateau
from stirfry.judge.verdicts.rate_too_high import rate_too_high
from stirfry.judge.verdicts.rate_too_low import rate_too_low
from stirfry.judge.verdicts.seed_noise import seed_noise
from stirfry.judge.verdicts.still_improving import still_improving
from stirfry.judge.verdicts.underfitting import underfitting

#: The strength from which on a verdict is said.
SAID = 0.5

#: From causes to what only follows from them.
VERDICTS: tuple[Callable[[Evidence], Candidate | None], ...] = (
    rate_too_high,
    exploding_gradients,
    dead_units,
    vanishing_gradients,
    rate_too_low,
    saturated_units,
    batch_too_large,
    still_improving,
    underfitting,
    overfitting,
    parts_disagree,
    plateau,
    no_better,
    seed_noise,
)

#: What a cause explains: said only after it and weaker by this factor, so that most often it isn't said.
_WEAKER = 0.5
_EXPLAINS: dict[str, tuple[str, ...]] = {
    "rate_too_high": (
        "exploding_gradients",
        "underfitting",
        "plateau",
        "no_better",
        "saturated_units",
        "overfitting",
    ),
    "exploding_gradients": ("underfitting", "plateau", "no_better", "saturated_units"),
    "dead_units": ("vanishing_gradients", "underfitting", "plateau", "no_better"),
    "vanishing_gradients": ("underfitting", "plateau", "no_better", "still_improving", "rate_too_low"),
    "rate_too_low": ("underfitting", "plateau", "no_better", "still_improving", "vanishing_gradients"),
    "saturated_units": ("underfitting", "vanishing_gradients"),
    "batch_too_large": ("underfitting", "plateau", "no_better"),
    "still_improving": ("underfitting", "plateau", "no_better"),
    "underfitting": ("no_better",),
    "no_better": ("overfitting", "overfitting_gap"),
}


def verdicts(evidence: Evidence) -> tuple[Candidate, ...]:
    """Return the verdicts on a run, the likeliest cause first; none where nothing is wrong.

    Args:
        evidence: what is known about the run.
    """
    found = [candidate for verdict in VERDICTS if (candidate := verdict(evidence)) is not None]
    found = [_weakened(candidate, found) for candidate in found]
    said = [candidate for candidate in found if candidate.strength >= SAID]
    return tuple(sorted(said, key=lambda candidate: -candidate.strength))


def confidence(candidate: Candidate) -> float:
    """Return how often a verdict of this strength was right, in the half of the zoo that set the thresholds."""
    return round(candidate.strength, 2)


def family(code: str) -> str:
    """Return the cause that a code is about, however it was seen.

    Example:
        >>> family("verdicts.rate_too_low_tried")
        'rate_too_low'
    """
    return code.removeprefix("verdicts.").removesuffix("_tried").removesuffix("_of_mean")


def healthy(evidence: Evidence) -> Finding:
    """Return the one line for a run with which nothing is wrong."""
    return Finding("verdicts.healthy", "good", facts_of_health(evidence))


def _weakened(candidate: Candidate, found: list[Candidate]) -> Candidate:
    causes = [each for each in found if family(candidate.code) in _EXPLAINS.get(family(each.code), ())]
    if any(cause.strength >= max(SAID, 0.8 * candidate.strength) for cause in causes):
        return replace(candidate, strength=candidate.strength * _WEAKER)
    return candidate

"""What a finished run says about itself: verdicts, the likeliest cause first.

Each function looks at the evidence for one cause and says how strongly it speaks for it. Here they are put in
order, and what only follows from a cause that was found is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from stirfry.judge.verdicts.batch_too_large import batch_too_large
from stirfry.judge.verdicts.candidate import SAID, Candidate
from stirfry.judge.verdicts.evidence import Evidence
from stirfry.judge.verdicts.gradients import exploding_gradients, vanishing_gradients
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

#: From causes to what only follows from them: each can be explained by those before it.
VERDICTS: tuple[Callable[[Evidence], Candidate | None], ...] = (
    rate_too_high,
    dead_units,
    saturated_units,
    exploding_gradients,
    vanishing_gradients,
    rate_too_low,
    batch_too_large,
    still_improving,
    underfitting,
    overfitting,
    parts_disagree,
    plateau,
    no_better,
    seed_noise,
)

_NOTHING_LEARNED = ("underfitting", "plateau", "no_better")
#: What a cause explains; it is then said only where it speaks much more strongly than its cause.
_EXPLAINS: dict[str, tuple[str, ...]] = {
    "rate_too_high": (
        "exploding_gradients",
        "saturated_units",
        "vanishing_gradients",
        "overfitting",
        *_NOTHING_LEARNED,
    ),
    "dead_units": ("vanishing_gradients", "rate_too_low", *_NOTHING_LEARNED),
    "saturated_units": ("rate_too_low", *_NOTHING_LEARNED),
    "exploding_gradients": ("rate_too_low", "batch_too_large", "still_improving", *_NOTHING_LEARNED),
    "vanishing_gradients": ("rate_too_low", "still_improving", *_NOTHING_LEARNED),
    "rate_too_low": ("batch_too_large", *_NOTHING_LEARNED),
    "batch_too_large": _NOTHING_LEARNED,
    "still_improving": ("plateau", "no_better"),
    "underfitting": ("no_better",),
}
#: How often a first verdict of these strengths was the cause, and by what factor later ones are less often.
_STRENGTHS, _FIRST = (0.5, 0.8, 0.9, 1.0), (0.5, 0.8, 0.88, 0.92)
_LATER = (0.3, 0.2)
#: What is as true as its cause, and is said after it.
_COMES_FIRST: dict[str, tuple[str, ...]] = {
    "rate_too_high": ("dead_units", "still_improving"),
    "saturated_units": ("vanishing_gradients",),
    "rate_too_low": ("still_improving",),
    "batch_too_large": ("still_improving",),
}
#: How strong a cause must be, by what it explains, and how much weaker that is then.
_AS_STRONG, _WEAKER = 0.75, 0.45


def verdicts(evidence: Evidence) -> tuple[Candidate, ...]:
    """Return the verdicts on a run, the likeliest cause first; none where nothing is wrong.

    Args:
        evidence: what is known about the run.
    """
    said: list[Candidate] = []
    for verdict in VERDICTS:
        # What it looks at takes longest of all, and is for nothing where it can't be said any more.
        if verdict is underfitting and _explained("underfitting", 1.0, said):
            continue
        candidate = verdict(evidence)
        if candidate is not None and (candidate := _weakened(candidate, said)).strength >= SAID:
            said.append(candidate)
    # They stand in causal order, and of two that are about as strong the cause comes first.
    return tuple(sorted(said, key=lambda candidate: -round(candidate.strength, 1)))


def confidence(candidate: Candidate, place: int) -> float:
    """Return how likely a verdict names the cause, as it did in the half of the zoo that set the thresholds.

    One that isn't the first may well be true too; most often it says what follows from the first.

    Args:
        candidate: the verdict.
        place: where it stands, from 0.
    """
    if candidate.severity not in ("serious", "warning"):
        return round(candidate.strength, 2)
    first = float(np.interp(candidate.strength, _STRENGTHS, _FIRST))
    return round(first if place == 0 else first * _LATER[min(place, len(_LATER)) - 1], 2)


def family(code: str) -> str:
    """Return the cause that a code is about, however it was seen.

    Example:
        >>> family("verdicts.rate_too_low_tried")
        'rate_too_low'
    """
    return code.removeprefix("verdicts.").removesuffix("_tried").removesuffix("_of_mean")


def _explained(code: str, strength: float, said: list[Candidate]) -> bool:
    """Whether a verdict of such a strength is explained by one that is said before it."""
    causes = [each for each in said if code in _EXPLAINS.get(family(each.code), ())]
    return any(cause.strength >= _AS_STRONG * strength for cause in causes)


def _weakened(candidate: Candidate, said: list[Candidate]) -> Candidate:
    """Return a candidate, weaker where one that is said before it explains it."""
    code = family(candidate.code)
    if _explained(code, candidate.strength, said):
        return replace(candidate, strength=candidate.strength * _WEAKER)
    first = [each.strength for each in said if code in _COMES_FIRST.get(family(each.code), ())]
    return replace(candidate, strength=min([candidate.strength, *first]))

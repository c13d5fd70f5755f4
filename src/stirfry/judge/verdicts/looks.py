"""Which rates are worth a trial, and in what order: a run that went well needs none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain, zip_longest

from stirfry.judge.verdicts.evidence import Evidence
from stirfry.judge.verdicts.rate import rate_by_moves, usual_below, written

#: Where a run came to, by what a constant answer has, from which on there is something left to gain.
LEFT = 0.12
#: What the rate is multiplied with where it may be too high, and where it may be too low.
LOWER, HIGHER = (1 / 100, 1 / 30, 1 / 10, 1 / 3), (3, 10, 30, 100)


def rates_to_try(evidence: Evidence) -> tuple[float, ...]:
    """Return the rates to try, the likeliest first; none for a run whose own seems right.

    Seldom there is time for more than one: where the rate may be too high, the optimizer's usual one; where
    it may be too low, that at which steps have their usual size.
    """
    lr = evidence.plan.lr
    stuck = evidence.level > 0.9
    falls = max(evidence.falls[0], evidence.train_falls[0]) > 0.01
    low = evidence.level > LEFT and (falls or stuck or evidence.early_move < 1e-3)
    # Where nothing was learned in spite of small steps, it wasn't for their being too large.
    far = len(evidence.moves) > 0 and float(evidence.moves[0]) > 0.02
    thrown = evidence.jumps > 0.05 or float(evidence.train.max()) > 2
    high = thrown or evidence.late_move > 0.02 or (evidence.train_end > 0.95 and far)
    if (not low and not high) or evidence.stopped == "interrupted":
        return ()
    usual = written(usual_below(evidence.plan))
    lower = _nearest([usual, *(written(lr * factor) for factor in LOWER)], usual) if high else []
    likely = rate_by_moves(evidence)
    higher = _nearest([written(lr * factor) for factor in HIGHER], likely) if low else []
    in_turns = chain.from_iterable(zip_longest(lower, higher))
    return tuple(dict.fromkeys(rate for rate in in_turns if rate is not None))


def _nearest(rates: Sequence[float], to: float) -> list[float]:
    return sorted(rates, key=lambda rate: abs(math.log(rate / to)))

"""Which rate to try: what short trials say, or what the size of the steps says."""

from __future__ import annotations

import math

from stirfry.judge.verdicts.evidence import Evidence, Trial
from stirfry.spec.plan import Plan

#: How far a step moves the weights at rates that go best, by their size.
USUAL_MOVE = 1e-2
#: Rates that go well for most networks; that of SGD without momentum.
USUAL_SGD, USUAL_ADAPTIVE = 0.1, 0.003
#: The highest rates that are named without a trial.
MOST_SGD, MOST_ADAPTIVE = 0.3, 0.03
#: A trial counts as better from this gain on, by what a constant answer has.
GAIN = 0.05
#: How many rates a sweep tries on each side of a likely one, two to a power of ten.
WIDE = 3
#: So many rates tried are enough to name one.
TRIED = 3
#: The share of the gain that a lower rate may leave.
NEARLY = 0.2


def written(rate: float) -> float:
    """Return a rate in one digit, 1 or 3, as one types it.

    Example:
        >>> [written(rate) for rate in (0.0021, 0.0082, 0.5)]
        [0.003, 0.01, 0.3]
    """
    power = round(2 * math.log10(rate))
    return float(f"{10 ** (power // 2) * (3 if power % 2 else 1):.1g}") if power >= 0 else _small(power)


def _small(power: int) -> float:
    whole, half = divmod(power, 2)
    return float(f"{3 if half else 1}e{whole}")


def usual_below(plan: Plan) -> float:
    """Return what to try in place of a rate that is too high: the usual one, or a tenth where it isn't lower.

    Example:
        >>> usual_below(Plan(lr=1.0)), usual_below(Plan(lr=0.005))
        (0.003, 0.0005)
    """
    usual = USUAL_SGD * (1 - plan.momentum) if plan.optimizer == "sgd" else USUAL_ADAPTIVE
    return written(usual) if usual <= plan.lr / 3 else plan.lr / 10


def rates_around(likely: float, tried: float) -> tuple[float, ...]:
    """Return the rates to sweep around a likely one, on the side of the run's own on which it lies.

    Example:
        >>> rates_around(0.01, 0.3)
        (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
    """
    powers = range(-WIDE, WIDE + 1)
    rates = dict.fromkeys(written(likely * 10 ** (power / 2)) for power in powers)
    return tuple(rate for rate in rates if (rate > tried) == (likely > tried) and rate != written(tried))


def best_trial(evidence: Evidence, low: float = 0.0, high: float = math.inf) -> Trial | None:
    """Return the trial with the lowest loss of those with a rate between two, the ends left out."""
    there = [
        (loss, trial.lr, trial)
        for trial in evidence.trials
        if (loss := loss_of(trial)) is not None and math.isfinite(loss) and low < trial.lr < high
    ]
    if not there:
        return None
    # A short trial favours high rates: of those that gain nearly as much the lowest goes best in a whole run.
    lowest = min(there)[0]
    enough = lowest + NEARLY * max(0.0, own_loss(evidence, min(there)[2]) - lowest)
    return min((trial for loss, _, trial in there if loss <= enough), key=lambda trial: trial.lr)


def command_for(evidence: Evidence) -> str:
    """Return the command that finds the rate: a sweep, unless some rates were tried already."""
    return "train" if len(evidence.trials) >= TRIED else "sweep"


def loss_of(trial: Trial) -> float | None:
    """Return the loss that a trial is judged by."""
    return trial.train_loss if trial.validation_loss is None else trial.validation_loss


def own_loss(evidence: Evidence, trial: Trial) -> float:
    """Return the run's own loss after as many epochs as a trial had."""
    if trial.validation_loss is None:
        return float(evidence.history["train_loss"][trial.epochs - 1])
    return float(evidence.history["validation_loss"][: trial.epochs].min())


def gain_of(evidence: Evidence, trial: Trial) -> float:
    """Return how much lower a trial's loss is than the run's own, by what a constant answer has."""
    found = loss_of(trial)
    return 0.0 if found is None else (own_loss(evidence, trial) - found) / evidence.unit


def further_of(evidence: Evidence, trial: Trial) -> float:
    """Return how much lower a trial's loss is than the run's own ever was, by what a constant answer has."""
    found = loss_of(trial)
    losses = evidence.history["train_loss" if trial.validation_loss is None else "validation_loss"]
    return 0.0 if found is None else (float(losses.min()) - found) / evidence.unit


def likely_rate(evidence: Evidence) -> float:
    """Return the rate that a sweep would likely pick, from trials or from the size of the steps."""
    trial = best_trial(evidence)
    if trial is not None and gain_of(evidence, trial) > 0:
        return trial.lr
    return rate_by_moves(evidence)


def rate_by_moves(evidence: Evidence) -> float:
    """Return the rate at which a step would move the weights as far as in runs that go well."""
    move = evidence.early_move
    if not move > 0 or not math.isfinite(move):
        return evidence.plan.lr
    lr = evidence.plan.lr
    rate = lr * min(max(USUAL_MOVE / move, 1e-4), 1e4)
    # Steps are small for other reasons too; nobody tried this rate, so it is kept within the usual ones.
    usual = MOST_SGD if evidence.plan.optimizer == "sgd" else MOST_ADAPTIVE
    return written(min(rate, max(usual, lr)))

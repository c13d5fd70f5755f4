"""A run whose loss left the finite numbers: which rate to try in place of its own."""

from __future__ import annotations

from collections.abc import Sequence

from stirfry.judge.verdicts.candidate import Candidate
from stirfry.judge.verdicts.evidence import Trial
from stirfry.judge.verdicts.rate import loss_of, written

#: Rates that go well for most networks with one optimizer or another.
USUAL = (0.1, 0.01, 0.001)


def divergence(lr: float, epoch: int, loss: str, trials: Sequence[Trial]) -> Candidate:
    """Say that the rate was too high, and which one to try.

    Args:
        lr: the run's rate.
        epoch: the epoch in which the loss left the finite numbers.
        loss: what it became.
        trials: short trials at lower rates.
    """
    rate = rate_after_divergence(lr, trials)
    facts = {"lr": lr, "rate": rate, "epoch": epoch, "loss": loss}
    return Candidate("verdicts.diverged", "serious", 0.95, facts, {"lr": rate})


def rates_below(lr: float) -> tuple[float, ...]:
    """Return the rates to try below one that was too high."""
    near = [written(lr / factor) for factor in (3, 10, 30, 100, 1_000)]
    return tuple(dict.fromkeys([*near, *(rate for rate in USUAL if rate < lr / 3)]))


def rate_after_divergence(lr: float, trials: Sequence[Trial]) -> float:
    """Return the rate that went best in short trials; a tenth of the run's own, or a usual one, without any.

    Args:
        lr: the run's rate.
        trials: short trials at lower rates.
    """
    there = [(loss, trial.lr) for trial in trials if (loss := loss_of(trial)) is not None]
    return min(there)[1] if there else min(written(lr / 10), USUAL[0])

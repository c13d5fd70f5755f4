"""How many rates are tried, and for how long, follows from the sizes of the run."""

from __future__ import annotations

import pytest

import stirfry
from stirfry.actions.ready import Ready
from stirfry.actions.trials import LEAST, SHARE, try_rates
from stirfry.judge.verdicts.evidence import Trial

LOWER, HIGHER = (0.003, 0.0003, 0.03), (0.3, 3.0)


@pytest.fixture(scope="module")
def ready() -> Ready:
    """The default run on iris: 3 steps an epoch."""
    run = stirfry.train("iris", epochs=1, lr=0.1)
    assert run.ready is not None
    return run.ready


def cost(ready: Ready, trials: tuple[Trial, ...]) -> float:
    """What trials cost by the visits to weights alone."""
    return (
        sum(trial.epochs for trial in trials) * len(ready.job.arrays.train) * ready.job.network.n_parameters
    )


def test_a_lower_rate_is_tried_for_the_fewest_steps_even_in_a_short_run(ready: Ready) -> None:
    (trial,) = try_rates(ready, LOWER, 10)
    assert (trial.lr, trial.epochs) == (0.003, 3)
    assert trial.validation_loss is not None and cost(ready, (trial,)) < LEAST


def test_higher_rates_are_tried_only_for_their_share_of_the_run(ready: Ready) -> None:
    assert try_rates(ready, HIGHER, 10) == ()
    assert [trial.lr for trial in try_rates(ready, HIGHER, 2_000)] == [0.3, 3.0]


@pytest.mark.parametrize("epochs", [100, 1_000, 3_000])
def test_trials_never_cost_more_than_their_share(ready: Ready, epochs: int) -> None:
    own = epochs * len(ready.job.arrays.train) * ready.job.network.n_parameters
    trials = try_rates(ready, HIGHER, epochs)
    assert cost(ready, trials) <= 1.2 * SHARE * own


def test_nothing_is_tried_for_longer_than_the_run_was(ready: Ready) -> None:
    assert try_rates(ready, LOWER, 2) == ()
    assert {trial.epochs for trial in try_rates(ready, LOWER, 3)} == {3}
    assert try_rates(ready, (), 100) == ()


def test_the_same_run_gets_the_same_trials(ready: Ready) -> None:
    assert try_rates(ready, LOWER, 1_000) == try_rates(ready, LOWER, 1_000)

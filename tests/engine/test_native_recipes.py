"""The tutorials whose data are embedded, on both engines: a hundred epochs with the same losses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stirfry.actions.listener import Nobody
from stirfry.actions.ready import get_ready
from stirfry.actions.recipes import recipe_for
from stirfry.actions.request import TrainRequest
from stirfry.engine import native, torch_loop
from stirfry.engine.choose import choose

EMBEDDED = ("iris-mlp", "iris-stopped", "simplex-dnn", "linear-weights")


@pytest.mark.parametrize("name", EMBEDDED)
def test_a_hundred_epochs_have_pytorchs_losses(name: str) -> None:
    job = get_ready(TrainRequest(recipe_for(name)), Nobody()).job
    assert choose(job.network, job.plan).engine is native
    job = replace(job, plan=job.plan.model_copy(update={"epochs": 100}))
    expected, found = torch_loop.train(job), native.train(job)
    assert (found.stopped, found.best_epoch) == (expected.stopped, expected.best_epoch)
    for column, values in expected.history.items():
        # Where little is left of a loss, rounding is what is left.
        smallest = 1e-6 * np.abs(values).max()
        np.testing.assert_allclose(found.history[column], values, rtol=1e-4, atol=smallest, err_msg=column)

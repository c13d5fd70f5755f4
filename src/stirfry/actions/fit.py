"""Fit: train on described data without judging, for callers that do the judging themselves."""

from __future__ import annotations

from stirfry.actions.judging import model_of
from stirfry.actions.listener import Nobody, Watch
from stirfry.actions.ready import make_ready
from stirfry.data.prepare import Described
from stirfry.engine.choose import engine_for
from stirfry.engine.contract import Trained
from stirfry.model.model import Model
from stirfry.run.interrupt import listening
from stirfry.spec.recipe import Recipe


def fit(described: Described, recipe: Recipe) -> tuple[Model, Trained]:
    """Train a network on data whose columns and task are known.

    Args:
        described: the data.
        recipe: network and plan; what it leaves open, the defaults fill in.

    Returns:
        The model, without scores, and what training gave.

    Raises:
        StirfryError: data, network or plan are wrong, or the loss isn't finite.
    """
    ready = make_ready(described, recipe, Nobody())
    with listening() as interrupt:
        trained = engine_for(ready.job).engine.train(ready.job, Watch(Nobody(), interrupt, None, 1.0))
    return model_of(ready, trained), trained

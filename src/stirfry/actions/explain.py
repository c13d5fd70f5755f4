"""Explain: every number of one row's way through a model, and which inputs matter."""

from __future__ import annotations

import numpy as np

from stirfry.actions.run import Run
from stirfry.data.encode_table import TableEncoder
from stirfry.data.table import Dataset
from stirfry.explain.attributions import Attributions, attribute
from stirfry.explain.importance import Importance, permutation_importance
from stirfry.model.model import Model


def importance_of(run: Run) -> Importance | None:
    """Return which columns matter to a run, measured on its test part, at a cost of about 0.1 s.

    Without a test part it is the validation part, or the training part: `Importance.part` says which.

    Args:
        run: a finished run that still has its rows.

    Returns:
        The columns, the most important first; None for images and arrays, which have no columns, and for
        tables so wide that the cost would be larger.

    Example:
        >>> import stirfry
        >>> importance_of(stirfry.train("iris", hidden=[8], epochs=100, seed=1)).metric
        'accuracy'
    """
    if run.ready is None or not isinstance(run.model.encoder, TableEncoder):
        return None
    prepared = run.ready.prepared
    parts = {"test": prepared.test, "validation": prepared.validation, "train": prepared.train}
    name, part = next((name, part) for name, part in parts.items() if part is not None and len(part) > 1)
    return permutation_importance(
        run.model, np.asarray(part.inputs), part.targets, seed=run.recipe.plan.seed, part=name
    )


def attributions_of(model: Model, row: Dataset) -> Attributions:
    """Return what each input of one row added to the answer, by integrated gradients.

    Args:
        model: a model whose network is a chain of known layers.
        row: one raw row, a table of one row, or one image: `data.take(np.array([index]))`.

    Raises:
        UsageError: the network is the user's own, whose layers can't be seen.
    """
    return attribute(model, row)

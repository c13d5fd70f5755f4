"""The Python face: `stirfry.train` and `stirfry.load`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stirfry.actions.recipes import recipe_for
from stirfry.actions.request import TrainRequest
from stirfry.actions.run import Run
from stirfry.actions.train import train as train_action
from stirfry.errors import UsageError
from stirfry.model.file import load
from stirfry.spec.options import nested

__all__ = ["load", "train"]


def train(
    data: Any = None,
    target: str | None = None,
    *,
    recipe: str | Path | None = None,
    variant: str | None = None,
    out: str | Path | None = None,
    start_from: str | Path | None = None,
    resume: str | Path | None = None,
    data_dir: str | Path | None = None,
    **settings: Any,
) -> Run:
    """Train a network on data, and score it.

    Args:
        data: an embedded name (`"iris"`), a file or folder, a pandas or polars DataFrame, a dict of columns,
            arrays or tensors as `(X, y)`, or a PyTorch Dataset. May be left out with a recipe.
        target: the column to predict; found out where it isn't given.
        recipe: a recipe's name or TOML file to start from.
        variant: one of the recipe's variants.
        out: a folder in which the run's own folder is written; None writes nothing.
        start_from: a model file whose weights training goes on from.
        resume: the folder of an interrupted run to go on with.
        data_dir: where a recipe's data lie that stirfry doesn't ship.
        **settings: any setting of a plan, a network or the data by its name: `epochs`, `lr`, `batch_size`,
            `optimizer`, `hidden`, `layers`, `scale`, `test`, `validation`, `seed` … (see the reference).

    Returns:
        The finished run, with `.metrics`, `.history`, `.model`, `.plot()` and `.save(path)`.

    Raises:
        UsageError: a setting that doesn't exist or can't be.
        DataError: data that can't be learned from.
        TrainingError: the loss is no longer finite.

    Example:
        >>> run = train("iris", hidden=[10], epochs=20, seed=1)
        >>> sorted(run.metrics)
        ['test', 'train', 'validation']
    """
    if resume is not None:
        if settings or recipe or start_from or target:
            raise UsageError("cli.resume_alone")
        in_memory = None if isinstance(data, str | Path) else data
        return train_action(TrainRequest(recipe_for(None), in_memory, resume=Path(resume)))
    source = str(data) if isinstance(data, str | Path) else None
    values = nested({"target": target, **settings})
    made = recipe_for(
        None if recipe is None else str(recipe),
        variant,
        values,
        source,
        None if data_dir is None else Path(data_dir),
    )
    request = TrainRequest(
        made,
        data=None if source is not None else data,
        out=None if out is None else Path(out),
        start_from=None if start_from is None else Path(start_from),
    )
    return train_action(request)

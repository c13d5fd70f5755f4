"""The Python face: `stirfry.train`, `stirfry.sweep`, `stirfry.load` and `stirfry.export_run`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from stirfry.actions.export import export as export_action
from stirfry.actions.recipes import recipe_for
from stirfry.actions.request import ExportRequest, SweepRequest, TrainRequest
from stirfry.actions.run import Run
from stirfry.actions.sweep import sweep as sweep_action
from stirfry.actions.swept import Sweep
from stirfry.actions.train import train as train_action
from stirfry.errors import UsageError
from stirfry.model.file import load
from stirfry.notice import Notice
from stirfry.spec.grid import rates_of, widths_of
from stirfry.spec.options import nested, refuse_both
from stirfry.spec.recipe import Recipe

__all__ = ["export_run", "load", "sweep", "train"]


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
    repeats: int = 1,
    folds: int | None = None,
    network: Any = None,
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
        repeats: how many seeds are trained on the same split, the run's own and those that follow it;
            `.repeats` has each score's mean and spread. The model is the first seed's.
        folds: in how many folds the rows outside the test part are cross-validated besides; `.folds` has
            each score's mean and spread.
        network: a network of your own, as it is: an `nn.Module` class or a function without arguments, which
            is called right after the seed is set, or a module, which is copied.
        **settings: any setting of a plan, a network or the data by its name: `epochs`, `lr`, `batch_size`,
            `optimizer`, `hidden`, `layers`, `scale`, `test`, `validation`, `seed` … (see the reference).
            `loss` may also be a function of outputs and targets, or an `nn.Module`.

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
    loss = settings.pop("loss") if not isinstance(settings.get("loss"), str | None) else None
    if network is not None:
        refuse_both(settings)
    if resume is not None:
        if settings or recipe or start_from or target or repeats != 1 or folds is not None:
            raise UsageError("cli.resume_alone")
        again = TrainRequest(
            recipe_for(None), _in_memory(data), resume=Path(resume), module=network, loss=loss
        )
        return train_action(again)
    made = _recipe(data, recipe, variant, {"target": target, **settings}, data_dir)
    request = TrainRequest(
        made,
        data=_in_memory(data),
        out=None if out is None else Path(out),
        start_from=None if start_from is None else Path(start_from),
        repeats=repeats,
        folds=folds,
        module=network,
        loss=loss,
    )
    return train_action(request)


def sweep(
    data: Any = None,
    target: str | None = None,
    *,
    lr: Any = None,
    hidden: Any = None,
    points: int = 13,
    repeats: int = 1,
    recipe: str | Path | None = None,
    variant: str | None = None,
    out: str | Path | None = None,
    data_dir: str | Path | None = None,
    **settings: Any,
) -> Sweep:
    """Train a grid of learning rates and hidden layers on one split, ranked by the validation loss.

    Args:
        data: as for `train`.
        target: the column to predict; found out where it isn't given.
        lr: a list of rates, or a range such as `"1e-5..1"`, whose values lie at equal distances on a
            logarithmic scale.
        hidden: a list of networks: a number is one hidden layer, a tuple several, `()` none.
        points: how many values a range has.
        repeats: how many seeds each network is trained with.
        recipe: a recipe's name or TOML file to start from.
        variant: one of the recipe's variants.
        out: a folder in which the sweep's own folder is written; None writes nothing.
        data_dir: where a recipe's data lie that stirfry doesn't ship.
        **settings: any other setting, as for `train`.

    Returns:
        The finished sweep, with `.trials` (the best first), `.best`, `.plot()` and `.as_csv()`.

    Raises:
        UsageError: a setting that doesn't exist or can't be, or a grid of one network.
        DataError: data that can't be learned from.

    Example:
        >>> found = sweep("iris", lr=[0.001, 0.01], hidden=[4], epochs=5)
        >>> found.best.lr, len(found.trials)
        (0.01, 2)
    """
    made = _recipe(data, recipe, variant, {"target": target, **settings}, data_dir)
    request = SweepRequest(
        made,
        lr=rates_of(lr, points),
        hidden=widths_of(hidden),
        data=_in_memory(data),
        out=None if out is None else Path(out),
        repeats=repeats,
    )
    return sweep_action(request)


def export_run(
    run: str | Path, to: str = "script", path: str | Path | None = None, *, network: Any = None
) -> Path:
    """Write a run in another form.

    Args:
        run: the folder of a run; a model file is enough for a form that needs no data.
        to: the form: `script`, a plain PyTorch script that gives the run's numbers without stirfry;
            `notebook`, the same for Jupyter; `onnx`, the model as a graph for ONNX runtimes; `pt2`, the
            model as a program that `torch.export.load` reads.
        path: the file to write; None is the form's own place in the run folder, such as `script.py`.
        network: the class of your own network, for a model that needs it.

    Returns:
        The file that was written.

    Raises:
        UsageError: there is no such form or run, or the run can't be written in it.
        OutputError: the file is there already, or can't be written.

    Example:
        >>> import tempfile
        >>> run = train("iris", hidden=[10], epochs=20, out=tempfile.mkdtemp())
        >>> export_run(run.folder).name
        'script.py'
    """
    request = ExportRequest(Path(run), to, None if path is None else Path(path), network)
    return export_action(request, _warn)


def _warn(notice: Notice) -> None:
    warnings.warn(str(notice), stacklevel=4)


def _recipe(
    data: Any,
    recipe: str | Path | None,
    variant: str | None,
    settings: dict[str, Any],
    data_dir: str | Path | None,
) -> Recipe:
    return recipe_for(
        None if recipe is None else str(recipe),
        variant,
        nested(settings),
        str(data) if isinstance(data, str | Path) else None,
        None if data_dir is None else Path(data_dir),
    )


def _in_memory(data: Any) -> Any:
    """Return data that aren't named but given."""
    return None if isinstance(data, str | Path) else data

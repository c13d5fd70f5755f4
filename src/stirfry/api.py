"""The Python face: `stirfry.train`, `stirfry.check`, `stirfry.sweep`, `stirfry.load` and what comes after."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stirfry.actions.check import Checks
from stirfry.actions.check import check as check_action
from stirfry.actions.export import export as export_action
from stirfry.actions.recipes import recipe_for
from stirfry.actions.request import CheckRequest, ExportRequest, SweepRequest, TrainRequest
from stirfry.actions.run import Run
from stirfry.actions.sweep import sweep as sweep_action
from stirfry.actions.swept import Sweep
from stirfry.actions.train import train as train_action
from stirfry.errors import UsageError
from stirfry.model.file import load
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.paths import expanded
from stirfry.spec.grid import rates_of, widths_of
from stirfry.spec.options import nested, refuse_both
from stirfry.spec.recipe import Recipe

if TYPE_CHECKING:
    from stirfry.explain.explanation import Explanation, Update
    from stirfry.explain.importance import Importance, Metric

__all__ = ["check", "explain_row", "export_run", "importance", "load", "sweep", "train"]


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
        folds: in how many folds the rows outside the test part are cross-validated besides, as `.folds`.
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
    own_loss = settings.pop("loss") if not isinstance(settings.get("loss"), str | None) else None
    given: dict[str, Any] = {"data": _in_memory(data), "module": network, "loss": own_loss}
    if network is not None:
        refuse_both(settings)
    if resume is not None:
        if any((settings, recipe, start_from, target, repeats != 1, folds is not None)):
            raise UsageError("cli.resume_alone")
        return train_action(TrainRequest(recipe_for(None), resume=Path(resume), **given))
    given |= {"out": _path(out), "start_from": _path(start_from), "repeats": repeats, "folds": folds}
    made = _recipe(data, recipe, variant, settings | {"target": target}, data_dir)
    return train_action(TrainRequest(made, **given))


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
        out=_path(out),
        repeats=repeats,
    )
    return sweep_action(request)


def check(
    data: Any = None,
    target: str | None = None,
    *,
    recipe: str | Path | None = None,
    variant: str | None = None,
    data_dir: str | Path | None = None,
    network: Any = None,
    **settings: Any,
) -> Checks:
    """Check data, network and plan without training.

    Args:
        data: as for `train`.
        target: the column to predict; found out where it isn't given.
        recipe: a recipe's name or TOML file to start from.
        variant: one of the recipe's variants.
        data_dir: where a recipe's data lie that stirfry doesn't ship.
        network: a network of your own, as for `train`.
        **settings: any other setting, as for `train`.

    Returns:
        What was found, the most serious first: `.findings`, each with `.code`, `.severity`, `.seen`, `.why`,
        `.do`, `.change` and `.command`. Printed, it is text for people.

    Raises:
        UsageError: a setting that doesn't exist or can't be.
        DataError: data that can't be learned from.

    Example:
        >>> [(finding.code, finding.severity) for finding in check("iris")]
        [('checks.small_test', 'remark')]
    """
    loss = settings.pop("loss") if not isinstance(settings.get("loss"), str | None) else None
    if network is not None:
        refuse_both(settings)
    made = _recipe(data, recipe, variant, {"target": target, **settings}, data_dir)
    return check_action(CheckRequest(made, _in_memory(data), module=network, loss=loss))


def explain_row(
    model: Run | Model | str | Path,
    data: Any = None,
    row: int = 1,
    *,
    truth: Any = None,
    steps: int = 1,
    after: Update | None = None,
    fresh: bool = False,
    **settings: Any,
) -> Explanation:
    """Explain one row: every number on its way through a model, back again, and one step on.

    Forward it is what the model computes for a prediction; backward and in the step it is a batch of this one
    row. All of it is float64, and equal to what PyTorch's autograd and `torch.optim` give.

    Args:
        model: a run, a model, a model file or a run folder. The optimizer is that of the run's plan; for a
            model alone, what `train` takes by default.
        data: rows, as for `Model.predict`. For a run it may be left out: its own labelled rows.
        row: which of them, counted from 1.
        truth: what the row should have been, in place of what the data say.
        steps: how many steps the optimizer makes on the row, one after another; the last is explained.
        after: another explanation's `update`, whose weights and memory are gone on from.
        fresh: whether the optimizer begins with an empty memory, as at the first step of a run. Otherwise it
            goes on from what it remembered at the run's end, where the run has kept that.
        **settings: `optimizer`, `lr`, `momentum`, `nesterov`, `weight_decay`, `betas`, `eps`, `alpha`,
            `clip_norm`, `class_weights`, `label_smoothing` or `huber_delta`, in place of the plan's.

    Returns:
        The explanation: `print` it, or take `.forward`, `.loss`, `.backward`, `.gradients`, `.update` and
        `.attributions`.

    Raises:
        UsageError: there is no such row or setting; the network isn't a chain of known layers.
        DataError: the row can't be read, or its target is unknown.

    Example:
        >>> found = explain_row(train("iris", hidden=[4], epochs=5), row=1)
        >>> sorted(found.gradients)
        ['0.bias', '0.weight', '2.bias', '2.weight']
    """
    from stirfry.actions.explain import explain_with
    from stirfry.explain.explained import Course

    if not isinstance(model, Run | Model | str | Path):
        raise UsageError("explain.no_model", found=type(model).__name__)
    if isinstance(model, Run):
        return model.explain(row, data, truth=truth, steps=steps, after=after, fresh=fresh, **settings)
    place = model if isinstance(model, Model) else expanded(model)
    return explain_with(place, data, row, truth, Course(steps, after, fresh), settings)


def importance(
    model: Run | Model | str | Path, data: Any = None, *, metric: Metric | None = None
) -> Importance:
    """Measure which columns matter: how far the score falls when one column after another is shuffled.

    Args:
        model: a run, a model, a model file or a run folder, of a table.
        data: labelled rows, as for `Model.evaluate`. For a run it may be left out: its test part.
        metric: `accuracy`, `r2` or `log_loss`; accuracy for classes and R² for numbers where none is given.

    Returns:
        The columns with their drops and 95% intervals, the most important first.

    Raises:
        UsageError: the model takes no table.
        DataError: the rows can't be read, or have no labels.

    Example:
        >>> importance(train("iris", hidden=[8], epochs=100, seed=1)).names[0]
        'petal length (cm)'
    """
    from stirfry.actions.explain import importance_in_run, importance_on

    if isinstance(model, Run) and data is None:
        return importance_in_run(model, metric)
    found = model.model if isinstance(model, Run) else model
    if not isinstance(found, Model | str | Path):
        raise UsageError("explain.no_model", found=type(found).__name__)
    if data is None:
        raise UsageError("explain.importance_needs_data")
    return importance_on(found if isinstance(found, Model) else load(found), data, metric=metric)


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
    request = ExportRequest(Path(run), to, _path(path), network)
    return export_action(request, _warn)


def _path(given: str | Path | None) -> Path | None:
    return None if given is None else Path(given)


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
        nested({**settings, "target": _name(settings.get("target"), data)}),
        str(data) if isinstance(data, str | Path) else None,
        None if data_dir is None else Path(data_dir),
    )


def _name(target: Any, data: Any) -> Any:
    """Return a target's name as text: columns of a DataFrame may be numbered, or called by tuples.

    Raises:
        UsageError: not a name, but the values themselves.
    """
    if isinstance(target, Hashable) and target in list(getattr(data, "columns", ())):
        return str(target)
    if isinstance(target, Sized) and not isinstance(target, str | bytes):
        raise UsageError("source.target_apart", type=type(target).__name__)
    return target


def _in_memory(data: Any) -> Any:
    """Return data that aren't named but given."""
    return None if isinstance(data, str | Path) else data

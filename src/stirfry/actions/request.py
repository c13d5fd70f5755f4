"""The requests: one frozen object for each verb, built the same way by every edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stirfry.engine.processes import ALONE, Processes
from stirfry.errors import UsageError
from stirfry.spec.recipe import Recipe


@dataclass(frozen=True)
class TrainRequest:
    """Train a network.

    Args:
        recipe: data, network and plan; what it leaves open, the defaults fill in.
        data: data from memory; None takes the recipe's source.
        out: the folder in which the run's own folder is made; None writes nothing.
        checkpoint_every: seconds between two checkpoints; they are written to the run folder.
        start_from: a model file whose weights training goes on from.
        resume: the folder of a run that was interrupted; everything but `data` comes from there.
        repeats: how many seeds, the run's own included, are trained on the same split; only the first is kept
            as the model. None trains a few more where that takes no time worth speaking of.
        folds: in how many folds the rows outside the test part are cross-validated besides; None is none.
        module: a user's own network in the recipe's network's place: an `nn.Module` class, a function without
            arguments, or a module.
        loss: a user's own loss in the plan's loss's place: a function of outputs and targets, or a module.
        processes: which of how many processes this is, that train together.
    """

    recipe: Recipe
    data: Any = None
    out: Path | None = None
    checkpoint_every: float = 30.0
    start_from: Path | None = None
    resume: Path | None = None
    repeats: int | None = 1
    folds: int | None = None
    module: Any = None
    loss: Any = None
    processes: Processes = ALONE

    def __post_init__(self) -> None:
        if self.repeats is not None and self.repeats < 1:
            raise UsageError("actions.repeats_count", found=self.repeats)
        if self.folds is not None and self.folds < 2:
            raise UsageError("actions.folds_count", found=self.folds)


@dataclass(frozen=True)
class CheckRequest:
    """Check data, network and plan without training.

    Args:
        recipe: data, network and plan; what it leaves open, the defaults fill in.
        data: data from memory; None takes the recipe's source.
        module: a user's own network, as for `TrainRequest`.
        loss: a user's own loss, as for `TrainRequest`.
    """

    recipe: Recipe
    data: Any = None
    module: Any = None
    loss: Any = None

    @property
    def train(self) -> TrainRequest:
        """The request that trains what this one checks."""
        return TrainRequest(self.recipe, self.data, repeats=None, module=self.module, loss=self.loss)


@dataclass(frozen=True)
class SweepRequest:
    """Train a grid of rates and widths.

    Args:
        recipe: data, network and plan; what it leaves open, the defaults fill in.
        lr: learning rates; empty leaves the recipe's own.
        hidden: widths of the hidden layers, one tuple a network; empty leaves the recipe's own network.
        data: data from memory; None takes the recipe's source.
        out: the folder in which the sweep's own folder is made; None writes nothing.
        repeats: how many seeds each cell of the grid is trained with.
        command: the words of the command line that trains one network with the same settings; empty where
            there was none.
    """

    recipe: Recipe
    lr: tuple[float, ...] = ()
    hidden: tuple[tuple[int, ...], ...] = ()
    data: Any = None
    out: Path | None = None
    repeats: int = 1
    command: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.repeats < 1:
            raise UsageError("actions.repeats_count", found=self.repeats)

    @property
    def train(self) -> TrainRequest:
        """The request that trains one network with the same settings."""
        return TrainRequest(self.recipe, self.data)


@dataclass(frozen=True)
class PredictRequest:
    """Predict rows.

    Args:
        model: the model file, or its run folder.
        data: raw rows.
        probabilities: whether to give the classes' probabilities too.
        output: a CSV file to write; None writes none.
        module: the user's own network that the model was trained with, where it needs one.
    """

    model: Path
    data: Any
    probabilities: bool = False
    output: Path | None = None
    module: Any = None


@dataclass(frozen=True)
class EvaluateRequest:
    """Score a model on labelled rows.

    Args:
        model: the model file, or its run folder.
        data: raw rows with the target.
        module: the user's own network that the model was trained with, where it needs one.
    """

    model: Path
    data: Any
    module: Any = None


@dataclass(frozen=True)
class ReproduceRequest:
    """Run the tutorials' experiments.

    Args:
        names: which recipes; empty means all.
        data_dir: where the data lie that stirfry doesn't ship.
        download: whether to fetch a known set where it is missing.
        seeds: how many seeds; None takes each recipe's own number.
    """

    names: tuple[str, ...] = ()
    data_dir: Path | None = None
    download: bool = False
    seeds: int | None = None


@dataclass(frozen=True)
class ExplainRequest:
    """Explain one row of some data, or say which of its columns matter.

    Args:
        model: the model file, or its run folder.
        data: raw rows.
        row: which of them is explained, counted from 1; None measures which columns matter.
        truth: what the row should have been, in place of what the data say.
        settings: settings of a plan (`optimizer`, `lr` …) in place of those that the model was trained with.
        steps: how many steps the optimizer makes on the row; the last is explained.
        fresh: whether the optimizer begins with an empty memory, and not with the run's.
        out: a folder for pictures; None draws none.
        module: the user's own network that the model was trained with, where it needs one.
    """

    model: Path
    data: Any
    row: int | None = None
    truth: Any = None
    settings: dict[str, Any] = field(default_factory=dict)
    steps: int = 1
    fresh: bool = False
    out: Path | None = None
    module: Any = None

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise UsageError("explain.steps_count", found=self.steps)


@dataclass(frozen=True)
class ExportRequest:
    """Write a run or a model in another form.

    Args:
        path: the run's folder, or a model file.
        kind: the form, a key of `stirfry.actions.export.KINDS`.
        output: the file to write; None is the kind's own place in the run folder.
        module: the user's own network that the model was trained with, where it needs one.
    """

    path: Path
    kind: str
    output: Path | None = None
    module: Any = None

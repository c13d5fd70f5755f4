"""A run: what was asked, what was trained, how it scored, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from stirfry.actions.population import Population
from stirfry.actions.ready import Ready
from stirfry.engine.contract import History, Remembered, Stopped
from stirfry.errors import MissingExtra
from stirfry.judge.finding import Finding
from stirfry.judge.scores import PartScores
from stirfry.lang import say
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.paths import expanded
from stirfry.spec.recipe import Recipe

if TYPE_CHECKING:
    from stirfry.explain.explanation import Explanation, Update
    from stirfry.explain.importance import Importance


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run.

    Args:
        name: the name of its folder, or of its data where it has none.
        recipe: data, network and plan with every default filled in.
        model: the trained model.
        metrics: the scores by part (`train`, `validation`, `test`).
        history: columns by name, one row an epoch (see `stirfry.engine.contract.Trained`).
        steps: columns by name, one row a step, where the plan asks for them.
        parts: how many rows each part has.
        best_epoch: the epoch whose weights are kept.
        stopped: why training ended: `epochs`, `patience` or `interrupted`.
        engine: the engine's name.
        reason: why that engine.
        device: what it ran on.
        precision: what products and convolutions were computed in.
        threads: how many threads computed.
        seconds: the time of each stage, and `all` together.
        data_sha256: a hash over all rows.
        notices: every remark on the way.
        folder: the run folder, or None where nothing was written.
        repeats: the scores over several seeds, where they were trained.
        folds: the scores over the folds of a cross-validation, where one was asked for.
        checks: what was found before training.
        verdicts: what was found after it, the likeliest cause first.
        probes: gradients, updates and idle units by layer (see `stirfry.engine.contract.Trained`).
        ready: data and job as they were before training, for what looks at single rows afterwards.
        asked: the settings as they were given, their defaults open; None where that isn't known.
        command: the command that trains the same network; empty where a command can't.
        outputs: the network's outputs on the part that judges: the test part, or what takes its place.
        remembered: what the optimizer remembered after its last step; None where that isn't known, or where
            the model has the weights of an earlier step.
    """

    name: str
    recipe: Recipe
    model: Model
    metrics: dict[str, PartScores]
    history: History
    parts: dict[str, int]
    best_epoch: int
    stopped: Stopped
    engine: str
    reason: Notice
    device: str
    precision: str
    threads: int
    seconds: dict[str, float]
    data_sha256: str
    notices: tuple[Notice, ...] = ()
    steps: History = field(default_factory=dict)
    folder: Path | None = None
    repeats: Population | None = None
    folds: Population | None = None
    checks: tuple[Finding, ...] = ()
    verdicts: tuple[Finding, ...] = ()
    probes: History = field(default_factory=dict)
    ready: Ready | None = field(default=None, repr=False)
    asked: Recipe | None = None
    command: str = ""
    outputs: NDArray[Any] | None = field(default=None, repr=False)
    remembered: Remembered | None = field(default=None, repr=False)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended the run, or what was trained beside it."""
        others = [each for each in (self.repeats, self.folds) if each is not None]
        return self.stopped == "interrupted" or any(each.interrupted for each in others)

    def plot(self) -> Any:
        """Return the curves as an SVG picture that notebooks show and `str` gives as text.

        Raises:
            MissingExtra: matplotlib isn't installed.
        """
        return Picture(self._svg())

    def report(self, path: str | Path | None = None) -> str:
        """Return the run's report: one page of HTML with everything that there is to see of it.

        Args:
            path: a file that it is written to as well; None writes none.

        Returns:
            The page, in the language of the moment, with a switch to the other one.

        Raises:
            MissingExtra: matplotlib isn't installed.
            OutputError: the file can't be written.
        """
        from stirfry.actions.report import report_of

        page = report_of(self)
        if path is not None:
            from stirfry.run.atomic import write_atomic

            write_atomic(expanded(path), page)
        return page

    def save(self, path: str | Path) -> None:
        """Write the model to a `.safetensors` file.

        Args:
            path: the file; its folder exists.

        Raises:
            OutputError: it can't be written.
        """
        self.model.save(path)

    def explain(
        self,
        row: int,
        data: Any = None,
        *,
        truth: Any = None,
        steps: int = 1,
        after: Update | None = None,
        fresh: bool = False,
        **settings: Any,
    ) -> Explanation:
        """Explain one row: see `stirfry.explain_row`.

        Args:
            row: its number, counted from 1.
            data: rows, as for `Model.predict`; None takes all the labelled rows that the run was made from.
            truth: what the row should have been, in place of what the data say.
            steps: how many steps the optimizer makes on the row; the last is explained.
            after: another explanation's update, to go on from.
            fresh: whether the optimizer begins with an empty memory, and not with what it remembered at the
                run's end.
            **settings: settings of the optimizer in place of the run's own.

        Raises:
            UsageError: there is no such row; the network's layers can't be seen.
            DataError: the row can't be read.
        """
        from stirfry.actions.explain import explain_in_run
        from stirfry.explain.explained import Course

        return explain_in_run(self, row, data, truth, Course(steps, after, fresh), settings)

    def importance(self) -> Importance | None:
        """Return which columns matter, measured on the test part; None for images and arrays."""
        from stirfry.actions.explain import importance_of

        return importance_of(self)

    def export(self, path: str | Path | None = None, to: str = "script") -> Path:
        """Write the run in another form.

        Args:
            path: the file; None is the form's own place in the run folder, such as `script.py`.
            to: the form: `script`, a plain PyTorch script; `notebook`, the same for Jupyter;
                `onnx`, the model as a graph for ONNX runtimes; `pt2`, the model as a program that
                `torch.export.load` reads.

        Returns:
            The file that was written.

        Raises:
            UsageError: there is no such form, or the run can't be written in it.
            OutputError: the file is there already, or can't be written.
        """
        from stirfry.actions.export import export_run

        return export_run(self, to, None if path is None else Path(path))

    def at(self, folder: Path) -> Run:
        """Return the same run, kept in a folder."""
        return replace(self, folder=folder, name=folder.name)

    def _repr_svg_(self) -> str | None:
        """Show the curves in a notebook; without matplotlib the notebook shows the words."""
        try:
            return self._svg() if self.history else None
        except MissingExtra:
            return None

    def _svg(self) -> str:
        from stirfry.report.curves import draw_curves

        svg, _ = draw_curves(self.history, title=self.name, best_epoch=self.best_epoch, png=False)
        assert svg is not None
        return svg.decode()

    def __repr__(self) -> str:
        part = next((name for name in ("test", "validation", "train") if name in self.metrics), None)
        if part is None:
            return say("actions.run_without_scores", name=self.name)
        metric, score = next(iter(self.metrics[part].metrics.items()))
        shown = "–" if score.value is None else f"{score.value:.4f}"
        return say(
            "actions.run_repr",
            name=self.name,
            part=say(f"judge.part.{part}"),
            metric=say(f"judge.{metric}"),
            value=shown,
            epoch=self.best_epoch,
        )


@dataclass(frozen=True)
class Picture:
    """A picture as SVG text."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def __str__(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> None:
        """Write the picture to a file.

        Raises:
            OutputError: it can't be written.
        """
        from stirfry.run.atomic import write_atomic

        write_atomic(Path(path), self.svg)

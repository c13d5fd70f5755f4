"""A finished sweep: its runs, its ranked cells, its table and its picture."""

from __future__ import annotations

import csv
import io
import math
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from stirfry.actions.run import Picture
from stirfry.errors import MissingExtra
from stirfry.judge.spread import Spread, spread
from stirfry.lang import say
from stirfry.notice import Notice
from stirfry.run import folder as folders
from stirfry.run import record
from stirfry.run.atomic import write_atomic
from stirfry.spec.grid import written

#: How the columns of `sweep.csv` are called.
COLUMNS = (
    *("rank", "hidden", "lr", "seed", "epochs", "best_epoch", "train_loss"),
    *("final_loss", "best_loss", "score", "diverged"),
)


@dataclass(frozen=True)
class Member:
    """One run of a sweep.

    Args:
        seed: its seed.
        epochs: how many it trained.
        best_epoch: the epoch whose weights the plan keeps.
        train_loss: the training loss of the last epoch.
        final_loss: the validation loss of the last epoch.
        best_loss: the lowest validation loss.
        kept_loss: the validation loss of the weights that the plan keeps; this is what ranks.
        score: those weights' accuracy, or R², on the validation part.
        diverged: whether the loss was no longer finite; the losses are None then.
    """

    seed: int
    epochs: int = 0
    best_epoch: int = 0
    train_loss: float | None = None
    final_loss: float | None = None
    best_loss: float | None = None
    kept_loss: float | None = None
    score: float | None = None
    diverged: bool = False


@dataclass(frozen=True)
class Trial:
    """One cell of the grid, with every seed.

    Args:
        lr: its learning rate.
        hidden: its hidden layers; None where the recipe's network stands.
        runs: the finished runs, one a seed.
    """

    lr: float
    hidden: tuple[int, ...] | None
    runs: tuple[Member, ...]

    @property
    def label(self) -> str:
        """The hidden layers in words, `8x4`; a dash for the recipe's own network."""
        return "–" if self.hidden is None else written(self.hidden)

    @property
    def diverged(self) -> int:
        """How many of the runs diverged."""
        return sum(run.diverged for run in self.runs)

    def over_seeds(self, field: str) -> Spread:
        """Return one field of `Member` over the runs that didn't diverge."""
        return spread([getattr(run, field) for run in self.runs if not run.diverged])

    @property
    def order(self) -> tuple[int, float]:
        """What ranks: first that no run diverged, then the mean validation loss."""
        loss = self.over_seeds("kept_loss").mean
        return self.diverged, math.inf if loss is None else loss

    def as_json(self) -> dict[str, Any]:
        """Return the cell as JSON values."""
        fields = ("train_loss", "final_loss", "best_loss", "kept_loss", "score")
        return {
            "lr": self.lr,
            "hidden": self.hidden,
            "diverged": self.diverged,
            **{field: self.over_seeds(field).mean for field in fields},
            "sd": {field: self.over_seeds(field).sd for field in fields},
            "runs": [vars(run) for run in self.runs],
        }


@dataclass(frozen=True, eq=False)
class Sweep:
    """A finished sweep.

    Args:
        name: the name of its folder, or of its data where it has none.
        trials: the cells that are finished, the best first.
        asked: how many cells were asked for.
        keep: whether the `best` weights of each run count, or the `last`.
        measure: what the score is: `accuracy` or `r2`, on the validation part.
        parts: how many rows train and validate.
        seconds: the time of all runs together.
        engine: the engines that computed, the device and the threads.
        data_sha256: a hash over all rows.
        settings: the recipe's settings, without rates and widths.
        notices: every remark on the way.
        words: the command line that trains one network; empty without one.
        interrupted: whether Ctrl-C ended it before all cells were done.
        folder: its folder, or None where nothing was written.
    """

    name: str
    trials: tuple[Trial, ...]
    asked: int
    keep: str
    measure: str
    parts: dict[str, int]
    seconds: float
    engine: dict[str, Any]
    data_sha256: str
    settings: dict[str, Any]
    notices: tuple[Notice, ...] = ()
    words: tuple[str, ...] = ()
    interrupted: bool = False
    folder: Path | None = None

    def __repr__(self) -> str:
        facts = {"name": self.name, "done": len(self.trials), "asked": self.asked}
        if self.best is None:
            return say("actions.sweep_without_best", **facts)
        loss = self.best.over_seeds("kept_loss").mean
        return say("actions.sweep_repr", **facts, lr=self.best.lr, hidden=self.best.label, loss=loss)

    @property
    def best(self) -> Trial | None:
        """The cell with the lowest validation loss; None where every one diverged or none is finished."""
        first = self.trials[0] if self.trials else None
        return None if first is None or math.isinf(first.order[1]) else first

    @property
    def command(self) -> str | None:
        """The command that trains the best network; None without a command line or a best."""
        if self.best is None or not self.words:
            return None
        words = [*self.words, "--lr", repr(self.best.lr)]
        if self.best.hidden is not None:
            words += ["--hidden", ",".join(map(str, self.best.hidden)) or "none"]
        return shlex.join(words)

    def as_json(self) -> dict[str, Any]:
        """Return the sweep as JSON values."""
        return {
            "format": record.FORMAT,
            "name": self.name,
            "asked": self.asked,
            "finished": len(self.trials),
            "interrupted": self.interrupted,
            "keep": self.keep,
            "measure": self.measure,
            "parts": self.parts,
            "seconds": self.seconds,
            "engine": self.engine,
            "versions": record.versions(),
            "machine": record.machine(),
            "data_sha256": self.data_sha256,
            "settings": self.settings,
            "best": self.best and self.best.as_json(),
            "command": self.command,
            "trials": [trial.as_json() for trial in self.trials],
            "notices": record.said(self.notices),
        }

    def as_csv(self) -> str:
        """Return one line a run, the best cell first."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for rank, trial in enumerate(self.trials, start=1):
            for run in trial.runs:
                values = {**vars(run), "rank": rank, "hidden": trial.label, "lr": trial.lr}
                values["diverged"] = int(run.diverged)
                writer.writerow(["" if values[name] is None else values[name] for name in COLUMNS])
        return text.getvalue()

    def plot(self) -> Picture:
        """Return rate against final loss as an SVG picture that notebooks show.

        Raises:
            MissingExtra: matplotlib isn't installed.
        """
        return Picture(self._svg())

    def _svg(self) -> str:
        svg, _ = _drawn(self, png=False)
        assert svg is not None
        return svg.decode()

    def _repr_svg_(self) -> str | None:
        """Show the picture in a notebook; without matplotlib the notebook shows the words."""
        try:
            return self._svg() if self.trials else None
        except MissingExtra:
            return None


def draw_sweep(found: Sweep) -> tuple[Notice, ...]:
    """Write `sweep.svg` and `sweep.png` into a sweep's folder.

    Returns:
        A remark where they could not be drawn: matplotlib is missing.

    Raises:
        OutputError: a picture can't be written.
    """
    assert found.folder is not None, "a sweep without a folder has no place for pictures"
    if not found.trials:
        return ()
    try:
        svg, png = _drawn(found)
    except MissingExtra as missing:
        return (Notice(missing.code, **missing.facts),)
    assert svg is not None and png is not None
    write_atomic(found.folder / folders.SWEEP_SVG, svg)
    write_atomic(found.folder / folders.SWEEP_PNG, png)
    return ()


def _drawn(found: Sweep, png: bool = True) -> tuple[bytes | None, bytes | None]:
    from stirfry.report.rates import Line, draw_rates

    by_size = sorted(found.trials, key=lambda trial: (trial.hidden or (), trial.lr))
    lines = []
    for label in dict.fromkeys(trial.label for trial in by_size):
        own = [(trial, _final(trial)) for trial in by_size if trial.label == label]
        shown = [(trial.lr, *losses) for trial, losses in own if losses is not None]
        lines.append(
            Line(
                label,
                rates=tuple(rate for rate, *_ in shown),
                losses=tuple(mean for _, mean, *_ in shown),
                ranges=tuple((low, high) for _, _, low, high, _ in shown),
                lowest=tuple(way for *_, way in shown),
                diverged=tuple(trial.lr for trial, losses in own if losses is None),
            )
        )
    best = found.best
    loss = None if best is None else best.over_seeds("kept_loss").mean
    chosen = None if best is None or loss is None or not math.isfinite(loss) else (best.lr, loss)
    return draw_rates(lines, title=found.name, chosen=chosen, png=png)


def _final(trial: Trial) -> tuple[float, float, float, float] | None:
    """Return the final loss's mean, lowest and highest, and the loss on the way; None where it diverged."""
    last, way = trial.over_seeds("final_loss"), trial.over_seeds("best_loss").mean
    values = (last.mean, last.lowest, last.highest, way)
    if trial.diverged or any(value is None or not math.isfinite(value) for value in values):
        return None
    return cast(tuple[float, float, float, float], values)

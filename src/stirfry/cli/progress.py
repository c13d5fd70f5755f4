"""A run as it happens: a live bar where there is a terminal, plain lines where there isn't."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from stirfry.actions.ready import Ready
from stirfry.actions.run import Run
from stirfry.cli.screen import Screen, write
from stirfry.cli.tables import network_table
from stirfry.engine.allocator import keep_buffers
from stirfry.engine.contract import Progress
from stirfry.judge.finding import Finding
from stirfry.lang import say, together
from stirfry.notice import Notice

#: Without a terminal and without --log-every: about so many lines a run, and one after so many seconds.
LINES, LINE_SECONDS = 10, 10.0
#: How often the bar is drawn again, in seconds.
REDRAW = 0.1


class Follower:
    """The listener of `stirfry train`.

    Args:
        screen: where to write.
        log_every: epochs between two lines; None leaves it to the bar, or to time.
        check_command: the command that says more of what the checks found; empty where there is none.
    """

    def __init__(self, screen: Screen, log_every: int | None, check_command: str = "") -> None:
        self._screen, self._log_every, self._check_command = screen, log_every, check_command
        self._bar: Any = None
        self._task: Any = None
        self._began = self._drawn = time.monotonic()
        self._first_share, self._written = 0.0, 0

    def __enter__(self) -> Follower:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_bar()

    def notice(self, notice: Notice) -> None:
        """Show a remark; one that comes while the bar moves says that the run has ended."""
        self._end_bar()
        self._screen.notice(notice)

    def checked(self, findings: tuple[Finding, ...]) -> None:
        """Show what was found before training; remarks are left to `check` and the report."""
        shown = [finding for finding in findings if finding.severity in ("serious", "warning")]
        if self._screen.quiet or not shown:
            return
        for finding in shown:
            write(self._screen.side, together(finding.seen, finding.do), mark="!", mark_style="bold yellow")
        if self._check_command:
            write(self._screen.side, say("cli.more_checks", command=self._check_command), mark="·")

    def begin(self, ready: Ready) -> None:
        """Show what is trained, and start the bar."""
        if ready.job.network.input_shape[1:]:
            keep_buffers()  # the process is ours, and ends with this run
        if self._screen.quiet:
            return
        self._screen.side.print(network_table(ready.job.network, ready.recipe.plan.loss))
        if ready.job.resume is not None:
            self._written = int(ready.job.resume.facts["epoch"])
            self._first_share = self._written / ready.recipe.plan.epochs
        self._began = self._drawn = time.monotonic()
        if self._screen.side.is_terminal:
            self._start_bar()

    def progress(self, progress: Progress) -> None:
        """Move the bar; write a line where one is due."""
        if self._screen.quiet:
            return
        now = time.monotonic()
        if self._bar is not None and (now - self._drawn > REDRAW or progress.share == 1):
            self._drawn = now
            self._bar.update(self._task, completed=progress.share, words=self._words(progress, now))
        for epoch in self._lines_due(progress, now):
            self._drawn, self._written = now, epoch
            row = progress.row if epoch == progress.epoch else progress.row_at(epoch)
            write(self._screen.side, self._words(progress._replace(epoch=epoch, row=row), now, line=True))

    def several(self, what: Notice, share: float) -> None:
        """Move the bar of many runs; without a terminal, write a line where one is due."""
        if self._screen.quiet:
            return
        now = time.monotonic()
        words = say("cli.several", what=str(what), share=f"{share:.0%}")
        if self._screen.side.is_terminal:
            if self._bar is None:
                self._start_bar()
            if now - self._drawn > REDRAW or share == 1:
                self._drawn = now
                self._bar.update(self._task, completed=share, words=words)
        elif now - self._drawn > LINE_SECONDS:
            self._drawn = now
            write(self._screen.side, words)

    def scored(self, run: Run) -> None:
        """Take the bar away; the scores come next."""
        self._end_bar()

    def _lines_due(self, progress: Progress, now: float) -> Sequence[int]:
        """Return the epochs that are to be written: an engine reports now and then, not after each."""
        if self._log_every is not None:
            first = (self._written // self._log_every + 1) * self._log_every
            return range(first, progress.epoch + 1, self._log_every)
        if self._bar is not None or progress.epoch <= self._written:
            return ()
        every = max(1, progress.epochs // LINES)
        late = now - self._drawn > LINE_SECONDS
        return (progress.epoch,) if late or progress.epoch // every > self._written // every else ()

    def _words(self, progress: Progress, now: float, line: bool = False) -> str:
        epochs = (progress.share - self._first_share) * progress.epochs
        speed = epochs / max(now - self._began, 1e-9)
        left = progress.epochs * (1 - progress.share) / speed if speed > 0 else 0.0
        row = progress.row
        found = [say("cli.epoch", epoch=progress.epoch, epochs=progress.epochs)]
        for column, key in (("train_loss", "cli.loss"), ("validation_loss", "cli.validation_loss")):
            if column in row:
                found.append(say(key, value=f"{row[column]:.4f}"))
        for column in ("validation_accuracy", "validation_r2"):
            if column in row:
                found.append(say(f"cli.{column}", value=f"{row[column]:.4f}"))
        if epochs > 0:
            found.append(say("cli.speed", speed=f"{speed:,.0f}" if speed >= 10 else f"{speed:.2f}"))
        if epochs > 0 and (not line or left >= 1):
            found.append(say("cli.time_left", left=_duration(left)))
        return "  ".join(found)

    def _start_bar(self) -> None:
        self._bar = _bar(self._screen)
        self._task = self._bar.add_task("", total=1.0, words="")
        self._bar.start()

    def _end_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _bar(screen: Screen) -> Any:
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(bar_width=20), TextColumn("{task.fields[words]}"))
    return Bar(*columns, console=screen.side, transient=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"

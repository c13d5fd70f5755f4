"""How an action is followed from outside: remarks, progress, scores."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from stirfry.engine.contract import Progress, State
from stirfry.judge.finding import Finding
from stirfry.notice import Notice
from stirfry.run.interrupt import Interrupt

if TYPE_CHECKING:
    from stirfry.actions.ready import Ready
    from stirfry.actions.run import Run


class Listener(Protocol):
    """Who follows an action."""

    def notice(self, notice: Notice) -> None:
        """Take a remark, at the moment it is made."""

    def checked(self, findings: tuple[Finding, ...]) -> None:
        """See what was found before training, the most serious first."""

    def begin(self, ready: Ready) -> None:
        """See what is about to be trained: data, network and plan are known, scores are not."""

    def progress(self, progress: Progress) -> None:
        """See how far the training is."""

    def several(self, what: Notice, share: float) -> None:
        """See how far many runs are that are trained together; `share` goes from 0 to 1."""

    def scored(self, run: Run) -> None:
        """See the finished run; its model is written, its pictures are not drawn yet."""


class Nobody:
    """The listener of an action that nobody follows."""

    def notice(self, notice: Notice) -> None:
        """Take nothing."""

    def checked(self, findings: tuple[Finding, ...]) -> None:
        """See nothing."""

    def begin(self, ready: Ready) -> None:
        """See nothing."""

    def progress(self, progress: Progress) -> None:
        """See nothing."""

    def several(self, what: Notice, share: float) -> None:
        """See nothing."""

    def scored(self, run: Run) -> None:
        """See nothing."""


class Remembering(Nobody):
    """Passes remarks on and remembers them; one that is made again, as for each cell of a sweep, only once.

    Args:
        listener: who hears them.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.notices: list[Notice] = []

    def notice(self, notice: Notice) -> None:
        """Pass a remark on."""
        if notice not in self.notices:
            self.notices.append(notice)
            self._listener.notice(notice)


class Watch:
    """The engine's watcher of one run: passes progress on, stops for Ctrl-C, keeps checkpoints.

    Args:
        listener: who follows the run.
        interrupt: whether the user has asked to stop.
        keep: what writes a checkpoint; None writes none.
        every: seconds between two checkpoints.
    """

    def __init__(
        self, listener: Listener, interrupt: Interrupt, keep: Callable[[State], None] | None, every: float
    ) -> None:
        self._listener, self._interrupt, self._keep, self._every = listener, interrupt, keep, every
        self._next = time.monotonic() + every

    def stop(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._interrupt.asked

    def show(self, progress: Progress) -> None:
        """Pass progress on."""
        self._listener.progress(progress)

    def due(self) -> bool:
        """Whether a checkpoint is due: by the clock, or because the run is about to stop."""
        return self._keep is not None and (self._interrupt.asked or time.monotonic() > self._next)

    def keep(self, state: State) -> None:
        """Write a checkpoint."""
        if self._keep is not None:
            self._keep(state)
        self._next = time.monotonic() + self._every


class WatchMany:
    """The engine's watcher of many runs: passes their progress on, and stops them all for Ctrl-C.

    Args:
        listener: who follows them.
        interrupt: whether the user has asked to stop.
        what: what is trained, in words.
        span: from which share of the whole to which these runs go.
    """

    def __init__(
        self,
        listener: Listener,
        interrupt: Interrupt,
        what: Notice,
        span: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        self._listener, self._interrupt, self._what, self._span = listener, interrupt, what, span

    def stop(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._interrupt.asked

    def show(self, progress: Progress) -> None:
        """Pass progress on."""
        begin, end = self._span
        self._listener.several(self._what, begin + progress.share * (end - begin))

    def due(self) -> bool:
        """No checkpoint is ever due."""
        return False

    def keep(self, state: State) -> None:
        """Keep nothing."""

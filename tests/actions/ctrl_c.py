"""A listener that presses Ctrl-C while many runs are trained."""

from __future__ import annotations

import os
import signal

from stirfry.actions.listener import Nobody
from stirfry.notice import Notice


class Stopper(Nobody):
    """Presses Ctrl-C once more than a share of the work is done, and remembers the remarks."""

    def __init__(self, share: float = 0.4) -> None:
        self.share = share
        self.said: list[str] = []
        self.pressed = False

    def several(self, what: Notice, share: float) -> None:
        if share > self.share and not self.pressed:
            self.pressed = True
            os.kill(os.getpid(), signal.SIGINT)

    def notice(self, notice: Notice) -> None:
        self.said.append(notice.code)

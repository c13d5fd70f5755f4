"""A listener that presses Ctrl-C while many runs are trained."""

from __future__ import annotations

import os
import signal

from stirfry.actions.listener import Nobody
from stirfry.notice import Notice


class Stopper(Nobody):
    """Presses Ctrl-C in the midst, once, and remembers the remarks."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.pressed = False

    def several(self, what: Notice, share: float) -> None:
        if share > 0.4 and not self.pressed:
            self.pressed = True
            os.kill(os.getpid(), signal.SIGINT)

    def notice(self, notice: Notice) -> None:
        self.said.append(notice.code)

"""stirfry with the engine that it chooses itself, in a process like the command line's, timed whole."""

from __future__ import annotations

from collections.abc import Callable

from peers import Done
from peers.ours import training
from peers.works import Work

NAME = "stirfry"
PACKAGES = ("stirfry",)


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return the whole work, ready to go."""
    from stirfry.engine.allocator import keep_buffers
    from stirfry.engine.choose import engine_for

    engine = engine_for(work.job).engine
    keep_buffers()
    return training(work, lambda jobs: [engine.train(job) for job in jobs])

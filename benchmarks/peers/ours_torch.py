"""stirfry's fast PyTorch engine, as the command line's process runs it; always timed whole."""

from __future__ import annotations

from collections.abc import Callable

from peers import Done
from peers.ours import training
from peers.works import Work

NAME = "stirfry's PyTorch engine"
PACKAGES = ("stirfry", "torch")


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return the whole work, ready to go."""
    from stirfry.engine import torch_fast
    from stirfry.engine.allocator import keep_buffers

    keep_buffers()
    return training(work, lambda jobs: [torch_fast.train(job) for job in jobs])

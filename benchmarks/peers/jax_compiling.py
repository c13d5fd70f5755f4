"""`jax.lax.scan` over all epochs, compiled within the time."""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np

from peers import Done, done, epochs_of
from peers.jax_parts import data, orders, start, trainer
from peers.works import COMMON, Work

NAME = "jax.lax.scan with its compiling"
PACKAGES = ("jax",)
TOLERANCE = 1e-3
AT = COMMON | {"mnist"}
PINNED = True
WHOLE = True


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs, nothing of it compiled."""
    epochs = epochs_of(share, work.job.plan.epochs)
    arguments = (start(work.job), *data(work.job), orders(work.job, epochs))
    jax.clear_caches()

    def go() -> Done:
        return done(np.asarray(jax.jit(trainer(work.job))(*arguments)[1]), work.job.plan.epochs)

    return go

"""Many networks at once in JAX: a scan over the epochs, mapped over the networks, compiled beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from peers import Done, epochs_of
from peers.jax_parts import data, orders, start, trainer
from peers.works import Work

NAME = "JAX vmap, compiled before"
PACKAGES = ("jax",)
TOLERANCE = 1e-3
AT = frozenset({"many"})
PINNED = True

_compiled: dict[int, tuple[Any, Any]] = {}


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of all networks' epochs."""
    epochs = epochs_of(share, work.job.plan.epochs)
    if epochs not in _compiled:
        states = jax.tree.map(lambda *each: jnp.stack(each), *map(start, work.jobs()))
        arguments = (states, *data(work.job), orders(work.job, epochs))
        train = jax.vmap(trainer(work.job), in_axes=(0, None, None, None))
        _compiled[epochs] = arguments, jax.jit(train).lower(*arguments).compile()
    arguments, compiled = _compiled[epochs]

    def go() -> Done:
        return Done(epochs / work.job.plan.epochs, epochs, np.asarray(compiled(*arguments)[1])[:, -1])

    return go

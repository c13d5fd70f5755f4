"""What stirfry is compared with, one peer a file, each in a process of its own (see `worker.py`).

A peer's file has
    NAME         as a reader knows it
    PACKAGES     what it needs, by the names of their distributions
    TOLERANCE    by what share its losses may differ from ours
    AT           on which works it is measured, by name
    PINNED       True where only the system can hold it to one thread (JAX)
    OWN_ORDER    True where it shuffles batches by its own random numbers
    OUTSIDE      True where it works in processes of its own (joblib)
    WHOLE        True where only the whole work makes sense (with compile time)
    begin(work, share) -> go
`begin` makes everything ready for a share of a work's epochs; `go()` does it and returns a `Done`. Only
`go` is on the clock: what a peer sets up once is a gift to it, and a share scales to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Done:
    """What a peer did.

    Args:
        share: the share of the whole work, above 0; a thousand where one prediction was made so often.
        epoch: the epoch whose losses these are, from 1.
        values: the mean training loss of that epoch, one for each network; or the outputs of a prediction.
            Ours are of every epoch, shape (networks, epochs).
    """

    share: float
    epoch: int
    values: NDArray[Any]


def done(losses: Any, epochs: int) -> Done:
    """Return what one network's training did, from its losses, epoch by epoch, and the whole's epochs."""
    return Done(len(losses) / epochs, len(losses), np.array([losses[-1]], dtype=np.float64))


def epochs_of(share: float, epochs: int) -> int:
    """Return how many epochs a share of them is, 1 at least."""
    return max(1, round(share * epochs))

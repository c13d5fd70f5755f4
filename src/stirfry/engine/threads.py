"""How many threads a network's arithmetic is worth."""

from __future__ import annotations

import math
import os

from stirfry.engine.own import OwnNetwork
from stirfry.spec.layers import Conv2d, Linear
from stirfry.spec.network import Network

#: Multiplications in a forward pass of one step below which a second thread costs more than it brings.
#: PyTorch's threads wait in a loop for each other at every operation; see dev/LOG.md for the measurement.
ONE_THREAD_BELOW = 2_000_000


def multiplications(network: Network | OwnNetwork) -> int:
    """Return the multiplications of one row's forward pass, of Linear and Conv2d layers.

    Of a user's own network they are about those that were counted when it was rehearsed.
    """
    if isinstance(network, OwnNetwork):
        return network.multiplications
    total = 0
    for index, layer in enumerate(network.layers):
        if isinstance(layer, Linear | Conv2d):
            weight = layer.parameters(network.shapes[index])["weight"]
            positions = math.prod(network.shapes[index + 1][1:])
            total += math.prod(weight) * positions
    return total


def free_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_for(network: Network | OwnNetwork, rows: int) -> int:
    """Return the number of threads for steps of `rows` rows: one for small work, else the free cores."""
    return 1 if rows * multiplications(network) < ONE_THREAD_BELOW else free_cores()

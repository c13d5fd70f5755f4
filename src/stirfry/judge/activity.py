"""What the activations of a chain give for some rows: units that never change, outputs at an end.

The probes of the engines look at the few rows of a step; this looks at some hundred with the weights that are
kept, whatever engine trained. What the layers give is computed by the engines as for a prediction.

Letters: N rows, D units.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.choose import choose
from stirfry.engine.contract import Weights
from stirfry.spec.network import Network

#: The rows that are looked at.
ROWS = 256
#: How close to its end an activation is at rest: the same hundredth as in the engines' probes.
_ENDS = {"ReLU": (0.0, np.inf), "Sigmoid": (0.01, 0.99), "Tanh": (-0.98, 0.98)}


class Activity(NamedTuple):
    """The share of a layer's units that rest for every row, and of single outputs that do."""

    idle: float
    resting: float


def activity_of(network: Network, weights: Weights, inputs: NDArray[Any]) -> dict[int, Activity]:
    """Return the activity of each ReLU, sigmoid and tanh by its index; empty where a layer isn't for tables.

    Args:
        network: the chain.
        weights: its tensors under the `state_dict` names.
        inputs: encoded rows, shape (N, …).
    """
    if any(len(shape) > 1 for shape in network.shapes[1:]):
        return {}
    found: dict[int, Activity] = {}
    x, begin = np.asarray(inputs, dtype=np.float32), 0
    with np.errstate(all="ignore"):
        for index, layer in enumerate(network.layers):
            if layer.name in _ENDS:
                x, begin = _passed(network, weights, x, begin, index + 1), index + 1
                low, high = _ENDS[layer.name]
                rests = (x <= low) | (x >= high)
                found[index] = Activity(float(rests.all(axis=0).mean()), float(rests.mean()))
    return found


def _passed(network: Network, weights: Weights, x: NDArray[Any], begin: int, end: int) -> NDArray[Any]:
    """Return what leaves a chain's layers from one to before another, in prediction."""
    part = Network(network.layers[begin:end], network.shapes[begin])
    renamed = {name: _name(name, begin) for name in part.state_shapes}
    tensors = {name: weights[there] for name, there in renamed.items()}
    return choose(part).engine.outputs(part, tensors, x)


def _name(name: str, begin: int) -> str:
    """Return the name that a part's tensor has in the whole network."""
    index, _, rest = name.partition(".")
    return f"{int(index) + begin}.{rest}"

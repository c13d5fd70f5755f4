"""A user's own `nn.Module` with what the engines need to know of it: the counterpart of `Network`.

Letters: N rows, K outputs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.build import import_torch
from stirfry.engine.given import Given
from stirfry.spec.layers import Shape
from stirfry.spec.network import LayerRow, Network

if TYPE_CHECKING:
    from stirfry.engine.contract import Job, Weights

#: The bytes of `torch.get_rng_state()` that hold the generator of the processor: where the next number of a
#: block stands, how many are left of it, and the block.
_LEFT, _NEXT, _BLOCK = slice(8, 12), slice(16, 24), slice(24, 24 + 8 * 624)


@dataclass(frozen=True, eq=False)
class OwnNetwork:
    """A user's network, as a run on the first batch has shown it.

    Args:
        given: what makes the module.
        input_shapes: the shapes of one row's inputs, without the batch.
        output_shape: the shape of one row of output.
        parameter_shapes: the trained tensors' shapes under their names in the module's `state_dict`.
        state_shapes: parameters and buffers, in the order of the `state_dict`.
        rows: what its layers give, in the order in which they were called.
        multiplications: those of one row's forward pass.
        input_names: the names under which `forward` takes its inputs; empty where it takes them by position.
        adds_axis: whether outputs of shape (N,) are given as (N, 1).
        needs_two: whether it can't be trained on a batch of one row.
        chain: the same network as a chain of known layers; None where it isn't one.
        names: the tensors' names in the chain, by the module's own.
    """

    given: Given
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    parameter_shapes: dict[str, Shape]
    state_shapes: dict[str, Shape]
    rows: tuple[LayerRow, ...]
    multiplications: int
    input_names: tuple[str, ...] = ()
    adds_axis: bool = False
    needs_two: bool = False
    chain: Network | None = None
    names: dict[str, str] = field(default_factory=dict)

    @property
    def input_shape(self) -> Shape:
        """The shape of one row of input; of several inputs, how many numbers they are together."""
        if len(self.input_shapes) == 1:
            return self.input_shapes[0]
        return (sum(math.prod(shape) for shape in self.input_shapes),)

    @property
    def n_parameters(self) -> int:
        """How many numbers are trained."""
        return sum(math.prod(shape) for shape in self.parameter_shapes.values())

    def table(self) -> list[LayerRow]:
        """Return one row for each layer: its name, the shape that leaves it, its parameters."""
        return list(self.rows)

    def build(self) -> Any:
        """Return a new module with the weights that it begins with.

        It is called as `module(inputs)`, where several inputs are a tuple. PyTorch's random state is then
        where it is after making the module by hand.
        """
        return connected(self.given.make(), self.input_names, self.adds_axis)

    def begun(self, seed: int) -> tuple[Weights, NDArray[np.uint32], int]:
        """Return a new chain's weights by their names there, and the random generator's state afterwards."""
        torch = import_torch()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            tensors = self.given.make().state_dict()
            state = torch.get_rng_state().numpy()
        weights = {self.names[key]: value.detach().numpy().copy() for key, value in tensors.items()}
        words = np.ascontiguousarray(state[_BLOCK]).view(np.uint64).astype(np.uint32)
        used_up = int(state[_LEFT].view(np.int32)[0]) == 1
        return weights, words, 624 if used_up else int(state[_NEXT].view(np.uint64)[0])

    def as_chain(self, job: Job) -> Job:
        """Return the job with the chain in this network's place."""
        assert self.chain is not None, "only a chain is trained as one"
        initial = None if job.initial is None else {self.names[key]: job.initial[key] for key in self.names}
        return replace(job, network=self.chain, initial=initial)

    def own_names(self, weights: Weights) -> Weights:
        """Return a chain's tensors under the module's own names."""
        return {own: weights[name] for own, name in self.names.items() if name in weights}


def connected(module: Any, names: tuple[str, ...], adds_axis: bool) -> Any:
    """Return a module that takes several inputs as one tuple and gives outputs of shape (N, K).

    Hooks do it, so the module is of its own class and its tensors keep their names.

    Args:
        module: the module; it is changed.
        names: as in `OwnNetwork`.
        adds_axis: as in `OwnNetwork`.
    """

    def spread(module: Any, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        inputs = given[0] if len(given) == 1 and isinstance(given[0], tuple) else given
        return ((), {**named, **dict(zip(names, inputs, strict=True))}) if names else (inputs, named)

    module.register_forward_pre_hook(spread, with_kwargs=True)
    if adds_axis:
        module.register_forward_hook(lambda module, given, outputs: outputs.unsqueeze(1))
    return module

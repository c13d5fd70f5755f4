"""What every engine takes and gives. An engine is a function without files, screen or clock of its own.

Letters: N rows, D the shape of a row, K outputs, E epochs, S steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_images import Normal
from stirfry.data.stream import Stream
from stirfry.engine.processes import ALONE, Processes
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan, Task

if TYPE_CHECKING:
    from stirfry.engine.losses import Reads
    from stirfry.engine.own import OwnNetwork

Weights = dict[str, NDArray[Any]]
Stopped = Literal["epochs", "patience", "interrupted"]


@dataclass(frozen=True)
class Part:
    """The rows of one part, encoded.

    Args:
        inputs: float32, shape (N, *D); or uint8 pixels of shape (N, C, H, W) with `normal`, which may be a
            stream; for a user's own network also int64, or a tuple of several inputs.
        targets: int64 class numbers of shape (N,), or float32 values of shape (N, 1) in regression.
        normal: what turns pixels into floats; None where the inputs are floats.
    """

    inputs: Any
    targets: NDArray[Any]
    normal: Normal | None = None

    def __len__(self) -> int:
        return len(self.targets)

    def floats(self) -> Any:
        """Return all inputs with pixels as float32, shape (N, *D)."""
        if self.normal is None:
            return self.inputs
        if isinstance(self.inputs, Stream):
            return self.inputs.mapped(self.normal.floats, self.inputs.shape[1:], np.float32)
        return self.normal.floats(self.inputs)

    def first(self, rows: int) -> Any:
        """Return the inputs of the first rows, pixels as float32."""
        several = isinstance(self.inputs, tuple)
        inputs = tuple(each[:rows] for each in self.inputs) if several else self.inputs[:rows]
        return Part(inputs, self.targets[:rows], self.normal).floats()


@dataclass(frozen=True)
class Arrays:
    """The parts of a split, encoded. Only `train` is ever learned from.

    Args:
        train: what the gradients come from.
        validation: what stops the run and chooses the best weights; None leaves both out.
        test: only followed, where the plan asks for it.
    """

    train: Part
    validation: Part | None = None
    test: Part | None = None


@dataclass(frozen=True)
class Job:
    """One run: everything that decides its result.

    Args:
        arrays: the data.
        network: the network, or a user's own.
        plan: the plan; `loss` and the batch size are set.
        task: what the targets mean.
        class_weights: one weight a class, or None.
        initial: weights to start from in place of the network's initialisation.
        resume: the state that `Watcher.keep` got, to go on from as if nothing had happened.
        loss: a user's own loss, a function of outputs and targets; the plan's then says which form the
            targets have.
        reads: how outputs are read where that isn't as the plan's loss has it.
        processes: which of how many processes this is, that train it together.
    """

    arrays: Arrays
    network: Network | OwnNetwork
    plan: Plan
    task: Task
    class_weights: tuple[float, ...] | None = None
    initial: Weights | None = None
    resume: State | None = None
    loss: Callable[..., Any] | None = None
    reads: Reads | None = None
    processes: Processes = ALONE


@dataclass(frozen=True)
class State:
    """A run between two steps, ready to be written down.

    Args:
        tensors: arrays by name: weights, best weights, optimizer state, random state, history.
        facts: everything else, as JSON values.
    """

    tensors: Weights
    facts: dict[str, Any]


def no_row(epoch: int) -> dict[str, float]:
    """Return what is known of an epoch where no history is at hand."""
    return {}


class Progress(NamedTuple):
    """How far a run is.

    Attributes:
        epoch: epochs finished.
        epochs: epochs at most.
        share: the share of all steps done, 0 to 1.
        row: the newest row of the history, empty in the first epoch.
        row_at: returns the row of any finished epoch.
    """

    epoch: int
    epochs: int
    share: float
    row: dict[str, float]
    row_at: Callable[[int], dict[str, float]] = no_row


class Watcher(Protocol):
    """How a run is seen, stopped and kept, from outside the engine."""

    def stop(self) -> bool:
        """Whether to stop; asked after every step or 40 times a second, so it must be quick."""

    def show(self, progress: Progress) -> None:
        """See the progress; called at the end, and between 10 and 20 times a second or after every epoch."""

    def due(self) -> bool:
        """Whether a checkpoint is due; asked as often as `stop`, so it must be quick."""

    def keep(self, state: State) -> None:
        """Keep a checkpoint."""


History = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Remembered:
    """What an optimizer remembers after its last step.

    Args:
        steps: how many steps it has made.
        tensors: under the weight's name and a letter, such as `0.weight.m`: v a velocity, m a mean of
            gradients, s a mean of their squares.
    """

    steps: int
    tensors: Weights


@dataclass(frozen=True)
class Trained:
    """What a run gives.

    Args:
        weights: under the `state_dict` names, those that the plan keeps.
        last_weights: those after the last step.
        history: columns of equal length, one row an epoch: `epoch`, `train_loss`, `train_accuracy` (or
            `train_r2`), the same for `validation` and `test` where they are followed, `lr`.
        steps: columns of equal length, one row a step (`step`, `epoch`, `loss`, `lr`), where the plan
            asks for them.
        best_epoch: the epoch whose weights are `weights`.
        stopped: why it ended.
        seconds: the time of the loop.
        threads: how many threads computed.
        device: what it ran on.
        precision: what products and convolutions were computed in.
        probes: columns of equal length, one row a probed epoch (100 at most): `epoch`, and for each layer
            `<index>.gradient_norm`, `<index>.update_norm` and `<index>.idle_share`, the share of units that
            are dead or saturated over some rows. A user's own modules stand under their names.
        remembered: what the optimizer remembers after the last step; None where it remembers nothing, or the
            network is large, or a moving average of the weights is what counts.
    """

    weights: Weights
    last_weights: Weights
    history: History
    best_epoch: int
    stopped: Stopped
    seconds: float
    threads: int
    device: str
    precision: str = "float32"
    steps: History = field(default_factory=dict)
    probes: History = field(default_factory=dict)
    remembered: Remembered | None = None


class Engine(Protocol):
    """An engine by its name and its two functions."""

    name: str
    #: The precision in which one row's outputs don't depend on the rows beside it.
    predicts_in: type[np.floating[Any]]

    def train(self, job: Job, watcher: Watcher | None = None) -> Trained:
        """Train a network.

        Raises:
            TrainingError: the loss is no longer finite.
        """

    def outputs(self, network: Network | OwnNetwork, weights: Weights, inputs: Any) -> NDArray[Any]:
        """Return the network's raw outputs, shape (N, K), in prediction mode."""

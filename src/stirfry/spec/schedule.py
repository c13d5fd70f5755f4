"""Learning-rate schedules, as tables of rates that every engine reads.

Sources: `torch.optim.lr_scheduler` (StepLR, ExponentialLR, CosineAnnealingLR, OneCycleLR, LinearLR), whose
values these are; Smith and Topin, 2018, for one-cycle.
"""

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(gt=0, le=1)]
Rates = NDArray[np.float64]


class _Schedule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def factors(self, epochs: int, steps: int) -> Rates:
        """Return what the rate is multiplied by. Shape: (epochs, 1), or (epochs, steps) by step."""
        raise NotImplementedError


class Constant(_Schedule):
    """The same rate from beginning to end."""

    name: Literal["constant"] = "constant"

    def factors(self, epochs: int, steps: int) -> Rates:
        return np.ones((epochs, 1))


class Step(_Schedule):
    """The rate times `gamma` after every `step_size` epochs."""

    name: Literal["step"] = "step"
    step_size: Annotated[int, Field(ge=1)] = 30
    gamma: Share = 0.1

    def factors(self, epochs: int, steps: int) -> Rates:
        return _column(self.gamma ** (np.arange(epochs) // self.step_size))


class Exponential(_Schedule):
    """The rate times `gamma` after every epoch."""

    name: Literal["exponential"] = "exponential"
    gamma: Share = 0.99

    def factors(self, epochs: int, steps: int) -> Rates:
        return _column(self.gamma ** np.arange(epochs))


class Cosine(_Schedule):
    """Half a cosine from the rate down to `final` times the rate (Loshchilov and Hutter, 2016)."""

    name: Literal["cosine"] = "cosine"
    final: Annotated[float, Field(ge=0, le=1)] = 0.0

    def factors(self, epochs: int, steps: int) -> Rates:
        half = (1 + np.cos(np.pi * np.arange(epochs) / epochs)) / 2
        return _column(self.final + (1 - self.final) * half)


class OneCycle(_Schedule):
    """Up to the rate and down again by two half cosines, step by step; `lr` is the highest rate.

    Args:
        pct_start: the share of all steps that goes up.
        div_factor: the first rate is `lr / div_factor`.
        final_div_factor: the last rate is the first divided by this.

    The momentum stays as it is: this is `OneCycleLR(cycle_momentum=False)`.
    """

    name: Literal["one_cycle"] = "one_cycle"
    pct_start: Annotated[float, Field(gt=0, lt=1)] = 0.3
    div_factor: Annotated[float, Field(ge=1)] = 25.0
    final_div_factor: Annotated[float, Field(ge=1)] = 1e4

    def factors(self, epochs: int, steps: int) -> Rates:
        total = epochs * steps
        top = self.pct_start * total - 1
        at = np.arange(total)
        first, last = 1 / self.div_factor, 1 / self.div_factor / self.final_div_factor
        up = _half_cosine(first, 1.0, at / top) if top > 0 else np.ones(total)
        down = _half_cosine(1.0, last, (at - top) / (total - 1 - top))
        return np.asarray(np.where(at <= top, up, down)).reshape(epochs, steps)


AfterWarmup = Annotated[Constant | Step | Exponential | Cosine, Field(discriminator="name")]


class Warmup(_Schedule):
    """A straight line up from `start_factor` times the rate over `epochs`, then another schedule."""

    name: Literal["warmup"] = "warmup"
    epochs: Annotated[int, Field(ge=1)] = 5
    start_factor: Share = 0.1
    then: AfterWarmup = Constant()

    def factors(self, epochs: int, steps: int) -> Rates:
        length = min(self.epochs, epochs)
        line = self.start_factor + (1 - self.start_factor) * np.arange(length) / self.epochs
        if length == epochs:
            return _column(line)
        return np.concatenate([_column(line), self.then.factors(epochs - length, steps)])


Schedule = Annotated[Constant | Step | Exponential | Cosine | OneCycle | Warmup, Field(discriminator="name")]


def _column(factors: NDArray[Any]) -> Rates:
    return np.asarray(factors, dtype=np.float64).reshape(-1, 1)


def _half_cosine(start: float, end: float, share: NDArray[Any]) -> NDArray[Any]:
    return end + (start - end) / 2 * (1 + np.cos(np.pi * share))


def rates(schedule: Schedule, lr: float, epochs: int, steps: int) -> Rates:
    """Return the learning rate of every step.

    Args:
        schedule: the schedule.
        lr: the base rate; for one-cycle the highest.
        epochs: how many epochs the run has at most.
        steps: how many steps an epoch has.

    Returns:
        Rates of shape (epochs, steps). Where the rate stays the same within an epoch the array is a
        view that takes the memory of one column.

    Example:
        >>> rates(Step(step_size=1, gamma=0.5), 0.1, epochs=3, steps=2)[:, 0].tolist()
        [0.1, 0.05, 0.025]
    """
    return np.broadcast_to(lr * schedule.factors(epochs, steps), (epochs, steps))

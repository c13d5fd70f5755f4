"""Code that may do another thing at each step is found by reading it."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from stirfry.engine.repeatable import repeatable


class Plain(nn.Module):
    """Code that only computes, with all that is usual in it."""

    scale = 2.0

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(12, 12) for _ in range(3))
        self.last, self.act, self.shape = nn.Linear(12, 3), functional.relu, (3, 4)

    @property
    def depth(self) -> int:
        return len(self.layers)

    @staticmethod
    def mixed(x: torch.Tensor, *, share: float = 0.5) -> torch.Tensor:
        return x * share + x.mean(dim=1, keepdim=True) * (1 - share)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.dim() != 2:
            raise ValueError(f"{x.shape}")
        outputs = []
        for layer in self.layers:
            x = self.act(layer(x)) * self.scale
            outputs.append(halved(x))
        return self.last(self.mixed(sum(each for each in outputs) / math.sqrt(self.depth)))


def halved(x: torch.Tensor) -> torch.Tensor:
    return x / HALF


HALF = 2
COUNTS = {"calls": 0}
calls = 0


class Stores(Plain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.seen_last = x
        return super().forward(x)


class Prints(Plain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        print(x.shape)  # noqa: T201
        return super().forward(x)


class Draws(Plain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x * random.random())


class ReadsBack(Plain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x / float(x.abs().max().item()))


class LooksUp(Plain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x + COUNTS["calls"])


class Remembers(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.outputs: list[torch.Tensor] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.outputs.append(x)
        return super().forward(x)


class Helped(Plain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(counted(x))


class Hides(Plain):
    """What another method does counts as well."""

    def helper(self, x: torch.Tensor) -> torch.Tensor:
        self.scale = self.scale * 0.9
        return x

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(self.helper(x))


def counted(x: torch.Tensor) -> torch.Tensor:
    global calls
    calls += 1
    return x


def hung() -> nn.Module:
    model = Plain()
    model.layers[0].register_forward_hook(lambda module, given, outputs: None)
    return model


def replaced() -> nn.Module:
    model = nn.Linear(3, 3)
    model.forward = lambda x: x * random.random()  # type: ignore[method-assign]
    return model


class Bumping(nn.Linear):
    """Does another thing only in a method that another module calls."""

    def bump(self, x: torch.Tensor) -> torch.Tensor:
        self.scale = 2.0
        return self(x)


class Bumps(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.inner = Bumping(12, 12)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(self.inner.bump(x))


class Bumped(Bumps):
    """The name of the method stands in a function."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return bumped(self.inner, x)


def bumped(module: Any, x: torch.Tensor) -> torch.Tensor:
    return module.bump(x)


class ByName(Plain):
    seen_last: tuple[Any, ...] | list[Any] = []  # noqa: RUF012

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        getattr(self, "seen_" + "last").append(1)
        return super().forward(x)


class Instead(nn.Conv1d):
    """PyTorch's `forward` calls this."""

    def _conv_forward(self, x: Any, weight: Any, bias: Any) -> Any:
        return super()._conv_forward(x * random.random(), weight, bias)


class Called(Plain):
    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return super().__call__(x * random.random())


class Epochs(Plain):
    """`train` is called once an epoch."""

    def train(self, mode: bool = True) -> Any:
        self.scale = self.scale * 0.9
        return super().train(mode)


class Attribute(Plain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        super().__setattr__("scale", self.scale * 0.9)
        return super().forward(x)


class Splits(Plain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        parts = torch.tensor_split(x, (x[:1, 0] > 2).long().cpu())
        return super().forward(torch.cat(parts))


class Before(Plain):
    """Looks at the gradients of the step before."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        before = self.last.weight.grad
        return super().forward(x if before is None else x + before.clamp(0.5, 0.6).mean())


class Square(torch.autograd.Function):
    """Calls the user's code through a method of PyTorch's."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        return x * random.random()


squared = Square.apply


class Squares(Plain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(squared(x))


class Tensors(torch.Tensor):
    """A user's own kind of tensor."""


class Typed(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("own", torch.zeros(3).as_subclass(Tensors))


def activated() -> nn.Module:
    return nn.TransformerEncoderLayer(8, 2, activation=lambda x: x * random.random())


def parametrized() -> nn.Module:
    model = Stores()
    model.extra = nn.Parameter(torch.zeros(3))
    torch.nn.utils.parametrize.register_parametrization(model, "extra", nn.Identity())
    return model


def hung_on_weight() -> nn.Module:
    model = Plain()
    model.last.weight.register_post_accumulate_grad_hook(lambda weight: None)
    return model


def default_loss(outputs: torch.Tensor, targets: torch.Tensor, count: Any = itertools.count()) -> Any:  # noqa: B008
    return (outputs - targets).square().mean() * max(zip(count, (1.0,), strict=False))[0]


def attribute_loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    seen: Any = attribute_loss
    seen.values.append(1)
    return (outputs - targets).square().mean()


attribute_loss.values = []  # type: ignore[attr-defined]


def without_value() -> Callable[..., torch.Tensor]:
    def loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return later(outputs - targets)

    if calls < 0:
        later = torch.sum
    return loss


def kept_in(values: list[Any]) -> Callable[..., torch.Tensor]:
    def loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        values.append(outputs)
        return (outputs - targets).square().mean()

    return loss


def around(model: nn.Module) -> Callable[..., torch.Tensor]:
    return lambda outputs, targets: (model(outputs) - targets).square().mean()


@pytest.mark.parametrize(
    ("model", "loss", "expected"),
    [
        (Plain, nn.MSELoss(), True),
        (lambda: nn.TransformerEncoderLayer(8, 2), nn.MSELoss(), True),
        (lambda: torch.nn.utils.parametrizations.weight_norm(nn.Linear(3, 3)), nn.MSELoss(), True),
        (Plain, functional.cross_entropy, True),
        (Plain, lambda outputs, targets: (outputs - targets).abs().mean(), True),
        (Plain, around(Plain()), True),
        (Plain, around(Stores()), False),
        (Plain, kept_in([]), False),
        *((each, nn.MSELoss(), False) for each in (Stores, Prints, Draws, ReadsBack, LooksUp, Remembers)),
        *((each, nn.MSELoss(), False) for each in (Helped, Hides, hung, replaced)),
        *((each, nn.MSELoss(), False) for each in (Bumps, Bumped, ByName, Called, Epochs, Attribute)),
        *((each, nn.MSELoss(), False) for each in (Before, Splits, Squares, Typed, activated, parametrized)),
        (hung_on_weight, nn.MSELoss(), False),
        (lambda: Instead(3, 3, 1), nn.MSELoss(), False),
        *((Plain, loss, False) for loss in (default_loss, attribute_loss, without_value())),
        (Plain, Stores().forward, False),
        (Plain, nn.Sequential(Stores()).forward, False),
        (type("Compiled", (nn.Module,), {"__module__": "torch._dynamo"}), nn.MSELoss(), False),
    ],
)
def test_code_that_may_do_another_thing_at_each_step_is_not_repeatable(
    model: Callable[[], nn.Module], loss: Any, expected: bool
) -> None:
    assert repeatable(model(), loss) is expected


def test_hooks_of_all_modules_are_called_at_every_step() -> None:
    hook = torch.nn.modules.module.register_module_forward_hook(lambda module, given, outputs: None)
    try:
        assert not repeatable(Plain(), nn.MSELoss())
    finally:
        hook.remove()

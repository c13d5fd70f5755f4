"""Modules as users write them, and the loop that they would write around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

import stirfry
from stirfry import lang
from stirfry.errors import UsageError

#: The split and the scaling that leave rows as a hand-written loop has them.
AS_THEY_ARE: dict[str, Any] = dict(scale="none", split="in_order", test=0, validation=0)


class Chain(nn.Module):
    """A `forward` written by hand, its layers made in another order than they are used in."""

    def __init__(self) -> None:
        super().__init__()
        self.out = nn.Linear(8, 3)
        self.hidden = nn.Linear(4, 8)
        self.drop = nn.Dropout(0.25)
        nn.init.xavier_uniform_(self.hidden.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.view(x.size(0), -1)
        x = functional.relu(self.hidden(x))
        return self.out(self.drop(x))


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.block = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 8))
        self.last = nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.tanh(self.first(x))
        return self.last(x + self.block(x))


def sequential() -> nn.Module:
    return nn.Sequential(
        nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Tanh()), nn.Identity(), nn.Linear(8, 3)
    )


def flowers(rows: int = 96) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    random = np.random.default_rng(5)
    x = random.normal(size=(rows, 4)).astype(np.float32)
    return x, ((x[:, 0] + x[:, 1] > 0).astype(np.int64) + (x[:, 2] > 0.5)).astype(np.int64)


def by_hand(
    model: nn.Module, inputs: tuple[Any, ...], y: Any, epochs: int, loss: Any = functional.cross_entropy
) -> list[float]:
    """The loop of every tutorial; returns the mean loss of every epoch. The seed has been set before."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    rows = TensorDataset(*(torch.from_numpy(each) for each in inputs), torch.from_numpy(y))
    loader = DataLoader(rows, batch_size=32, shuffle=True)
    losses = []
    model.train()
    for _ in range(epochs):
        total = 0.0
        for *x, targets in loader:
            optimizer.zero_grad()
            found = loss(model(*x), targets)
            found.backward()
            optimizer.step()
            total += found.item()
        losses.append(total / len(loader))
    return losses


PLAN: dict[str, Any] = dict(AS_THEY_ARE, precision="float32", optimizer="sgd", lr=0.1, batch_size=32, seed=3)


X, Y = flowers()


def message(language: Any, **settings: Any) -> str:
    """Return what training with these settings is refused with."""
    data = settings.pop("data", (X, Y))
    with lang.speaking(language), pytest.raises(UsageError) as caught:
        stirfry.train(data, epochs=1, **settings)
    with lang.speaking(language):
        return str(caught.value)

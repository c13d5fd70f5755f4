"""Users' own modules of several kinds, for the tests of the PyTorch engines."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional


class Skipping(nn.Module):
    """A residual network with dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Linear(12, 9), nn.Linear(9, 9), nn.Linear(9, 3)
        self.drop = nn.Dropout(0.3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.gelu(self.first(x))
        return self.last(x + self.drop(functional.relu(self.second(x))))


class Pictures(nn.Module):
    """Convolutions with BatchNorm2d, pooling and a skip."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.norm, self.last = nn.BatchNorm2d(4), nn.Linear(4 * 1 * 2, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.relu(self.norm(self.one(x.view(-1, 1, 3, 4))))
        x = functional.max_pool2d(x + self.two(x), 2)
        return self.last(torch.flatten(x, 1))


class Sequence(nn.Module):
    """A recurrent network on four steps of three numbers."""

    def __init__(self, kind: Callable[..., nn.Module] = nn.GRU) -> None:
        super().__init__()
        self.cells, self.last = kind(3, 8, batch_first=True), nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.cells(x.view(len(x), 4, 3))
        return self.last(states[:, -1])


class Attending(nn.Module):
    """A transformer's layer over four places, with a learned one for each."""

    def __init__(self) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.zeros(4, 8))
        self.inward, self.last = nn.Linear(3, 8), nn.Linear(8, 3)
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.inward(x.reshape(-1, 4, 3)) + self.places
        return self.last(self.layer(x).mean(dim=1))


class InPlace(nn.Module):
    """Operators that write to what came in, random numbers, constants made in `forward`."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.norm, self.last = nn.Linear(12, 8), nn.LayerNorm(16), nn.Linear(16, 3)
        self.seen: torch.Tensor
        self.register_buffer("seen", torch.zeros(8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.silu(self.first(x), inplace=True)
        scale = torch.ones(8)
        scale[::2] = 0.5
        if self.training:
            with torch.no_grad():
                self.seen.mul_(0.9).add_(0.1 * x.mean(dim=0))
            x = x + torch.randn(x.shape) * 0.1
        parts = [x * scale, torch.where(x > self.seen, x, x.square())]
        return self.last(self.norm(torch.cat(parts, dim=1)).clamp(-2, 2))


MODULES = {each.__name__: each for each in (Skipping, Pictures, Sequence, Attending, InPlace)}

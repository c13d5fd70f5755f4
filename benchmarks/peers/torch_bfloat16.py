"""PyTorch's eager loop tuned by hand, with products and convolutions in bfloat16."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from peers import Done, done, epochs_of
from peers.torch_eager import train
from peers.torch_tuned import tuned
from peers.works import Work

NAME = "PyTorch eager loop, tuned by hand, bfloat16"
PACKAGES = ("torch",)
TOLERANCE = 0.02  # it rounds to 8 bits
AT = frozenset({"mnist", "cnn-64", "cnn-1024"})


class Casting(torch.nn.Module):
    """A module under autocast, whose outputs are float32 again."""

    def __init__(self, module: torch.nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the module's outputs."""
        with torch.autocast("cpu", torch.bfloat16):
            return self.module(x).float()


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs."""
    job = work.job
    ready, epochs = tuned(job), epochs_of(share, job.plan.epochs)
    ready = replace(ready, model=Casting(ready.model))
    return lambda: done(train(job, ready, epochs), job.plan.epochs)

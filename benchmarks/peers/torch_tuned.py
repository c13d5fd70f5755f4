"""PyTorch's eager loop tuned by hand: resident tensors, channels-last, fused optimizer, kept memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from peers import Done, done, epochs_of
from peers.torch_eager import train
from peers.torch_parts import Parts, parts
from peers.works import Work
from stirfry.engine.allocator import keep_buffers
from stirfry.engine.contract import Job
from stirfry.engine.torch_parts import make_optimizer

NAME = "PyTorch eager loop, tuned by hand"
PACKAGES = ("torch",)
TOLERANCE = 1e-4
AT = frozenset({"cnn-64", "cnn-1024", "module"})


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs."""
    job = work.job
    ready, epochs = tuned(job), epochs_of(share, job.plan.epochs)
    return lambda: done(train(job, ready, epochs), job.plan.epochs)


def tuned(job: Job) -> Parts:
    """Return a job's parts as one sets them up for speed."""
    keep_buffers()
    ready = parts(job)
    x, model = ready.x, ready.model
    if x.ndim == 4:
        x = x.contiguous(memory_format=torch.channels_last)
        model = model.to(memory_format=torch.channels_last)
    return replace(ready, x=x, model=model, optimizer=make_optimizer(job.plan, model, fused=True))

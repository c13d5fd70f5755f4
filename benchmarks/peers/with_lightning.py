"""Lightning on the same module, with everything off that isn't the loop."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import lightning
import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from peers import Done, epochs_of
from peers.torch_parts import Parts, batch_size, parts
from peers.works import COMMON, Work

NAME = "Lightning"
PACKAGES = ("lightning",)
TOLERANCE = 1e-4
AT = COMMON | {"module"}

warnings.filterwarnings("ignore")
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)


class Module(lightning.LightningModule):
    """The module with its loss and its optimizer."""

    def __init__(self, ready: Parts) -> None:
        super().__init__()
        self.model, self.loss, self.ready = ready.model, ready.loss, ready
        self.losses: list[torch.Tensor] = []

    def training_step(self, batch: Any) -> torch.Tensor:
        """Return the loss of a batch, and keep it."""
        x, y = batch
        loss = self.loss(self.model(x), y)
        self.losses.append(loss.detach())
        return loss

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return the plan's optimizer."""
        return self.ready.optimizer


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs."""
    job = work.job
    ready, epochs = parts(job), epochs_of(share, job.plan.epochs)
    shuffle = job.plan.batch_size != "full" and job.plan.shuffle
    loader = DataLoader(TensorDataset(ready.x, ready.y), batch_size(job), shuffle=shuffle)
    module = Module(ready)
    state = torch.get_rng_state()
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=epochs,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    torch.set_rng_state(state)

    def go() -> Done:
        trainer.fit(module, loader)
        last = module.losses[-len(loader) :]
        return Done(epochs / job.plan.epochs, epochs, np.array([torch.stack(last).mean().item()]))

    return go

"""The training rows of the fast PyTorch engine, picked batch by batch on the device where they lie.

Pixels stay as the bytes that they are; only a batch at a time becomes floats.

Letters: N rows, B rows of a batch, C channels, H height, W width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stirfry.engine.augment import augmented
from stirfry.engine.build import import_torch
from stirfry.engine.contract import Job, Part
from stirfry.engine.inputs import Inputs, picked, some
from stirfry.engine.torch_tensors import Tensors
from stirfry.spec.augment import Augment

if TYPE_CHECKING:
    import torch


class Batches:
    """One part on the device, in any order and in any batches."""

    def __init__(self, name: str, part: Part, job: Job, device: str, channels_last: bool) -> None:
        self.tensors = Tensors(name, part, job, device, raw=True)
        self.rows = self.tensors.rows
        self.channels_last = channels_last
        self.augment: Augment | None = None
        self._mean: torch.Tensor | None = None
        if part.normal is not None:
            torch = import_torch()
            self._mean = torch.tensor(part.normal.mean, device=device).view(1, -1, 1, 1)
            self._std = torch.tensor(part.normal.std, device=device).view(1, -1, 1, 1)

    def pick(self, rows: torch.Tensor | slice) -> tuple[Inputs, torch.Tensor, torch.Tensor]:
        """Return inputs, targets and answers of the rows with these indices.

        Inputs are float32, normalised and, where the part is to be changed at random, changed.
        """
        data = self.tensors
        if isinstance(rows, slice):
            x = some(data.inputs, rows.start, rows.stop)
            y, answers = data.targets[rows], data.answers[rows]
        else:
            x, y = picked(data.inputs, rows), data.targets.index_select(0, rows)
            answers = y if data.answers is data.targets else data.answers.index_select(0, rows)
        return x if isinstance(x, tuple) else self._floats(x), y, answers

    def _floats(self, x: torch.Tensor) -> torch.Tensor:
        if self.channels_last:
            x = x.contiguous(memory_format=import_torch().channels_last)
        if self._mean is not None:
            # The same operations in the same order as the encoder's, so the same numbers to the last bit.
            x = x.float().div_(255).sub_(self._mean).div_(self._std)
        return x if self.augment is None else augmented(x, self.augment)

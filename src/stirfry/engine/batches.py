"""The training rows of the fast PyTorch engine, picked batch by batch on the device where they lie.

Pixels stay as the bytes that they are; only a batch at a time becomes floats. Where they are a stream, the
next batches are read while the device computes.

Letters: N rows, B rows of a batch, C channels, H height, W width.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from stirfry.data.stream import BLOCK_BYTES, Stream, in_batches
from stirfry.engine.augment import augmented
from stirfry.engine.build import import_torch
from stirfry.engine.contract import Job, Part
from stirfry.engine.inputs import Inputs, as_tensor, picked, some
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
        self.stream = part.inputs if isinstance(part.inputs, Stream) else None
        self._device = device
        self._ahead: Generator[tuple[Any, NDArray[Any]], None, None] | None = None
        self._mean: torch.Tensor | None = None
        if part.normal is not None:
            torch = import_torch()
            self._mean = torch.tensor(part.normal.mean, device=device).view(1, -1, 1, 1)
            self._std = torch.tensor(part.normal.std, device=device).view(1, -1, 1, 1)

    def expect(self, order: torch.Tensor | None, size: int, first: int = 0) -> None:
        """Begin to read a stream's batches ahead; they must then be picked in this order.

        Args:
            order: the rows in the order of this epoch; None is their own.
            size: rows of a batch.
            first: the number of the batch to begin with.
        """
        self.close()
        if self.stream is not None:
            rows = None if order is None else order.cpu().numpy()
            self._ahead = in_batches(self.stream, rows, size, first)

    def close(self) -> None:
        """Read no further ahead."""
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def at_once(self, most: int) -> int:
        """Return how many rows may be evaluated at once: as many as that, and of a stream a block at most."""
        if self.stream is None:
            return most
        each = max(1, self.stream.nbytes // max(1, self.rows))
        return max(1, min(most, BLOCK_BYTES // each))

    def pick(self, rows: torch.Tensor | slice) -> tuple[Inputs, torch.Tensor, torch.Tensor]:
        """Return inputs, targets and answers of the rows with these indices.

        Inputs are float32, normalised and, where the part is to be changed at random, changed.
        """
        data = self.tensors
        x: Inputs
        if isinstance(rows, slice):
            x = self._read() if self.stream is not None else some(data.inputs, rows.start, rows.stop)
            y, answers = data.targets[rows], data.answers[rows]
        else:
            x = self._read() if self.stream is not None else picked(data.inputs, rows)
            y = data.targets.index_select(0, rows)
            answers = y if data.answers is data.targets else data.answers.index_select(0, rows)
        return x if isinstance(x, tuple) else self._floats(x), y, answers

    def _read(self) -> Inputs:
        """Return the inputs of the batch whose turn it is."""
        assert self._ahead is not None, "a stream's batches are expected before they are picked"
        return as_tensor(next(self._ahead)[1], self._device)

    def _floats(self, x: torch.Tensor) -> torch.Tensor:
        if self.channels_last:
            x = x.contiguous(memory_format=import_torch().channels_last)
        if self._mean is not None:
            # The same operations in the same order as the encoder's, so the same numbers to the last bit.
            x = x.float().div_(255).sub_(self._mean).div_(self._std)
        return x if self.augment is None else augmented(x, self.augment)

"""A step recorded once and replayed: on CUDA a graph, so that Python launches one thing in place of fifty."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from stirfry.engine.build import import_torch
from stirfry.engine.torch_parts import moved_by_steps

if TYPE_CHECKING:
    import torch

    Result = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
    Take = Callable[[torch.Tensor | slice], Result]

#: Steps before the recording, in which PyTorch finds its kernels and makes the optimizer's state.
WARM_UP = 3


class Tape(Protocol):
    """What records and replays: `CudaTape`, or a stand-in in tests."""

    def recording(self) -> AbstractContextManager[object]:
        """Return the context in which a step is recorded."""

    def replay(self) -> None:
        """Do again what was recorded, on the same memory."""


class CudaTape:
    """A CUDA graph."""

    def __init__(self) -> None:
        self._graph = import_torch().cuda.CUDAGraph()

    def recording(self) -> AbstractContextManager[object]:
        """Return the context in which a step is recorded."""
        context: AbstractContextManager[object] = import_torch().cuda.graph(self._graph)
        return context

    def replay(self) -> None:
        """Launch the graph."""
        self._graph.replay()


class Recorded:
    """Takes steps of one size from a tape, and others (an epoch's last) as they are.

    The first step's size is what is recorded. A step that can't be recorded is taken as it is, always.
    Warming up takes real steps, so weights, optimizer and random state are put back afterwards, in place: the
    graph holds their addresses.
    """

    def __init__(
        self,
        step: Take,
        model: torch.nn.Module,
        optimizer: torch.optim.Optimizer,
        tape: Callable[[], Tape] = CudaTape,
    ) -> None:
        self._step, self._model, self._optimizer, self._new_tape = step, model, optimizer, tape
        self._tape: Tape | None = None
        self._rows: torch.Tensor | None = None
        self._result: Result | None = None  # None where the step can't be recorded

    def __call__(self, rows: torch.Tensor | slice) -> Result:
        """Take the step, and return loss, outputs and answers."""
        if isinstance(rows, slice):
            return self._step(rows)  # a batch in the rows' own order; its place can't be moved in a recording
        if self._rows is None:
            self._record(rows)
        if self._result is None or self._rows is None or rows.shape != self._rows.shape:
            return self._step(rows)
        assert self._tape is not None, "what has a result was recorded"
        self._rows.copy_(rows)
        self._tape.replay()
        loss, outputs, answers = self._result
        return loss.clone(), outputs.clone(), answers.clone()

    def _record(self, rows: torch.Tensor) -> None:
        self._rows = rows.clone()
        before, random = self._snapshot(), _random_state(rows)
        self._warm_up()
        self._put_back(before)
        self._tape = self._new_tape()
        try:
            with self._tape.recording():
                self._result = self._step(self._rows)
        except RuntimeError:
            # A user's module may wait for the device (`.item()`, say), which a recording can't.
            self._result = None
        # A stand-in computes while it records; a graph doesn't.
        self._put_back(before)
        _set_random_state(rows, random)

    def _warm_up(self) -> None:
        torch = import_torch()
        assert self._rows is not None, "there are rows to warm up with"
        if not self._rows.is_cuda:
            self._step(self._rows)
            return
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UP):
                self._step(self._rows)
        torch.cuda.current_stream().wait_stream(side)

    def _snapshot(self) -> dict[int, torch.Tensor]:
        return {id(value): value.clone() for value in self._held()}

    def _held(self) -> list[torch.Tensor]:
        return moved_by_steps(self._model, self._optimizer)

    def _put_back(self, before: dict[int, torch.Tensor]) -> None:
        """Restore every tensor in place; what warming up has made, the optimizer's state, begins at 0."""
        with import_torch().no_grad():
            for value in self._held():
                if id(value) in before:
                    value.copy_(before[id(value)])
                else:
                    value.zero_()


def _random_state(rows: torch.Tensor) -> torch.Tensor:
    source: Any = import_torch().cuda if rows.is_cuda else import_torch()
    state: torch.Tensor = source.get_rng_state()
    return state


def _set_random_state(rows: torch.Tensor, state: torch.Tensor) -> None:
    source: Any = import_torch().cuda if rows.is_cuda else import_torch()
    source.set_rng_state(state)

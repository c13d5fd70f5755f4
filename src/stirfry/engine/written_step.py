"""A step on the processor, written down once and done again from its list of operators.

The numbers are the step's to the last bit: the same kernels compute them from the same numbers. Neither that
nor the gain is taken on trust: the first steps from the list are compared with the same steps taken as usual.
Where one bit differs, or the list takes longer, all further steps are taken as usual.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from stirfry.engine.build import import_torch
from stirfry.engine.operators import CannotRepeat, Operators
from stirfry.engine.torch_parts import moved_by_steps

if TYPE_CHECKING:
    import torch

    from stirfry.engine.record_step import Result, Take

#: Steps before the list is written: in the first one the optimizer's state comes into being.
WARM_UP = 2
#: Steps from the list that are compared with the same steps taken as usual.
COMPARED = 3
#: Steps of a run from which all this is worth its time: it takes that of 20 (20-64-64-3, 32 rows).
LEAST_STEPS = 100


class Written:
    """Takes steps of one size from a list, and others (an epoch's last) as they are.

    Batches in the data's own order lie in another place each time; they are never taken from a list.

    Args:
        step: the step.
        model: what it trains.
        optimizer: what moves the weights.
        rows: how many rows the data have: a slice of all of them is always the same batch.
    """

    def __init__(
        self, step: Take, model: torch.nn.Module, optimizer: torch.optim.Optimizer, rows: int
    ) -> None:
        self._step, self._model, self._optimizer, self._all = step, model, optimizer, rows
        self._list: Operators | None = Operators()  # None where the step can't be repeated
        self._rows: torch.Tensor | slice | None = None
        self._result: Result | None = None
        self._taken = 0
        self._seconds: list[tuple[float, float]] = []  # of the compared steps, from the list and as usual
        self._rate: Any = None

    def __call__(self, rows: torch.Tensor | slice) -> Result:
        """Take the step, and return loss, outputs and answers."""
        part = isinstance(rows, slice) and rows.stop - rows.start < self._all
        if self._list is None or part:
            return self._step(rows)
        if self._rows is None:
            self._rows = rows if isinstance(rows, slice) else rows.clone()
        if not isinstance(rows, slice):
            assert not isinstance(self._rows, slice), "a run's batches are all of one kind"
            if rows.shape != self._rows.shape:
                return self._step(rows)
            self._rows.copy_(rows)
        self._taken += 1
        if self._taken <= WARM_UP:
            return self._step(rows)
        if self._taken == WARM_UP + 1:
            return self._write()
        return self._compare() if self._taken <= WARM_UP + 1 + COMPARED else self._repeat()

    def _write(self) -> Result:
        """Take the step as usual, and write down its operators."""
        assert self._list is not None and self._rows is not None, "the list is still empty"
        if any(each.layout != import_torch().strided for each in self._moved()):
            self._list = None  # a sparse buffer's bytes can't be compared
            return self._step(self._rows)
        before, random = [each.clone() for each in self._moved()], import_torch().get_rng_state()
        self._rate = self._rate_now()
        try:
            with self._list.written_down():
                self._result = self._step(self._rows)
        except CannotRepeat:
            self._list = None
        except (RuntimeError, TypeError, AssertionError):
            # What can't be watched is taken again as usual, which raises what is wrong with the step itself.
            self._list = None
            self._put_back(before, random)
            return self._step(self._rows)
        return self._copied()

    def _repeat(self) -> Result:
        """Take the step from the list, or as usual where the list can't have today's learning rate."""
        assert self._list is not None and self._rows is not None, "the list is written"
        if self._rate != self._rate_now():
            self._rate = self._rate_now()
            if not self._list.set_rate(self._rate):
                self._list = None
                return self._step(self._rows)
        self._list.repeat()
        return self._copied()

    def _compare(self) -> Result:
        """Take the step both ways, and give the list up where they differ in one bit or it gains nothing."""
        assert self._rows is not None, "the list is written"
        torch = import_torch()
        before, random = [each.clone() for each in self._moved()], torch.get_rng_state()
        began = time.perf_counter()
        usual = self._step(self._rows)
        seconds = time.perf_counter() - began
        expected = [*(each.clone() for each in self._moved()), *usual, torch.get_rng_state()]
        self._put_back(before, random)
        began = time.perf_counter()
        try:
            result = self._repeat()
        except RuntimeError:  # memory that can't be written to again, say
            self._put_back(expected[: len(before)], expected[-1])
            self._list = None
            return usual
        self._seconds.append((time.perf_counter() - began, seconds))
        if self._list is None:
            return result
        found = [*self._moved(), *result, torch.get_rng_state()]
        if not self._list.stays() or not all(_same(*pair) for pair in zip(found, expected, strict=True)):
            self._put_back(expected[: len(before)], expected[-1])
            self._list = None
            return usual
        if len(self._seconds) == COMPARED and not self._gains():
            self._list = None
        return result

    def _gains(self) -> bool:
        """Whether the list is the faster way, by the quickest of the compared steps."""
        own, usual = (min(column) for column in zip(*self._seconds, strict=True))
        return own < usual

    def _moved(self) -> list[torch.Tensor]:
        """Return all that a step may change: weights, buffers, the optimizer's state, what else it sets."""
        written = [] if self._list is None else self._list.written
        return [*moved_by_steps(self._model, self._optimizer), *written]

    def _put_back(self, values: list[torch.Tensor], random: torch.Tensor) -> None:
        torch = import_torch()
        with torch.no_grad():
            for tensor, value in zip(self._moved(), values, strict=True):
                if not _same(tensor, value):  # some can't be written to: a buffer from `expand`, say
                    tensor.copy_(value)
        torch.set_rng_state(random)

    def _rate_now(self) -> Any:
        return self._optimizer.param_groups[0]["lr"]

    def _copied(self) -> Result:
        assert self._result is not None, "a step has been taken"
        loss, outputs, answers = self._result
        return loss.clone(), outputs.clone(), answers.clone()


def _same(found: torch.Tensor, expected: torch.Tensor) -> bool:
    torch = import_torch()
    plain = (each.detach().resolve_conj().resolve_neg() for each in (found, expected))
    # NumPy has no bfloat16.
    one, other = (each.reshape(-1).contiguous().view(torch.uint8) for each in plain)
    return torch.equal(one, other)

"""The fast PyTorch engine on images that stay on disk: the numbers of those in memory."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.engine.test_torch_fast import image_job

from stirfry.data.stream import AHEAD, Stored, Stream
from stirfry.engine import batches, torch_fast
from stirfry.engine.choose import engine_for
from stirfry.engine.contract import Arrays, Job, Part, State
from stirfry.engine.processes import Processes
from stirfry.engine.torch_parts import Silent
from stirfry.errors import DataError, UsageError
from stirfry.spec.augment import Augment


class Watched(Stored):
    """Pixels that count the rows that were asked for, and may be damaged."""

    def __init__(self, array: np.ndarray, damaged: int | None = None) -> None:
        super().__init__(array, threads=2)
        object.__setattr__(self, "asked", [])
        object.__setattr__(self, "damaged", damaged)

    def read(self, rows: np.ndarray) -> np.ndarray:
        self.asked.append(rows.tolist())
        if self.damaged in rows:
            raise DataError("source.bad_image", path="a.png")
        return super().read(rows)


def streamed(job: Job, damaged: int | None = None) -> Job:
    def part(one: Part | None, damaged: int | None = None) -> Part | None:
        return one and replace(one, inputs=Stream(Watched(one.inputs, damaged)))

    train = part(job.arrays.train, damaged)
    assert train is not None
    return replace(job, arrays=Arrays(train, part(job.arrays.validation)))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"shuffle": False, "drop_last": True},
        {"batch_size": "full", "epochs": 2},
        {"augment": Augment(shift=2)},
        {"patience": 1, "keep": "best"},
    ],
)
def test_a_stream_gives_the_numbers_of_an_array(settings: dict[str, Any]) -> None:
    job = image_job(**settings)
    ours, theirs = torch_fast.train(streamed(job)), torch_fast.train(job)
    assert ours.history.keys() == theirs.history.keys()
    for column, values in theirs.history.items():
        assert np.array_equal(ours.history[column], values), column
    for name, values in theirs.weights.items():
        assert np.array_equal(ours.weights[name], values), name


def test_evaluation_takes_blocks_of_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BLOCK_BYTES", 7 * 144)
    job = streamed(image_job(epochs=1))
    trained = torch_fast.train(job)
    assert job.arrays.validation is not None
    asked = job.arrays.validation.inputs.source.asked
    assert [len(rows) for rows in asked] == [7, 7, 7, 7, 2]
    whole = torch_fast.train(image_job(epochs=1))
    np.testing.assert_allclose(
        trained.history["validation_loss"], whole.history["validation_loss"], rtol=1e-6
    )


class StopsAt(Silent):
    """Stops after a number of steps, and keeps the state."""

    def __init__(self, steps: int, kind: type[BaseException] | None = None) -> None:
        self.left, self.kind = steps, kind
        self.state: State | None = None

    def due(self) -> bool:
        return self.left == 1

    def keep(self, state: State) -> None:
        self.state = state

    def stop(self) -> bool:
        self.left -= 1
        if self.left == 0 and self.kind is not None:
            raise self.kind
        return self.left == 0


def test_a_run_goes_on_from_the_midst_of_an_epoch() -> None:
    job = streamed(image_job())
    watcher = StopsAt(7)
    torch_fast.train(job, watcher)
    assert watcher.state is not None
    later = replace(streamed(image_job()), resume=watcher.state)
    found, whole = torch_fast.train(later), torch_fast.train(image_job())
    for column, values in whole.history.items():
        assert np.array_equal(found.history[column], values), column


@pytest.mark.parametrize("kind", [None, KeyboardInterrupt])
def test_a_run_that_is_stopped_reads_no_further(kind: type[BaseException] | None) -> None:
    job, before = streamed(image_job(epochs=50)), threading.active_count()
    if kind is None:
        torch_fast.train(job, StopsAt(2))
    else:
        with pytest.raises(kind):
            torch_fast.train(job, StopsAt(2, kind))
    assert threading.active_count() == before
    # Two rows for a look at their shape come first.
    assert len(job.arrays.train.inputs.source.asked) <= 1 + 2 + AHEAD


def test_a_damaged_file_ends_the_run_with_its_name() -> None:
    before = threading.active_count()
    with pytest.raises(DataError, match=r"a\.png"):
        torch_fast.train(streamed(image_job(), damaged=40))
    assert threading.active_count() == before


def test_only_the_engine_that_reads_ahead_is_chosen() -> None:
    job = streamed(image_job())
    assert engine_for(job).engine is torch_fast
    assert engine_for(job).reason.code == "engine.streamed"
    for engine in ("torch", "native"):
        with pytest.raises(UsageError, match="--memory"):
            engine_for(replace(job, plan=job.plan.model_copy(update={"engine": engine})))


def test_several_processes_are_refused_a_stream() -> None:
    job = replace(streamed(image_job()), processes=Processes(rank=0, count=2))
    with pytest.raises(UsageError, match="2 share this run"):
        engine_for(job)

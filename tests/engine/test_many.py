"""Many runs in one call: each as if it were alone."""

from __future__ import annotations

import numpy as np
import pytest

from stirfry.engine import native
from stirfry.engine.choose import choose
from stirfry.engine.contract import Arrays, Job, Part, Progress, State, Trained
from stirfry.engine.many import train_many
from stirfry.errors import TrainingError
from stirfry.spec.network import NetworkSpec
from stirfry.spec.plan import Plan

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(20, 3)).astype(np.float32)
PART = Part(INPUTS, (INPUTS[:, :1] * 2).astype(np.float32))


def job(**plan: object) -> Job:
    settings = {"loss": "mse", "optimizer": "sgd", "lr": 0.05, "epochs": 4, "batch_size": 8, **plan}
    network = NetworkSpec(hidden=(4,)).resolve((3,), 1)
    return Job(Arrays(PART, validation=PART), network, Plan(**settings), "regression")  # type: ignore[arg-type]


class Watcher:
    """Remembers the shares, and stops after so many reports."""

    def __init__(self, after: int | None = None) -> None:
        self.shares: list[float] = []
        self.after = after

    def stop(self) -> bool:
        return self.after is not None and len(self.shares) >= self.after

    def show(self, progress: Progress) -> None:
        self.shares.append(progress.share)

    def due(self) -> bool:
        return True

    def keep(self, state: State) -> None:
        raise AssertionError("populations have no checkpoints")


def test_each_run_is_what_it_is_alone() -> None:
    jobs = [job(seed=1), job(seed=2, lr=0.01), job(seed=1, epochs=7)]
    for one, found in zip(jobs, train_many(jobs), strict=True):
        assert isinstance(found, Trained)
        alone = choose(one.network, one.plan).engine.train(one)
        assert found.history["train_loss"] == pytest.approx(alone.history["train_loss"], rel=1e-5)
        for name, weight in alone.weights.items():
            np.testing.assert_allclose(found.weights[name], weight, rtol=1e-4, atol=1e-6)


def test_a_run_that_diverges_leaves_the_others_alone() -> None:
    first, wild, last = train_many([job(seed=1), job(lr=1e30), job(seed=1)])
    assert isinstance(wild, TrainingError)
    assert isinstance(first, Trained) and isinstance(last, Trained)
    assert first.history["train_loss"].tolist() == last.history["train_loss"].tolist()


def test_progress_is_the_share_of_all_steps() -> None:
    watcher = Watcher()
    train_many([job(epochs=3), job(epochs=1)], watcher)
    assert watcher.shares == sorted(watcher.shares)
    assert watcher.shares[-1] == 1
    assert all(0 <= share <= 1 for share in watcher.shares)


@pytest.mark.parametrize("engine", ["native", "torch"])
def test_stop_ends_all_of_them(engine: str, one_at_a_time: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "TICK", 1e-5)
    jobs = [job(epochs=epochs, engine=engine) for epochs in (3, 200_000, 200_000)]
    found = train_many(jobs, Watcher(after=4))
    assert len(found) == 3
    later = [each for each in found[1:] if isinstance(each, Trained)]
    assert [each.stopped for each in later] == ["interrupted", "interrupted"]
    assert all(len(each.history.get("epoch", ())) < 200_000 for each in later)


def test_nothing_to_train() -> None:
    assert train_many([], Watcher()) == []

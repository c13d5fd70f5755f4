"""Probes of the PyTorch engines: the native engine's numbers, and nothing of the run is changed by them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.engine.native_jobs import job as table_job
from tests.engine.test_torch_fast import image_job

import stirfry
from stirfry.engine import native, torch_fast, torch_loop, torch_probes
from stirfry.engine.contract import Job, Progress, State, Trained
from stirfry.spec.layers import Linear, ReLU, Sigmoid

ENGINES = [torch_loop, torch_fast]


def job(**settings: Any) -> Job:
    layers = (Linear(out_features=6), ReLU(), Linear(out_features=5), Sigmoid())
    given: dict[str, Any] = {"rows": 60, "epochs": 5, "batch_size": "full", "optimizer": "sgd", "lr": 0.5}
    return table_job(*layers, **given | settings)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_probes, "STEPS", 1)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "settings", [{}, {"clip_norm": 0.01}, {"batch_size": 7, "optimizer": "adam", "lr": 0.01}]
)
def test_they_are_those_of_the_native_engine(engine: Any, settings: dict[str, Any]) -> None:
    given = job(**settings)
    expected, found = native.train(given).probes, engine.train(given).probes
    assert list(found) == list(expected)
    for column in expected:
        if not column.endswith("idle_share"):
            np.testing.assert_allclose(found[column], expected[column], rtol=2e-4, atol=1e-7, err_msg=column)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("engine", ENGINES)
def test_dead_and_saturated_units_are_seen(engine: Any) -> None:
    given = job(epochs=1)
    start = native.initial_weights(given.network, native.Stream(0))
    start["0.bias"][:2] = -100
    start["2.bias"][:] = [100, -100, 0, 0, 0]
    given = replace(given, initial=start)
    found = engine.train(given).probes
    assert found["1.idle_share"].tolist() == [pytest.approx(2 / 6)]
    assert found["3.idle_share"].tolist() == [pytest.approx(2 / 5)]
    np.testing.assert_allclose(found["1.idle_share"], native.train(given).probes["1.idle_share"])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_is_the_same_with_and_without_them(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [job(batch_size=16)] + ([image_job(augment={"shift": 1})] if engine is torch_fast else [])
    seldom = [engine.train(each) for each in runs]
    monkeypatch.setattr(torch_probes, "STEPS", 1)
    often = [engine.train(each) for each in runs]
    for few, many in zip(seldom, often, strict=True):
        assert len(many.probes["epoch"]) > len(few.probes["epoch"]) > 0
        np.testing.assert_array_equal(few.history["train_loss"], many.history["train_loss"])


class Keeps:
    """Keeps the state after three epochs."""

    def __init__(self) -> None:
        self.state: State | None = None
        self.epoch = 0

    def stop(self) -> bool:
        return False

    def show(self, progress: Progress) -> None:
        self.epoch = progress.epoch

    def due(self) -> bool:
        return self.epoch == 3 and self.state is None

    def keep(self, state: State) -> None:
        self.state = state


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_resumed_run_has_all_of_them(engine: Any) -> None:
    keeps = Keeps()
    whole: Trained = engine.train(job(), keeps)
    assert keeps.state is not None
    again = engine.train(replace(job(), resume=keeps.state))
    assert list(again.probes) == list(whole.probes)
    for column, values in whole.probes.items():
        np.testing.assert_array_equal(again.probes[column], values)


def test_own_modules_stand_under_their_names() -> None:
    import torch

    class Residual(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.act = torch.nn.Linear(4, 4), torch.nn.ReLU()
            self.last = torch.nn.Linear(4, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(x + self.act(self.first(x)))

    run = stirfry.train("iris", network=Residual, epochs=2)
    assert {"first.gradient_norm", "act.idle_share", "last.update_norm"} <= run.probes.keys()
    assert (run.probes["first.gradient_norm"] > 0).all()

from __future__ import annotations

import pytest

from stirfry.spec.plan import Plan
from stirfry.spec.schedule import Cosine, OneCycle, Step


@pytest.mark.parametrize(
    ("rows", "batch_size", "drop_last", "steps"),
    [
        (10, "full", False, 1),
        (10, 3, False, 4),
        (10, 3, True, 3),
        (10, 5, True, 2),
        (3, 5, False, 1),
        (3, 5, True, 1),
    ],
)
def test_steps_in_an_epoch(rows: int, batch_size: int | str, drop_last: bool, steps: int) -> None:
    assert Plan(batch_size=batch_size, drop_last=drop_last).steps_per_epoch(rows) == steps


def test_a_schedule_may_be_a_name_or_a_table() -> None:
    assert Plan(schedule="cosine").schedule == Cosine()
    assert Plan(schedule="one-cycle").schedule == OneCycle()
    assert Plan(schedule={"name": "step", "step_size": 2}).schedule == Step(step_size=2)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (dict(optimizer="adam", momentum=0.9), "spec.not_this_optimizer"),
        (dict(optimizer="sgd", betas=(0.8, 0.9)), "spec.not_this_optimizer"),
        (dict(optimizer="adam", alpha=0.9), "spec.not_this_optimizer"),
        (dict(optimizer="sgd", nesterov=True), "spec.nesterov_without_momentum"),
        (dict(loss="mse", class_weights="balanced"), "spec.weights_without_classes"),
        (dict(schedule="one_cycle", epochs=1, batch_size="full"), "spec.one_cycle_too_short"),
    ],
)
def test_settings_that_contradict_each_other_are_faults(settings: dict, code: str) -> None:
    assert [fault.code for fault in Plan(**settings).faults()] == [code]


def test_settings_that_agree_are_none() -> None:
    assert Plan(optimizer="sgd", momentum=0.9, nesterov=True).faults() == []
    assert Plan(optimizer="rmsprop", momentum=0.9, alpha=0.9, eps=1e-6).faults() == []

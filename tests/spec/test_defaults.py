from __future__ import annotations

import pytest

from stirfry.spec.defaults import Facts, fill, scale_of, scales_target
from stirfry.spec.recipe import DataSpec, recipe_from

TABLE = Facts(rows=150, columns=4, task="multiclass", outputs=3)


def test_what_is_open_is_filled_in() -> None:
    filled = fill(recipe_from({}), TABLE)
    assert filled.network.hidden and filled.plan.patience and filled.plan.epochs > 1
    assert filled.plan.optimizer == "adamw" and filled.plan.weight_decay > 0


def test_what_was_written_stays() -> None:
    written = {"lr": 0.5, "epochs": 3, "batch_size": "full", "optimizer": "sgd"}
    recipe = fill(recipe_from({"plan": written, "network": {"hidden": []}}), TABLE)
    assert recipe.network.hidden == ()
    assert {key: getattr(recipe.plan, key) for key in written} == written
    assert recipe.plan.weight_decay == 0, "another optimizer is used as its own documentation has it"


@pytest.mark.parametrize("rows", [1, 10, 150, 10_000, 10_000_000])
def test_batches_and_epochs_follow_the_rows(rows: int) -> None:
    plan = fill(recipe_from({}), Facts(rows, 4, "binary", 1)).plan
    assert isinstance(plan.batch_size, int) and 32 <= plan.batch_size <= 256
    assert plan.batch_size & (plan.batch_size - 1) == 0
    assert 10 <= plan.epochs <= 300


def test_images_get_convolutions_unless_a_form_is_asked_for() -> None:
    facts = Facts(1000, 784, "multiclass", 10, images=True)
    layers = fill(recipe_from({}), facts).network.layers
    assert layers is not None and layers[0].name == "Conv2d"
    assert fill(recipe_from({"network": {"hidden": [5]}}), facts).network.layers is None
    assert fill(recipe_from({"network": {"activation": "tanh"}}), facts).network.layers is None


def test_scaling_is_on_unless_it_is_turned_off() -> None:
    assert scale_of(DataSpec()) == "standard"
    assert scale_of(DataSpec(scale="none")) == "none"
    assert scales_target(DataSpec(), "regression")
    assert not scales_target(DataSpec(), "binary")
    assert not scales_target(DataSpec(scale="none"), "regression")
    assert scales_target(DataSpec(scale="none", scale_target=True), "regression")
    assert not scales_target(DataSpec(scale_target=False), "regression")

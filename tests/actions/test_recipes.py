from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import stirfry
from stirfry.actions.recipes import found, listed, names, recipe_for
from stirfry.actions.reproduce import Measured, measure, reproduce
from stirfry.actions.request import ReproduceRequest
from stirfry.data.read.embedded import read_embedded
from stirfry.errors import DataError, SpecError, UsageError
from stirfry.notice import Notice
from stirfry.spec.recipe import DataSpec, Published, SplitSpec, recipe_from


def test_data_that_are_not_shipped_are_found_in_the_data_folder(tmp_path: Path) -> None:
    recipe = recipe_from({"data": {"source": "pima.csv"}})
    with pytest.raises(DataError, match="--data-dir"):
        found(recipe, tmp_path)
    (tmp_path / "pima.csv").write_text("a,y\n1,0\n")
    assert found(recipe, tmp_path).data.source == str(tmp_path / "pima.csv")


def test_mnist_is_found_beside_or_below_the_data_folder(tmp_path: Path) -> None:
    recipe = listed("mnist-dnn").recipe
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte"):
        found(recipe, tmp_path)
    (tmp_path / "mnist").mkdir()
    (tmp_path / "mnist" / "train-images-idx3-ubyte.gz").write_bytes(b"")
    assert found(recipe, tmp_path).data.source == str(tmp_path / "mnist")
    assert found(recipe, tmp_path / "mnist").data.source == str(tmp_path / "mnist")


def test_settings_and_variants_go_on_top() -> None:
    recipe = recipe_for("iris-mlp", "adam", {"plan": {"epochs": 5}})
    assert recipe.plan.optimizer == "adam" and recipe.plan.epochs == 5 and recipe.network.hidden == (10,)
    with pytest.raises(UsageError, match="adam"):
        recipe_for("iris-mlp", "none")
    with pytest.raises(SpecError):
        recipe_for("iris-mlp", None, {"plan": {"lr": -1}})


def test_a_published_value_is_reproduced_inside_the_range_of_the_seeds() -> None:
    inside = Measured(Published(quantity="x", value=2.0), (1.0, 3.0))
    below = Measured(Published(quantity="x", value=0.5), (1.0, 3.0))
    assert (inside.rank, inside.verdict) == (2, "reproduced")
    assert (below.rank, below.verdict) == (1, "outside")
    assert Measured(Published(quantity="x"), (1.0,)).verdict == "reported"


def test_quantities_are_read_off_a_run() -> None:
    run = stirfry.train(recipe="linear-weights", epochs=3, seed=5)
    weights = run.model.weights["0.weight"].ravel()
    assert measure(run, Published(quantity="weight.2")) == weights[2]
    assert measure(run, Published(quantity="last_step_loss")) == run.steps["loss"][-1]
    assert measure(run, Published(quantity="train_loss", epoch=2)) == run.history["train_loss"][1]
    assert measure(run, Published(quantity="parameters")) == 4
    assert measure(run, Published(quantity="weights_error")) == pytest.approx(
        np.abs(weights - [2, 3, 4, 7]).max()
    )


def test_the_linear_recipe_is_the_plain_loop() -> None:
    """One row a step, in order, as the tutorial has it."""
    run = stirfry.train(recipe="linear-weights", epochs=2, seed=5)
    table = read_embedded("weights", DataSpec(split=SplitSpec(seed=5)))
    inputs = torch.tensor(
        np.stack([column.values for column in table.columns[:-1]], axis=1), dtype=torch.float32
    )
    targets = torch.tensor(table.columns[-1].values, dtype=torch.float32)
    torch.manual_seed(5)
    model = torch.nn.Linear(4, 1, bias=False)
    torch.nn.init.normal_(model.weight)
    losses = []
    for _ in range(2):
        for x, y in zip(inputs, targets, strict=True):
            model.zero_grad()
            loss = (model(x.unsqueeze(0)).squeeze() - y) ** 2
            loss.backward()
            with torch.no_grad():
                model.weight -= 1e-5 * model.weight.grad
            losses.append(loss.item())
    np.testing.assert_allclose(run.steps["loss"], losses, rtol=1e-5)


def test_recipes_without_data_are_skipped_by_name(tmp_path: Path) -> None:
    (notice,) = reproduce(ReproduceRequest(("csv-dnn",), tmp_path), lambda *_: None)
    assert isinstance(notice, Notice) and "csv-dnn" in str(notice)


@pytest.mark.parametrize("name", [name for name in names() if name.startswith(("iris", "simplex", "linear"))])
def test_shipped_recipes_run_on_what_is_shipped(name: str) -> None:
    for variant in [None, *(each["name"] for each in listed(name).recipe.variants)]:
        run = stirfry.train(recipe=name, variant=variant, epochs=2)
        for published in run.recipe.published:
            if published.epoch is None:
                assert np.isfinite(measure(run, published))

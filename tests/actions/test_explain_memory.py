"""The step that is explained goes on from what the optimizer remembered at the run's end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import stirfry
from stirfry.actions.request import TrainRequest
from stirfry.actions.restore import restored
from stirfry.actions.run import Run
from stirfry.actions.train import train
from stirfry.engine import remembered
from stirfry.engine.torch_parts import make_optimizer
from stirfry.errors import ModelFileError
from stirfry.explain.explanation import Explanation
from stirfry.run.folder import OPTIMIZER
from stirfry.spec.recipe import recipe_from

ROW = 60
#: What PyTorch calls what we write as a letter.
NAMES = {
    "sgd": {"v": "momentum_buffer"},
    "adam": {"m": "exp_avg", "s": "exp_avg_sq"},
    "adamw": {"m": "exp_avg", "s": "exp_avg_sq"},
    "rmsprop": {"s": "square_avg", "v": "momentum_buffer"},
}
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "momentum": {"optimizer": "sgd", "lr": 0.05, "momentum": 0.9},
    "nesterov": {"optimizer": "sgd", "lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01},
    "adam": {"optimizer": "adam", "lr": 0.02, "betas": (0.8, 0.9), "weight_decay": 0.01},
    "adamw": {"optimizer": "adamw", "lr": 0.02, "weight_decay": 0.1},
    "rmsprop": {"optimizer": "rmsprop", "lr": 0.01, "alpha": 0.9},
    "rmsprop-momentum": {"optimizer": "rmsprop", "lr": 0.01, "momentum": 0.7},
}
ENGINES = ["native", "torch_fast", "torch"]
EPOCHS = 12


def trained(**settings: Any) -> Run:
    given = {"epochs": EPOCHS, "validation": 0, "test": 0, "keep": "last", "seed": 4, "hidden": [5]}
    given |= settings
    return stirfry.train("iris", batch_size="full", activation="tanh", **given)


def network() -> torch.nn.Sequential:
    return torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3))


def step(model: torch.nn.Module, optimizer: torch.optim.Optimizer, x: Any, y: Any) -> None:
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()


def row_of(found: Explanation) -> tuple[torch.Tensor, torch.Tensor]:
    assert found.loss is not None
    return torch.from_numpy(found.forward[0].x), torch.from_numpy(found.loss.targets[None])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_step_is_that_of_a_plain_loop_that_goes_on(name: str, engine: str) -> None:
    """The loop is PyTorch's own from its first step, and knows nothing of what was kept."""
    run = trained(engine=engine, **OPTIMIZERS[name])
    assert run.engine == engine and run.ready is not None
    part = run.ready.job.arrays.train
    torch.manual_seed(4)
    model = network()
    optimizer = make_optimizer(run.recipe.plan, model)
    for _ in range(EPOCHS):
        step(model, optimizer, torch.from_numpy(part.inputs), torch.from_numpy(part.targets))
    found = run.explain(ROW)
    x, y = row_of(found)
    step(model, optimizer, x.float(), y.float())
    assert found.update is not None and found.update.step == EPOCHS + 1 and found.update.of_run == EPOCHS
    weights = dict(model.named_parameters())
    for each in found.update.tensors:
        weight = weights[each.name]
        np.testing.assert_allclose(each.new_weight, weight.detach().numpy(), rtol=1e-3, atol=2e-5)
        for letter, theirs in NAMES[run.recipe.plan.optimizer].items():
            if letter in each.after:
                wanted = optimizer.state[weight][theirs].numpy()
                np.testing.assert_allclose(each.after[letter], wanted, rtol=1e-3, atol=2e-5)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_after_the_run_are_torch_optims_to_the_last_digits(name: str, engine: str) -> None:
    run = trained(engine=engine, **OPTIMIZERS[name])
    assert run.remembered is not None
    model = network()
    model.load_state_dict({key: torch.from_numpy(value) for key, value in run.model.tensors.items()})
    model.double()
    optimizer = make_optimizer(run.recipe.plan, model)
    for key, weight in model.named_parameters():
        state: dict[str, Any] = {"step": torch.tensor(float(run.remembered.steps))}
        for letter, theirs in NAMES[run.recipe.plan.optimizer].items():
            if (value := run.remembered.tensors.get(f"{key}.{letter}")) is not None:
                state[theirs] = torch.from_numpy(value).double()
        optimizer.state[weight] = state
    first, third = run.explain(ROW), run.explain(ROW, steps=3)
    x, y = row_of(first)
    for count, found in ((1, first), (2, third)):
        for _ in range(count):
            step(model, optimizer, x, y)
        assert found.update is not None
        weights = dict(model.named_parameters())
        for each in found.update.tensors:
            wanted = weights[each.name].detach().numpy()
            np.testing.assert_allclose(each.new_weight, wanted, rtol=1e-9, atol=1e-12)


def test_after_goes_on_from_the_first_explanation() -> None:
    run = trained(optimizer="adam", lr=0.02)
    first = run.explain(ROW).update
    second = run.explain(ROW, after=first).update
    both = run.explain(ROW, steps=2).update
    assert second is not None and both is not None and second.step == both.step == EPOCHS + 2
    assert second.of_run == both.of_run == EPOCHS
    for one, other in zip(second.tensors, both.tensors, strict=True):
        np.testing.assert_allclose(one.new_weight, other.new_weight, rtol=1e-12)


def test_a_folder_gives_the_same_and_says_so(tmp_path: Path) -> None:
    run = trained(optimizer="adam", lr=0.02, out=tmp_path)
    assert run.folder is not None and (run.folder / OPTIMIZER).is_file()
    wanted = run.explain(ROW)
    for place in (run.folder, run.folder / "model.safetensors"):
        found = stirfry.explain_row(place, "iris", row=ROW)
        assert found.as_json()["update"] == wanted.as_json()["update"]
    assert restored(run.folder).explain(ROW).as_json()["update"] == wanted.as_json()["update"]
    said = f"The run made the first {EPOCHS} steps; the memory (m, s) goes on from what they left."
    assert said in " ".join(str(wanted).split())
    assert wanted.as_json()["update"]["steps_of_run"] == EPOCHS


def test_fresh_begins_with_nothing(tmp_path: Path) -> None:
    run = trained(optimizer="adam", lr=0.02, out=tmp_path)
    found = run.explain(ROW, fresh=True)
    assert found.update is not None and found.update.step == 1 and found.update.of_run == 0
    assert all(not each.before for each in found.update.tensors)
    assert "Before its first step the optimizer remembers nothing" in str(found)
    of_folder = stirfry.explain_row(run.folder, "iris", row=ROW, fresh=True)  # type: ignore[arg-type]
    assert of_folder.as_json()["update"] == found.as_json()["update"]


def test_the_command_goes_on_or_begins_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = trained(optimizer="adam", lr=0.02, out=tmp_path)
    words = ["explain", str(run.folder), "iris", "--row", str(ROW), "--only", "update"]
    from stirfry.cli import main

    assert main([*words, "--lang", "zh"]) == 0
    assert f"前 {EPOCHS} 步是训练时做的；记忆（m、s）由此接续。" in capsys.readouterr().out
    assert main([*words, "--fresh"]) == 0
    assert "step 1 on this row alone" in capsys.readouterr().out
    assert main(["explain", str(run.folder), "iris", "--fresh"]) == 2
    assert "--fresh" in capsys.readouterr().err


def test_the_memory_of_other_weights_is_not_taken(tmp_path: Path) -> None:
    """The best epoch's weights were kept, and the optimizer went on from there."""
    settings = {"validation": 0.3, "keep": "best", "lr": 0.5, "epochs": 40, "optimizer": "adam"}
    run = trained(**settings, out=tmp_path, patience="never")
    last = len(run.history["epoch"])
    assert run.folder is not None and run.best_epoch < last
    assert run.remembered is None and not (run.folder / OPTIMIZER).exists()
    for found in (run.explain(ROW), stirfry.explain_row(run.folder, "iris", row=ROW)):
        assert found.update is not None and found.update.step == 1
        assert f"after epoch {last}, belongs to other weights than these" in " ".join(str(found).split())
    assert "belongs to other weights" not in str(run.explain(ROW, fresh=True))


def test_another_optimizer_begins_with_nothing() -> None:
    run = trained(optimizer="adam", lr=0.02)
    for settings in ({"optimizer": "sgd", "momentum": 0.9}, {"optimizer": "rmsprop"}, {"optimizer": "adamw"}):
        found = run.explain(ROW, **settings).update
        assert found is not None and found.step == 1 and found.of_run == 0
    kept = run.explain(ROW, lr=0.5).update
    assert kept is not None and kept.of_run == EPOCHS and kept.lr == 0.5


def test_an_optimizer_without_a_memory_leaves_no_file(tmp_path: Path) -> None:
    run = trained(optimizer="sgd", lr=0.1, out=tmp_path)
    assert run.remembered is None and run.folder is not None and not (run.folder / OPTIMIZER).exists()


@pytest.mark.parametrize("engine", ENGINES)
def test_large_networks_leave_no_file(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_WEIGHTS", 42)
    run = trained(optimizer="adam", engine=engine, out=tmp_path)
    assert run.model.network.n_parameters == 43
    assert run.folder is not None and not (run.folder / OPTIMIZER).exists()


def test_a_moving_average_is_not_what_the_optimizer_moved() -> None:
    run = trained(optimizer="adam", engine="torch_fast", ema_decay=0.9)
    assert run.remembered is None


def test_a_model_that_was_put_in_its_place_has_no_memory(tmp_path: Path) -> None:
    run = trained(optimizer="adam", out=tmp_path)
    assert run.folder is not None
    trained(optimizer="adam", seed=5).model.save(run.folder / "model.safetensors")
    found = stirfry.explain_row(run.folder, "iris", row=ROW).update
    assert found is not None and found.of_run == 0


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    run = trained(optimizer="adam", out=tmp_path)
    assert run.folder is not None
    path = run.folder / OPTIMIZER
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ModelFileError, match="optimizer"):
        stirfry.explain_row(run.folder, "iris", row=ROW)


def test_what_is_read_back_is_what_was_written(tmp_path: Path) -> None:
    values = {
        "data": {"source": "iris", "split": {"validation": 0}},
        "network": {"hidden": [3]},
        "plan": {"epochs": 4, "optimizer": "adam", "keep": "last", "seed": 1},
    }
    run = train(TrainRequest(recipe_from(values), out=tmp_path))
    assert run.folder is not None and run.remembered is not None
    again = restored(run.folder).remembered
    assert again is not None and again.steps == run.remembered.steps
    for name, value in run.remembered.tensors.items():
        np.testing.assert_array_equal(again.tensors[name], value)

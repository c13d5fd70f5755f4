"""Networks of a user's own, trained unmodified, beside the loop that a user would write."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tests.actions.own_modules import AS_THEY_ARE, PLAN, Chain, Residual, by_hand, flowers, sequential
from torch import nn
from torch.nn import functional

import stirfry
from stirfry.errors import ModelFileError, UsageError
from stirfry.spec.network import Network


@pytest.mark.parametrize("engine", ["native", "torch", "torch_fast"])
@pytest.mark.parametrize("make", [Chain, sequential])
def test_a_chain_has_the_losses_of_the_hand_written_loop(make: Any, engine: str) -> None:
    x, y = flowers()
    torch.manual_seed(3)
    model = make()
    theirs = by_hand(model, (x,), y, epochs=6)
    run = stirfry.train((x, y), network=make, engine=engine, epochs=6, **PLAN)
    assert run.engine == engine
    ours = run.history["train_loss"].tolist()
    if engine == "torch":
        assert ours == theirs
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    assert list(run.model.weights) == list(model.state_dict())
    for name, value in model.state_dict().items():
        np.testing.assert_allclose(run.model.weights[name], value.numpy(), rtol=1e-4, atol=1e-5)


def test_a_chain_is_kept_as_a_network_under_the_modules_names(tmp_path: Path) -> None:
    run = stirfry.train("iris", network=Chain, epochs=3)
    assert run.engine == "native"
    assert isinstance(run.model.network, Network)
    run.save(tmp_path / "m.safetensors")
    again = stirfry.load(tmp_path / "m.safetensors")
    rows = [[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]]
    assert again.predict_proba(rows).tolist() == run.model.predict_proba(rows).tolist()
    assert again.predictor()(rows[0]).shape == (3,)
    module = Chain()
    module.load_state_dict(load_file(tmp_path / "m.safetensors"))
    inputs = torch.from_numpy(run.model.encoder.transform(run.model.read(rows)))
    expected = module.eval()(inputs).softmax(dim=1).detach().numpy()
    np.testing.assert_allclose(run.model.predict_proba(rows), expected, atol=1e-5)


@pytest.mark.parametrize("engine", ["torch", "torch_fast"])
def test_a_module_that_is_no_chain_has_the_same_losses_to_the_bit(engine: str) -> None:
    x, y = flowers()
    torch.manual_seed(3)
    theirs = by_hand(Residual(), (x,), y, epochs=4)
    run = stirfry.train((x, y), network=Residual, epochs=4, engine=engine, **PLAN)
    assert run.engine == engine
    if engine == "torch":
        assert run.history["train_loss"].tolist() == theirs
    np.testing.assert_allclose(run.history["train_loss"], theirs, rtol=1e-6)


def test_an_instance_is_copied_and_its_weights_are_the_first_ones() -> None:
    x, y = flowers()
    torch.manual_seed(11)
    mine = Residual()
    before = {key: value.clone() for key, value in mine.state_dict().items()}
    run = stirfry.train((x, y), network=mine, epochs=4, **PLAN)
    assert all(torch.equal(before[key], value) for key, value in mine.state_dict().items())
    assert not mine._forward_pre_hooks
    torch.manual_seed(3)
    assert run.history["train_loss"].tolist() == by_hand(mine, (x,), y, epochs=4)


def test_a_factory_and_the_random_state_of_the_caller() -> None:
    def make(width: int) -> nn.Module:
        return nn.Sequential(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, 3))

    torch.manual_seed(8)
    state = torch.get_rng_state()
    run = stirfry.train("iris", network=functools.partial(make, 7), epochs=2)
    assert torch.equal(state, torch.get_rng_state())
    assert run.model.weights["0.weight"].shape == (7, 4)


def test_repeats_and_folds_make_a_new_module_each() -> None:
    run = stirfry.train("iris", network=Residual, epochs=2, repeats=3, folds=2)
    assert run.repeats is not None and run.folds is not None
    assert len(run.repeats.members) == 3 and len(run.folds.members) == 2
    other = stirfry.train("iris", network=Residual, epochs=2, seed=1, split_seed=0)
    assert run.repeats.scores["test"]["log_loss"].lowest <= _log_loss(other) <= _highest(run)


def _log_loss(run: Any) -> float:
    return float(run.metrics["test"].metrics["log_loss"].value)


def _highest(run: Any) -> float:
    return float(run.repeats.scores["test"]["log_loss"].highest)


def test_a_model_that_needs_its_class_asks_for_it_and_compares(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    run = stirfry.train("iris", network=Residual, epochs=2)
    run.save(path)
    with pytest.raises(UsageError, match=r"own_modules:Residual, which is never run unless you name it"):
        stirfry.load(path)
    rows = [[5.1, 3.5, 1.4, 0.2]]
    again = stirfry.load(path, network=Residual)
    assert again.predict_proba(rows).tolist() == run.model.predict_proba(rows).tolist()
    assert "211 parameters" in repr(again)

    class Other(Residual):
        pass

    with pytest.warns(UserWarning, match="no longer that of tests.actions.own_modules:Residual"):
        stirfry.load(path, network=Other)
    with pytest.raises(ModelFileError, match=r"block\.0\.bias 8, block\.0\.weight 8×8"):
        stirfry.load(path, network=Chain)


def test_training_goes_on_from_a_model(tmp_path: Path) -> None:
    for make in (Residual, Chain):
        path = tmp_path / f"{make.__name__}.safetensors"
        first = stirfry.train("iris", network=make, epochs=3, keep="last")
        first.save(path)
        module = make if make is Residual else None
        run = stirfry.train("iris", start_from=path, network=module, epochs=2, lr=1e-9, optimizer="sgd")
        assert list(run.model.weights) == list(first.model.weights)
        for name, value in first.model.weights.items():
            np.testing.assert_allclose(run.model.weights[name], value, atol=1e-6)
    with pytest.raises(UsageError, match="network: comes from the model"):
        stirfry.train("iris", start_from=path, network=Chain)


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss, nn.CrossEntropyLoss(), functional.cross_entropy])
@pytest.mark.parametrize("network", [Chain, None])
def test_a_loss_of_ones_own_is_taken_as_it_is(loss: Any, network: Any) -> None:
    x, y = flowers()
    make = network or (lambda: nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3)))
    torch.manual_seed(3)
    theirs = by_hand(make(), (x,), y, epochs=3)
    settings = {"network": network} if network else {"hidden": [5]}
    run = stirfry.train((x, y), loss=loss, epochs=3, **PLAN, **settings)
    assert (run.engine, run.reason.code) == ("torch_fast", "engine.own_loss")
    np.testing.assert_allclose(run.history["train_loss"], theirs, rtol=1e-6)


def test_log_softmax_with_nll_loss() -> None:
    x, y = flowers()

    class Old(Chain):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return functional.log_softmax(super().forward(x), dim=1)

    torch.manual_seed(3)
    theirs = by_hand(Old(), (x,), y, 3, functional.nll_loss)
    run = stirfry.train((x, y), network=Old, loss=nn.NLLLoss, epochs=3, **PLAN)
    assert run.history["train_loss"].tolist() == theirs
    assert run.model.predict_proba(x).sum(axis=1) == pytest.approx(1)
    assert run.history["train_accuracy"].shape == (3,)


def test_a_sigmoid_with_bce_loss_gives_probabilities_as_they_are() -> None:
    x, y = flowers()

    def make() -> nn.Module:
        return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())

    run = stirfry.train((x, y > 0), network=make, loss=nn.BCELoss(), epochs=20, **PLAN)
    outputs = run.model.raw_outputs(run.model.read(x))
    np.testing.assert_allclose(run.model.predict_proba(x)[:, 1], outputs[:, 0], atol=1e-6)
    assert run.history["train_accuracy"][-1] > 0.7
    assert run.model.loss == "share"


def test_a_loss_that_wants_one_hot_labels_gets_them_and_it_is_said() -> None:
    run = stirfry.train("iris", network=Chain, loss=nn.MSELoss, epochs=2)
    assert "engine.targets_one_hot" in [notice.code for notice in run.notices]


@pytest.mark.parametrize("settings", [{"hidden": [3]}, {"layers": [{"type": "ReLU"}]}, {"dropout": 0.5}])
def test_a_network_of_ones_own_has_its_layers_already(settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="has its layers already; take away"):
        stirfry.train("iris", network=Chain, **settings)


@pytest.mark.parametrize(
    ("what", "message"),
    [(3, "found int"), (nn.Linear, "needs in_features, out_features"), ("Net", "found str")],
)
def test_what_is_no_module_is_refused(what: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        stirfry.train("iris", network=what)


def test_settings_of_our_losses_are_refused_beside_ones_own() -> None:
    with pytest.raises(UsageError, match="class_weights: belongs to stirfry's own losses"):
        stirfry.train("iris", network=Chain, loss=nn.NLLLoss, class_weights="balanced")


def test_a_module_on_a_table_with_its_own_scaling_needs_nothing() -> None:
    assert stirfry.train("iris", network=Chain, epochs=1, **AS_THEY_ARE).model.task == "multiclass"

"""A row's explanation equals what PyTorch computes for it: outputs, loss, gradients, and several steps."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import stirfry
from stirfry.engine.build import build
from stirfry.engine.losses import loss_module, targets_for
from stirfry.engine.torch_parts import make_optimizer
from stirfry.errors import DataError, SpecError, UsageError
from stirfry.explain.explained import Training, class_weights
from stirfry.explain.explanation import Explanation
from stirfry.explain.rows import encoded, row_of, truth_column
from stirfry.model.model import Model
from stirfry.spec.plan import Plan

CLOSE: dict[str, Any] = {"rtol": 1e-6, "atol": 1e-9}
MESSY_ROWS = 60


def messy(target: str) -> dict[str, list[Any]]:
    random = np.random.default_rng(3)
    size = random.normal(size=MESSY_ROWS).round(3).tolist()
    colour = random.choice(["red", "green", "blue"], MESSY_ROWS).tolist()
    day = [f"2024-01-{1 + index % 28:02d}" for index in range(MESSY_ROWS)]
    flag = [index % 3 == 0 for index in range(MESSY_ROWS)]
    size[3], colour[5] = None, None
    price = [3 * (value or 0) + 10 + (name == "red") for value, name in zip(size, colour, strict=True)]
    made: dict[str, list[Any]] = {"size": size, "colour": colour, "day": day, "flag": flag}
    if target == "price":
        return made | {"price": [round(value, 3) for value in price]}
    return made | {"label": ["yes" if value > 10 else "no" for value in price]}


def trained(kind: str, **settings: Any) -> stirfry.Run:
    settings = {"hidden": [5], "epochs": 3, "seed": 1, **settings}
    if kind == "iris":
        return stirfry.train("iris", **settings)
    return stirfry.train(messy(kind), target=kind, **settings)


class Oracle:
    """PyTorch in float64, with a model's weights, on one row."""

    def __init__(
        self, model: Model, plan: Plan, weights: tuple[float, ...] | None, data: Any, row: int
    ) -> None:
        self.module = build(model.network).double().eval()
        state = {name: torch.from_numpy(np.array(value)) for name, value in model.tensors.items()}
        self.module.load_state_dict(state)
        self.optimizer = make_optimizer(plan, self.module)
        self.loss = loss_module(plan, weights, "cpu").double()
        self.plan, self.model = plan, model
        one = row_of(model.read(data), row)
        self.x = torch.from_numpy(encoded(model, one))
        column = truth_column(model, one)
        assert column is not None and plan.loss is not None
        wanted = targets_for(
            plan.loss, model.task, model.target.encode(column), model.network.output_shape[0]
        )
        self.y = torch.from_numpy(wanted) if wanted.dtype == np.int64 else torch.from_numpy(wanted).double()

    def step(self) -> tuple[np.ndarray, float]:
        self.optimizer.zero_grad()
        outputs = self.module(self.x)
        loss = self.loss(outputs, self.y)
        loss.backward()
        if self.plan.clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(self.module.parameters(), self.plan.clip_norm)
        self.gradients = {
            name: value.grad.numpy().copy()
            for name, value in self.module.named_parameters()
            if value.grad is not None
        }
        self.optimizer.step()
        return outputs.detach().numpy()[0], loss.item()

    def agrees(self, found: Explanation, outputs: np.ndarray, loss: float) -> None:
        assert found.loss is not None and found.update is not None
        np.testing.assert_allclose(found.outputs, outputs, **CLOSE)
        assert found.loss.value == pytest.approx(loss, rel=1e-6)
        assert [each.name for each in found.update.tensors] == list(self.gradients)
        weights = {name: value.detach().numpy() for name, value in self.module.named_parameters()}
        for each in found.update.tensors:
            np.testing.assert_allclose(each.gradient, self.gradients[each.name], err_msg=each.name, **CLOSE)
            np.testing.assert_allclose(each.new_weight, weights[each.name], err_msg=each.name, **CLOSE)


CASES: list[tuple[str, dict[str, Any]]] = [
    ("iris", {}),
    ("iris", {"optimizer": "sgd", "lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("iris", {"class_weights": [1.0, 2.0, 0.5], "label_smoothing": 0.1, "clip_norm": 0.05}),
    ("iris", {"loss": "mse", "optimizer": "rmsprop", "momentum": 0.5, "activation": "tanh"}),
    ("iris", {"loss": "l1", "activation": "gelu", "hidden": [4, 3]}),
    ("label", {}),
    ("label", {"class_weights": "balanced", "optimizer": "adam", "weight_decay": 0.1, "activation": "silu"}),
    ("label", {"loss": "cross_entropy", "activation": "sigmoid"}),
    ("price", {"activation": "elu"}),
    ("price", {"loss": "huber", "huber_delta": 0.3, "optimizer": "sgd", "dropout": 0.2}),
    ("price", {"loss": "l1", "hidden": []}),
]


@pytest.mark.parametrize(("kind", "settings"), CASES, ids=str)
@pytest.mark.parametrize("row", [4, 6])
def test_several_steps_equal_pytorchs(kind: str, settings: dict[str, Any], row: int) -> None:
    run = trained(kind, **settings)
    data = "iris" if kind == "iris" else messy(kind)
    assert run.ready is not None
    oracle = Oracle(run.model, run.recipe.plan, run.ready.job.class_weights, data, row)
    for count in (1, 2, 3):
        outputs, loss = oracle.step()
        oracle.agrees(run.explain(row, data, steps=count, fresh=True), outputs, loss)


def test_a_convolutional_network_equals_pytorchs() -> None:
    layers = [
        {"type": "Conv2d", "out_channels": 3, "kernel_size": 3, "stride": 2},
        {"type": "BatchNorm2d"},
        {"type": "ReLU"},
        {"type": "MaxPool2d", "kernel_size": 3, "stride": 2},
        {"type": "Flatten"},
        {"type": "Linear", "out_features": 10},
    ]
    run = stirfry.train("digits", layers=layers, epochs=1, seed=1)
    oracle = Oracle(run.model, run.recipe.plan, None, "digits", 7)
    outputs, loss = oracle.step()
    found = run.explain(7, "digits", fresh=True)
    oracle.agrees(found, outputs, loss)
    assert found.answer == run.model.predict("digits")[6]
    assert [notice.code for notice in found.notices] == ["explain.kept_moments"]


def test_it_says_what_the_model_predicts() -> None:
    for kind in ("iris", "label", "price"):
        run = trained(kind)
        data = "iris" if kind == "iris" else messy(kind)
        answers = run.model.predict(data)
        for row in (1, 4, 6):
            found = run.explain(row, data)
            if kind == "price":
                assert found.answer == pytest.approx(answers[row - 1], rel=1e-5)
                continue
            assert found.answer == answers[row - 1]
            np.testing.assert_allclose(found.probabilities, run.model.predict_proba(data)[row - 1], atol=1e-6)


def test_one_row_after_another_is_training_with_batches_of_one() -> None:
    run = trained("iris", optimizer="adam", lr=0.01)
    assert run.ready is not None
    oracle = Oracle(run.model, run.recipe.plan, None, "iris", 1)
    after = None
    for row in (1, 60, 120):
        other = Oracle(run.model, run.recipe.plan, None, "iris", row)
        oracle.x, oracle.y = other.x, other.y
        outputs, loss = oracle.step()
        found = run.explain(row, "iris", after=after, fresh=True)
        oracle.agrees(found, outputs, loss)
        after = found.update
    assert after is not None and after.step == 3


def test_a_truth_can_be_given_and_is_otherwise_the_datas_own() -> None:
    run = trained("iris")
    rows = {name: [1.0] for name in run.model.columns}
    nothing = run.explain(1, rows)
    assert (nothing.truth, nothing.loss, nothing.backward, nothing.update) == (None, None, (), None)
    assert [notice.code for notice in nothing.notices] == ["explain.no_truth"] or len(nothing.notices) == 2
    said = run.explain(1, rows, truth="virginica")
    assert said.truth == "virginica" and said.loss is not None
    assert run.explain(1, "iris", truth="virginica").truth == "virginica"
    with pytest.raises(DataError, match="rose"):
        run.explain(1, rows, truth="rose")
    price = trained("price")
    assert price.explain(1, truth="12.5").truth == 12.5
    for wrong in ("dear", "inf"):
        with pytest.raises(DataError, match="finite number"):
            price.explain(1, truth=wrong)


def test_settings_take_the_place_of_the_plans() -> None:
    run = trained("iris", optimizer="sgd", lr=0.1, momentum=0.9)
    own = run.explain(1).update
    assert own is not None and (own.plan.optimizer, own.lr, own.plan.momentum) == ("sgd", 0.1, 0.9)
    other = run.explain(1, optimizer="adam").update
    assert other is not None and (other.plan.optimizer, other.lr, other.plan.momentum) == ("adam", 0.001, 0)
    faster = run.explain(1, lr=1.0).update
    assert faster is not None and (faster.plan.optimizer, faster.lr, faster.plan.momentum) == (
        "sgd",
        1.0,
        0.9,
    )
    with pytest.raises(UsageError, match="epochs"):
        run.explain(1, epochs=3)
    with pytest.raises(SpecError):
        run.explain(1, lr=-1)
    with pytest.raises(UsageError, match="at least 1"):
        run.explain(1, steps=0)
    with pytest.raises(UsageError, match="150 rows"):
        run.explain(151)


def test_a_bare_model_takes_the_defaults_and_says_so() -> None:
    model = trained("iris", optimizer="sgd", lr=0.5).model
    found = stirfry.explain_row(model, "iris", row=3)
    assert found.update is not None and (found.update.plan.optimizer, found.update.lr) == ("adamw", 0.003)
    assert "explain.plan_assumed" in [notice.code for notice in found.notices]
    given = stirfry.explain_row(model, "iris", row=3, optimizer="sgd", lr=0.5)
    assert "explain.plan_assumed" not in [notice.code for notice in given.notices]


def test_balanced_weights_are_those_of_the_run() -> None:
    run = trained("label", class_weights="balanced")
    assert run.ready is not None and run.ready.job.class_weights is not None
    found = class_weights(run.model, Training(run.recipe.plan, run.parts["train"]))
    assert found == pytest.approx(run.ready.job.class_weights)


def test_a_loss_of_ones_own_has_no_gradients_here() -> None:
    def loss(outputs: Any, targets: Any) -> Any:
        return torch.nn.functional.cross_entropy(outputs, targets) * 2

    run = stirfry.train("iris", loss=loss, hidden=[3], epochs=1)
    found = run.explain(1)
    assert found.loss is None and found.truth == "setosa"
    assert "explain.own_loss" in [notice.code for notice in found.notices]


class Residual(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = torch.nn.Linear(4, 4), torch.nn.Linear(4, 3)

    def forward(self, x: Any) -> Any:
        return self.last(x + torch.relu(self.first(x)))


class Chain(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.out = torch.nn.Linear(4, 3), torch.nn.Linear(3, 3)

    def forward(self, x: Any) -> Any:
        return self.out(torch.relu(self.hidden(x)))


def test_own_modules_are_explained_where_they_are_chains() -> None:
    run = stirfry.train("iris", network=Chain, epochs=1, seed=1)
    assert list(run.explain(1).gradients) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    other = stirfry.train("iris", network=Residual, epochs=1, seed=1)
    with pytest.raises(UsageError, match="your own code"):
        other.explain(1)
    found = other.importance()
    assert found is not None and len(found.names) == 4


def test_arrays_of_a_chain_are_explained() -> None:
    def sequence() -> Any:
        return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(6, 2))

    random = np.random.default_rng(0)
    rows = random.normal(size=(40, 3, 2)).astype(np.float32)
    run = stirfry.train((rows, (rows[:, 0, 0] > 0).astype(int)), network=sequence, epochs=2, seed=1)
    found = run.explain(5)
    assert found.attributions.pixels is not None and found.attributions.pixels.shape == (3, 2)
    assert abs(found.attributions.left_over) < 1e-3
    assert "Row 5" in str(found)
    json.dumps(found.as_json())
    with pytest.raises(UsageError, match="arrays"):
        stirfry.importance(run)
    assert run.importance() is None


def test_json_holds_all_numbers_of_a_small_network_and_summaries_of_a_large_one() -> None:
    small = json.loads(json.dumps(trained("price").explain(4).as_json()))
    assert small["raw"]["size"] is None and small["raw"]["day"] == "2024-01-04"
    assert [step["layer"] for step in small["forward"]] == ["Linear", "ReLU", "Linear"]
    assert np.shape(small["forward"][0]["tensors"]["weight"]["values"]) == (5, len(small["inputs"]))
    assert set(small["update"]["tensors"]) == {"0.weight", "0.bias", "2.weight", "2.bias"}
    wide = trained("iris", hidden=[600]).explain(1).as_json()
    weight = wide["forward"][0]["tensors"]["weight"]
    assert weight["shape"] == [600, 4] and "values" not in weight and len(weight["first"]) == 20
    assert len(json.dumps(wide)) < 300_000


@settings(max_examples=20)
@given(st.integers(1, MESSY_ROWS))
def test_every_input_is_what_its_encoding_says(row: int) -> None:
    found = PRICE.explain(row)
    assert [each.value for each in found.inputs] == found.forward[0].x[0].tolist()
    for each in found.inputs:
        if each.raw is not None and each.scale:
            assert each.center is not None
            assert each.value == pytest.approx((each.raw - each.center) / each.scale, rel=1e-5, abs=1e-6)
        elif each.raw is None:
            assert each.value in (0.0, 1.0)
        else:
            assert each.value == 0.0
    assert [each.filled for each in found.inputs if each.name == "size"] == [row == 4]


PRICE = trained("price")

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stirfry.engine.losses import (
    Reads,
    default_loss,
    loss_module,
    output_count,
    probabilities,
    probabilities_of_one,
    targets_for,
)
from stirfry.errors import SpecError
from stirfry.spec.plan import Plan

OUTPUTS = arrays(np.float32, (4, 3), elements=st.floats(-1e4, 1e4, width=32))


@given(OUTPUTS)
def test_probabilities_of_cross_entropy_are_the_softmax(outputs: np.ndarray) -> None:
    found = probabilities("cross_entropy", outputs)
    expected = torch.from_numpy(outputs.astype(np.float64)).softmax(dim=1).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-12)


@given(arrays(np.float32, (4, 1), elements=st.floats(-1e4, 1e4, width=32)))
def test_probabilities_of_binary_cross_entropy_are_the_sigmoid(outputs: np.ndarray) -> None:
    found = probabilities("bce_with_logits", outputs)
    expected = torch.from_numpy(outputs[:, 0].astype(np.float64)).sigmoid().numpy()
    np.testing.assert_allclose(found[:, 1], expected, atol=1e-12)
    np.testing.assert_allclose(found.sum(axis=1), 1)


@given(OUTPUTS, st.sampled_from(["mse", "l1", "huber"]))
def test_probabilities_of_other_losses_are_clipped_and_add_up(outputs: np.ndarray, loss: str) -> None:
    found = probabilities(loss, outputs)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)
    best = outputs.argmax(axis=1)
    assert (found[np.arange(4), best] == found.max(axis=1)).all()


def test_targets_take_the_form_the_loss_wants() -> None:
    classes = np.array([0, 2, 1])
    assert targets_for("cross_entropy", "multiclass", classes, 3) is classes
    np.testing.assert_array_equal(targets_for("mse", "multiclass", classes, 3), np.eye(3)[classes])
    binary = targets_for("bce_with_logits", "binary", np.array([0, 1]), 1)
    assert binary.shape == (2, 1) and binary.dtype == np.float32


@pytest.mark.parametrize(
    ("task", "loss", "classes", "outputs"),
    [
        ("binary", "bce_with_logits", 2, 1),
        ("binary", "cross_entropy", 2, 2),
        ("multiclass", "mse", 4, 4),
        ("regression", "huber", 0, 1),
    ],
)
def test_the_number_of_outputs(task: str, loss: str, classes: int, outputs: int) -> None:
    assert output_count(task, loss, classes) == outputs


def test_losses_that_do_not_go_with_the_task_are_refused() -> None:
    with pytest.raises(SpecError, match="two classes"):
        output_count("multiclass", "bce_with_logits", 3)
    for loss in ("cross_entropy", "bce_with_logits"):
        with pytest.raises(SpecError, match="regression"):
            output_count("regression", loss, 0)
    assert {default_loss(task) for task in ("binary", "multiclass", "regression")} == {
        "bce_with_logits",
        "cross_entropy",
        "mse",
    }


def test_binary_class_weights_are_a_positive_weight() -> None:
    plan = Plan(loss="bce_with_logits")
    ours = loss_module(plan, (2.0, 6.0), "cpu")
    theirs = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0]))
    outputs, targets = torch.tensor([[0.3], [-2.0]]), torch.tensor([[1.0], [0.0]])
    assert ours(outputs, targets) == theirs(outputs, targets)


@pytest.mark.parametrize("loss", ["cross_entropy", "bce_with_logits", "share", "mse"])
@given(outputs=st.lists(st.floats(-1e4, 1e4) | st.floats(-2, 2), min_size=2, max_size=6))
def test_probabilities_of_one_row_are_those_of_many(loss: Reads, outputs: list[float]) -> None:
    outputs = outputs[:1] if loss in ("bce_with_logits", "share") else outputs
    expected = probabilities(loss, np.array([outputs]))[0]
    np.testing.assert_allclose(probabilities_of_one(loss, outputs), expected, rtol=1e-13, atol=1e-300)

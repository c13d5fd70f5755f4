"""Each fault of a user's own loss, and of outputs that don't fit it, is found and said in both languages."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch
from tests.actions.own_modules import AS_THEY_ARE, Chain, X, Y, message
from torch import nn
from torch.nn import functional

import stirfry


class TwoOutputs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.out = nn.Linear(4, 6), nn.Linear(6, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(torch.relu(self.hidden(x)))


class Weighted(nn.Module):
    """A loss that would have to be trained."""

    def __init__(self) -> None:
        super().__init__()
        self.share = nn.Parameter(torch.ones(()))

    def forward(self, outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.share * functional.cross_entropy(outputs, y)


LOSSES: dict[str, tuple[Any, str, str]] = {
    "no loss": (3, "found int", "现在是 int"),
    "a loss for each row": (
        nn.CrossEntropyLoss(reduction="none"),
        r"your loss gives \(32,\), and training wants one number",
        "而训练需要一个数",
    ),
    "a loss without a gradient": (
        lambda outputs, y: (outputs.detach() ** 2).mean(),
        "without a gradient",
        "没有梯度",
    ),
    "a loss to be trained": (Weighted, r"parameters of its own \(share\)", "您的损失有自己的参数（share）"),
    "a loss that fails": (
        lambda outputs, y: outputs @ outputs,
        "your loss can't take the outputs",
        "您的损失无法处理",
    ),
}


@pytest.mark.parametrize("what", LOSSES)
def test_a_fault_of_a_loss_is_found_and_explained(what: str) -> None:
    loss, english, chinese = LOSSES[what]
    for language, pattern in (("en", english), ("zh", chinese)):
        found = message(language, network=Chain, loss=loss)
        assert re.search(pattern, found), found


def test_two_outputs_for_two_classes_mean_cross_entropy() -> None:
    run = stirfry.train((X, Y > 0), network=TwoOutputs, epochs=2)
    assert run.recipe.plan.loss == "cross_entropy"
    found = message("en", network=TwoOutputs, data=(X, Y > 0), loss="bce_with_logits")
    assert "2 outputs for 2 classes, and bce_with_logits wants 1" in found


def test_a_regression_has_one_output() -> None:
    found = message("zh", network=Chain, data=(X, X[:, 0] + 0.25))
    assert "回归需要 1 个" in found


def test_as_many_rows_as_outputs_fit_by_no_accident() -> None:
    x = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)
    run = stirfry.train(
        (x, [0, 1, 2]), network=Chain, loss=nn.MSELoss, epochs=1, task="multiclass", **AS_THEY_ARE
    )
    assert "engine.targets_one_hot" in [notice.code for notice in run.notices]

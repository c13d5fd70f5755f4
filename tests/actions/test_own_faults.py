"""Each fault of a user's own network is found before the first epoch, and said in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from tests.actions.own_modules import AS_THEY_ARE, Chain, X, Y, message
from torch import nn
from torch.nn import functional

import stirfry
from stirfry import lang
from stirfry.engine.given import given_module
from stirfry.engine.rehearsal import rehearse
from stirfry.engine.rehearsal_loss import Goal
from stirfry.errors import UsageError


class Wrong(nn.Module):
    """A module of one hidden layer whose `forward` is given."""

    def __init__(
        self, forward: Callable[[Any, torch.Tensor], Any], outputs: int = 3, **layers: nn.Module
    ) -> None:
        super().__init__()
        self.hidden = nn.Linear(4, 8)
        self.out = nn.Linear(8, outputs)
        for name, layer in layers.items():
            setattr(self, name, layer)
        self.way = forward

    def forward(self, x: torch.Tensor) -> Any:
        return self.way(self, self.out(self.hidden(x).relu()))


class Narrow(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
        self.head = nn.Linear(9, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(x))


class Unused(Chain):
    def __init__(self) -> None:
        super().__init__()
        self.extra = nn.Linear(2, 2)


class Frozen(Chain):
    def __init__(self) -> None:
        super().__init__()
        self.hidden.requires_grad_(False)


class Bare(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, :3] * 2.0


class Mistaken(Chain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x) + torch.ones(5)


class Stateful(Chain):
    def get_extra_state(self) -> dict[str, int]:
        return {"calls": 3}

    def set_extra_state(self, state: Any) -> None: ...


class SoftmaxInside(Chain):
    def __init__(self) -> None:
        super().__init__()
        self.soft = nn.Softmax(dim=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.soft(super().forward(x))


class SoftmaxUntraceable(Chain):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = super().forward(x)
        return x.softmax(dim=1) if x.sum() < 1e9 else x


class Normalised(nn.Module):
    """No chain, for its sum."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden, self.norm, self.out = nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.hidden(x)
        return self.out(self.norm(x) + x)


class Words(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(5, 4)
        self.out = nn.Linear(4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.table(x).mean(dim=1))


class Steps(nn.Module):
    def __init__(self, batch_first: bool = True) -> None:
        super().__init__()
        self.memory = nn.GRU(4, 6, batch_first=batch_first)
        self.out = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.memory(x)[0][:, -1])


def never_finite(module: Any, x: torch.Tensor) -> torch.Tensor:
    return x / (x * 0)


WRONG: dict[str, tuple[Any, str, str]] = {
    "a shape that doesn't fit": (
        Narrow,
        r"`head` \(Linear\) wants in_features=9, but a row of 8 comes in. Write in_features=8 for `head`",
        r"`head`（Linear）要求 in_features=9，而输入的每行为 8。请把 `head` 的 in_features 改为 8",
    ),
    "a sum in forward": (
        Mistaken,
        r"at .*\.py:\d+: return super\(\)\.forward\(x\) \+ torch\.ones\(5\)",
        "在第一批数据上出错",
    ),
    "softmax as a layer": (
        SoftmaxInside,
        r"through softmax \(soft \(Softmax\)\), and cross_entropy applies its own to them again. Take that",
        "输出经过了 softmax（soft \\(Softmax\\)），而 cross_entropy 自己还会再做一次",
    ),
    "softmax as a function": (
        lambda: Wrong(lambda module, x: functional.softmax(x, dim=1)),
        r"softmax \(.*: .*functional\.softmax\(x, dim=1\)",
        "请去掉这个 softmax",
    ),
    "softmax out of sight": (SoftmaxUntraceable, r"softmax \(SoftmaxUntraceable\)", "请去掉这个 softmax"),
    "log_softmax": (
        lambda: Wrong(lambda module, x: functional.log_softmax(x, dim=1)),
        "Take it away, or pass loss=torch.nn.NLLLoss",
        "或传入 loss=torch.nn.NLLLoss",
    ),
    "sigmoid": (lambda: Wrong(lambda module, x: x.sigmoid()), "go through sigmoid", "请去掉这个 sigmoid"),
    "too few outputs": (
        lambda: Wrong(lambda module, x: x, outputs=2),
        "2 outputs for 3 classes: cross_entropy wants 3. Give the last layer 3",
        "3 个类别，输出却有 2 个：cross_entropy 需要 3 个",
    ),
    "an unused layer": (
        Unused,
        r"the loss doesn't depend on extra\.weight, extra\.bias, so they would never be trained",
        "损失与 extra.weight、extra.bias 无关",
    ),
    "nothing to train": (Bare, "Bare has no parameters", "Bare 没有参数"),
    "all frozen": (lambda: Chain().requires_grad_(False), "every parameter is frozen", "所有参数都被冻结"),
    "a second device": (
        lambda: Wrong(lambda module, x: x.to("meta")),
        "the outputs are on the device meta",
        "输出在设备 meta 上",
    ),
    "two devices in one sum": (
        lambda: Wrong(lambda module, x: x + torch.ones(3, device="meta")),
        r"`forward` uses a second device: .*device=\"meta\"",
        "`forward` 用到了另一个设备",
    ),
    "made on another device": (
        lambda: nn.Linear(4, 3, device="meta"),
        "`weight` is made on the device meta",
        "创建在设备 meta 上",
    ),
    "double precision": (lambda: Chain().double(), r"`out\.weight` is float64", "而训练使用 float32"),
    "two results": (
        lambda: Wrong(lambda module, x: (x, x)),
        "`forward` returns a tuple",
        "`forward` 返回的是 tuple",
    ),
    "no tensor": (
        lambda: Wrong(lambda module, x: x.tolist()),
        "`forward` returns a list",
        "`forward` 返回的是 list",
    ),
    "not finite": (
        lambda: Wrong(never_finite),
        "96 of the first 96 outputs are not finite",
        "最初的 96 个输出中就有 96 个",
    ),
    "no gradient": (
        lambda: Wrong(lambda module, x: x.detach()),
        "the outputs have no gradient",
        "输出没有梯度",
    ),
    "the mean over rows": (
        lambda: Wrong(lambda module, x: x.mean(dim=0)),
        "32 rows went in, and 3 came out",
        "输入 32 行，输出却是 3",
    ),
    "softmax over rows": (
        lambda: Wrong(lambda module, x: x.softmax(dim=0) * 9),
        "change with the rows beside it, in prediction mode",
        "一行的输出会随其他行而变",
    ),
    "two axes of outputs": (
        lambda: Wrong(lambda module, x: x[:, :, None]),
        "outputs of a row are 3×1",
        "每行的输出是 3×1",
    ),
    "answers for outputs": (
        lambda: Wrong(lambda module, x: x.long()),
        "the outputs are int64",
        "输出的类型是 int64",
    ),
    "an embedding of floats": (
        Words,
        r"`table` \(Embedding\) looks up whole numbers, but floats come in",
        "按整数查表，而输入是浮点数",
    ),
    "two inputs that aren't there": (
        lambda: Two(),
        r"`Two` takes other inputs than the data have: forward\(\) missing 1 required positional argument",
        "`Two` 的输入与数据不符",
    ),
    "lazy layers": (
        lambda: nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.Linear(8, 3)),
        r"lazy layers \(0\) get their sizes and weights at the first batch",
        "惰性层（0）",
    ),
    "a state that is no tensor": (Stateful, "holds _extra_state, which are no tensors", "它们不是张量"),
    "a constructor that fails": (lambda: nn.Linear(-1, 3), "can't be made: RuntimeError", "无法创建"),
}


class Two(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.out = nn.Linear(4, 3)

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return self.out(a + b)


@pytest.mark.parametrize("what", WRONG)
def test_a_fault_of_a_module_is_found_and_explained(what: str) -> None:
    make, english, chinese = WRONG[what]
    for language, pattern in (("en", english), ("zh", chinese)):
        found = message(language, network=make)
        assert re.search(pattern, found), found


def test_the_callers_random_state_survives_a_fault() -> None:
    torch.manual_seed(4)
    state = torch.get_rng_state()
    message("en", network=Narrow)
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "leave one over. Set drop_last"), ("zh", "请设置 drop_last，或换一个批大小")],
)
def test_a_batch_of_one_row_before_a_batch_normalisation(language: str, words: str) -> None:
    data = (X[:33], Y[:33])
    found = message(language, network=Normalised, data=data, batch_size=32, **AS_THEY_ARE)
    assert "plan.batch_size" in found and words in found
    run = stirfry.train(data, network=Normalised, batch_size=32, drop_last=True, epochs=1, **AS_THEY_ARE)
    assert run.engine == "torch_fast"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "`memory` takes the first axis for time. Write batch_first=True"),
        ("zh", "`memory` 把第一维当作时间"),
    ],
)
def test_a_recurrent_layer_that_takes_rows_for_time(language: str, words: str) -> None:
    x = np.random.default_rng(0).normal(size=(96, 5, 4)).astype(np.float32)
    assert words in message(language, network=lambda: Steps(batch_first=False), data=(x, Y))


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "`table` has 5 rows, for the numbers 0 to 4"), ("zh", "`table` 有 5 行，对应数字 0 到 4")],
)
def test_an_embedding_that_is_too_small(language: str, words: str) -> None:
    x = np.tile(np.arange(4), (96, 1))
    x[8, 2] = 7
    assert words in message(language, network=Words, data=(x, Y), **AS_THEY_ARE)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "taken as (N, 1), beside targets of (N, 1)"), ("zh", "已按 (N, 1) 处理")]
)
def test_outputs_without_a_second_axis_get_one_and_it_is_said(language: str, words: str) -> None:
    y = X.sum(axis=1) + 0.5
    flat = stirfry.train((X, y), network=Flat, epochs=3)
    assert any(words in text for text in said(flat, language))
    whole = stirfry.train(
        (X, y), network=lambda: Wrong(lambda module, x: x, outputs=1), epochs=3, engine="torch"
    )
    assert flat.history["train_loss"].tolist() == whole.history["train_loss"].tolist()
    assert flat.model.predict(X[:4]).shape == (4,)


class Flat(Wrong):
    def __init__(self) -> None:
        super().__init__(lambda module, x: x.squeeze(1), outputs=1)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Not trained, as requires_grad is False: hidden.weight, hidden.bias"),
        ("zh", "不参与训练：hidden.weight"),
    ],
)
def test_what_is_frozen_on_purpose_is_said_and_stays(language: str, words: str) -> None:
    run = stirfry.train((X, Y), network=Frozen, epochs=2)
    assert any(words in text for text in said(run, language))
    torch.manual_seed(0)
    np.testing.assert_array_equal(run.model.weights["hidden.weight"], Frozen().hidden.weight.numpy())


def said(run: Any, language: Any) -> list[str]:
    with lang.speaking(language):
        return [str(notice) for notice in run.notices]


def test_a_plain_tensor_is_found_before_the_module_goes_to_another_device() -> None:
    class Table(Chain):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.ones(4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x * self.scale)

    given, goal = given_module(Table), Goal("multiclass", 3)
    assert rehearse(given, X, Y, goal).network.chain is None
    for language, words in (("en", 'Write self.register_buffer("scale", …)'), ("zh", "`scale` 是普通张量")):
        with lang.speaking(language), pytest.raises(UsageError) as caught:  # type: ignore[arg-type]
            rehearse(given, X, Y, goal, device="cuda")
        with lang.speaking(language):  # type: ignore[arg-type]
            assert words in str(caught.value)

"""Which engine runs what, and what an engine lacks."""

from __future__ import annotations

from typing import Any

import pytest

from stirfry.engine import native, torch_fast, torch_loop
from stirfry.engine.choose import choose
from stirfry.engine.native_program import extension
from stirfry.errors import UsageError
from stirfry.spec.layers import Conv2d, Flatten, Linear
from stirfry.spec.network import Network, NetworkSpec
from stirfry.spec.plan import Plan

MLP = NetworkSpec(hidden=(4,)).resolve((3,), 2)
CNN = Network((Conv2d(out_channels=2, kernel_size=3), Flatten(), Linear(out_features=2)), (1, 5, 5))


def engine_of(network: Network, **settings: Any) -> Any:
    return choose(network, Plan(**settings)).engine


def test_convolutions_and_extras_go_to_the_fast_pytorch_engine() -> None:
    assert engine_of(CNN) is torch_fast
    assert engine_of(CNN, engine="torch") is torch_loop
    assert engine_of(MLP, engine="torch") is torch_loop
    assert engine_of(MLP, engine="torch_fast") is torch_fast
    if extension() is not None:
        assert engine_of(MLP) is native
    for settings in ({"ema_decay": 0.9}, {"precision": "bfloat16"}, {"device": "cuda"}):
        assert engine_of(MLP, **settings) is torch_fast


@pytest.mark.parametrize("engine", ["torch", "native"])
def test_an_engine_that_cannot_do_it_says_what_it_lacks(engine: str) -> None:
    with pytest.raises(UsageError, match=r"ema_decay|compiler"):
        engine_of(MLP, engine=engine, ema_decay=0.5)

"""Which engine runs what, and what an engine lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stirfry.engine import native, torch_fast, torch_loop
from stirfry.engine.card import may_have_gpu
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


def test_small_networks_go_to_the_native_engine_and_extras_to_pytorchs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stirfry.engine.choose.may_have_gpu", lambda: False)
    if extension() is not None:
        assert engine_of(CNN) is native
        for augment in ({"shift": 2}, {"flip": True}, {"shift": 2, "flip": True}):
            assert engine_of(CNN, augment=augment) is native
    for augment in ({"shift": 0.5}, {"shift": 0.5, "flip": True}, {"rotate": 5}, {"flip": True, "erase": 2}):
        assert engine_of(CNN, augment=augment) is torch_fast
    assert engine_of(CNN, engine="torch") is torch_loop
    assert engine_of(MLP, engine="torch") is torch_loop
    assert engine_of(MLP, engine="torch_fast") is torch_fast
    if extension() is not None:
        assert engine_of(MLP) is native
    for settings in ({"ema_decay": 0.9}, {"device": "cuda"}):
        assert engine_of(MLP, **settings) is torch_fast


@pytest.mark.skipif(extension() is None, reason="the native engine isn't built")
def test_bfloat16_is_native_where_the_processor_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stirfry.engine.choose.may_have_gpu", lambda: False)
    monkeypatch.setenv("STIRFRY_ISA", "naive")
    assert engine_of(MLP, precision="bfloat16") is native
    found = choose(CNN, Plan(precision="bfloat16"))
    assert found.engine is torch_fast and "convolutions" in str(found.reason)
    for settings in ({"device": "cuda"}, {"ema_decay": 0.9}):
        monkeypatch.setenv("STIRFRY_ISA", "sse9")  # PyTorch's in any case, so nobody asks for it
        found = choose(MLP, Plan(precision="bfloat16", **settings))
        assert found.engine is torch_fast and next(iter(settings)).split("_")[0] in str(found.reason)
    monkeypatch.setenv("STIRFRY_ISA", "baseline")
    found = choose(MLP, Plan(precision="bfloat16"))
    assert found.engine is torch_fast and "AVX-512" in str(found.reason)
    with pytest.raises(UsageError, match="AVX-512"):
        engine_of(MLP, engine="native", precision="bfloat16")


@pytest.mark.parametrize("engine", ["torch", "native"])
def test_an_engine_that_cannot_do_it_says_what_it_lacks(engine: str) -> None:
    with pytest.raises(UsageError, match=r"ema_decay|compiler"):
        engine_of(MLP, engine=engine, ema_decay=0.5)


def test_convolutions_go_to_a_graphics_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stirfry.engine.choose.may_have_gpu", lambda: True)
    assert engine_of(CNN) is torch_fast
    if extension() is not None:
        assert engine_of(CNN, device="cpu") is native
        assert engine_of(MLP) is native


def test_large_networks_go_to_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stirfry.engine.choose.may_have_gpu", lambda: False)
    monkeypatch.setattr("stirfry.engine.choose.IMAGES_BELOW", 100)
    assert engine_of(CNN) is torch_fast


@pytest.mark.parametrize(
    ("system", "processor", "expected"), [("darwin", "arm64", True), ("darwin", "x86_64", False)]
)
def test_apples_processors_have_a_graphics_card(
    system: str, processor: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("platform.machine", lambda: processor)
    assert may_have_gpu() is expected


def test_a_loaded_driver_is_a_graphics_card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("stirfry.engine.card._DEVICES", (tmp_path / "driver",))
    assert not may_have_gpu()
    (tmp_path / "driver").touch()
    assert may_have_gpu()

"""The real machine's answers; what they are depends on it, so only their form is tested."""

from __future__ import annotations

import sys

from stirfry.engine import probe
from stirfry.engine.machine import Torch
from stirfry.engine.native_program import extension


def test_this_machine():
    found = probe.here()
    assert found.python.version == tuple(sys.version_info[:3])
    assert found.python.environment in ("venv", "conda", "system")
    assert 1 <= found.usable <= found.cores
    assert found.package("numpy")
    assert found.package("no-such-package-at-all") is None
    assert found.read("no/such/file") is None
    assert found.read("\0") is None
    assert found.run(("no-such-command-at-all",)) is None
    assert found.run((sys.executable, "-c", "raise SystemExit(3)")) is None
    assert found.run((sys.executable, "-c", "print('yes')")).strip() == "yes"
    driver = found.cuda_driver()
    assert driver is None or driver >= 1000


def test_the_native_engine_is_asked(monkeypatch):
    found = probe.here().native()
    built = extension()
    assert found == (None if built is None else tuple(built.instruction_sets()))
    monkeypatch.setattr(probe, "extension", lambda: None)
    assert probe.here().native() is None


def test_torch_is_asked():
    import torch

    found = probe.here().torch()
    assert found.version == str(torch.__version__)
    assert found.error is None
    assert found.usable == torch.cuda.is_available()
    assert len(found.gpus) == (torch.cuda.device_count() if found.usable else 0)


def test_a_missing_torch_is_none(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert probe.here().torch() is None


def test_a_torch_that_cant_be_imported_says_why(monkeypatch, tmp_path):
    (tmp_path / "torch.py").write_text("raise OSError('libcudart.so.13: cannot open\\nmore')")
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = probe.here().torch()
    assert isinstance(found, Torch)
    assert found.error == "libcudart.so.13: cannot open"
    monkeypatch.undo()

"""Every test speaks English, computes on one thread and hears Ctrl-C, whatever the machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
# What a shell starts in the background ignores Ctrl-C, and so would everything that is tested here.
signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("stirfry", max_examples=40, deadline=None)
settings.load_profile("stirfry")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from stirfry import lang

    monkeypatch.setenv("STIRFRY_LANG", "en")
    lang.use(None)
    yield
    lang.use(None)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in an empty folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the native engine train the runs of a population one after another, and report after each piece."""
    from stirfry.engine import native

    monkeypatch.setattr(native, "UNDER_WAY", 1)
    monkeypatch.setattr(native, "REPORT_EVERY", 0.0)


@pytest.fixture
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the native engine ask its watcher after every step, as the reference engine does."""
    from stirfry.engine import native

    monkeypatch.setattr(native, "STEPS_AT_ONCE", 1)
    monkeypatch.setattr(native, "REPORT_EVERY", 0.0)

"""Every test speaks English and computes on one thread, whatever the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
settings.register_profile("stirfry", max_examples=40, deadline=None)
settings.load_profile("stirfry")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from stirfry import lang

    monkeypatch.setenv("STIRFRY_LANG", "en")
    lang.use(None)
    yield
    lang.use(None)

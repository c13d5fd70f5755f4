"""What the tests of the native engine share."""

from __future__ import annotations

import pytest
from tests.engine.native_jobs import SETS


@pytest.fixture(params=SETS)
def isa(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Compute with each instruction set that the machine has."""
    monkeypatch.setenv("STIRFRY_ISA", request.param)
    return str(request.param)

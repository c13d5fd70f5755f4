"""Paths as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.paths import expanded


def test_home_is_filled_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert expanded("~/iris.csv") == tmp_path / "iris.csv"


@given(text=st.text())
def test_whatever_is_typed_is_a_path(text: str) -> None:
    assert expanded(f"a{text}") == Path(f"a{text}")
    assert isinstance(expanded(f"~{text}"), Path)

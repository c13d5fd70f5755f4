"""Which precision a run gets."""

from __future__ import annotations

import pytest

from stirfry.engine import precision
from stirfry.engine.precision import choose_precision
from stirfry.spec.plan import Plan


@pytest.mark.parametrize(
    ("gain", "convolves", "expected"),
    [(2.0, True, "bfloat16"), (1.1, True, "float32"), (2.0, False, "float32")],
)
def test_auto_takes_bfloat16_where_it_is_measured_to_be_faster(
    monkeypatch: pytest.MonkeyPatch, gain: float, convolves: bool, expected: str
) -> None:
    monkeypatch.setattr(precision, "bfloat16_gain", lambda device: gain)
    assert choose_precision(Plan(), "cpu", convolves) == expected
    assert choose_precision(Plan(precision="float32"), "cpu", convolves) == "float32"
    assert choose_precision(Plan(precision="bfloat16"), "cpu", convolves) == "bfloat16"


def test_a_processor_without_it_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    precision.bfloat16_gain.cache_clear()
    monkeypatch.setattr(precision, "_in_hardware", lambda device: False)
    assert precision.bfloat16_gain("cpu") == 0
    precision.bfloat16_gain.cache_clear()
    monkeypatch.setattr(precision, "_in_hardware", lambda device: True)
    assert precision.bfloat16_gain("cpu") > 0, "measured"
    precision.bfloat16_gain.cache_clear()

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.judge.scores import PartScores, Score
from stirfry.judge.spread import spread, spreads


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_mean_and_spread_are_numpys(values: list[float]) -> None:
    found = spread(values)
    assert found.mean == pytest.approx(np.mean(values))
    assert found.sd == pytest.approx(np.std(values, ddof=1), abs=1e-9)
    assert (found.lowest, found.highest) == (min(values), max(values))


def test_few_values_and_missing_ones() -> None:
    assert spread([None, 2.0]).as_json() == {
        "values": (None, 2.0),
        "mean": 2.0,
        "sd": None,
        "lowest": 2.0,
        "highest": 2.0,
    }
    assert spread([None]).mean is None
    assert spreads([]) == {}


def test_every_part_and_metric() -> None:
    runs = [{"test": PartScores({"mae": Score(value)}, None, 3)} for value in (1.0, 3.0)]
    assert spreads(runs)["test"]["mae"].mean == 2

from __future__ import annotations

import numpy as np
import pytest

from stirfry.judge import baseline


def test_majority_gives_every_row_the_training_shares():
    probabilities = baseline.majority(np.array([30, 10, 0]), rows=3)
    assert probabilities.tolist() == [[0.75, 0.25, 0.0]] * 3


def test_mean():
    assert baseline.mean(2.5, rows=2) == pytest.approx([2.5, 2.5])

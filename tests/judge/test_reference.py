"""The reference beside scikit-learn's kernel ridge, each row really left out."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge

from stirfry.judge import reference


def test_the_closed_form_is_leaving_each_row_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "_WIDTHS", (0.5,))
    monkeypatch.setattr(reference, "_PENALTIES", (0.5,))
    random = np.random.default_rng(0)
    x = random.normal(0, 1, (40, 3))
    y = np.sin(x[:, 0]) + x[:, 1] ** 2
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    distances = ((scaled[:, None] - scaled) ** 2).sum(axis=2)
    gamma = 1 / (0.5 * np.median(distances))
    answers = []
    for row in range(40):
        rest = np.arange(40) != row
        model = KernelRidge(alpha=0.5, kernel="rbf", gamma=gamma)
        model.fit(scaled[rest], y[rest] - y.mean())
        answers.append(float(model.predict(scaled[row : row + 1])[0]) + y.mean())
    wanted = 1 - ((y - answers) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert reference.left_out_score(x, y, 0) == pytest.approx(wanted, abs=1e-8)


def test_classes_that_a_curve_parts_are_told_apart() -> None:
    x = np.random.default_rng(1).uniform(-1, 1, (200, 2))
    assert reference.left_out_score(x, ((x**2).sum(axis=1) > 0.6).astype(int), 2) > 0.9


def test_labels_left_to_chance_are_not() -> None:
    random = np.random.default_rng(2)
    assert reference.left_out_score(random.normal(size=(250, 5)), random.integers(0, 2, 250), 2) < 0.62


def test_columns_that_never_change_are_left_out() -> None:
    x = np.stack([np.arange(30.0), np.ones(30)], axis=1)
    assert reference.left_out_score(x, np.arange(30.0), 0) > 0.95
    assert np.isfinite(reference.left_out_score(np.ones((30, 2)), np.arange(30.0), 0))

"""The reference beside scikit-learn's kernel ridge, each row really left out."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge

from stirfry.judge import reference


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, their values, and squared distances when they are scaled; with one width and penalty to try."""
    monkeypatch.setattr(reference, "_WIDTHS", (0.5,))
    monkeypatch.setattr(reference, "_PENALTIES", (0.5,))
    x = np.random.default_rng(0).normal(0, 1, (40, 3))
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    return x, np.sin(x[:, 0]) + x[:, 1] ** 2, ((scaled[:, None] - scaled) ** 2).sum(axis=2)


def test_the_closed_form_is_leaving_each_row_out(rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    x, y, distances = rows
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    gamma = 1 / (0.5 * np.median(distances))
    answers = []
    for row in range(40):
        rest = np.arange(40) != row
        model = KernelRidge(alpha=0.5, kernel="rbf", gamma=gamma)
        model.fit(scaled[rest], y[rest] - y.mean())
        answers.append(float(model.predict(scaled[row : row + 1])[0]) + y.mean())
    wanted = 1 - ((y - answers) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert reference.left_out_score(x, y, 0) == pytest.approx(wanted, abs=1e-3)


def test_kernels_on_some_rows_leave_out_each_row_too(
    rows: tuple[np.ndarray, np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "KERNELS", 12)
    x, y, distances = rows
    at = reference.spread_over(40, 12)
    kernel = np.exp(-distances[:, at] / (0.5 * np.median(distances[np.ix_(at, at)])))
    answers = []
    for row in range(40):
        rest = np.arange(40) != row
        system = kernel[rest].T @ kernel[rest] + 0.5 * (kernel[at] + 1e-3 * np.eye(12))
        answers.append(
            kernel[row] @ np.linalg.solve(system, kernel[rest].T @ (y[rest] - y.mean())) + y.mean()
        )
    wanted = 1 - ((y - answers) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert reference.left_out_score(x, y, 0) == pytest.approx(wanted, abs=1e-5)


def test_classes_that_a_curve_parts_are_told_apart() -> None:
    x = np.random.default_rng(1).uniform(-1, 1, (200, 2))
    assert reference.left_out_score(x, ((x**2).sum(axis=1) > 0.6).astype(int), 2) > 0.9


def test_labels_left_to_chance_are_not() -> None:
    random = np.random.default_rng(2)
    assert reference.left_out_score(random.normal(size=(250, 5)), random.integers(0, 2, 250), 2) < 0.62


def test_a_rare_class_counts_as_much_where_classes_are_balanced() -> None:
    random = np.random.default_rng(3)
    rare = (random.random(400) < 0.06).astype(int)
    x = random.normal(size=(400, 2)) + 1.8 * rare[:, None]
    plain = reference.left_out_score(x, rare, 2)
    told = reference.left_out_score(x, rare, 2, balanced=True)
    assert plain > 0.93 and 0.75 < told < 0.95, "accuracy hides what balanced accuracy shows"
    even = np.arange(400) % 2
    x = random.normal(size=(400, 2)) + even[:, None]
    assert reference.left_out_score(x, even, 2, balanced=True) == pytest.approx(
        reference.left_out_score(x, even, 2), abs=1e-6
    )


def test_columns_that_never_change_are_left_out() -> None:
    x = np.stack([np.arange(30.0), np.ones(30)], axis=1)
    assert reference.left_out_score(x, np.arange(30.0), 0) > 0.95
    assert np.isfinite(reference.left_out_score(np.ones((30, 2)), np.arange(30.0), 0))

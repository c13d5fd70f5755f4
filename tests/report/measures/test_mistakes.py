from __future__ import annotations

import numpy as np

from stirfry.report.contents import Judged
from stirfry.report.measures.mistakes import worst


def judged(truth: list[float], answers: list[float], shares: list[list[float]] | None = None) -> Judged:
    rows = np.arange(len(truth))
    return Judged(
        "test", rows, np.array(truth), np.array(answers), None if shares is None else np.array(shares)
    )


def test_wrong_answers_come_in_the_order_of_their_loss() -> None:
    shares = [[0.4, 0.6], [0.9, 0.1], [0.1, 0.9], [0.45, 0.55]]
    found = worst(judged([0, 0, 0, 1], [1, 0, 1, 1], shares))
    assert found.places.tolist() == [2, 0]
    assert found.wrong == 2


def test_where_all_are_right_the_least_sure_are_shown() -> None:
    found = worst(judged([0, 1], [0, 1], [[0.9, 0.1], [0.4, 0.6]]))
    assert (found.places.tolist(), found.wrong) == ([1, 0], 0)


def test_numbers_that_are_furthest_off_come_first() -> None:
    found = worst(judged([1, 2, 3, 4], [1, 5, 3.5, -4]), most=2)
    assert (found.places.tolist(), found.wrong) == ([3, 1], None)


def test_no_more_are_shown_than_asked_for_even_where_they_are_equal() -> None:
    found = worst(judged([0] * 500, [1] * 500), most=10)
    assert found.places.tolist() == list(range(10))

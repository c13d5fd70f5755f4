"""Parts by lot: exact sizes, every class in proportion, equal rows together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.draw import draw, largest_remainder, quotas


@pytest.mark.parametrize(
    ("rows", "shares", "expected"),
    [
        (150, [0.6, 0.2, 0.2], [90, 30, 30]),
        (768, [0.6, 0.2, 0.2], [461, 153, 154]),
        (5, [0.6, 0.2, 0.2], [3, 1, 1]),
        (10, [1 - 0.1 - 0.2, 0.1, 0.2], [7, 1, 2]),
        (4, [1.0, 0.0, 0.0], [4, 0, 0]),
        (2, [0.6, 0.2, 0.2], [1, 0, 1]),
    ],
)
def test_largest_remainders(rows: int, shares: list[float], expected: list[int]) -> None:
    assert largest_remainder(rows, shares) == expected


@given(st.integers(0, 10_000), st.floats(0, 0.5), st.floats(0, 0.49))
def test_largest_remainders_add_up_and_are_near(rows: int, test: float, validation: float) -> None:
    shares = [1 - test - validation, validation, test]
    counts = largest_remainder(rows, shares)
    assert sum(counts) == rows
    assert all(abs(count - rows * share) < 1 for count, share in zip(counts, shares, strict=True))


SIZES = st.lists(st.integers(1, 60), min_size=1, max_size=12)


@given(SIZES, st.integers(0, 200), st.integers(0, 200))
def test_quotas_are_exact_and_leave_every_class_a_row(sizes: list[int], test: int, validation: int) -> None:
    to_test, to_validation = quotas(np.array(sizes), test, validation)
    room = sum(sizes) - len(sizes)
    assert to_test.sum() == min(test, room)
    assert to_validation.sum() == min(validation, room - to_test.sum())
    assert (to_test >= 0).all()
    assert (to_validation >= 0).all()
    assert (to_test + to_validation < np.array(sizes)).all()


@given(SIZES, st.integers(0, 200))
def test_quotas_are_in_proportion_where_there_is_room(sizes: list[int], test: int) -> None:
    exact = np.array(sizes) * test / sum(sizes)
    if (np.ceil(exact) < np.array(sizes)).all():
        to_test, _ = quotas(np.array(sizes), test, 0)
        assert (np.abs(to_test - exact) < 1).all()


@given(SIZES, st.floats(0, 0.4), st.floats(0, 0.4), st.integers(0, 2**32 - 1))
def test_every_row_is_drawn_once_and_classes_are_in_proportion(
    sizes: list[int], test: float, validation: float, seed: int
) -> None:
    classes = np.random.RandomState(1).permutation(np.repeat(np.arange(len(sizes)), sizes))
    wanted = int(test * len(classes)), int(validation * len(classes))
    train, inner, outer = draw(classes, None, *wanted, seed)
    assert sorted(np.concatenate([train, inner, outer])) == list(range(len(classes)))
    to_test, to_validation = quotas(np.array(sizes), *wanted)
    np.testing.assert_array_equal(np.bincount(classes[outer], minlength=len(sizes)), to_test)
    np.testing.assert_array_equal(np.bincount(classes[inner], minlength=len(sizes)), to_validation)


def test_a_seed_fixes_the_draw_for_ever() -> None:
    train, validation, test = draw(np.array([0, 1] * 5), None, 2, 2, seed=7)
    again = draw(np.array([0, 1] * 5), None, 2, 2, seed=7)
    assert [part.tolist() for part in again] == [train.tolist(), validation.tolist(), test.tolist()]
    assert (train.tolist(), validation.tolist(), test.tolist()) == ([2, 9, 7, 3, 6, 4], [0, 1], [8, 5])
    assert draw(np.array([0, 1] * 5), None, 2, 2, seed=8)[0].tolist() != train.tolist()


def test_the_lot_is_fair() -> None:
    drawn = np.zeros(20)
    for seed in range(400):
        drawn[draw(np.zeros(20, dtype=np.int64), None, 5, 0, seed)[2]] += 1
    assert (np.abs(drawn - 100) < 5 * np.sqrt(400 * 0.25 * 0.75)).all()


def split_groups(parts: tuple[np.ndarray, ...], groups: np.ndarray) -> set[int]:
    """Return the groups that are in more than one part."""
    seen = [set(groups[part].tolist()) for part in parts]
    return (seen[0] & seen[1]) | (seen[0] & seen[2]) | (seen[1] & seen[2])


@given(st.integers(0, 2**32 - 1))
def test_equal_rows_stay_together_and_sizes_stay_exact(seed: int) -> None:
    groups = np.concatenate([np.arange(100), [3, 3, 50, 70, 99]])
    classes = groups % 2
    parts = draw(classes, groups, 21, 21, seed)
    assert not split_groups(parts, groups)
    assert [len(part) for part in parts] == [63, 21, 21]
    np.testing.assert_array_equal(np.bincount(classes[parts[2]]), quotas(np.bincount(classes), 21, 21)[0])


@given(st.lists(st.integers(0, 8), min_size=2, max_size=40), st.integers(0, 2**32 - 1))
def test_groups_of_any_size_stay_together_and_every_class_trains(values: list[int], seed: int) -> None:
    groups = np.unique(values, return_inverse=True)[1]
    classes = np.unique(groups % 3, return_inverse=True)[1]
    parts = draw(classes, groups, len(values) // 4, len(values) // 4, seed)
    assert not split_groups(parts, groups)
    assert set(classes[parts[0]].tolist()) == set(classes.tolist())
    assert all(len(part) <= len(values) // 4 for part in parts[1:])
    assert sorted(np.concatenate(parts)) == list(range(len(values)))


def test_a_group_goes_to_the_test_part_as_often_as_a_row_would() -> None:
    groups = np.concatenate([np.arange(39), [0]])
    tested = sum(0 in draw(np.zeros(40, dtype=np.int64), groups, 10, 10, seed)[2] for seed in range(300))
    assert abs(tested - 75) < 5 * np.sqrt(300 * 0.25 * 0.75)

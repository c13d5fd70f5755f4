"""Which rows are the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.make_tables import boolean, images, number, table, text

from stirfry.data import repeats
from stirfry.data.repeats import column_hashes, groups_of, row_hashes
from stirfry.data.table import Column, Dataset


def groups(dataset: Dataset, **facts: list[str]) -> list[int] | None:
    found = groups_of(dataset, **facts)
    return None if found is None else found.tolist()


def test_rows_that_all_differ_have_no_groups() -> None:
    assert groups(table(number("x", [1, 2, 3]), text("c", ["a", "a", "a"]))) is None


def test_equal_rows_share_a_group_counted_by_their_first_rows() -> None:
    found = table(number("x", [5, 7, 5, 7, 9]), text("c", ["a", "b", "a", "a", None]))
    assert groups(found) == [0, 1, 0, 2, 3]


def test_only_the_named_columns_count() -> None:
    found = table(number("id", [1, 2, 3]), number("x", [5, 7, 5]))
    assert groups(found) is None
    assert groups(found, names=["x"]) == [0, 1, 0]


def test_gaps_equal_gaps_and_zero_equals_minus_zero() -> None:
    other_nan = np.array([0x7FF8000000000001], dtype=np.uint64).view(np.float64)[0]
    assert groups(table(Column("x", "number", np.array([np.nan, other_nan])))) == [0, 0]
    assert groups(table(number("x", [0.0, -0.0]))) == [0, 0]
    assert groups(table(text("c", [None, None]), boolean("b", [None, None]))) == [0, 0]


def test_whole_numbers_beyond_floats_are_told_apart() -> None:
    assert groups(table(number("x", [2**62, 2**62 + 1]))) is None


def test_the_order_of_columns_matters() -> None:
    assert groups(table(number("x", [1, 2]), number("y", [2, 1]))) is None


@pytest.mark.parametrize("shape", [(1, 2, 2), (3, 4, 4), (1, 1, 1), (1, 3, 3)])
@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_images_are_compared_with_their_labels(shape: tuple[int, ...], kind: type) -> None:
    pixels = np.random.RandomState(0).randint(0, 255, (4, *shape)).astype(kind)
    pixels[3] = pixels[1]
    assert groups(images(pixels)) == [0, 1, 2, 1]
    assert groups(images(pixels, number("label", [0, 1, 0, 1]))) == [0, 1, 2, 1]
    assert groups(images(pixels, number("label", [0, 1, 0, 2]))) is None


ROWS = st.lists(
    st.tuples(st.none() | st.integers(0, 3).map(float), st.sampled_from("ab")), min_size=1, max_size=30
)


@given(ROWS)
def test_groups_are_those_of_pythons_equality(rows: list[tuple[float | None, str]]) -> None:
    found = groups(table(number("x", [x for x, _ in rows]), text("c", [c for _, c in rows])))
    first = [rows.index(row) for row in rows]
    ranks = sorted(set(first))
    assert found == (None if len(ranks) == len(rows) else [ranks.index(place) for place in first])


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = table(number("x", [5, 7, 5, 7, 9]))
    stack = images(np.array([5, 7, 5, 7, 9], dtype=np.uint8).reshape(5, 1, 1, 1))
    monkeypatch.setattr(repeats, "BLOCK", 2)
    monkeypatch.setattr(repeats, "BLOCK_BYTES", 2)
    assert groups(found) == groups(stack) == [0, 1, 0, 1, 2]


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b"])), min_size=1, max_size=30))
def test_hashes_are_equal_where_rows_are(rows: list[tuple[int, str]]) -> None:
    columns = [number("x", [row[0] for row in rows]), text("c", [row[1] for row in rows])]
    hashes = column_hashes(columns).tolist()
    pairs = np.array([[row[0], ord(row[1])] for row in rows])
    for found in (hashes, row_hashes((pairs,)).tolist(), row_hashes((pairs[:, 0], pairs[:, 1:])).tolist()):
        assert [[a == b for a in found] for b in found] == [[a == b for a in rows] for b in rows]

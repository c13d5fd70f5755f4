"""The parts of every method: published orders as published, drawn ones fair, empty ones refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split
from tests.data.make_tables import images, number, table, text

from stirfry.data.split import Split, make_split, parts_in
from stirfry.data.table import TEST, TRAIN, VALIDATION, Table
from stirfry.errors import DataError, UsageError
from stirfry.spec.recipe import SplitSpec


def rows_of(n: int, **facts: object) -> Table:
    return table(number("x", list(range(n))), **facts)


def sizes(found: Split) -> list[int]:
    return [len(found.train), len(found.validation), len(found.test)]


def codes(found: Split) -> list[str]:
    return [notice.code.removeprefix("data.") for notice in found.notices]


def classes_of(*counts: int) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts)


# Drawn by lot


def test_the_default_stratifies_classes() -> None:
    classes = classes_of(50, 30, 20)
    found = make_split(rows_of(100), classes, SplitSpec())
    assert sizes(found) == [60, 20, 20]
    assert codes(found) == []
    for part, expected in (
        (found.train, [30, 18, 12]),
        (found.test, [10, 6, 4]),
        (found.validation, [10, 6, 4]),
    ):
        assert np.bincount(classes[part]).tolist() == expected


def test_without_classes_rows_are_drawn_at_random() -> None:
    found = make_split(rows_of(10), None, SplitSpec(seed=3))
    assert sizes(found) == [6, 2, 2]
    assert sorted(np.concatenate([found.train, found.validation, found.test])) == list(range(10))
    assert found.train.tolist() != make_split(rows_of(10), None, SplitSpec(seed=4)).train.tolist()


def test_random_leaves_classes_aside() -> None:
    classes = classes_of(90, 10)
    shares = {
        int(
            np.bincount(classes[make_split(rows_of(100), classes, SplitSpec(method="random", seed=s)).test])[
                -1
            ]
        )
        for s in range(8)
    }
    assert len(shares) > 1


def test_a_part_that_isnt_asked_for_is_absent() -> None:
    for method in ("stratified", "train_test_split", "random_split", "in_order"):
        spec = SplitSpec(method=method, test=0, validation=0)  # type: ignore[arg-type]
        assert sizes(make_split(rows_of(5), None, spec)) == [5, 0, 0]


def test_a_class_of_one_row_trains() -> None:
    classes = classes_of(1, 49)
    found = make_split(rows_of(50), classes, SplitSpec())
    assert 0 in found.train
    assert sizes(found) == [30, 10, 10]


def test_small_classes_train() -> None:
    found = make_split(rows_of(52), classes_of(2, 50), SplitSpec())
    assert set(classes_of(2, 50)[found.train]) == {0, 1}


# Repeated rows


def repeating(rows: int, repeats: int) -> Table:
    values = [*range(rows - repeats), *range(repeats)]
    return table(number("id", list(range(rows))), number("x", values), number("y", [0] * rows))


def test_few_repeats_stay_together_and_it_is_said() -> None:
    for seed in range(20):
        found = make_split(repeating(100, 4), None, SplitSpec(seed=seed), ["x", "y"])
        assert codes(found) == ["repeats_together"]
        assert found.notices[0].facts == {"repeats": 4, "things": "rows"}
        assert sizes(found) == [60, 20, 20]
        for part in (found.train, found.validation, found.test):
            assert {row in part for row in range(4)} <= {True, False}
            assert all((row in part) == (row + 96 in part) for row in range(4))


def test_many_repeats_are_split_as_usual() -> None:
    found = make_split(repeating(100, 5), None, SplitSpec(), ["x", "y"])
    assert codes(found) == []
    apart = [
        any((row in part) != (row + 95 in part) for part in (found.train,) for row in range(5))
        for found in (make_split(repeating(100, 5), None, SplitSpec(seed=s), ["x", "y"]) for s in range(5))
    ]
    assert any(apart)


def test_only_features_and_target_make_a_repeat() -> None:
    assert codes(make_split(repeating(100, 4), None, SplitSpec(), ["id", "x", "y"])) == []


@pytest.mark.parametrize("method", ["train_test_split", "random_split", "in_order"])
def test_published_orders_are_never_rearranged(method: str) -> None:
    spec = SplitSpec(method=method)  # type: ignore[arg-type]
    found, plain = (make_split(each, None, spec) for each in (repeating(100, 4), rows_of(100)))
    assert found.train.tolist() == plain.train.tolist()
    assert codes(found) == []


def test_images_are_split_too() -> None:
    pixels = np.arange(40, dtype=np.uint8).reshape(40, 1, 1, 1)
    pixels[39] = pixels[0]
    found = make_split(images(pixels, number("label", [0, 1] * 20)), np.array([0, 1] * 20), SplitSpec())
    assert sizes(found) == [24, 8, 8]
    same = images(np.concatenate([pixels[:39], pixels[:1]]), number("label", [0] * 40))
    assert codes(make_split(same, np.zeros(40, dtype=np.int64), SplitSpec()))[0] == "repeats_together"


# Published orders


@given(st.integers(5, 300), st.sampled_from([0.2, 0.25, 0.3, 0.33]), st.integers(0, 2**32 - 1))
def test_train_test_split_is_scikit_learns_twice(n: int, share: float, seed: int) -> None:
    found = make_split(
        rows_of(n), None, SplitSpec(method="train_test_split", test=share, validation=0.2, seed=seed)
    )
    rest, test = train_test_split(np.arange(n), test_size=share, random_state=seed)
    train, validation = train_test_split(rest, test_size=math.ceil(round(n * 0.2, 9)), random_state=seed)
    for ours, theirs in ((found.train, train), (found.validation, validation), (found.test, test)):
        np.testing.assert_array_equal(ours, theirs)


def test_train_test_split_without_one_of_the_parts() -> None:
    rest, held = train_test_split(np.arange(50), test_size=0.2, random_state=42)
    spec = SplitSpec(method="train_test_split", validation=0, seed=42)
    found = make_split(rows_of(50), None, spec)
    assert (found.train.tolist(), found.test.tolist()) == (rest.tolist(), held.tolist())
    found = make_split(rows_of(50), None, spec.model_copy(update={"test": 0.0, "validation": 0.2}))
    assert (found.train.tolist(), found.validation.tolist()) == (rest.tolist(), held.tolist())


@given(
    st.integers(10, 300), st.sampled_from([(0.2, 0.2), (0.0, 0.3), (0.25, 0.0)]), st.integers(0, 2**32 - 1)
)
def test_random_split_is_pytorchs(n: int, shares: tuple[float, float], seed: int) -> None:
    validation, test = shares
    spec = SplitSpec(method="random_split", validation=validation, test=test, seed=seed)
    found = make_split(rows_of(n), None, spec)
    ours = [part for part in (found.train, found.validation, found.test) if len(part)]
    fractions = [1 - validation - test, *(share for share in shares if share)]
    generator = torch.Generator().manual_seed(seed)
    theirs = torch.utils.data.random_split(range(n), fractions, generator=generator)
    assert [part.tolist() for part in ours] == [list(part.indices) for part in theirs]


def test_in_order_cuts_where_tutorials_cut() -> None:
    found = make_split(rows_of(768), None, SplitSpec(method="in_order", test=0.3, validation=0))
    assert found.train.tolist() == list(range(int(0.7 * 768)))
    assert found.test.tolist() == list(range(537, 768))
    assert sizes(make_split(rows_of(10), None, SplitSpec(method="in_order", test=0.2, validation=0.1))) == [
        7,
        1,
        2,
    ]
    assert sizes(make_split(rows_of(10), None, SplitSpec(method="in_order", test=0.9, validation=0))) == [
        1,
        0,
        9,
    ]


# Parts that the source has


def with_parts(*counts: int) -> Table:
    return rows_of(sum(counts), parts=np.repeat([TRAIN, VALIDATION, TEST], counts).astype(np.int8))


def test_the_sources_own_parts_are_taken() -> None:
    found = make_split(with_parts(6, 2, 3), None, SplitSpec())
    assert (found.train.tolist(), found.validation.tolist()) == ([0, 1, 2, 3, 4, 5], [6, 7])
    assert found.test.tolist() == [8, 9, 10]
    assert codes(found) == []


def test_a_validation_part_is_carved_from_the_training_rows_and_it_is_said() -> None:
    classes = np.array([0] * 60 + [1] * 40 + [2] * 30)
    found = make_split(with_parts(100, 0, 30), classes, SplitSpec())
    assert sizes(found) == [80, 20, 30]
    assert found.test.tolist() == list(range(100, 130))
    assert np.bincount(classes[found.validation]).tolist() == [12, 8]
    assert codes(found) == ["validation_from_training"]


def test_what_is_carved_comes_from_the_training_rows_wherever_they_stand() -> None:
    parts = np.array([TEST] * 10 + [TRAIN] * 10, dtype=np.int8)
    found = make_split(rows_of(20, parts=parts), None, SplitSpec())
    assert sorted(np.concatenate([found.train, found.validation])) == list(range(10, 20))
    assert sizes(found) == [8, 2, 10]


def test_nothing_is_carved_that_isnt_asked_for() -> None:
    assert sizes(make_split(with_parts(10, 0, 3), None, SplitSpec(validation=0))) == [10, 0, 3]
    assert sizes(make_split(with_parts(10, 3, 0), None, SplitSpec(test=0))) == [10, 3, 0]


def test_a_test_part_is_carved_too() -> None:
    found = make_split(with_parts(10, 3, 0), None, SplitSpec())
    assert sizes(found) == [8, 3, 2]
    assert found.validation.tolist() == [10, 11, 12]
    assert codes(found) == ["test_from_training"]


def test_a_source_without_parts_has_none_to_give() -> None:
    with pytest.raises(UsageError, match="given"):
        make_split(rows_of(5), None, SplitSpec(method="given"))


def test_other_methods_leave_the_sources_parts_aside() -> None:
    assert sizes(make_split(with_parts(1, 0, 9), None, SplitSpec(method="stratified"))) == [6, 2, 2]


# Parts that a column names


def test_a_column_names_the_parts() -> None:
    words = ["Train", "val", "testing", "训练", "DEV", "test", "training", "验证集"]
    found = table(number("x", list(range(8))), text("part", words))
    for spec in (SplitSpec(column="part"), SplitSpec(method="column", column="part")):
        split = make_split(found, None, spec)
        assert split.train.tolist() == [0, 3, 6]
        assert split.validation.tolist() == [1, 4, 7]
        assert split.test.tolist() == [2, 5]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (text("part", ["train", "tset"]), r"row 2 says tset"),
        (text("part", ["train", None]), r"row 2 is empty"),
        (number("part", [0, 1]), r"row 1 says 0"),
    ],
)
def test_other_words_are_refused(column: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parts_in(column)  # type: ignore[arg-type]


def test_a_column_that_isnt_there_is_refused() -> None:
    with pytest.raises(UsageError, match="part"):
        make_split(rows_of(5), None, SplitSpec(column="part"))


# Empty parts


@pytest.mark.parametrize(
    ("dataset", "classes", "spec", "code"),
    [
        (rows_of(2), None, SplitSpec(), "too_few_rows"),
        (rows_of(1), None, SplitSpec(validation=0), "too_few_rows"),
        (rows_of(20), None, SplitSpec(test=0.01, validation=0), "empty_test"),
        (rows_of(20), None, SplitSpec(test=0, validation=0.01), "empty_validation"),
        (rows_of(20), None, SplitSpec(method="random_split", test=0.01, validation=0), "empty_test"),
        (rows_of(4), None, SplitSpec(method="in_order", test=0.9, validation=0), "empty_train"),
        (rows_of(4), classes_of(1, 1, 1, 1), SplitSpec(validation=0), "empty_test"),
        (with_parts(0, 3, 3), None, SplitSpec(), "empty_train"),
    ],
)
def test_empty_parts_are_refused(
    dataset: Table, classes: np.ndarray | None, spec: SplitSpec, code: str
) -> None:
    with pytest.raises(DataError) as caught:
        make_split(dataset, classes, spec)
    assert caught.value.code == f"data.{code}"
    assert str(len(dataset)) in str(caught.value)


@given(st.integers(3, 300), st.sampled_from(["random", "random_split"]))
def test_the_share_that_is_advised_is_enough(rows: int, method: str) -> None:
    with pytest.raises(DataError) as caught:
        make_split(rows_of(rows), None, SplitSpec(method=method, test=0.001, validation=0))  # type: ignore[arg-type]
    enough = caught.value.facts["enough"]
    assert len(make_split(rows_of(rows), None, SplitSpec(method=method, test=enough, validation=0)).test)  # type: ignore[arg-type]


METHODS = st.sampled_from(["stratified", "random", "train_test_split", "random_split", "in_order"])


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), METHODS, st.floats(0, 0.5), st.floats(0, 0.49))
def test_every_row_is_in_one_part_or_the_split_is_refused(
    values: list[int], method: str, test: float, validation: float
) -> None:
    classes = np.unique(values, return_inverse=True)[1]
    spec = SplitSpec(method=method, test=test, validation=validation)  # type: ignore[arg-type]
    try:
        found = make_split(rows_of(len(values)), classes, spec)
    except DataError as error:
        assert str(error)
        return
    assert sorted(np.concatenate([found.train, found.validation, found.test])) == list(range(len(values)))
    assert (len(found.test) > 0) == (test > 0)
    assert (len(found.validation) > 0) == (validation > 0)
    if method == "stratified":
        assert set(classes[found.train].tolist()) == set(classes.tolist())

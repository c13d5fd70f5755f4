"""From a dataset to encoded parts, and again with an encoder that was fitted before."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight
from tests.data.make_tables import boolean, date, images, number, table, text

from stirfry.data.encode_table import TableEncoder
from stirfry.data.prepare import Described, Prepared, class_weights, describe, prepare, prepare_again
from stirfry.data.table import Dataset, Table
from stirfry.errors import DataError, UsageError
from stirfry.spec.recipe import DataSpec, SplitSpec

RANDOM = np.random.RandomState(0)


def flowers(rows: int = 60) -> Table:
    colours = ["red", "blue", None, "white"]
    return table(
        number("id", list(range(rows))),
        number("width", [None if i % 11 == 0 else float(i) for i in range(rows)]),
        text("colour", [colours[i % 4] for i in range(rows)]),
        date("when", [f"2020-0{i % 9 + 1}-1{i % 7}" for i in range(rows)]),
        boolean("ripe", [i % 3 == 0 for i in range(rows)]),
        text("kind", [["rose", "tulip", "lily"][i % 3] for i in range(rows)]),
        target="kind",
    )


def prepared(dataset: Dataset, **spec: object) -> Prepared:
    data = DataSpec(**spec)  # type: ignore[arg-type]
    return prepare(describe(dataset, data), data, data.scale or "standard", True, data.split)


def codes(found: Described | Prepared) -> list[str]:
    assert all(str(notice) for notice in found.notices)
    return [notice.code.removeprefix("data.") for notice in found.notices]


def test_a_table_is_described() -> None:
    found = describe(flowers(), DataSpec())
    assert (found.task, found.labels) == ("multiclass", ("lily", "rose", "tulip"))
    assert (found.rows, found.columns) == (60, 4)
    assert codes(found) == ["target_source", "task_text", "left_out_identifier"]


def test_a_table_is_prepared() -> None:
    found = prepared(flowers())
    assert found.validation is not None
    assert found.test is not None
    assert [len(part) for part in (found.train, found.validation, found.test)] == [36, 12, 12]
    assert found.train.inputs.shape == (36, found.features)
    assert found.train.inputs.dtype == np.float32
    assert found.train.targets.dtype == np.int64
    assert found.data_sha256 == flowers().sha256()
    labels = found.target.decode(found.test.targets)
    expected = [flowers().column("kind").texts()[row] for row in found.split.test]
    assert labels.tolist() == expected


def test_only_training_rows_are_fitted() -> None:
    """Changing the test rows beyond recognition changes nothing but themselves."""
    spec = DataSpec(split=SplitSpec(method="in_order"))
    wild = flowers()
    for name, value in (("width", 1e6), ("when", 1e9)):
        wild.column(name).values[48:] = value
    one, other = (prepared(each, split=spec.split) for each in (flowers(), wild))
    assert one.encoder == other.encoder
    np.testing.assert_array_equal(one.train.inputs, other.train.inputs)


def test_rows_without_a_label_are_dropped_and_counted() -> None:
    found = table(
        number("x", list(range(10))), text("y", ["a", "b", None, "a", "b", None, "a", "b", "a", "b"])
    )
    described = describe(found, DataSpec())
    assert (described.rows, len(described.dataset), len(described.target)) == (8, 8, 8)
    assert str(described.notices[-1]) == "2 rows without a label dropped."
    parts = prepare(described, DataSpec(), "none", False, SplitSpec()).split
    assert sorted(np.concatenate([parts.train, parts.validation, parts.test])) == list(range(8))


def test_an_infinity_is_named_by_its_row_in_the_source() -> None:
    found = table(number("x", [1.0, 2.0, np.inf]), text("y", [None, "a", "b"]))
    with pytest.raises(DataError, match="row 3"):
        describe(found, DataSpec())


def test_a_regressions_target_is_scaled_by_its_training_rows() -> None:
    values = RANDOM.normal(50, 7, 40)
    found = table(number("x", list(range(40))), number("y", values.tolist()))
    scaled, plain = (
        prepare(describe(found, DataSpec()), DataSpec(), "none", scale, SplitSpec())
        for scale in (True, False)
    )
    assert scaled.train.targets.shape == (24, 1)
    assert scaled.train.targets.mean() == pytest.approx(0, abs=1e-6)
    assert scaled.train.targets.std() == pytest.approx(1, abs=1e-6)
    np.testing.assert_array_equal(plain.train.targets[:, 0], values[plain.split.train].astype(np.float32))
    np.testing.assert_allclose(
        scaled.target.values(scaled.train.targets), values[scaled.split.train], rtol=1e-6
    )


def test_constant_columns_are_said() -> None:
    columns = [number(f"x{i}", RANDOM.normal(size=8).tolist()) for i in range(9)]
    found = describe(table(*columns, number("same", [1] * 8), text("y", list("abababab"))), DataSpec())
    assert codes(found) == ["target_named", "task_text", "left_out_constant"]


def test_numbers_with_a_stray_text_are_said() -> None:
    grades = [str(i % 5) for i in range(39)] + ["oops"]
    weights = [str(i / 8) for i in range(39)] + ["oops"]
    columns = text("grade", grades), text("weight", weights), number("x", list(range(40)))
    found = describe(table(*columns, text("y", ["a", "b"] * 20)), DataSpec())
    facts = {notice.code: notice.facts.get("names") for notice in found.notices}
    assert facts["data.taken_as_groups"] == ["grade"]
    assert facts["data.left_out_stray"] == ["weight"]


def test_whole_number_labels_as_floats_are_whole_numbers() -> None:
    found = describe(table(number("x", [1, 2, 3, 4]), number("y", [1.0, 2.0, 1.0, 2.0])), DataSpec())
    assert found.labels == (1, 2)
    assert "float_labels" in codes(found)


def test_the_column_of_the_parts_is_no_feature() -> None:
    parts = ["train"] * 6 + ["validation"] * 2 + ["test"] * 2
    found = table(number("x", list(range(10))), text("part", parts), text("y", list("ababababab")))
    result = prepared(found, split=SplitSpec(column="part"))
    assert result.split.test.tolist() == [8, 9]
    assert isinstance(result.encoder, TableEncoder)
    assert result.encoder.columns == ("x",)


def test_the_source_isnt_changed() -> None:
    found = flowers()
    before = found.sha256()
    prepared(found, scale="robust")
    assert found.sha256() == before


# Images


def pictures(rows: int = 20) -> Dataset:
    pixels = RANDOM.randint(0, 256, (rows, 1, 4, 4)).astype(np.uint8)
    return images(pixels, number("label", [i % 4 for i in range(rows)]))


def test_images_are_prepared() -> None:
    found = prepared(pictures())
    assert found.train.inputs.shape == (12, 1, 4, 4)
    assert found.features == 16
    assert found.schema is None
    assert found.target.labels == (0, 1, 2, 3)
    some = pictures()
    given = prepared(some, mean=(0.5,), std=(0.5,))
    assert given.train.inputs.dtype == np.uint8, "pixels stay bytes"
    assert given.train.normal is not None
    floats = given.train.normal.floats(given.train.inputs)
    np.testing.assert_array_equal(floats, given.encoder.transform(some, given.split.train))
    assert floats.min() >= -1
    assert floats.max() <= 1


def test_images_have_classes_and_no_columns() -> None:
    whole = pictures()
    assert describe(whole, DataSpec()).columns == 16
    with pytest.raises(UsageError, match="target, spare"):
        describe(whole, DataSpec(target="target", drop=("spare",)))
    with pytest.raises(DataError, match="regression"):
        describe(whole, DataSpec(task="regression"))
    with pytest.raises(DataError, match="labels"):
        describe(images(np.zeros((3, 1, 2, 2), np.uint8)), DataSpec())
    with pytest.raises(DataError, match="image 2"):
        pixels = np.array([0, np.nan, 1], np.float32).reshape(3, 1, 1, 1)
        describe(images(pixels, number("label", [0, 1, 0])), DataSpec())


# Again


def test_an_encoder_that_was_fitted_before_is_used_as_it_is() -> None:
    first = prepared(flowers())
    encoder = TableEncoder.from_json(json.loads(json.dumps(first.encoder.to_json())))
    later = flowers(90)
    spec = DataSpec(target="kind", task="multiclass")
    found = prepare_again(describe(later, spec), encoder, first.schema, first.target, SplitSpec(seed=5))
    assert found.encoder == first.encoder
    assert (found.schema, found.target) == (first.schema, first.target)
    np.testing.assert_array_equal(found.train.inputs, encoder.transform(later, found.split.train))


def test_fewer_classes_than_before_keep_their_numbers() -> None:
    first = prepared(flowers())
    rows = np.array([i for i in range(60) if i % 3])
    spec = DataSpec(target="kind", task="multiclass")
    described = describe(flowers().take(rows), spec)
    found = prepare_again(described, first.encoder, first.schema, first.target, SplitSpec())
    assert described.task == "multiclass"
    assert set(found.train.targets.tolist()) == {0, 2}


def test_what_an_encoder_cant_take_is_refused_and_what_it_can_is_said() -> None:
    first = prepared(flowers())
    spec = DataSpec(target="kind")
    rest = table(*(column for column in flowers().columns if column.name != "width"))
    with pytest.raises(DataError, match="missing: width"):
        prepare_again(describe(rest, spec), first.encoder, first.schema, first.target, SplitSpec())
    other = table(*flowers().columns[:-1], text("kind", ["rose", "tulip", "daisy"] * 20))
    with pytest.raises(DataError, match="daisy"):
        prepare_again(describe(other, spec), first.encoder, first.schema, first.target, SplitSpec())
    with pytest.raises(DataError, match="table"):
        prepare_again(describe(pictures(), DataSpec()), first.encoder, None, first.target, SplitSpec())
    more = table(number("spare", list(range(60))), *flowers().columns)
    found = prepare_again(describe(more, spec), first.encoder, first.schema, first.target, SplitSpec())
    assert "extra_columns" in codes(found)


# Class weights


@pytest.mark.parametrize("counts", [(5, 5), (90, 10), (1, 2, 3)])
def test_class_weights_are_scikit_learns(counts: tuple[int, ...]) -> None:
    targets = np.repeat(np.arange(len(counts)), counts)
    expected = compute_class_weight("balanced", classes=np.arange(len(counts)), y=targets)
    np.testing.assert_allclose(class_weights(targets, len(counts)), expected)


def test_a_class_without_a_row_has_a_finite_weight() -> None:
    assert class_weights(np.array([0, 0, 2, 2]), 3) == pytest.approx((2 / 3, 4 / 3, 2 / 3))

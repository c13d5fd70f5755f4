"""From raw rows to numbers: fitted on training rows, the same after a file, refused where it can't be."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from tests.data.make_tables import boolean, date, number, table, text

from stirfry.data import encode_table
from stirfry.data.encode_parts import calendar_of
from stirfry.data.encode_table import TableEncoder, fit_table
from stirfry.data.schema import infer
from stirfry.data.table import Column, Table
from stirfry.errors import DataError
from stirfry.notice import Notice
from stirfry.spec.recipe import DataSpec, Scale


def fitted(
    *columns: Column, rows: list[int] | None = None, scale: Scale = "none", **spec: tuple[str, ...]
) -> TableEncoder:
    found = table(*columns, text("y", ["a", "b"] * 50).take(np.arange(len(columns[0]))))
    schema = infer(found, DataSpec(**spec), "y", Notice("data.why_last"), "binary")
    return fit_table(found, schema, np.arange(len(found)) if rows is None else np.array(rows), scale)


def encoded(encoder: TableEncoder, *columns: Column) -> list[list[float]]:
    matrix = encoder.transform(table(*columns))
    assert matrix.dtype == np.float32
    return matrix.tolist()


# Numbers


@pytest.mark.parametrize(
    ("scale", "scaler"), [("standard", StandardScaler), ("minmax", MinMaxScaler), ("robust", RobustScaler)]
)
def test_numbers_are_imputed_and_scaled_as_scikit_learn_does(scale: Scale, scaler: type) -> None:
    values = np.random.RandomState(0).normal(size=(40, 3)) * [1, 100, 1e-3]
    values[5:9, 1] = np.nan
    columns = [number(f"x{i}", values[:, i].tolist()) for i in range(3)]
    train = list(range(30))
    ours = fitted(*columns, rows=train, scale=scale).transform(table(*columns))
    theirs = make_pipeline(SimpleImputer(strategy="median"), scaler()).fit(values[train]).transform(values)
    np.testing.assert_allclose(ours[:, [0, 1, 3]], theirs, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(ours[:, 2], np.isnan(values[:, 1]))


def test_only_training_rows_are_looked_at() -> None:
    column = number("x", [1.0, 2.0, 3.0, 1000.0, None])
    encoder = fitted(column, rows=[0, 1, 2], scale="minmax")
    assert encoder.feature_names == ["x"]
    assert encoded(encoder, column) == [[0], [0.5], [1], [499.5], [0.5]]


def test_whole_numbers_and_truths_are_numbers() -> None:
    columns = number("x", [1, 2, 3]), boolean("b", [True, False, None])
    encoder = fitted(*columns)
    assert encoder.feature_names == ["x", "b", "b is missing"]
    assert encoded(encoder, *columns) == [[1, 1, 0], [2, 0, 0], [3, 0.5, 1]]


def test_truths_may_come_as_text_later_and_numbers_too() -> None:
    encoder = fitted(number("x", [1, 2, 3]), boolean("b", [True, False, True]))
    assert encoded(encoder, text("b", ["TRUE", "false"]), text("x", ["1.5", "NA"])) == [[1.5, 1], [2, 0]]
    with pytest.raises(DataError, match=r"x must hold numbers; row 2 has the text true"):
        encoded(encoder, text("x", ["1", "true"]), boolean("b", [True, True]))


def test_a_column_that_is_constant_in_training_is_zero_for_ever() -> None:
    encoder = fitted(number("x", [1, 1, 1, 9]), number("z", [1, 2, 3, 4]), rows=[0, 1, 2], scale="standard")
    assert [row[0] for row in encoded(encoder, number("x", [1, 9, 1000]), number("z", [1, 1, 1]))] == [
        0,
        0,
        0,
    ]


def test_a_column_without_a_value_in_training_is_zero_with_an_indicator() -> None:
    encoder = fitted(number("x", [None, None, 5.0]), number("z", [1, 2, 3]), rows=[0, 1], scale="standard")
    assert encoded(encoder, number("x", [7.0, None]), number("z", [1, 2])) == [[0, 0, -1], [0, 1, 1]]


# Categories


def test_categories_are_one_hot_with_places_for_missing_and_new() -> None:
    column = text("c", ["red", "blue", None, "red"])
    encoder = fitted(column)
    assert encoder.feature_names == ["c = blue", "c = red", "c is missing", "c is new"]
    found = encoded(encoder, text("c", ["red", "blue", None, "green"]))
    assert found == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]


def test_without_gaps_in_training_a_gap_is_new() -> None:
    encoder = fitted(text("c", ["red", "blue", "red"]))
    assert encoder.feature_names == ["c = blue", "c = red", "c is new"]
    assert encoded(encoder, text("c", [None])) == [[0, 0, 1]]


def test_levels_outside_training_are_new() -> None:
    column = text("c", ["red", "blue", "green"])
    encoder = fitted(column, rows=[0, 1])
    assert encoded(encoder, column.take(np.array([2]))) == [[0, 0, 1]]


@pytest.mark.parametrize(
    "later", [number("c", [2, 1, 3]), number("c", [2.0, 1.0, 3.0]), text("c", ["2", "1", "x"])]
)
def test_numbers_as_categories_are_compared_by_their_name(later: Column) -> None:
    encoder = fitted(number("c", [1, 2, 2]), category=("c",))
    assert encoded(encoder, later) == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]


# Dates


def test_dates_become_seconds_and_calendar_parts() -> None:
    column = date("d", ["2020-02-29", "2021-12-31", "1969-07-20"])
    encoder = fitted(column)
    assert encoder.feature_names == ["d seconds", "d year", "d month", "d day", "d weekday"]
    assert [row[1:] for row in encoded(encoder, column)] == [
        [2020, 2, 29, 5],
        [2021, 12, 31, 4],
        [1969, 7, 20, 6],
    ]
    assert encoded(encoder, column)[0][0] == np.float32(column.values[0])


def test_the_hour_is_there_where_times_of_day_are() -> None:
    column = date("d", ["2020-01-01T13:30:00", "2020-01-01T00:00:00", None])
    encoder = fitted(column)
    assert encoder.feature_names == ["d seconds", "d hour", "d is missing"]
    assert [row[1:] for row in encoded(encoder, column)] == [[13.5, 0], [0, 0], [6.75, 1]]


def test_dates_are_scaled_like_numbers() -> None:
    column = date("d", ["2020-01-01", "2020-01-02", "2020-01-03"])
    found = encoded(fitted(column, scale="minmax"), column)
    assert found == [[0, 0, 0], [0.5, 0.5, 0.5], [1, 1, 1]]


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_calendar_parts_are_pythons(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    found = {name: part[0] for name, part in calendar_of(np.array([moment.timestamp()])).items()}
    expected = (moment.year, moment.month, moment.day, moment.weekday())
    assert tuple(found[name] for name in ("year", "month", "day", "weekday")) == expected  # type: ignore[index]
    assert found["hour"] == pytest.approx(moment.hour + moment.minute / 60 + moment.second / 3600)


def test_impossible_dates_are_computed_with_all_the_same() -> None:
    assert all(np.isfinite(part).all() for part in calendar_of(np.array([1e30, -1e30])).values())


# Whole tables


def whole() -> tuple[Column, ...]:
    return (
        number("x", [1.0, None, 3.0, 4.0]),
        text("c", ["u", "v", None, "u"]),
        date("d", ["2020-01-01", "2020-02-03", None, "2021-05-06"]),
        boolean("b", [True, False, True, None]),
    )


def test_columns_are_found_by_name_in_any_order_and_others_ignored() -> None:
    encoder = fitted(*whole(), scale="standard")
    assert encoder.input_shape == (len(encoder.feature_names),)
    expected = encoder.transform(table(*whole()))
    shuffled = table(number("extra", [1, 2, 3, 4]), *reversed(whole()))
    np.testing.assert_array_equal(encoder.transform(shuffled), expected)
    assert encoder.check(shuffled) == (Notice("data.extra_columns", names=["extra"]),)


def test_the_target_and_columns_left_out_in_training_are_no_extra_ones() -> None:
    encoder = fitted(*whole(), drop=("b",))
    assert encoder.check(table(*whole(), text("y", ["a"] * 4))) == ()


def test_rows_are_encoded_by_index_and_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = fitted(*whole(), scale="standard")
    expected = encoder.transform(table(*whole()))
    monkeypatch.setattr(encode_table, "BLOCK", 2)
    np.testing.assert_array_equal(encoder.transform(table(*whole())), expected)
    rows = np.array([3, 0, 3])
    np.testing.assert_array_equal(encoder.transform(table(*whole()), rows), expected[rows])


def test_missing_columns_are_refused_all_by_name() -> None:
    encoder = fitted(*whole())
    rest = table(whole()[1])
    for call in (encoder.check, encoder.transform):
        with pytest.raises(DataError, match=r"missing: x, d, b\. Found: c"):
            call(rest)


def test_duplicate_names_are_refused() -> None:
    with pytest.raises(DataError, match="more than once: x"):
        fitted(*whole()).check(table(*whole(), whole()[0]))


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (text("x", ["1", "2", "3", "four"]), "data.not_a_number"),
        (number("x", [1.0, 2.0, 3.0, np.inf]), "data.infinite"),
        (date("x", ["2020-01-01"] * 4), "data.date_for_number"),
        (number("d", [None, None, None, 5.0]), "data.not_a_date"),
        (text("d", [None, None, "", "soon"]), "data.not_a_date"),
    ],
)
def test_values_that_cant_be_encoded_are_refused(column: Column, code: str) -> None:
    encoder = fitted(*whole())
    rows = table(*(column if each.name == column.name else each for each in whole()))
    with pytest.raises(DataError) as caught:
        encoder.check(rows)
    assert caught.value.code == code
    assert caught.value.facts.get("row", 4) == 4
    with pytest.raises(DataError):
        encoder.transform(rows)


def test_new_levels_and_new_gaps_are_said() -> None:
    encoder = fitted(number("x", [1, 2, 3]), text("c", ["u", "v", "u"]))
    rows = table(number("x", [1.0, None, 2.0]), text("c", ["w", "u", "w"]))
    assert encoder.check(rows) == (
        Notice("data.new_levels", column="c", levels=["w"], rows=2),
        Notice("data.new_gaps", names=["x"]),
    )
    many = table(number("x", [1] * 9), text("c", [f"n{i}" for i in range(9)]))
    assert encoder.check(many)[0].facts["levels"] == ["n0", "n1", "n2", "n3", "n4", "…"]


def test_an_encoder_survives_strict_json() -> None:
    for scale in ("standard", "minmax", "robust", "none"):
        encoder = fitted(*whole(), scale=scale)  # type: ignore[arg-type]
        found = TableEncoder.from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False)))
        assert found == encoder
        np.testing.assert_array_equal(found.transform(table(*whole())), encoder.transform(table(*whole())))


@pytest.mark.parametrize(
    "part",
    [
        {"kind": "number", "name": "x", "median": float("nan"), "missing": False, "center": 0, "scale": 1},
        {"kind": "number", "name": "x", "median": 0, "missing": False, "center": 0, "scale": -1},
        {
            "kind": "date",
            "name": "d",
            "median": 0,
            "missing": False,
            "calendar": ["year"],
            "centers": [],
            "scales": [],
        },
        {
            "kind": "date",
            "name": "d",
            "median": 0,
            "missing": False,
            "calendar": ["age"],
            "centers": [0],
            "scales": [1],
        },
        {"kind": "pickle", "name": "x"},
    ],
)
def test_an_encoders_file_is_checked(part: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TableEncoder.from_json({"parts": [part]})
    with pytest.raises(ValidationError):
        TableEncoder.from_json({"parts": []})


NUMBERS = st.lists(
    st.none() | st.floats(width=32, allow_infinity=False, allow_nan=False), min_size=2, max_size=2
)
TEXTS = st.lists(st.none() | st.text(max_size=4), min_size=2, max_size=2)


@given(NUMBERS, TEXTS, NUMBERS, TEXTS, st.sampled_from(["standard", "minmax", "robust", "none"]))
def test_every_row_that_is_encoded_is_finite(
    x: list[float | None],
    c: list[str | None],
    later_x: list[float | None],
    later_c: list[str | None],
    scale: Scale,
) -> None:
    encoder = fitted(number("x", x), text("c", c), number("z", [1, 2]), scale=scale)
    later: Table = table(number("x", later_x), text("c", later_c), number("z", [1, 2]))
    encoder.check(later)
    matrix = encoder.transform(later)
    assert np.isfinite(matrix).all()
    if "c" in encoder.columns:
        width = [name.startswith("c ") for name in encoder.feature_names]
        np.testing.assert_array_equal(matrix[:, width].sum(axis=1), [1, 1])

from __future__ import annotations

import numpy as np
import pytest
from tests.judge.checks.looking import found, healthy, measured

from stirfry.data.table import Column
from stirfry.judge.checks.order import is_row_number, is_steady, is_time_name


def number(values: object) -> Column:
    return Column("x", "number", np.asarray(values))


@pytest.mark.parametrize("begin", [0, 1])
@pytest.mark.parametrize("shuffled", [False, True])
def test_a_row_number_is_found_in_any_order(begin: int, shuffled: bool) -> None:
    data = healthy()
    count = np.arange(begin, begin + 600)
    data["counter"] = np.random.default_rng(0).permutation(count) if shuffled else count
    got = found(data)["row_number"]
    assert got.facts["columns"] == ["counter"]
    assert got.change == {"drop": ["counter"]} and "--drop counter" in got.do


def test_a_row_number_in_a_sorted_file_is_accused_once() -> None:
    data = healthy()
    order = np.argsort(data["y"])
    data = {name: np.asarray(values)[order] for name, values in data.items()}
    data["counter"] = np.arange(600)
    assert set(found(data)) == {"row_number"}


def test_rows_without_a_label_leave_gaps_in_a_row_number() -> None:
    data = healthy()
    data["counter"] = np.arange(600)
    data["y"] = [None if place % 100 == 7 else label for place, label in enumerate(data["y"])]
    assert "row_number" in found(data)


@pytest.mark.parametrize("shuffled", [False, True])
def test_serial_numbers_are_found_wherever_they_begin(shuffled: bool) -> None:
    data = healthy()
    serial = np.arange(100_200, 100_800)
    data["customer"] = np.random.default_rng(0).permutation(serial) if shuffled else serial
    assert found(data)["row_number"].facts["columns"] == ["customer"]


def test_years_one_after_the_other_are_no_serial_numbers() -> None:
    data = {name: values[:150] for name, values in measured().items()}
    data["jahr"] = np.arange(1870, 2020)
    assert "row_number" not in found(data)


def test_the_only_column_of_a_table_is_not_to_be_left_out() -> None:
    volts = np.arange(1, 101)
    current = np.sin(volts / 20) + np.random.default_rng(0).normal(0, 0.1, 100)
    assert "row_number" not in found({"volts": volts, "y": current})


def test_numbers_that_differ_are_no_row_number() -> None:
    data = measured()
    data["salary"] = np.random.default_rng(1).permutation(np.arange(0, 6_000, 10))
    data["year"] = np.arange(1, 601)
    assert "row_number" not in found(data)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (range(30), True),
        (range(1, 31), True),
        (range(2, 32), False),
        (range(19), False),
        ([*range(29), 28], False),
        ([*range(29), 40], False),
        (np.arange(30) + 0.0, True),
        (np.arange(30) + 0.5, False),
        ([*np.arange(29.0), np.nan], False),
    ],
)
def test_what_a_row_number_is(values: object, expected: bool) -> None:
    assert is_row_number(number(list(values))) is expected  # type: ignore[call-overload]


def test_what_a_steady_column_is() -> None:
    assert is_steady(number(np.arange(40) * 0.1 + 5))
    assert not is_steady(number(np.arange(40)[::-1]))
    assert not is_steady(number([*np.arange(39.0), 50.0]))
    assert not is_steady(number([0.0, 1.0, np.nan, *np.arange(3.0, 40)]))
    assert not is_steady(number(np.arange(10)))


def test_what_a_time_is_called() -> None:
    assert all(map(is_time_name, ("Date", "order time", "created_date", "t", "日期", "成交年份", "Hour")))
    assert not any(map(is_time_name, ("weight", "target", "timer", "update", "daylight", "生日礼物")))


def test_a_category_of_few_values_isnt_accused() -> None:
    data = healthy()
    data["room"] = np.arange(600) % 40
    assert "all_different" not in found(data, category=["room"])

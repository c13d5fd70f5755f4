"""What one column is, and why."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.make_tables import boolean, date, number, text

from stirfry.data.roles import is_key_name, role_of, stray_text
from stirfry.data.table import Column
from stirfry.errors import DataError

OTHERS = ["width", "height"]


def role(column: Column, **facts: bool) -> tuple[str, str]:
    found, reason = role_of(column, [column.name, *OTHERS], **facts)
    assert str(reason)
    return found, reason.code.removeprefix("data.why_")


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (number("width", [1.5, 2.5, None]), ("number", "number")),
        (boolean("smoker", [True, False, True]), ("number", "boolean")),
        (date("when", ["2020-01-01", "2020-01-02"]), ("date", "date")),
        (text("colour", ["red", "blue", "red"]), ("category", "category")),
        (number("width", [3, 3, 3]), ("constant", "constant")),
        (text("colour", ["red"] * 4), ("constant", "constant")),
        (boolean("smoker", [True, True]), ("constant", "constant")),
        (date("when", ["2020-01-01"] * 2), ("constant", "constant")),
        (number("width", [None, None]), ("constant", "empty")),
        (text("colour", [None, None]), ("constant", "empty")),
        (text("colour", ["red", None, "red"]), ("category", "category")),
        (number("width", [1.0, None]), ("number", "number")),
        (text("name", [f"person {i}" for i in range(30)]), ("identifier", "id_text")),
        (text("city", [f"c{i % 21}" for i in range(84)]), ("identifier", "many_levels")),
        (text("city", [f"c{i % 20}" for i in range(80)]), ("category", "category")),
        (text("city", [f"c{i % 50}" for i in range(1000)]), ("category", "category")),
        (text("city", [f"c{i % 201}" for i in range(10_000)]), ("identifier", "many_levels")),
    ],
)
def test_roles(column: Column, expected: tuple[str, str]) -> None:
    assert role(column) == expected


@pytest.mark.parametrize(
    "name",
    [
        *("id", "ID", " Index ", "row", "No", "no.", "Unnamed: 0", "", "column_1"),
        *("PassengerId", "customer_id", "order no", "序号", "编号", "用户编号", "客户id"),
    ],
)
def test_row_numbers_and_keys_are_known_by_their_names(name: str) -> None:
    assert role(number(name, [1, 2, 3])) == ("identifier", "id_name")
    assert role(number(name, [1, 2, 2])) == ("number", "number")
    assert role(number(name, [1.5, 2.5, 3.5])) == ("number", "number")
    assert role(text(name, ["a", "b", "c"])) == ("identifier", "id_name")


@pytest.mark.parametrize("name", ["width", "grid", "solid", "piano", "x1", "volcano", "号码数"])
def test_other_names_are_no_keys(name: str) -> None:
    assert role(number(name, [1, 2, 3])) == ("number", "number")


def test_a_nameless_column_is_a_key_only_among_named_ones() -> None:
    assert is_key_name("column_1", ["column_1", "width"])
    assert not is_key_name("column_1", ["column_1", "column_2"])


def test_a_category_that_is_asked_for_is_one() -> None:
    assert role(number("id", [1, 2, 3]), as_category=True) == ("category", "asked")
    assert role(text("name", list("abcdefghij")), as_category=True) == ("category", "asked")
    assert role(number("width", [None, None]), as_category=True) == ("constant", "empty")


def test_a_category_with_far_too_many_levels_is_refused() -> None:
    with pytest.raises(DataError, match="10,000"):
        role(number("id", list(range(10_001))), as_category=True)


def test_numbers_with_a_stray_text_are_a_category_and_the_text_is_named() -> None:
    values = [str(i % 30) for i in range(90)] + ["oops"]
    found, reason = role_of(text("width", values), OTHERS)
    assert found == "category"
    assert reason.facts == {"text": "oops", "row": 91, "levels": 31}
    many = [str(i) for i in range(300)] + ["oops"]
    assert role(text("width", many)) == ("identifier", "stray_identifier")
    assert role(text("width", [*many[:50], "oops"])) == ("identifier", "stray_identifier")


def test_stray_texts_are_few() -> None:
    assert stray_text(text("a", ["1"] * 9 + ["x"])) == ("x", 10)
    assert stray_text(text("a", ["1"] * 8 + ["x"])) is None
    assert stray_text(text("a", ["1", "2"])) is None
    assert stray_text(text("a", ["1"] * 18 + [None, "x", "x"])) == ("x", 20)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e300])
def test_infinities_in_a_used_column_are_refused(value: float) -> None:
    with pytest.raises(DataError, match="row 2"):
        role(number("width", [1.0, value]))
    assert role(number("width", [1.0, 2.0, value]), as_category=True)[0] == "category"


@given(st.lists(st.none() | st.text(max_size=3), min_size=1))
def test_every_column_of_texts_has_a_role_and_a_reason(values: list[str | None]) -> None:
    role(text("a", values))


@given(
    st.lists(st.none() | st.floats(width=32, allow_infinity=False), min_size=1), st.sampled_from(["a", "id"])
)
def test_every_column_of_numbers_has_a_role_and_a_reason(values: list[float | None], name: str) -> None:
    role(number(name, values))

"""Which column is the target, what the others are, and that a schema survives its file."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pydantic import ValidationError
from tests.data.make_tables import boolean, date, number, table, text

from stirfry.data.schema import Schema, check_names, find_target, infer
from stirfry.data.table import Table
from stirfry.errors import DataError, UsageError
from stirfry.lang import speaking
from stirfry.notice import Notice
from stirfry.spec.recipe import DataSpec, SplitSpec

WHY = Notice("data.why_last")


def with_names(*names: str, target: str | None = None) -> Table:
    return table(*(number(name, [1.0, 2.0]) for name in names), target=target)


@pytest.mark.parametrize(
    ("found", "spec", "expected"),
    [
        (with_names("a", "b", target="a"), DataSpec(target="b"), ("b", "asked")),
        (with_names("a", "class", target="a"), DataSpec(), ("a", "source")),
        (with_names("Species", "b"), DataSpec(), ("Species", "named")),
        (with_names("标签", "b"), DataSpec(), ("标签", "named")),
        (with_names("price", "Target", "b"), DataSpec(), ("Target", "named")),
        (with_names("Y", "y", "b"), DataSpec(), ("Y", "named")),
        (with_names("a", "b"), DataSpec(), ("b", "last")),
        (with_names("a", "b"), DataSpec(drop=("b",)), ("a", "last")),
        (with_names("a", "b", target="b"), DataSpec(drop=("b",)), ("a", "last")),
        (with_names("a", "class", "part"), DataSpec(split=SplitSpec(column="part")), ("class", "named")),
        (with_names("a", "part"), DataSpec(split=SplitSpec(column="part")), ("a", "last")),
    ],
)
def test_the_target_and_why(found: Table, spec: DataSpec, expected: tuple[str, str]) -> None:
    name, why = find_target(found, spec)
    assert (name, why.code.removeprefix("data.why_")) == expected


@pytest.mark.parametrize(
    "spec",
    [
        DataSpec(target="widht"),
        DataSpec(drop=("widht",)),
        DataSpec(category=("Widht",)),
        DataSpec(split=SplitSpec(column="widht")),
    ],
)
def test_an_unknown_column_suggests_the_nearest_and_lists_all(spec: DataSpec) -> None:
    with pytest.raises(UsageError, match=r"[Ww]idht.*mean width.*width, height"):
        check_names(["width", "height"], spec)


def test_an_unknown_column_that_is_like_none_lists_all() -> None:
    with pytest.raises(UsageError, match=r"zzz.*width, height"):
        check_names(["width", "height"], DataSpec(target="zzz"))
    with pytest.raises(UsageError) as caught:
        check_names([f"column {i}" for i in range(1000)], DataSpec(target="zzz"))
    assert len(str(caught.value)) < 400


def test_duplicate_names_are_refused() -> None:
    with pytest.raises(DataError, match="more than once: a"):
        find_target(with_names("a", "b", "a"), DataSpec())


def test_the_column_of_the_parts_has_no_other_use() -> None:
    with pytest.raises(UsageError, match="part"):
        check_names(["a", "part"], DataSpec(target="part", split=SplitSpec(column="part")))


def mixed() -> Table:
    return table(
        number("id", [1, 2, 3, 4]),
        number("width", [1.0, 2.0, 3.0, None]),
        text("colour", ["red", "blue", "red", None]),
        date("when", ["2020-01-01", "2020-02-01", None, "2021-01-01"]),
        boolean("ripe", [True, False, True, True]),
        number("always", [7, 7, 7, 7]),
        text("part", ["train", "train", "test", "test"]),
        number("spare", [1, 2, 2, 1]),
        text("kind", ["a", "b", "a", "b"]),
    )


def test_every_column_has_its_role() -> None:
    spec = DataSpec(drop=("spare",), split=SplitSpec(column="part"))
    schema = infer(mixed(), spec, "kind", WHY, "binary")
    assert {column.name: column.role for column in schema.columns} == {
        "id": "identifier",
        "width": "number",
        "colour": "category",
        "when": "date",
        "ripe": "number",
        "always": "constant",
        "part": "dropped",
        "spare": "dropped",
        "kind": "target",
    }
    assert [feature.name for feature in schema.features] == ["width", "colour", "when", "ripe"]


def test_roles_are_told_in_the_language_of_the_moment() -> None:
    schema = infer(mixed(), DataSpec(category=("spare",)), "kind", WHY, "binary")
    told = {name: (role, reason) for name, role, reason in schema.described()}
    assert told["always"] == ("constant", "every value is 7")
    assert told["spare"] == ("category", "you asked for it")
    with speaking("zh"):
        assert {name: role for name, role, _ in schema.described()}["kind"] == "目标"


def test_a_schema_survives_strict_json() -> None:
    schema = infer(mixed(), DataSpec(), "kind", WHY, "binary")
    written = json.dumps(schema.to_json(), allow_nan=False)
    assert Schema.from_json(json.loads(written)) == schema


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("code", "data.why_nonsense"),
        ("code", "cli.usage"),
        ("code", 7),
        ("facts", {}),
        ("facts", {"low": "a", "high": []}),
    ],
)
def test_a_reason_that_cant_be_said_is_refused_when_a_file_is_read(key: str, value: object) -> None:
    written = infer(mixed(), DataSpec(), "kind", WHY, "binary").to_json()
    written["columns"][1]["reason"][key] = value
    with pytest.raises(ValidationError):
        Schema.from_json(written)


def test_no_feature_left_is_refused_with_the_reasons() -> None:
    found = table(number("id", [1, 2, 3]), number("same", [5, 5, 5]), text("kind", ["a", "b", "a"]))
    with pytest.raises(DataError, match=r"id \(it is named like a key.*same \(every value is 5\)"):
        infer(found, DataSpec(), "kind", WHY, "binary")
    with pytest.raises(DataError, match="delimiter"):
        infer(table(text("kind", ["a", "b"])), DataSpec(), "kind", WHY, "binary")
    with pytest.raises(DataError, match="a, b"):
        find_target(with_names("a", "b"), DataSpec(drop=("a", "b")))


def test_infinities_are_refused_in_used_columns_only() -> None:
    bad = number("width", [1.0, np.inf, 2.0])
    found = table(bad, number("height", [1.0, 2.0, 3.0]), text("kind", ["a", "b", "a"]))
    with pytest.raises(DataError, match=r"width has inf in row 2"):
        infer(found, DataSpec(), "kind", WHY, "binary")
    assert infer(found, DataSpec(drop=("width",)), "kind", WHY, "binary").features[0].name == "height"

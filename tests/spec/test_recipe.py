from __future__ import annotations

import string
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry import lang
from stirfry.actions.recipes import listed, names
from stirfry.errors import SpecError
from stirfry.spec.lines import lines_of, nearest_line
from stirfry.spec.recipe import Recipe, recipe_from, recipe_from_toml, schema, variants_of, with_changes

BROKEN = """
title = { en = "a", zh = "b" }
[data]
sorce = "iris"
[data.split]
test = 1.5
[network]
layers = [
  { type = "Linear", out_features = 0 },
  { type = "Relu" },
  { type = "Dropout", p = 2.0, q = 1 },
  { out = 3 },
]
[plan]
optimizer = "sdg"
lr = -1
batch_size = "fulll"
schedule = "cosin"
betas = [0.9]
seed = 1.5
hidden = 3
"""

EXPECTED = [
    (4, "data.sorce", "Did you mean source?"),
    (6, "data.split.test", "must be below 1"),
    (9, "network.layers[0].out_features", "must be at least 1; found 0"),
    (10, "network.layers[1]", "Did you mean ReLU?"),
    (11, "network.layers[2].p", "must be below 1"),
    (11, "network.layers[2].q", "Here there are: type, p"),
    (12, "network.layers[3]", "must say which kind"),
    (15, "plan.optimizer", "Did you mean sgd?"),
    (16, "plan.lr", "must be above 0; found -1"),
    (17, "plan.batch_size", "a whole number, or one of full"),
    (18, "plan.schedule", "Did you mean cosine?"),
    (19, "plan.betas[1]", "is required"),
    (20, "plan.seed", "must be a whole number"),
    (21, "plan.hidden", "no such setting"),
]


def faults(text: str) -> list[str]:
    with pytest.raises(SpecError) as error, lang.speaking("en"):
        recipe_from_toml(text, "x.toml")
    with lang.speaking("en"):
        return str(error.value).splitlines()


def test_every_fault_is_told_at_once_with_line_and_key() -> None:
    head, *found = faults(BROKEN)
    assert head == "14 faults in x.toml; nothing was run:"
    for line, (number, key, text) in zip(found, EXPECTED, strict=True):
        assert line.startswith(f"  line {number}, {key}: "), line
        assert text in line


def test_faults_between_fields_have_lines_too() -> None:
    (_, line) = faults('[plan]\nlr = 0.1\noptimizer = "adam"\nmomentum = 0.9')
    assert line.startswith("  line 4, plan.momentum: ")
    (_, line) = faults("[data.split]\ntest = 0.6\nvalidation = 0.5")
    assert line.startswith("  line 1, data.split: ")
    (_, line) = faults('[network]\nhidden = [3]\nlayers = [{ type = "ReLU" }]')
    assert line.startswith("  line 2, network.hidden: ")


def test_what_is_not_toml_is_said() -> None:
    assert "not valid TOML" in faults("[plan\nlr = 1")[1]


def keys_of(values: Any, path: str = "") -> list[str]:
    found = []
    if isinstance(values, dict):
        for key, value in values.items():
            inner = f"{path}.{key}" if path else key
            found += [inner, *keys_of(value, inner)]
    elif isinstance(values, list):
        for index, value in enumerate(values):
            found += [f"{path}[{index}]", *keys_of(value, f"{path}[{index}]")]
    return found


NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=4)
SCALARS = st.one_of(
    st.integers(-1000, 1000),
    st.booleans(),
    st.text(st.sampled_from("ab \"'\\#[]{}=,.\n\té"), max_size=8),
    st.dates(),
    st.datetimes(),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def written(value: Any, spaces: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[" + f",{spaces}".join(written(item, spaces) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(item, '')}" for key, item in value.items()) + "}"
    return str(value)


@given(
    st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=3), max_size=3),
    st.sampled_from([" ", "\n  ", " # why\n"]),
)
def test_every_key_of_a_toml_text_has_its_line(tables: dict[str, dict[str, Any]], spaces: str) -> None:
    text = "# head\n" + "\n\n".join(
        f"[{name}]  # a table\n"
        + "\n".join(f"{key} = {written(value, spaces)}" for key, value in table.items())
        for name, table in tables.items()
    )
    lines = lines_of(text)
    assert set(lines) == set(keys_of(tomllib.loads(text)))
    for name in tables:
        assert text.splitlines()[lines[name] - 1].startswith(f"[{name}]")


def test_lines_of_repeated_tables_and_dotted_keys() -> None:
    lines = lines_of('a.b = 1\n[[t]]\nx = 1\n[t.inner]\ny = """\n[no]\nz = 1"""\n[[t]]\nx = \'a#b\'\n')
    assert lines == {
        "a": 1,
        "a.b": 1,
        "t[0]": 2,
        "t[0].x": 3,
        "t[0].inner": 4,
        "t[0].inner.y": 5,
        "t[1]": 8,
        "t[1].x": 9,
    }
    assert nearest_line(lines, "t[1].missing") == 8
    assert nearest_line(lines, "nowhere") is None


@given(st.text(max_size=200))
def test_no_text_is_a_traceback(text: str) -> None:
    try:
        recipe_from_toml(text, "x.toml")
    except SpecError as error:
        assert str(error)


@given(
    st.recursive(
        SCALARS,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["data", "network", "plan", "split", "layers", "schedule", "type", "name", "lr", "hidden"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    ).filter(lambda value: isinstance(value, dict))
)
def test_no_values_are_a_traceback(values: dict[str, Any]) -> None:
    for table in ("data", "network", "plan"):
        try:
            recipe_from({table: values})
        except SpecError as error:
            assert str(error)


def test_changes_keep_what_was_set_and_what_was_open() -> None:
    recipe = recipe_from({"plan": {"lr": 0.5}, "network": {"hidden": [3]}})
    changed = with_changes(recipe, {"plan": {"epochs": 3}, "network": {"layers": [{"type": "ReLU"}]}})
    assert changed.plan.model_fields_set == {"lr", "epochs"}
    assert changed.network.hidden is None and changed.network.layers is not None
    assert with_changes(changed, {"network": {"hidden": [4]}}).network.layers is None
    schedule = recipe_from({"plan": {"schedule": {"name": "step", "step_size": 5}}})
    assert with_changes(schedule, {"plan": {"schedule": {"name": "cosine"}}}).plan.schedule.name == "cosine"


@pytest.mark.parametrize("name", names())
def test_every_shipped_recipe_and_variant_is_whole(name: str) -> None:
    recipe = listed(name).recipe
    assert recipe.name == name and recipe.title is not None
    assert recipe.title.en and recipe.title.zh
    assert recipe.published, "a recipe says what it measures"
    for variant in variants_of(recipe).values():
        assert isinstance(variant, Recipe)


def test_the_tutorials_come_in_the_order_of_their_pages() -> None:
    assert names()[:2] == ["iris-mlp", "iris-stopped"]
    assert {"mnist-cnn", "mnist-99", "mnist-best", "fashion-cnn"} <= set(names())


def test_the_schema_names_every_table() -> None:
    assert {"data", "network", "plan"} <= set(schema()["properties"])

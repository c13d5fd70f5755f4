from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.actions.keep import recipe_values
from stirfry.actions.recipes import listed, names
from stirfry.spec.recipe import recipe_from, recipe_from_toml
from stirfry.spec.toml import as_toml

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
PLAIN = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_tomllib_reads_back_what_was_written(values: dict[str, object]) -> None:
    assert tomllib.loads(as_toml(values)) == values


@pytest.mark.parametrize("name", names())
def test_a_recipe_comes_back_as_it_was(name: str) -> None:
    recipe = listed(name).recipe
    kept = recipe_from(recipe_values(recipe))
    assert recipe_from_toml(as_toml(recipe_values(recipe)), "run.toml") == kept


def test_nothing_is_left_out() -> None:
    assert tomllib.loads(as_toml({"a": None, "b": {"c": None}})) == {"b": {}}

from __future__ import annotations

import pytest

from stirfry.errors import UsageError
from stirfry.spec.options import PLACES, nested
from stirfry.spec.recipe import recipe_from


def test_flat_settings_find_their_tables() -> None:
    assert nested({"lr": 1, "hidden": [2], "test": 0.1, "split": "random", "scale": None}) == {
        "plan": {"lr": 1},
        "network": {"hidden": [2]},
        "data": {"split": {"test": 0.1, "method": "random"}},
    }


def test_an_unknown_setting_suggests_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean `epochs`"):
        nested({"epoch": 3})
    with pytest.raises(UsageError, match="There are: "):
        nested({"zzzzzz": 3})


def test_every_place_is_a_setting() -> None:
    for name in PLACES:
        with pytest.raises(UsageError):
            recipe_from(nested({name: object()}))

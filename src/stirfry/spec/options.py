"""Settings by one flat name each, as they are typed on a command line or passed to a function.

`lr=0.01, hidden=[8], test=0.3` becomes the nested tables of a recipe.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Sequence
from typing import Any

from stirfry.errors import UsageError
from stirfry.spec.faults import nearest
from stirfry.spec.network import NetworkSpec
from stirfry.spec.plan import Plan
from stirfry.spec.recipe import DataSpec

#: Where each flat name belongs in a recipe.
PLACES: dict[str, tuple[str, ...]] = {
    **{name: ("data", name) for name in DataSpec.model_fields if name not in ("source", "split")},
    **{name: ("network", name) for name in NetworkSpec.model_fields},
    **{name: ("plan", name) for name in Plan.model_fields},
    "split": ("data", "split", "method"),
    "split_column": ("data", "split", "column"),
    "split_seed": ("data", "split", "seed"),
    **{name: ("data", "split", name) for name in ("test", "validation", "test_file", "validation_file")},
    "name": ("name",),
}


#: Columns that an option names in a sentence, at most.
MOST_IN_WORDS = 5
_PLAIN = re.compile(r"[\w@%+=:,./-]+")


def quoted(word: str) -> str:
    """Return a word as a shell takes it: in quotes where it has spaces or signs that mean something there.

    Example:
        >>> quoted("房价.csv"), quoted("petal width")
        ('房价.csv', "'petal width'")
    """
    return word if _PLAIN.fullmatch(word) else shlex.quote(word)


def dropping(columns: Sequence[str]) -> str:
    """Return the option that leaves columns out, for a sentence: without the columns where they are many.

    Example:
        >>> dropping(["id", "row number"])
        "--drop 'id,row number'"
    """
    return "--drop" if len(columns) > MOST_IN_WORDS else f"--drop {quoted(','.join(columns))}"


def refuse_both(settings: Collection[str]) -> None:
    """Refuse settings of a network beside a network of the user's own.

    Args:
        settings: flat names, those that were given.

    Raises:
        UsageError: with every such name.
    """
    both = sorted(name for name in settings if PLACES.get(name, ("",))[0] == "network")
    if both:
        raise UsageError("spec.module_and_layers", names=both)


def nested(settings: dict[str, Any]) -> dict[str, Any]:
    """Return flat settings as the nested values of a recipe; those that are None stay open.

    Args:
        settings: values by flat name.

    Raises:
        UsageError: a name isn't a setting; the nearest one is suggested.

    Example:
        >>> nested({"lr": 0.1, "test": 0.3})
        {'plan': {'lr': 0.1}, 'data': {'split': {'test': 0.3}}}
    """
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in PLACES:
            near = nearest(name, list(PLACES))
            code = "spec.unknown_setting_near" if near else "spec.unknown_setting"
            raise UsageError(code, name=name, near=near, known=sorted(PLACES))
        if value is None:
            continue
        *tables, key = PLACES[name]
        place = values
        for table in tables:
            place = place.setdefault(table, {})
        place[key] = value
    return values

"""The command to try next: the one that was typed, with what is to be changed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from stirfry.actions.recipes import listed, names
from stirfry.actions.request import TrainRequest
from stirfry.errors import UsageError
from stirfry.spec.layers import Conv2d, Linear
from stirfry.spec.options import PLACES
from stirfry.spec.recipe import Recipe

Words = tuple[tuple[str, ...], ...]

#: Settings that no option of `stirfry train` has.
_NOT_TYPED = (
    *("scale_target", "mean", "std", "rows", "columns", "split_seed"),
    *("bias", "layers", "nesterov", "betas", "eps", "alpha", "huber_delta", "shuffle", "drop_last"),
    *("min_delta", "follow_test"),
)
#: What `stirfry check` takes of them.
_OF_CHECK = ("target", "task", "drop", "category", "scale", "test", "validation", "split", "split_column")
#: Of no use to whoever tries something else.
_LEFT_OUT = ("--name", "--quiet", "--json", "--no-plots", "--log-every", "--history", "--checkpoint-every")


def command_for(verb: str, change: dict[str, Any], request: TrainRequest) -> str:
    """Return the command line that does the same with some settings changed; empty where none can be written.

    Args:
        verb: `train` or `check`.
        change: new values by their flat names, and `repeats` or `folds`.
        request: what was asked for. Data in memory and a network of Python objects can't be typed.
    """
    words = request.words or _words_of(request)
    if not words or request.resume is not None:
        return ""
    if verb == "check":
        kept = [pair for pair in words if not pair[0].startswith("-") or _name(pair[0]) in _OF_CHECK]
        return _joined("check", kept)
    change = _whole(change, request)
    if set(change) & set(_NOT_TYPED):
        return ""
    new = {_option(name): (_option(name), _typed(value)) for name, value in change.items()}
    kept = [pair for pair in words if pair[0] not in new and pair[0] not in _LEFT_OUT]
    return _joined("train", [*kept, *new.values()])


def _joined(verb: str, pairs: Sequence[tuple[str, ...]]) -> str:
    return shlex.join(["stirfry", verb, *(word for pair in pairs for word in pair)])


def _whole(change: dict[str, Any], request: TrainRequest) -> dict[str, Any]:
    """Return a change of the network with what must stand beside it, where every layer was written down."""
    layers = request.recipe.network.layers
    short = {"activation", "dropout"} & set(change)
    own = request.module is not None and short | ({"hidden"} & set(change))
    written_out = layers is not None and short and "hidden" not in change
    if own or (written_out and any(isinstance(layer, Conv2d) for layer in layers or ())):
        return {"layers": None}
    if written_out:
        widths = [layer.out_features for layer in layers or () if isinstance(layer, Linear)]
        return {"hidden": widths[:-1], **change}
    return change


def _words_of(request: TrainRequest) -> Words:
    """Return the command line of a request that was made in Python; empty where there is none."""
    recipe = request.recipe
    own = request.module is not None or request.loss is not None or request.start_from is not None
    if own or request.data is not None or recipe.data.source is None:
        return ()
    base = _base(recipe)
    words: list[tuple[str, ...]] = [(recipe.data.source,)]
    if base is not None:
        words = [("--recipe", str(base.name))] if base.data.source == recipe.data.source else words
        words += [("--recipe", str(base.name))] if words[0][0] != "--recipe" else []
    for name, place in PLACES.items():
        given, value = _value(recipe, place)
        if not given or name == "name" or (base is not None and _value(base, place)[1] == value):
            continue
        if value is None or value == ():
            continue
        if name in _NOT_TYPED:
            return ()
        words.append((_option(name), _typed(value)))
    return tuple(words)


def _base(recipe: Recipe) -> Recipe | None:
    """Return the shipped recipe that a recipe was made from, if any."""
    if recipe.name not in names():
        return None
    try:
        return listed(str(recipe.name)).recipe
    except UsageError:
        return None


def _value(recipe: Recipe, place: tuple[str, ...]) -> tuple[bool, Any]:
    """Return whether a setting was given, and its value."""
    at: Any = recipe
    given = True
    for key in place:
        given = given and key in at.model_fields_set
        at = getattr(at, key)
    return given, at


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _name(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


def _typed(value: Any) -> str:
    """Return a value as one types it.

    Example:
        >>> _typed(0.003), _typed([64, 32]), _typed(())
        ('0.003', '64,32', 'none')
    """
    if isinstance(value, list | tuple):
        return ",".join(map(_typed, value)) or "none"
    if hasattr(value, "name"):  # a schedule
        return str(value.name)
    return f"{value:.6g}" if isinstance(value, float) else str(value)

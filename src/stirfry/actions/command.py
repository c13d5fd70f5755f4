"""The command line that does what a request asks for, with some settings changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from stirfry.actions.recipes import listed, names
from stirfry.actions.request import TrainRequest
from stirfry.engine.given import Given, GivenLoss
from stirfry.spec.layers import Conv2d, Linear
from stirfry.spec.options import PLACES, quoted
from stirfry.spec.recipe import Recipe, variants_of

#: Settings that a recipe and Python have, and the command line hasn't.
_NO_OPTION = frozenset(
    (
        *("nesterov", "betas", "eps", "alpha", "huber_delta", "shuffle", "drop_last", "min_delta"),
        *("follow_test", "layers", "mean", "std", "rows", "columns", "scale_target", "split_seed"),
    )
)
#: What a change adds to, and doesn't replace.
_GROWING = ("drop", "category")
#: What names a run and changes nothing about it.
_UNIMPORTANT = ("name", "source")


def train_command(request: TrainRequest, change: dict[str, Any] | None = None) -> str:
    """Return the `stirfry train` command that does the same, with some settings changed.

    Args:
        request: what was asked for.
        change: settings by their flat names (see `stirfry.spec.options.PLACES`), and `folds` and `repeats`.

    Returns:
        The command; empty where there is none, as for data in memory and settings without an option.

    Example:
        >>> from stirfry.actions.recipes import recipe_for
        >>> request = TrainRequest(recipe_for(None, settings={"plan": {"lr": 0.1}}, source="iris"))
        >>> train_command(request, {"folds": 5})
        'stirfry train iris --lr 0.1 --folds 5'
    """
    return _command("train", request, change)


def sweep_command(request: TrainRequest, rates: Sequence[float]) -> str:
    """Return the `stirfry sweep` command that tries the same at other rates; empty where there is none.

    Args:
        request: what was asked for.
        rates: at equal distances on a logarithmic scale, the lowest first.

    Example:
        >>> from stirfry.actions.recipes import recipe_for
        >>> request = TrainRequest(recipe_for(None, settings={"network": {"hidden": [8, 4]}}, source="iris"))
        >>> sweep_command(request, (0.001, 0.01, 0.1))
        'stirfry sweep iris --hidden 8x4 --lr 0.001..0.1 --points 3'
    """
    if request.module is not None or request.start_from is not None or request.folds is not None:
        return ""
    change = {"lr": f"{rates[0]:g}..{rates[-1]:g}", "points": len(rates)}
    return _command("sweep", request, change)


def _command(verb: str, request: TrainRequest, change: dict[str, Any] | None) -> str:
    recipe = request.recipe
    if request.data is not None or recipe.data.source is None:
        return ""
    begin, base = _base(recipe)
    asked = {name: value for name, value in _flat(recipe).items() if base.get(name) != value}
    words = [*([] if base.get("source") == recipe.data.source else [recipe.data.source]), *begin]
    settings = {name: value for name, value in asked.items() if name not in _UNIMPORTANT}
    own, change = _own(request), _beside_layers(change or {}, request)
    if own is None or change is None:
        return ""
    settings |= own
    if "hidden" in change:
        settings.pop("layers", None)
    for name, value in change.items():
        before = settings.get(name, ()) if name in _GROWING else ()
        settings[name] = [*dict.fromkeys((*before, *value))] if before else value
    for name, value in settings.items():
        if name in _NO_OPTION or (verb == "sweep" and name == "history"):
            return ""
        one = "x" if name == "image_size" or (verb == "sweep" and name == "hidden") else ","
        word = _written(value, name, one)
        if word is None:
            return ""
        words += [f"--{name.replace('_', '-')}", word]
    return " ".join(["stirfry", verb, *(quoted(word) for word in words)])


def check_command(request: TrainRequest) -> str:
    """Return the `stirfry check` command for the same data, network and plan; empty where there is none."""
    command = train_command(replace(request, start_from=None, folds=None, repeats=None))
    return command.replace("stirfry train", "stirfry check", 1)


def _beside_layers(change: dict[str, Any], request: TrainRequest) -> dict[str, Any] | None:
    """Return a change with what a network needs beside it that was written layer by layer.

    None where it can't be made of widths: a convolutional network, or a user's own.
    """
    layers = request.recipe.network.layers
    if not {"hidden", "activation", "dropout"} & set(change) or (layers is None and request.module is None):
        return change
    if request.module is not None or any(isinstance(layer, Conv2d) for layer in layers or ()):
        return None
    widths = [layer.out_features for layer in layers or () if isinstance(layer, Linear)]
    return {"hidden": widths[:-1], **change}


def _base(recipe: Recipe) -> tuple[list[str], dict[str, Any]]:
    """Return the options that name a shipped recipe and its variant, and what they set.

    Of its variants it is the one from which the fewest settings differ.
    """
    if recipe.name is None or recipe.name not in names():
        return [], {}
    own = _flat(recipe)
    known = {name: _flat(each) for name, each in variants_of(listed(recipe.name).recipe).items()}
    nearest = min(known, key=lambda name: sum(own.get(key) != value for key, value in known[name].items()))
    variant = ["--variant", nearest] if nearest else []
    return ["--recipe", recipe.name, *variant], known[nearest]


def _flat(recipe: Recipe) -> dict[str, Any]:
    """Return the settings of a recipe that were set, by their flat names, as JSON values."""
    nested = recipe.model_dump(mode="json", exclude_unset=True, include={"data", "network", "plan"})
    found = {}
    for name, place in {**PLACES, "source": ("data", "source")}.items():
        value: Any = nested
        for key in place:
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            found[name] = value
    return found


def _own(request: TrainRequest) -> dict[str, Any] | None:
    """Return what isn't a setting of a recipe; None where it was made in Python and has no name."""
    found: dict[str, Any] = {}
    for name, given in (("module", request.module), ("loss", request.loss)):
        if given is None:
            continue
        if not isinstance(given, Given | GivenLoss) or ".py:" not in given.path:
            return None
        found[name] = given.path
    if request.start_from is not None:
        found["from"] = str(request.start_from)
    if request.folds is not None:
        found["folds"] = request.folds
    if request.repeats not in (None, 1):
        found["repeats"] = request.repeats
    return found


def _written(value: Any, name: str, between: str = ",") -> str | None:
    """Return a value as an option takes it, or None; what is `between` the values of a list parts them."""
    if isinstance(value, dict):
        return _table(value, name)
    if isinstance(value, list | tuple):
        words = [str(each) for each in value]
        if any("," in word or word != word.strip() for word in words):
            return None
        return between.join(words) or "none"
    short = f"{value:g}" if isinstance(value, float) else str(value)
    return short if not isinstance(value, float) or float(short) == value else repr(value)


def _table(value: dict[str, Any], name: str) -> str | None:
    if name == "augment":
        return ",".join(key if on is True else f"{key}={on:g}" for key, on in value.items() if on)
    only_name = name == "schedule" and set(value) == {"name"}
    return str(value["name"]).replace("_", "-") if only_name else None

"""From the words of a command line to the nested settings of a recipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stirfry.engine.given import Given, GivenLoss, from_file, given_loss, given_module, names_a_file
from stirfry.errors import Fault, SpecError
from stirfry.spec.options import PLACES, nested


def settings_of(options: dict[str, Any]) -> dict[str, Any]:
    """Return the settings among a command's options, as a recipe nests them; those not given stay open.

    Args:
        options: values by parameter name, texts as typed.
    """
    given = {name: value for name, value in options.items() if name in PLACES and value not in (None, ())}
    return nested({name: _READERS.get(name, _as_typed)(value) for name, value in given.items()})


def settings_of_own(options: dict[str, Any]) -> tuple[dict[str, Any], Given | None, GivenLoss | None]:
    """Return the settings among a command's options, and the user's own network and loss beside them.

    Args:
        options: values by parameter name, texts as typed; `module` and `loss` may name a file.
    """
    own_loss = options["loss"] is not None and names_a_file(options["loss"])
    settings = settings_of(options | {"loss": None} if own_loss else options)
    # Naming a file lets it run.
    module = own_module(options["module"])
    loss = given_loss(from_file(options["loss"]), options["loss"]) if own_loss else None
    return settings, module, loss


def own_module(text: str | None) -> Given | None:
    """Return the network that is named as `path/file.py:Name`; naming it is what lets the file run."""
    return None if text is None else given_module(from_file(text), text)


@contextmanager
def naming_options() -> Iterator[None]:
    """Name the option, and not the recipe's key, in the faults of what was typed."""
    options = {".".join(place): "--" + name.replace("_", "-") for name, place in PLACES.items()}
    try:
        yield
    except SpecError as error:
        if error.origin is not None:
            raise
        keys = ((fault, fault.key.partition("[")[0]) for fault in error.faults)
        named = (Fault(options.get(key, fault.key), fault.code, **fault.facts) for fault, key in keys)
        raise SpecError(tuple(named)) from None


def words(value: str) -> list[str]:
    """Return the parts of a list written with commas; `none` is the empty list."""
    return [] if value.strip().lower() in ("none", "") else [word.strip() for word in value.split(",")]


def _columns(values: tuple[str, ...]) -> list[str]:
    """Return column names; an option may be repeated, and each may hold several names."""
    return [name for value in values for name in words(value)]


def _weights(value: str) -> str | list[str]:
    return words(value) if "," in value else value


def _size(value: str) -> Any:
    return value.lower().replace("×", "x").split("x")


def _patience(value: str) -> Any:
    return "never" if value.lower() in ("never", "none", "0") else value


def _as_typed(value: Any) -> Any:
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "hidden": words,
    "drop": _columns,
    "category": _columns,
    "class_weights": _weights,
    "image_size": _size,
    "patience": _patience,
    "test_file": lambda value: str(Path(value)),
    "validation_file": lambda value: str(Path(value)),
}

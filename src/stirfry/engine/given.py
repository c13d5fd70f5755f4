"""What a user hands over as a network: a class, something that makes one, or a module that is there already.

Nothing here runs a file: that is `from_file`'s work, and only for a file that the user has named.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stirfry.engine.build import import_torch
from stirfry.errors import FAULTS, UsageError
from stirfry.paths import expanded
from stirfry.spec.faults import nearest

#: What a user's own code may raise that is explained; anything else is passed on as it is.
USERS_FAULTS = FAULTS


@dataclass(frozen=True, eq=False)
class Given:
    """A user's network, as it was handed over.

    Args:
        make: returns the module, with the weights that it begins with; each call a new one.
        path: where it comes from, `package.module:Class` or `file.py:Class`.
        sha256: a hash of its source.
        fixed: whether every new one has the same weights, as copies of one module have.
    """

    make: Callable[[], Any]
    path: str
    sha256: str
    fixed: bool = False


def made(given: Given) -> Any:
    """Return a new module of a user's.

    Raises:
        UsageError: making it fails, or it isn't a module.
    """
    try:
        module = given.make()
    except USERS_FAULTS as error:
        reason = f"{type(error).__name__}: {error}"
        raise UsageError("engine.module_not_made", name=given.path, reason=reason) from error
    if not isinstance(module, import_torch().nn.Module):
        raise UsageError("engine.not_a_module", type=type(module).__name__)
    return module


def given_module(what: Any, path: str | None = None) -> Given:
    """Return a class, a function without arguments, or a module as what makes modules.

    A class or function is called right after the seed is set, so its weights are those of a loop written by
    hand. A module is copied, and never changed.

    Args:
        what: an `nn.Module` class or instance, or a callable that returns one.
        path: where it comes from, where that isn't to be seen.

    Raises:
        UsageError: it is none of these, or needs arguments.
    """
    if isinstance(what, Given):
        return what
    nn = import_torch().nn
    if isinstance(what, nn.Module):
        kept = copy.deepcopy(what)
        digest = _hash(type(what), repr(kept))
        return Given(lambda: copy.deepcopy(kept), path or _path(type(what)), digest, fixed=True)
    if not callable(what):
        raise UsageError("engine.not_a_module", type=type(what).__name__)
    maker = _innermost(what)
    if needed := _needed(what):
        raise UsageError("engine.module_arguments", name=_name(maker), arguments=needed)
    settings = "" if maker is what else repr((getattr(what, "args", ()), getattr(what, "keywords", {})))
    return Given(what, path or _path(maker), _hash(maker, settings))


@dataclass(frozen=True, eq=False)
class GivenLoss:
    """A user's loss: a function of outputs and targets, and where it comes from."""

    function: Callable[..., Any]
    path: str


def given_loss(what: Any, path: str | None = None) -> GivenLoss:
    """Return a loss as a function of outputs and targets.

    Args:
        what: an `nn.Module` class or instance, or any function of outputs and targets.
        path: where it comes from, where that isn't to be seen.

    Raises:
        UsageError: it is none of these, or a class that needs arguments.
    """
    if isinstance(what, GivenLoss):
        return what
    nn = import_torch().nn
    if isinstance(what, nn.Module):
        return GivenLoss(copy.deepcopy(what), path or _path(type(what)))
    if not callable(what):
        raise UsageError("engine.not_a_loss", type=type(what).__name__)
    maker = _innermost(what)
    if isinstance(maker, type):
        if needed := _needed(what):
            raise UsageError("engine.module_arguments", name=_name(maker), arguments=needed)
        return GivenLoss(what(), path or _path(maker))
    return GivenLoss(what, path or _path(maker))


def names_a_file(text: str) -> bool:
    """Whether a text is `path/file.py:Name`."""
    file, found, name = text.rpartition(":")
    return bool(found) and file.endswith(".py") and name.isidentifier()


def from_file(text: str) -> Any:
    """Run the Python file that a user names as `path/file.py:Name`, and return what has that name there.

    Raises:
        UsageError: it isn't of that form, the file isn't there or fails, or it has no such name.
    """
    if not names_a_file(text):
        raise UsageError("engine.module_form", found=text)
    file, _, name = text.rpartition(":")
    path = expanded(file)
    if not path.is_file():
        raise UsageError("engine.module_no_file", path=file)
    found = vars(_run(path))
    if name not in found:
        known = sorted(key for key, value in found.items() if callable(value) and key[0] != "_")
        near = nearest(name, known)
        code = "engine.module_no_name_near" if near else "engine.module_no_name"
        raise UsageError(code, path=file, name=name, near=near, known=known)
    return found[name]


def _run(path: Path) -> Any:
    """Run a file as a module of its own name, with its folder to import from, as `python file.py` has it."""
    full = str(path.resolve())
    loaded = sys.modules.get(path.stem)
    if getattr(loaded, "__file__", None) == full:
        return loaded
    name = path.stem if loaded is None else f"{path.stem}_{hashlib.sha256(full.encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, full)
    assert spec is not None and spec.loader is not None, "a .py file has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and inspect look their module up here
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except (*USERS_FAULTS, SyntaxError, ImportError, OSError) as error:
        del sys.modules[name]
        reason = f"{type(error).__name__}: {error}"
        raise UsageError("engine.module_file_fails", path=str(path), reason=reason) from error
    finally:
        sys.path.remove(str(path.resolve().parent))
    return module


def _innermost(what: Any) -> Any:
    while isinstance(what, functools.partial):
        what = what.func
    return what


def _needed(what: Callable[..., Any]) -> list[str]:
    """Return the arguments that a call can't do without."""
    try:
        parameters = inspect.signature(what).parameters.values()
    except (TypeError, ValueError):
        return []
    empty, starred = (
        inspect.Parameter.empty,
        (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD),
    )
    return [each.name for each in parameters if each.default is empty and each.kind not in starred]


def _name(what: Any) -> str:
    return str(getattr(what, "__qualname__", None) or type(what).__qualname__)


def _path(what: Any) -> str:
    """Return `package.module:Class`; for a program that runs by itself `file.py:Class`."""
    module = str(getattr(what, "__module__", None) or type(what).__module__)
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is not None and module == "__main__":
        module = Path(file).name
    return f"{module}:{_name(what)}"


def _hash(what: Any, settings: str) -> str:
    """Return a hash of the source, of the whole file where that isn't to be had, and of the settings."""
    try:
        source = inspect.getsource(what)
    except (OSError, TypeError):
        file = getattr(sys.modules.get(getattr(what, "__module__", "")), "__file__", None)
        source = Path(file).read_bytes().hex() if file is not None and Path(file).is_file() else _name(what)
    return hashlib.sha256(f"{source}\0{settings}".encode()).hexdigest()

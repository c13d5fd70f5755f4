"""Whether a user's module does the same at every step, so that its step may be written down and repeated.

Python code may do anything: count its calls, draw from another generator, look at the clock, print. Only code
that can be seen to do nothing of the kind is repeatable; any other module trains step by step as it is.
"""

from __future__ import annotations

import builtins
import dis
import types
from collections.abc import Callable, Iterator
from typing import Any

from stirfry.engine.build import import_torch

#: Built-in functions that only compute.
_BUILTINS = frozenset(
    {"abs", "all", "any", "bool", "dict", "divmod", "enumerate", "float", "getattr"}
    | {"hasattr", "int", "isinstance", "len", "list", "map", "max", "min", "pow", "range"}
    | {"reversed", "round", "set", "slice", "sorted", "str", "sum", "super", "tuple", "zip"}
    | {"AssertionError", "NotImplementedError", "ValueError"}
)
#: Attributes of every `nn.Module`.
_KEPT_BY_TORCH = frozenset(
    {"training", "_parameters", "_buffers", "_modules", "_non_persistent_buffers_set"}
    | {"_is_full_backward_hook", "_backward_hooks", "_backward_pre_hooks", "_forward_hooks"}
    | {"_forward_hooks_with_kwargs", "_forward_hooks_always_called", "_forward_pre_hooks"}
    | {"_forward_pre_hooks_with_kwargs", "_state_dict_hooks", "_state_dict_pre_hooks"}
    | {"_load_state_dict_pre_hooks", "_load_state_dict_post_hooks"}
)
#: Modules whose functions only compute; random numbers are PyTorch's own, which a repeated step draws again.
_PURE = ("torch", "math", "typing", "operator", "einops")
#: Methods that read a tensor's numbers back or set PyTorch's state.
_READS = frozenset(
    {"item", "tolist", "numpy", "data_ptr", "__array__", "register_hook", "manual_seed"}
    | {"set_rng_state", "set_grad_enabled", "set_default_dtype", "set_num_threads", "save"}
    | {"load", "compile"}
)
#: What changes something outside of the function.
_CHANGES = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR", "IMPORT_NAME"})
_PLAIN = (int, float, complex, str, bytes, types.NoneType, types.EllipsisType)


def repeatable(model: Any, loss: Any) -> bool:
    """Return whether a model and a loss do the same at every step, as far as their code shows.

    Args:
        model: an `nn.Module`.
        loss: an `nn.Module`, or a function of outputs and targets.
    """
    seen: set[int] = set()
    return _is_pure(model, seen) and _is_pure(loss, seen)


def _same_each_time(module: Any, seen: set[int]) -> bool:
    """Whether one module's own code, its attributes and its hooks do the same at every step."""
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    hung = [hook for name in hooks for hook in getattr(module, name, {}).values()]
    if not all(_comes_from(hook, "stirfry") for hook in hung):
        return False
    if any(weight._backward_hooks for weight in module.parameters(recurse=False)):
        return False
    kind = type(module)
    if _comes_from(kind, "torch.nn"):
        return "forward" not in vars(module)
    if _comes_from(kind, "torch"):
        return False  # scripted or compiled: it has a program of its own
    own = [base for base in kind.__mro__ if not _comes_from(base, "torch") and base is not object]
    held = {name: value for name, value in vars(module).items() if name not in _KEPT_BY_TORCH}
    if not all(_is_pure(value, seen) for value in held.values()):
        return False
    return all(_is_pure(value, seen) for value in _called_by("forward", own))


def _called_by(name: str, classes: list[type]) -> Iterator[Any]:
    """Go through all that a method may use of its classes, itself included, by the names in its code."""
    waiting, found = [name], set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for value in (vars(base)[name] for base in classes if name in vars(base)):
            function = _function(value)
            yield value if function is None else function
            if function is not None:
                waiting += [each for code in _codes(function.__code__) for each in code.co_names]


def _function(value: Any) -> types.FunctionType | None:
    """Return the function that an attribute of a class is made of, if it is."""
    if isinstance(value, property):
        value = value.fget
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    return value if isinstance(value, types.FunctionType) else None


def _is_pure(value: Any, seen: set[int]) -> bool:
    """Whether a value that code uses only computes, or is only read."""
    torch = import_torch()
    if isinstance(value, _PLAIN) or id(value) in seen:
        return True
    seen.add(id(value))
    if isinstance(value, (tuple, frozenset)):  # a list or a dict may be another one at the next step
        return all(_is_pure(each, seen) for each in value)
    if isinstance(value, torch.nn.Module):
        return all(_same_each_time(part, seen) for part in value.modules())
    if isinstance(value, (torch.Tensor, torch.dtype, torch.device)):
        return True
    if isinstance(value, types.ModuleType):
        return value.__name__.partition(".")[0] in _PURE
    if any(_comes_from(value, name) for name in _PURE) and callable(value):
        return True
    if isinstance(value, types.MethodType) and isinstance(value.__self__, torch.nn.Module):
        value = value.__func__
    return isinstance(value, types.FunctionType) and _computes(value, seen)


def _computes(function: types.FunctionType, seen: set[int]) -> bool:
    """Whether a function's code changes nothing outside of itself and uses only what computes."""
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    if any(isinstance(value, (list, dict, set)) for value in defaults):
        return False
    free = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    for code in _codes(function.__code__):
        for step in dis.get_instructions(code):
            if step.opname in _CHANGES or step.argval in _READS:
                return False
            if step.opname == "STORE_DEREF" and step.argval in free:
                return False
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and not _is_known(step.argval, function, seen):
                return False
    return all(_is_pure(cell.cell_contents, seen) for name, cell in free.items() if name != "__class__")


def _is_known(name: str, function: Callable[..., Any], seen: set[int]) -> bool:
    there = function.__globals__
    if name in there:
        return _is_pure(there[name], seen)
    return name in _BUILTINS and hasattr(builtins, name)


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """Go through a function's code and that of the functions and comprehensions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _comes_from(value: Any, package: str) -> bool:
    home = getattr(value, "__module__", None) or ""
    return home == package or home.startswith(package + ".")

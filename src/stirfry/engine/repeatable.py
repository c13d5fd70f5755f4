"""Whether a user's module does the same at every step, so that its step may be written down and repeated.

Python code may do anything: count its calls, draw from another generator, look at the clock, print. Only code
that can be seen to do nothing of the kind is repeatable; any other module trains step by step as it is.
"""

from __future__ import annotations

import dis
import operator
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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
    | {"load", "compile", "seed", "initial_seed", "get_rng_state", "fork_rng", "_version"}
    | {"storage", "untyped_storage", "register_post_accumulate_grad_hook"}
    | {"grad"}  # of the step before: a list leaves none
)
#: Names by which a module or a function is changed without an assignment to be seen.
_HIDDEN = frozenset(
    {"__dict__", "__setattr__", "__delattr__", "__globals__", "_modules", "_parameters", "_buffers"}
    | {"register_buffer", "register_parameter", "register_module", "add_module"}
)
#: Functions whose C++ reads numbers unseen, as lengths, and goes on with what it has read.
_READS_LENGTHS = frozenset({"tensor_split", "pack_padded_sequence", "pack_sequence", "PackedSequence"})
#: What no code may name.
_REFUSED = _READS | _READS_LENGTHS | _HIDDEN
#: Methods that PyTorch calls without their names in anyone's code; `train` and `eval` between two epochs.
_CALLED = frozenset({"forward", "train", "eval", "_call_impl", "_wrapped_call_impl"})
#: Methods that are called while a module is made, copied or shown, and not in a step.
_NOT_CALLED = frozenset(
    {"__init__", "__new__", "__post_init__", "__init_subclass__", "__class_getitem__", "__repr__"}
    | {"__str__", "__dir__", "__getstate__", "__setstate__", "__reduce__", "__reduce_ex__"}
    | {"__copy__", "__deepcopy__", "reset_parameters"}
)
#: Functions that take an attribute by a name that may be made up as it goes.
_BY_NAME = frozenset({"getattr", "hasattr", "attrgetter", "methodcaller"})
#: What changes something outside of the function.
_CHANGES = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_ATTR", "DELETE_ATTR", "IMPORT_NAME"})
_PLAIN = (int, float, complex, str, bytes, types.NoneType, types.EllipsisType)


@dataclass
class _Seen:
    """What has been looked at.

    Args:
        names: all that code uses by name, whatever it belongs to: one module calls another one's methods.
        values: the values that have been looked at, by `id`.
    """

    names: set[str]
    values: set[int] = field(default_factory=set)


def repeatable(model: Any, loss: Any) -> bool:
    """Return whether a model and a loss do the same at every step, as far as their code shows.

    Args:
        model: an `nn.Module`.
        loss: an `nn.Module`, or a function of outputs and targets.
    """
    from torch.nn.modules import module

    hooks = ("_global_forward_hooks", "_global_forward_pre_hooks")
    if any(getattr(module, name, None) for name in (*hooks, "_global_backward_hooks")):
        return False
    names: set[str] = set(_CALLED)
    while True:
        known = len(names)
        seen = _Seen(names)
        if not (_is_pure(model, seen) and _is_pure(loss, seen)):
            return False
        if len(names) == known:
            return True


def _same_each_time(module: Any, seen: _Seen) -> bool:
    """Whether one module's own code, its attributes and its hooks do the same at every step."""
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    hung = [hook for name in hooks for hook in getattr(module, name, {}).values()]
    if not all(_comes_from(hook, "stirfry") for hook in hung):
        return False
    tensors = [*module.parameters(recurse=False), *module.buffers(recurse=False)]
    if not all(_is_pure(each, seen) for each in tensors):
        return False
    kind = type(module)
    if _comes_from(kind, "torch") and not _comes_from(kind, "torch.nn"):
        return False  # scripted or compiled: it has a program of its own
    # PyTorch makes a class of its own for a user's module with a parametrization.
    own = [base for base in kind.__mro__ if not _comes_from(base, "torch") and base is not object]
    held = {name: value for name, value in vars(module).items() if name not in _KEPT_BY_TORCH}
    if not own:
        # Its lists are PyTorch's own; a function in it, an activation say, may be the user's.
        given = [value for value in held.values() if callable(value)]
        return "forward" not in held and all(_is_pure(value, seen) for value in given)
    if not all(_is_pure(value, seen) for value in held.values()):
        return False
    return all(_is_pure(value, seen) for value in _called(kind, own, seen))


def _called(kind: type, own: list[type], seen: _Seen) -> Iterator[Any]:
    """Go through all that a step may use of a module's own classes."""
    torch = import_torch()
    theirs = [base for base in kind.__mro__ if base not in (*own, object, torch.nn.Module)]
    by_name = not seen.names.isdisjoint(_BY_NAME)
    for base in own:
        for name, value in list(vars(base).items()):
            if name in _NOT_CALLED:
                continue
            function = _function(value)
            dunder = name.startswith("__") and name.endswith("__") and function is not None
            # PyTorch's own `forward` calls what the user has put in the place of another method.
            instead = any(name in vars(each) for each in theirs) and function is not None
            if dunder or instead or name in seen.names or (by_name and not name.startswith("__")):
                yield value if function is None else function


def _function(value: Any) -> types.FunctionType | None:
    """Return the function that an attribute of a class is made of, if it is."""
    if isinstance(value, property):
        value = value.fget
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    return value if isinstance(value, types.FunctionType) else None


def _is_pure(value: Any, seen: _Seen) -> bool:
    """Whether a value that code uses only computes, or is only read."""
    torch = import_torch()
    if isinstance(value, _PLAIN) and type(value).__module__ in ("builtins", "numpy", "types"):
        return True
    if id(value) in seen.values:
        return True
    seen.values.add(id(value))
    if isinstance(value, (tuple, frozenset)):  # a list or a dict may be another one at the next step
        return all(_is_pure(each, seen) for each in value)
    if isinstance(value, torch.nn.Module):
        return all(_same_each_time(part, seen) for part in value.modules())
    if isinstance(value, torch.Tensor):
        hooks = (getattr(value, name, None) for name in ("_backward_hooks", "_post_accumulate_grad_hooks"))
        return _comes_from(type(value), "torch") and not any(hooks)
    if isinstance(value, (torch.dtype, torch.device)):
        return True
    if isinstance(value, types.ModuleType):
        return value.__name__.partition(".")[0] in _PURE
    if isinstance(value, types.MethodType):
        # `Square.apply` of a user's `autograd.Function` is PyTorch's method, and calls the user's code.
        of_module = isinstance(value.__self__, torch.nn.Module)
        return of_module and _is_pure(value.__self__, seen) and _is_pure(value.__func__, seen)
    if isinstance(value, (operator.attrgetter, operator.methodcaller)):
        return False
    if any(_comes_from(value, name) for name in _PURE) and callable(value):
        return getattr(value, "__name__", "") not in _REFUSED
    return isinstance(value, types.FunctionType) and _computes(value, seen)


def _computes(function: types.FunctionType, seen: _Seen) -> bool:
    """Whether a function's code changes nothing outside of itself and uses only what computes."""
    kept = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    kept += vars(function).values()
    free = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    for code in _codes(function.__code__):
        seen.names.update(code.co_names)
        for step in dis.get_instructions(code):
            if step.opname in _CHANGES or step.argval in _REFUSED:
                return False
            if step.opname == "STORE_DEREF" and step.argval in free:
                return False
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and not _is_known(step.argval, function, seen):
                return False
    try:
        kept += [cell.cell_contents for name, cell in free.items() if name != "__class__"]
    except ValueError:
        return False  # a variable that has no value yet
    return all(_is_pure(value, seen) for value in kept)


def _is_known(name: str, function: Callable[..., Any], seen: _Seen) -> bool:
    there = function.__globals__
    if name in there:
        return _is_pure(there[name], seen)
    return name in _BUILTINS


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """Go through a function's code and that of the functions and comprehensions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _comes_from(value: Any, package: str) -> bool:
    home = getattr(value, "__module__", None) or ""
    return home == package or home.startswith(package + ".")

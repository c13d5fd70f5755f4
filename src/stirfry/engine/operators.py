"""A step's operators, written down as PyTorch calls them, to be called again on the same memory.

A step of a small network is bookkeeping for the most part: PyTorch finds each operator's kernel, allocates,
remembers what the way back will need, and finds it again. With the list of operators little of it is needed.

PyTorch's schemas say what an operator does with memory. One that returns a view needs no call: the view still
looks at the same memory. One that writes to what it is given is called as it was. Any other is called in the
form that takes `out=`, so that its result lies where it lay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from stirfry.engine.build import import_torch

if TYPE_CHECKING:
    import torch

#: Bytes that a list's tensors may hold: a step with more is arithmetic, and not bookkeeping.
MOST_BYTES = 32 << 20
#: Operators that make a tensor like another one, whatever it holds.
_LIKE = frozenset(
    {"empty_like", "zeros_like", "ones_like", "full_like"}
    | {"new_empty", "new_empty_strided", "new_zeros", "new_ones", "new_full"}
)
#: Operators that only look at a tensor's memory in another way from then on.
_TURNS = frozenset({"detach_", "t_", "transpose_", "squeeze_", "unsqueeze_", "as_strided_"})
#: Operators that, where they are given memory for one number, use it for one a row before they add up.
_SPREADS = frozenset({"mse_loss", "smooth_l1_loss", "huber_loss", "soft_margin_loss", "binary_cross_entropy"})
#: Operators that take lengths, which PyTorch has read out of a tensor unseen: each batch has its own.
_LENGTHS = frozenset({"_pack_padded_sequence", "_ctc_loss", "_ctc_loss_backward"})
#: Operators that give other memory where no way back is asked for, as in a list.
_ON_THE_WAY = frozenset({"mkldnn_rnn_layer", "mkldnn_rnn_layer_backward"})


class CannotRepeat(Exception):
    """A step isn't a list of operators on fixed memory: it reads numbers back, say, or needs much memory."""


@dataclass
class Call:
    """One operator with all that it takes.

    Args:
        operator: what is called.
        args: its arguments; tensors stand for their memory.
        kwargs: those by name, `out` among them.
        makes: the memory of a constant that this call sets anew, else None.
    """

    operator: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    makes: int | None = None


@dataclass
class Operators:
    """A list of operators, in order.

    Args:
        calls: what is to be called.
        written: tensors from outside of the list that its operators write to.
    """

    calls: list[Call] = field(default_factory=list)
    written: list[torch.Tensor] = field(default_factory=list)
    _fresh: dict[int, torch.Tensor] = field(default_factory=dict)  # made here, by their memory's address
    _bytes: int = 0  # that they take
    _written_to: set[int] = field(default_factory=set)
    _placed: list[tuple[torch.Tensor, Any]] = field(default_factory=list)
    _fault: str = ""

    def repeat(self) -> None:
        """Call all of them again."""
        with import_torch().no_grad():
            for call in self.calls:
                call.operator(*call.args, **call.kwargs)

    def stays(self) -> bool:
        """Return whether all results still lie where they lay, in the shape that they had."""
        return all(_place(each) == place for each, place in self._placed)

    def set_rate(self, rate: float) -> bool:
        """Give the optimizer's operators another learning rate, and return whether one of them takes it."""
        moving = [call for call in self.calls if "lr" in call.kwargs]
        for call in moving:
            call.kwargs["lr"] = rate
        return bool(moving)

    @contextmanager
    def written_down(self) -> Iterator[None]:
        """Write down what PyTorch calls inside; the calls themselves are as they would be without.

        Raises:
            CannotRepeat: at the end, where the list can't be called again.
        """
        with _watching(self._note):
            yield
        if self._fault:
            raise CannotRepeat(self._fault)
        # A constant that nobody writes to still holds what it held.
        self.calls = [call for call in self.calls if call.makes is None or call.makes in self._written_to]
        memory = [each for call in self.calls for each in _tensors((call.args, call.kwargs))]
        self._placed = [(each, _place(each)) for each in memory]

    def _note(self, operator: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """Add one operator that has just been called."""
        if self._fault or operator.namespace == "profiler":
            return
        try:
            _check(operator, args, kwargs)
            self._add(operator, args, kwargs, result)
            if self._bytes > MOST_BYTES:
                raise CannotRepeat("memory")
        except (CannotRepeat, RuntimeError) as error:  # a sparse result has no memory to look at, say
            # It is raised at the end: the step that is being taken is a good one.
            self._fault = str(error)
            self.calls.clear()
            self._fresh.clear()

    def _add(self, operator: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        torch = import_torch()
        if _short(operator) in _TURNS:
            return
        asked = operator._schema.arguments
        given = dict(zip((argument.name for argument in asked), args, strict=False)) | kwargs
        writes = [given.get(each.name) for each in asked if each.alias_info and each.alias_info.is_write]
        for tensor in _tensors(writes):
            self._written_to.add(_address(tensor))
            if _address(tensor) not in self._fresh:
                self.written.append(tensor.detach())
        held, named = _memory(args), _memory(kwargs)
        came_in = {_address(tensor) for tensor in _tensors((args, kwargs))}
        results = tuple(result) if isinstance(result, (tuple, list)) else (result,)
        if not all(each is None or torch.is_tensor(each) for each in results):
            raise CannotRepeat(f"{operator} gives numbers")
        fresh = [each for each in _tensors(results) if _address(each) not in came_in]
        if not fresh:
            # One that gives nothing looks at numbers, and raises where they are wrong.
            if writes or not any(True for _ in _tensors(results)):
                self.calls.append(Call(_direct(operator), held, named))
            return
        for each in fresh:
            self._fresh[_address(each)] = each.detach()
            self._bytes += each.nbytes
        random = torch.Tag.nondeterministic_seeded in operator.tags
        if writes or random or (came_in and _short(operator) not in _LIKE):
            self.calls.append(_into(operator, held, named, _memory(results)))
            return
        for each in fresh:
            constant = (each.detach(), each.clone())
            self.calls.append(Call(_direct(torch.ops.aten.copy_.default), constant, {}, makes=_address(each)))


def _watching(note: Callable[..., None]) -> Any:
    """Return a context in which every operator is called and then noted."""
    from torch.utils._python_dispatch import TorchDispatchMode

    class Watching(TorchDispatchMode):
        def __torch_dispatch__(
            self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
        ) -> Any:
            result = func(*args, **(kwargs or {}))
            note(func, args, kwargs or {}, result)
            return result

    watching: Any = Watching
    return watching()


def _check(operator: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Check that an operator may be called again on the same memory.

    Raises:
        CannotRepeat: it reads numbers back, gives another shape each time, or isn't PyTorch's own.
    """
    torch = import_torch()
    if operator.namespace != "aten":
        raise CannotRepeat(f"{operator} isn't PyTorch's")
    if _short(operator) in _LENGTHS:
        raise CannotRepeat(f"{operator} takes lengths that were read")
    if _short(operator) in _ON_THE_WAY:
        raise CannotRepeat(f"{operator} keeps nothing for the way back in a list")
    moves = torch.Tag.inplace_view in operator.tags and _short(operator) not in _TURNS
    if moves or torch.Tag.data_dependent_output in operator.tags:
        raise CannotRepeat(f"{operator} moves memory, or reads numbers back")
    for each in _tensors((args, kwargs)):
        if each.layout != torch.strided or each.is_quantized or each.device.type != "cpu":
            raise CannotRepeat(f"{operator} takes a tensor of another form")
    if torch.Tag.dynamic_output_shape in operator.tags:
        picks = operator is torch.ops.aten.index.Tensor
        if not picks or any(each.dtype in (torch.bool, torch.uint8) for each in _tensors(args[1])):
            raise CannotRepeat(f"{operator} gives as many numbers as it finds")


def _into(operator: Any, args: tuple[Any, ...], kwargs: dict[str, Any], memory: tuple[Any, ...]) -> Call:
    """Return the call that puts an operator's results where they lie already."""
    form, outs = _out_form(operator)
    if form is not None and all(each is not None for each in memory):
        return Call(_direct(form), args, kwargs | dict(zip(outs, memory, strict=True)))

    def copied(*args: Any, **kwargs: Any) -> None:
        found = operator(*args, **kwargs)
        for to, value in zip(memory, found if isinstance(found, (tuple, list)) else (found,), strict=True):
            if to is not None:
                to.copy_(value)

    return Call(copied, args, kwargs)


@cache
def _out_form(operator: Any) -> tuple[Any, list[str]]:
    """Return an operator's form that takes the memory of its results, and their names there; else None."""
    asked = [(each.name, str(each.type)) for each in operator._schema.arguments]
    packet = operator.overloadpacket
    for name in [] if _short(operator) in _SPREADS else packet.overloads():
        arguments = getattr(packet, name)._schema.arguments
        outs = [each.name for each in arguments if each.is_out and str(each.type) == "Tensor"]
        others = [(each.name, str(each.type)) for each in arguments if each.name not in outs]
        if others == asked and len(outs) == len(operator._schema.returns):
            return getattr(packet, name), outs
    return None, []


def _memory(value: Any) -> Any:
    """Return the same value with tensors that look at the same memory, and hold nothing of the way back."""
    if import_torch().is_tensor(value):
        return value.detach()
    if isinstance(value, dict):
        return {name: _memory(each) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return tuple(_memory(each) for each in value)
    return value


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if import_torch().is_tensor(value):
        yield value
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _tensors(each)


def _direct(operator: Any) -> Callable[..., Any]:
    """Return what an operator of `torch.ops` passes its calls on to: a tenth of a step is that passing on."""
    direct: Callable[..., Any] = getattr(operator, "_op", operator)
    return direct


def _short(operator: Any) -> str:
    """Return an operator's name: `add` for `aten::add.Tensor`."""
    return str(operator.name()).partition("::")[2].partition(".")[0]


def _place(tensor: torch.Tensor) -> Any:
    return tensor.data_ptr(), tensor.shape, tensor.stride()


def _address(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage().data_ptr()

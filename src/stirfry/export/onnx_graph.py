"""An ONNX graph while it is put together: nodes, constants, and names that are given once.

It is built from ONNX's own parts and not by `torch.onnx`, which knows no texts and needs PyTorch, where the
native engine needs none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.errors import MissingExtra

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

#: Operators and file format of ONNX 1.12 (2022): runtimes read old ones for good, and newer ones have nothing
#: that is needed here. Texts are looked up by the operator set for machine learning.
OPERATORS, ML_OPERATORS, FORMAT = 17, 2, 8
ML = "ai.onnx.ml"

#: What a node may take beside a value: it becomes a constant of the value's type.
Plain = NDArray[Any] | float | list[float] | list[int]


def import_onnx() -> Any:
    """Return the `onnx` module.

    Raises:
        MissingExtra: it isn't installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise MissingExtra("graph.missing_extra", package="onnx", extra="export") from error
    return onnx


@dataclass
class Graph:
    """Nodes and constants, in the order in which they were added.

    Args:
        taken: names that are in use, such as those of the inputs.
    """

    taken: set[str]
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    def free_name(self, wanted: str) -> str:
        """Return the wanted name, or that with a number where something has it already."""
        found, count = wanted, 0
        while found in self.taken:
            count += 1
            found = f"{wanted}_{count}"
        self.taken.add(found)
        return found

    def constant(self, values: NDArray[Any], name: str = "constant") -> Value:
        """Return numbers as a value."""
        made = import_onnx().numpy_helper.from_array(values.copy(), self.free_name(name))
        self.constants.append(made)
        return Value(self, made.name, values.dtype)

    def texts(self, texts: list[str], name: str) -> Value:
        """Return texts as a value."""
        onnx = import_onnx()
        encoded = [text.encode() for text in texts]
        made = onnx.helper.make_tensor(self.free_name(name), onnx.TensorProto.STRING, [len(texts)], encoded)
        self.constants.append(made)
        return Value(self, made.name, np.dtype(object))

    def node(self, kind: str, *inputs: str, name: str | None = None, **settings: Any) -> str:
        """Add a node and return the name of its output, which is a new one where none is given."""
        output = name or self.free_name(kind.lower())
        self.nodes.append(import_onnx().helper.make_node(kind, list(inputs), [output], **settings))
        return output


@dataclass(frozen=True)
class Value:
    """What an input, a constant or a node gives; the operators of Python add nodes.

    Args:
        graph: where it belongs.
        name: its name there.
        dtype: its type; `object` is text.

    Example:
        >>> graph = Graph({"x"})
        >>> doubled = Value(graph, "x", np.dtype(np.float64)) * 2
        >>> doubled.name, [node.op_type for node in graph.nodes]
        ('mul', ['Mul'])
    """

    graph: Graph
    name: str
    dtype: np.dtype[Any]

    def then(
        self, kind: str, *others: Value | Plain, dtype: Any = None, name: str | None = None, **settings: Any
    ) -> Value:
        """Return what an operator makes of this value.

        Args:
            kind: the operator.
            *others: its further inputs.
            dtype: the result's type, where it is another.
            name: the result's name, where it needs a certain one.
            **settings: the operator's attributes.
        """
        inputs = [other if isinstance(other, Value) else self._constant(other) for other in others]
        output = self.graph.node(kind, self.name, *(each.name for each in inputs), name=name, **settings)
        return Value(self.graph, output, self.dtype if dtype is None else np.dtype(dtype))

    def cast(self, dtype: Any, name: str | None = None) -> Value:
        """Return the value as another type; itself where it is of this type and needs no name."""
        if np.dtype(dtype) == self.dtype and name is None:
            return self
        to = import_onnx().helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return self.then("Cast", dtype=dtype, name=name, to=to)

    def columns(self, places: Sequence[int]) -> Value:
        """Return some columns by their positions."""
        wanted = self.graph.constant(np.array(places, dtype=np.int64))
        return self.then("Gather", wanted, axis=1)

    def _constant(self, value: Plain) -> Value:
        return self.graph.constant(np.asarray(value, dtype=self.dtype))

    def __add__(self, other: Value | Plain) -> Value:
        return self.then("Add", other)

    def __sub__(self, other: Value | Plain) -> Value:
        return self.then("Sub", other)

    def __mul__(self, other: Value | Plain) -> Value:
        return self.then("Mul", other)

    def __truediv__(self, other: Value | Plain) -> Value:
        return self.then("Div", other)

    def __floordiv__(self, other: Value | Plain) -> Value:
        return self.then("Div", other)  # of whole numbers; it rounds towards 0


def side_by_side(values: list[Value]) -> Value:
    """Return columns as one value."""
    if len(values) == 1:
        return values[0]
    return values[0].then("Concat", *values[1:], axis=1)

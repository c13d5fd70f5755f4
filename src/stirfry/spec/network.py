"""A network as data: a chain of layers and the shape of one row of input.

`NetworkSpec` is what a person writes, `Network` what it becomes once the data's shape is known. From a
`Network` come the PyTorch `nn.Sequential`, the names and shapes of the weights, and the printed table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from stirfry.errors import Fault, SpecError
from stirfry.spec.layers import (
    ACTIVATIONS,
    Activation,
    AnyLayer,
    Dropout,
    Flatten,
    Layer,
    LayerFault,
    Linear,
    Shape,
    Sigmoid,
    Size,
    Softmax,
)

Init = Literal["default", "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "normal", "zeros"]


class NetworkSpec(BaseModel):
    """The network as written: the short form (`hidden`, `activation`) or every layer (`layers`).

    Args:
        hidden: the widths of the hidden layers; `()` is a linear model.
        activation: what follows each hidden layer.
        dropout: the probability of dropping a hidden unit in training, 0 to below 1.
        bias: whether the Linear layers of the short form have one.
        layers: the chain of layers, in place of the short form.
        init: how the weights start. `"default"` is PyTorch's own; the others set the weights of the
            Linear and Conv2d layers and their biases to 0 (see `stirfry.engine.build`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden: tuple[Size, ...] | None = None
    activation: Activation = "relu"
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    bias: bool = True
    layers: Annotated[tuple[AnyLayer, ...], Field(min_length=1)] | None = None
    init: Init = "default"

    def faults(self) -> list[Fault]:
        """Return what is wrong between the fields."""
        if self.layers is None:
            return []
        both = {"hidden", "activation", "dropout", "bias"} & self.model_fields_set
        return [Fault(f"network.{key}", "spec.short_and_layers") for key in sorted(both)]

    def resolve(self, input_shape: Shape, outputs: int) -> Network:
        """Return the network for data of this shape, with `outputs` values a row.

        Args:
            input_shape: the shape of one encoded row.
            outputs: how many values the loss wants for a row.

        Raises:
            SpecError: a layer doesn't fit, or the last one gives another number of outputs.

        Example:
            >>> NetworkSpec(hidden=(10,)).resolve((4,), 3).n_parameters
            83
        """
        chain = self._short_form(input_shape, outputs) if self.layers is None else self.layers
        network = Network(chain, tuple(input_shape), self.init)
        if network.output_shape != (outputs,):
            fault = Fault("network.layers", "spec.wrong_outputs", found=network.output_shape, outputs=outputs)
            raise SpecError((fault,))
        return network

    def _short_form(self, input_shape: Shape, outputs: int) -> tuple[Layer, ...]:
        chain: list[Layer] = [] if len(input_shape) == 1 else [Flatten()]
        for width in self.hidden or ():
            chain += [Linear(out_features=width, bias=self.bias), ACTIVATIONS[self.activation]()]
            if self.dropout:
                chain.append(Dropout(p=self.dropout))
        return (*chain, Linear(out_features=outputs, bias=self.bias))


@dataclass(frozen=True)
class LayerRow:
    """One line of a network's table."""

    index: int
    name: str
    output_shape: Shape
    parameters: int


@dataclass(frozen=True)
class Network:
    """A chain of layers with the shape of one row of input; every shape has been checked.

    Args:
        layers: the chain, from input to output.
        input_shape: the shape of one row, without the batch.
        init: how the weights start.

    Raises:
        SpecError: a layer doesn't fit what reaches it; the layer is named.

    Example:
        >>> network = Network((Linear(out_features=10), Linear(out_features=3)), (4,))
        >>> network.parameter_shapes["1.weight"]
        (3, 10)
    """

    layers: tuple[Layer, ...]
    input_shape: Shape
    init: Init = "default"

    def __post_init__(self) -> None:
        self.shapes  # noqa: B018  (a network that doesn't fit together never exists)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape after each layer, the input's first: one more than there are layers."""
        shapes = [self.input_shape]
        for index, layer in enumerate(self.layers):
            try:
                shapes.append(layer.output_shape(shapes[-1]))
            except LayerFault as fault:
                key = f"network.layers[{index}]"
                raise SpecError((Fault(key, fault.code, layer=layer.name, **fault.facts),)) from None
        return tuple(shapes)

    @property
    def output_shape(self) -> Shape:
        """The shape of one row of output."""
        return self.shapes[-1]

    @cached_property
    def parameter_shapes(self) -> dict[str, Shape]:
        """The trained tensors' shapes under their names in the `nn.Sequential`'s `state_dict`."""
        return {
            f"{index}.{name}": shape
            for index, layer in enumerate(self.layers)
            for name, shape in layer.parameters(self.shapes[index]).items()
        }

    @cached_property
    def state_shapes(self) -> dict[str, Shape]:
        """Parameters and buffers, in the order of the `state_dict`."""
        return {
            f"{index}.{name}": shape
            for index, layer in enumerate(self.layers)
            for name, shape in (
                layer.parameters(self.shapes[index]) | layer.buffers(self.shapes[index])
            ).items()
        }

    @property
    def n_parameters(self) -> int:
        """How many numbers are trained."""
        return sum(math.prod(shape) for shape in self.parameter_shapes.values())

    def table(self) -> list[LayerRow]:
        """Return one row for each layer: its name, the shape that leaves it, its parameters."""
        rows = []
        for index, layer in enumerate(self.layers):
            shapes = layer.parameters(self.shapes[index]).values()
            count = sum(math.prod(shape) for shape in shapes)
            rows.append(LayerRow(index, layer.name, self.shapes[index + 1], count))
        return rows


def fold_output(spec: NetworkSpec, loss: str) -> tuple[NetworkSpec, Layer | None]:
    """Take an output softmax or sigmoid off a network whose loss applies it itself.

    Softmax before cross-entropy, or sigmoid before binary cross-entropy, would be applied twice. The
    loss works on logits and is the more exact for it; prediction applies the function again.

    Args:
        spec: the network as written.
        loss: the plan's loss.

    Returns:
        the network without that layer, and the layer, or None where nothing was folded.

    Raises:
        SpecError: a softmax anywhere else.
    """
    layers = spec.layers or ()
    folded: Layer | None = None
    if layers:
        twice = {"cross_entropy": Softmax, "bce_with_logits": Sigmoid}.get(loss)
        if twice is not None and isinstance(layers[-1], twice) and len(layers) > 1:
            folded = layers[-1]
            spec = spec.model_copy(update={"layers": layers[:-1]})
    faults = tuple(
        Fault(f"network.layers[{index}]", "spec.softmax_inside", loss=loss)
        for index, layer in enumerate(spec.layers or ())
        if isinstance(layer, Softmax)
    )
    if faults:
        raise SpecError(faults)
    return spec, folded

"""The layers that a network can be made of, named and parametrised as in `torch.nn`.

A layer knows its parameters and what it does to a shape; it holds no numbers. Shapes leave out the
batch: `(features,)` for a table, `(channels, height, width)` for images.

Source: the shape rules are those of the `torch.nn` reference, PyTorch 2.13.
"""

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Shape = tuple[int, ...]
Pair = int | tuple[int, int]
Size = Annotated[int, Field(ge=1)]
Sizes = Size | tuple[Size, Size]
Padding = Annotated[int, Field(ge=0)]
Paddings = Padding | tuple[Padding, Padding]


class LayerFault(Exception):
    """A layer doesn't fit the shape that reaches it; `Network` names the layer."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Layer(BaseModel):
    """What every layer is: frozen data, with a rule for shapes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    #: True where the layer computes something else in training than in prediction.
    two_modes: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The class's name in `torch.nn`."""
        return type(self).__name__

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape that leaves the layer when `shape` comes in.

        Raises:
            LayerFault: the shape doesn't fit.
        """
        return shape

    def parameters(self, shape: Shape) -> dict[str, Shape]:
        """Return the shapes of the trained tensors, by their names in the layer's `state_dict`."""
        return {}

    def buffers(self, shape: Shape) -> dict[str, Shape]:
        """Return the shapes of the tensors that are kept but not trained by gradients."""
        return {}


def pair(value: Pair) -> tuple[int, int]:
    """Return `value` for height and width."""
    return (value, value) if isinstance(value, int) else value


def _wants_images(shape: Shape) -> None:
    if len(shape) != 3:
        raise LayerFault("spec.layer_wants_images", shape=shape)


def _same(given: int | None, found: int, argument: str) -> None:
    if given is not None and given != found:
        raise LayerFault("spec.layer_wrong_input", argument=argument, given=given, found=found)


class Linear(Layer):
    """`y = x Wᵀ + b`; `W` is `[out_features, in_features]`."""

    type: Literal["Linear"] = "Linear"
    out_features: Size
    bias: bool = True
    in_features: Size | None = None

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise LayerFault("spec.layer_wants_rows", shape=shape, flat=math.prod(shape))
        _same(self.in_features, shape[0], "in_features")
        return (self.out_features,)

    def parameters(self, shape: Shape) -> dict[str, Shape]:
        weight = {"weight": (self.out_features, shape[0])}
        return weight | ({"bias": (self.out_features,)} if self.bias else {})


class Conv2d(Layer):
    """Cross-correlation over height and width; `W` is `[out, in, kernel height, kernel width]`."""

    type: Literal["Conv2d"] = "Conv2d"
    out_channels: Size
    kernel_size: Sizes
    stride: Sizes = 1
    padding: Paddings = 0
    bias: bool = True
    in_channels: Size | None = None

    def output_shape(self, shape: Shape) -> Shape:
        _wants_images(shape)
        _same(self.in_channels, shape[0], "in_channels")
        return (self.out_channels, *_windows(shape, self.kernel_size, self.stride, self.padding))

    def parameters(self, shape: Shape) -> dict[str, Shape]:
        weight = {"weight": (self.out_channels, shape[0], *pair(self.kernel_size))}
        return weight | ({"bias": (self.out_channels,)} if self.bias else {})


class _Pool(Layer):
    kernel_size: Sizes
    stride: Sizes | None = None
    padding: Paddings = 0

    def output_shape(self, shape: Shape) -> Shape:
        _wants_images(shape)
        for kernel, padding in zip(pair(self.kernel_size), pair(self.padding), strict=True):
            if 2 * padding > kernel:
                raise LayerFault("spec.pool_padding", padding=padding, kernel=kernel)
        stride = self.kernel_size if self.stride is None else self.stride
        return (shape[0], *_windows(shape, self.kernel_size, stride, self.padding))


class MaxPool2d(_Pool):
    """The largest value of each window."""

    type: Literal["MaxPool2d"] = "MaxPool2d"


class AvgPool2d(_Pool):
    """The mean of each window."""

    type: Literal["AvgPool2d"] = "AvgPool2d"


def _windows(shape: Shape, kernel: Pair, stride: Pair, padding: Pair) -> tuple[int, int]:
    """Return how many windows fit along height and width."""
    counts = []
    for size, k, s, p in zip(shape[1:], pair(kernel), pair(stride), pair(padding), strict=True):
        if size + 2 * p < k:
            raise LayerFault("spec.window_too_large", kernel=k, size=size, padding=p)
        counts.append((size + 2 * p - k) // s + 1)
    return counts[0], counts[1]


class Flatten(Layer):
    """Turns `(channels, height, width)` into one row."""

    type: Literal["Flatten"] = "Flatten"

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)


class _BatchNorm(Layer):
    two_modes: ClassVar[bool] = True
    eps: Annotated[float, Field(gt=0)] = 1e-5
    momentum: Annotated[float, Field(ge=0, le=1)] = 0.1
    num_features: Size | None = None

    def parameters(self, shape: Shape) -> dict[str, Shape]:
        return {"weight": shape[:1], "bias": shape[:1]}

    def buffers(self, shape: Shape) -> dict[str, Shape]:
        return {"running_mean": shape[:1], "running_var": shape[:1], "num_batches_tracked": ()}


class BatchNorm1d(_BatchNorm):
    """Each feature, normalised over the batch (Ioffe and Szegedy, 2015)."""

    type: Literal["BatchNorm1d"] = "BatchNorm1d"

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise LayerFault("spec.layer_wants_rows", shape=shape, flat=math.prod(shape))
        _same(self.num_features, shape[0], "num_features")
        return shape


class BatchNorm2d(_BatchNorm):
    """Each channel, normalised over the batch and the pixels (Ioffe and Szegedy, 2015)."""

    type: Literal["BatchNorm2d"] = "BatchNorm2d"

    def output_shape(self, shape: Shape) -> Shape:
        _wants_images(shape)
        _same(self.num_features, shape[0], "num_features")
        return shape


class LayerNorm(Layer):
    """Each row, normalised over all its values (Ba, Kiros and Hinton, 2016)."""

    type: Literal["LayerNorm"] = "LayerNorm"
    eps: Annotated[float, Field(gt=0)] = 1e-5

    def parameters(self, shape: Shape) -> dict[str, Shape]:
        return {"weight": shape, "bias": shape}


class Dropout(Layer):
    """In training, each value becomes 0 with probability `p`, the others grow by `1 / (1 - p)`."""

    two_modes: ClassVar[bool] = True
    type: Literal["Dropout"] = "Dropout"
    p: Annotated[float, Field(ge=0, lt=1)] = 0.5


class ReLU(Layer):
    """`max(0, x)`"""

    type: Literal["ReLU"] = "ReLU"


class LeakyReLU(Layer):
    """`x` above 0, `negative_slope * x` below."""

    type: Literal["LeakyReLU"] = "LeakyReLU"
    negative_slope: Annotated[float, Field(ge=0)] = 0.01


class Sigmoid(Layer):
    """`1 / (1 + exp(-x))`"""

    type: Literal["Sigmoid"] = "Sigmoid"


class Tanh(Layer):
    """The hyperbolic tangent."""

    type: Literal["Tanh"] = "Tanh"


class GELU(Layer):
    """`x Φ(x)`, exact (Hendrycks and Gimpel, 2016)."""

    type: Literal["GELU"] = "GELU"


class SiLU(Layer):
    """`x sigmoid(x)`"""

    type: Literal["SiLU"] = "SiLU"


class ELU(Layer):
    """`x` above 0, `alpha * (exp(x) - 1)` below (Clevert, Unterthiner and Hochreiter, 2015)."""

    type: Literal["ELU"] = "ELU"
    alpha: Annotated[float, Field(gt=0)] = 1.0


class Softmax(Layer):
    """Only ever the last layer before cross-entropy, where it is folded into the loss."""

    type: Literal["Softmax"] = "Softmax"


AnyLayer = Annotated[
    Linear | Conv2d | MaxPool2d | AvgPool2d | Flatten | BatchNorm1d | BatchNorm2d | LayerNorm | Dropout
    | ReLU | LeakyReLU | Sigmoid | Tanh | GELU | SiLU | ELU | Softmax,
    Field(discriminator="type"),
]  # fmt: skip

Activation = Literal["relu", "leaky_relu", "sigmoid", "tanh", "gelu", "silu", "elu"]

ACTIVATIONS: dict[str, type[Layer]] = {
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "gelu": GELU,
    "silu": SiLU,
    "elu": ELU,
}

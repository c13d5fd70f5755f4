"""From arrays as they are to what a user's own network sees. The scaling comes from training rows only.

Letters: N rows, F values along the last axis.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from stirfry.data.kept import Kept
from stirfry.data.numbers import LARGEST
from stirfry.data.scaling import center_and_scale
from stirfry.data.table import Inputs
from stirfry.errors import DataError
from stirfry.lang import shape_text
from stirfry.notice import Notice
from stirfry.spec.recipe import Scale

Finite = Annotated[float, Field(allow_inf_nan=False)]
Size = Annotated[int, Field(ge=0)]


class InputPart(BaseModel):
    """One input of the network.

    Args:
        name: the argument of `forward` that it is; empty where inputs go by position.
        shape: the shape of one row.
        whole: whether it is whole numbers, which stay as they are.
        centers: what is subtracted from each value along the last axis; empty where nothing is scaled.
        scales: what it is divided by then; 0 makes it 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    shape: tuple[Size, ...]
    whole: bool
    centers: tuple[Finite, ...] = ()
    scales: tuple[Annotated[Finite, Field(ge=0)], ...] = ()

    @model_validator(mode="after")
    def _one_for_each(self) -> InputPart:
        last = self.shape[-1] if self.shape else 1
        if len(self.centers) != len(self.scales) or len(self.centers) not in (0, last):
            raise ValueError("each value along the last axis has one center and one scale")
        return self

    def encode(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return raw values as the network sees them: int64, or scaled float32."""
        if self.whole:
            return values.astype(np.int64)
        if not self.centers:
            return values.astype(np.float32)
        scales = np.array([scale or math.inf for scale in self.scales])
        centers = np.array(self.centers)
        if not self.shape:
            centers, scales = centers[0], scales[0]
        return np.clip((values.astype(np.float64) - centers) / scales, -LARGEST, LARGEST).astype(np.float32)


class InputsEncoder(Kept):
    """Every input of a user's own network, in the order in which it takes them.

    Args:
        parts: one for each input.
    """

    rows: Literal["inputs"] = "inputs"
    parts: tuple[InputPart, ...] = Field(min_length=1)

    @property
    def input_names(self) -> tuple[str, ...]:
        """The arguments of `forward`; empty where inputs go by position."""
        return tuple(part.name for part in self.parts if part.name)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one row; of several inputs, how many numbers they are together."""
        if len(self.parts) == 1:
            return self.parts[0].shape
        return (sum(math.prod(part.shape) for part in self.parts),)

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shape of one row of each input."""
        return tuple(part.shape for part in self.parts)

    def check(self, inputs: Inputs) -> tuple[Notice, ...]:
        """Return remarks about raw rows, of which there are none.

        Raises:
            DataError: they are other inputs than the model takes, or hold numbers that it can't.
        """
        found = tuple(tuple(values.shape[1:]) for values in inputs.arrays)
        if found != self.shapes:
            raise DataError("data.other_inputs", found=_words(found), wanted=_words(self.shapes))
        for part, values in zip(self.parts, inputs.arrays, strict=True):
            if part.whole and values.dtype.kind == "f" and (values % 1 != 0).any():
                raise DataError("data.inputs_not_whole")
        check_inputs(inputs)
        return ()

    def transform(self, inputs: Inputs, rows: NDArray[np.int64] | None = None) -> Any:
        """Return the encoded rows: one array, or a tuple of arrays where there are several inputs.

        Args:
            inputs: raw rows.
            rows: which of them, by index; None takes all.
        """
        found = tuple(
            part.encode(values if rows is None else values[rows])
            for part, values in zip(self.parts, inputs.arrays, strict=True)
        )
        return found[0] if len(found) == 1 else found


def fit_inputs(inputs: Inputs, rows: NDArray[np.int64], scale: Scale) -> InputsEncoder:
    """Return the encoder for arrays as they are, fitted on some of their rows.

    Args:
        inputs: all rows.
        rows: the training rows, by index.
        scale: how floats are scaled, each value along the last axis by itself.

    Example:
        >>> made = fit_inputs(Inputs("two", (np.array([[[1.0], [3.0]]]),)), np.array([0]), "minmax")
        >>> made.transform(Inputs("two", (np.array([[[2.0], [3.0]]]),))).tolist()
        [[[0.5], [1.0]]]
    """
    parts = []
    names = inputs.names or ("",) * len(inputs.arrays)
    for name, values, whole in zip(names, inputs.arrays, inputs.whole, strict=True):
        shape = tuple(int(size) for size in values.shape[1:])
        centers: list[float] = []
        scales: list[float] = []
        if not whole and scale != "none":
            columns = values[rows].astype(np.float64).reshape(-1, shape[-1] if shape else 1)
            fits = [center_and_scale(column, scale) for column in columns.T]
            centers, scales = [center for center, _ in fits], [spread for _, spread in fits]
        parts.append(
            InputPart(name=name, shape=shape, whole=whole, centers=tuple(centers), scales=tuple(scales))
        )
    return InputsEncoder(parts=tuple(parts))


def check_inputs(inputs: Inputs) -> None:
    """Refuse arrays with gaps: nothing is filled in that isn't a table.

    Raises:
        DataError: with the first such row, counted from 1.
    """
    for values in inputs.arrays:
        finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
        if not finite.all():
            raise DataError("data.inputs_not_finite", row=int(np.argmin(finite)) + 1)


def _words(shapes: tuple[tuple[int, ...], ...]) -> list[str]:
    return [shape_text(shape) for shape in shapes]

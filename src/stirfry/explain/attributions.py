"""What moved one decision: integrated gradients, from a row that says nothing to the row itself.

On a straight line between the two, each input's gradient is added up, times how far that input moved. What is
added up over all inputs is the difference of the outputs at both ends; a test holds it to that.

The row that says nothing has each number and date at the median of the training rows, which is what stirfry
fills a gap with, and an even mix of a category's levels; for images it is black, for arrays it is 0 once
scaled.

Source: Sundararajan, Taly and Yan, 2017, "Axiomatic attribution for deep networks".

Letters: S steps on the line, D the shape of an encoded row, K outputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_images import ImageEncoder
from stirfry.data.encode_inputs import InputsEncoder
from stirfry.data.encode_parts import CategoryPart, Part
from stirfry.data.encode_table import TableEncoder
from stirfry.data.prepare import Encoder
from stirfry.data.table import Dataset, Table
from stirfry.explain.activations import sigmoid, sigmoid_slope
from stirfry.explain.losses import softmax
from stirfry.explain.passes import Tensors, backward, forward
from stirfry.explain.rows import chain_of, encoded, value_text
from stirfry.model.model import Model
from stirfry.spec.network import Network

Floats = NDArray[np.float64]
#: What is followed: a class's probability, or a number in the target's own unit, or an output as it is.
Quantity = Literal["probability", "value", "output"]

#: Points on the line: as many as it takes between these for a sum that is right to so large a share.
FEWEST_STEPS, MOST_STEPS, TOLERANCE = 64, 1_024, 1e-3
#: Numbers of one layer that are in memory at once.
CHUNK = 2_000_000


@dataclass(frozen=True, eq=False)
class Attributions:
    """What each input added to the answer.

    Args:
        names: the columns, those that moved it most first; empty for images and arrays.
        values: what the row has there, as text; None where it is missing.
        amounts: what each added, in the unit of `end`; they add up to `end - start`.
        answer: the class that is followed; None in regression.
        quantity: what `start` and `end` are.
        start: the answer's value at the row that says nothing.
        end: at the row itself.
        steps: points on the line between them.
        pixels: for images, what each pixel added, shape (C, H, W), and for arrays each number; None for
            tables.
    """

    names: tuple[str, ...]
    values: tuple[str | None, ...]
    amounts: tuple[float, ...]
    answer: Any
    quantity: Quantity
    start: float
    end: float
    steps: int
    pixels: Floats | None = None

    @property
    def left_over(self) -> float:
        """What the sum misses: `end - start` less everything that was added up."""
        total = sum(self.amounts) if self.pixels is None else float(self.pixels.sum())
        return self.end - self.start - total


def attribute(
    model: Model, row: Dataset, tensors: Tensors | None = None, points: int | None = None
) -> Attributions:
    """Return what each input added to the answer for one row.

    What is followed is the probability of the class that the model answers; in regression its value, in the
    target's own unit. A network that was trained on one-hot targets with a squared or absolute error has no
    probabilities of its own: there the output itself is followed.

    Args:
        model: a model whose network is a chain of known layers.
        row: one raw row or image.
        tensors: other weights than the model's, under the names in its network.
        points: how many points of the line are looked at, where time is bounded; None takes as many as the
            sum needs.

    Raises:
        UsageError: the network is the user's own, whose layers can't be seen.
    """
    network = chain_of(model)
    tensors = model.tensors if tensors is None else tensors
    inputs = encoded(model, row)
    base = baseline(model.encoder)
    last = forward(network, tensors, inputs)[-1].y
    followed = _followed(model, last)
    amounts, steps = _integrated(network, tensors, base, inputs[0], followed, points)
    start = followed.value(forward(network, tensors, base[None])[-1].y)[0]
    end = followed.value(last)[0]
    found = Attributions(
        names=(),
        values=(),
        amounts=(),
        answer=followed.answer,
        quantity=followed.quantity,
        start=float(start),
        end=float(end),
        steps=steps,
    )
    if not isinstance(model.encoder, TableEncoder):
        return replace(found, pixels=amounts)
    assert isinstance(row, Table), "a table's row has columns"
    return _by_column(found, model.encoder, row, amounts)


def baseline(encoder: Encoder) -> Floats:
    """Return the encoded row that says nothing, shape (*row).

    Example:
        >>> from stirfry.data.encode_parts import CategoryPart
        >>> part = CategoryPart(name="colour", levels=("blue", "red"), missing=False)
        >>> baseline(TableEncoder(parts=(part,))).tolist()
        [0.5, 0.5, 0.0]
    """
    if isinstance(encoder, ImageEncoder):
        black = np.zeros((1, *encoder.input_shape), dtype=np.float32)
        return encoder.normal.floats(black)[0].astype(np.float64)
    if isinstance(encoder, InputsEncoder):
        return np.zeros(encoder.input_shape)
    return np.concatenate([_says_nothing(part) for part in encoder.parts])


def _says_nothing(part: Part) -> Floats:
    """Return one column's share of the row that says nothing."""
    share = np.zeros((1, len(part.outputs)), dtype=np.float32)
    if isinstance(part, CategoryPart):
        share[0, : len(part.levels)] = 1 / max(1, len(part.levels))
    else:
        part.fill(np.array([np.nan]), share)
        if part.missing:
            share[0, -1] = 0.0
    return share[0].astype(np.float64)


@dataclass(frozen=True)
class _Followed:
    """Which function of the outputs is followed.

    Args:
        answer: as in `Attributions`.
        quantity: as in `Attributions`.
        value: from outputs, shape (S, K), to its value, shape (S,).
        slope: its gradient by the outputs, shape (S, K).
    """

    answer: Any
    quantity: Quantity
    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


def _followed(model: Model, outputs: Floats) -> _Followed:
    if model.task == "regression":
        scale, shift = model.target.std, model.target.mean
        return _Followed(
            None, "value", lambda z: z[:, 0] * scale + shift, lambda z: np.full(z.shape, float(scale))
        )
    place = int(model.shares(outputs)[0].argmax())
    answer = model.labels[place]
    if model.loss == "cross_entropy":
        one = np.eye(outputs.shape[1])[place]
        return _Followed(
            answer,
            "probability",
            lambda z: softmax(z)[:, place],
            lambda z: softmax(z)[:, [place]] * (one - softmax(z)),
        )
    if model.loss == "bce_with_logits":
        sign = 1.0 if place == 1 else -1.0
        return _Followed(
            answer, "probability", lambda z: sigmoid(sign * z[:, 0]), lambda z: sign * sigmoid_slope(z)
        )
    if model.loss == "share":  # one output, which is the second class's probability
        offset, sign = (0.0, 1.0) if place == 1 else (1.0, -1.0)
        return _Followed(
            answer, "output", lambda z: offset + sign * z[:, 0], lambda z: np.full(z.shape, sign)
        )
    one = np.eye(outputs.shape[1])[place]
    return _Followed(answer, "output", lambda z: z[:, place], lambda z: np.tile(one, (len(z), 1)))


def _integrated(
    network: Network, tensors: Tensors, start: Floats, end: Floats, followed: _Followed, points: int | None
) -> tuple[Floats, int]:
    """Return what each input added, and on how many points that was worked out.

    The points are doubled until the sum is right to `TOLERANCE` of the difference of both ends, unless their
    number is given.
    """
    if points is not None:
        mean = _mean_gradient(network, tensors, start, end, followed, points)
        return (end - start) * mean, points
    ends = followed.value(forward(network, tensors, np.stack([start, end]))[-1].y)
    whole = float(ends[1] - ends[0])
    steps = FEWEST_STEPS
    while True:
        amounts = (end - start) * _mean_gradient(network, tensors, start, end, followed, steps)
        missed = abs(float(amounts.sum()) - whole)
        if missed <= TOLERANCE * abs(whole) + 1e-9 or steps >= MOST_STEPS:
            return amounts, steps
        steps *= 2


def _mean_gradient(
    network: Network, tensors: Tensors, start: Floats, end: Floats, followed: _Followed, steps: int
) -> Floats:
    """Return the mean over the line, at the middle of each of its equal pieces, of the gradient."""
    at_once = max(1, min(steps, CHUNK // max(math.prod(shape) for shape in network.shapes)))
    total = np.zeros_like(start)
    for first in range(0, steps, at_once):
        places = (np.arange(first, min(first + at_once, steps)) + 0.5) / steps
        points = start + places.reshape(-1, *(1 for _ in start.shape)) * (end - start)
        passed = forward(network, tensors, points)
        total += backward(passed, followed.slope(passed[-1].y))[-1].dx.sum(axis=0)
    return total / steps


def _by_column(found: Attributions, encoder: TableEncoder, row: Table, amounts: Floats) -> Attributions:
    """Add up what belongs to one column, and put the columns that moved the answer most first."""
    sums, left = [], 0
    for part in encoder.parts:
        right = left + len(part.outputs)
        sums.append(float(amounts[left:right].sum()))
        left = right
    order = sorted(range(len(sums)), key=lambda place: -abs(sums[place]))
    names = [encoder.columns[place] for place in order]
    return replace(
        found,
        names=tuple(names),
        values=tuple(value_text(row.column(name)) for name in names),
        amounts=tuple(sums[place] for place in order),
    )

"""The values of a sweep: learning rates and widths, as they are typed or passed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from stirfry.errors import UsageError

#: Digits that a rate of a range has: few enough to be typed again, and typed again it is the same rate.
DIGITS = 4


def rates_of(value: Any, points: int = 13) -> tuple[float, ...]:
    """Return the learning rates of a sweep.

    Args:
        value: a number, several of them, or a text: `0.1`, `0.01,0.1`, or the range `1e-5..1`, whose values
            lie at equal distances on a logarithmic scale. None is no rate.
        points: how many values a range has, at least 2.

    Raises:
        UsageError: it is none of these.

    Example:
        >>> rates_of("1e-3..1", points=4)
        (0.001, 0.01, 0.1, 1.0)
    """
    if value is None:
        return ()
    words = value.split(",") if isinstance(value, str) else value if isinstance(value, Sequence) else [value]
    found: list[float] = []
    for word in words:
        low, dots, high = str(word).partition("..")
        found += _range(_rate(low), _rate(high), points) if dots else [_rate(low)]
    return tuple(dict.fromkeys(found))


def _range(low: float, high: float, points: int) -> list[float]:
    if points < 2:
        raise UsageError("spec.grid_points", found=points)
    if not low < high:
        raise UsageError("spec.grid_range", low=low, high=high)
    step = (math.log10(high) - math.log10(low)) / (points - 1)
    inner = [float(f"{10 ** (math.log10(low) + step * index):.{DIGITS}g}") for index in range(1, points - 1)]
    return [low, *inner, high]


def _rate(value: Any) -> float:
    try:
        rate = float(value)
    except (TypeError, ValueError):
        raise UsageError("spec.grid_rate", found=str(value)) from None
    if not 0 < rate < math.inf:
        raise UsageError("spec.grid_rate", found=str(value))
    return rate


def widths_of(value: Any) -> tuple[tuple[int, ...], ...]:
    """Return the hidden layers of a sweep's networks, one tuple a network.

    Args:
        value: a text such as `4,8,8x4,none`: networks are parted by commas, the layers of one network by `x`,
            and `none` is a linear model. Or a sequence of such networks: numbers, texts, or sequences of
            numbers. None is no network.

    Raises:
        UsageError: it is none of these.

    Example:
        >>> widths_of("4,8x4,none"), widths_of([4, (8, 4), ()])
        (((4,), (8, 4), ()), ((4,), (8, 4), ()))
    """
    if value is None:
        return ()
    networks = value.split(",") if isinstance(value, str) else value
    if not isinstance(networks, Sequence):
        networks = [networks]
    return tuple(dict.fromkeys(_network(network) for network in networks))


def _network(value: Any) -> tuple[int, ...]:
    if isinstance(value, str):
        text = value.strip().lower().replace("×", "x")
        layers: Sequence[Any] = () if text == "none" else text.split("x")
    else:
        layers = value if isinstance(value, Sequence) else [value]
    try:
        widths = tuple(int(layer) for layer in layers)
    except (TypeError, ValueError):
        raise UsageError("spec.grid_widths", found=str(value)) from None
    if any(width < 1 for width in widths):
        raise UsageError("spec.grid_widths", found=str(value))
    return widths


def written(hidden: Sequence[int]) -> str:
    """Return a network's hidden layers as a sweep's table shows them.

    Example:
        >>> written((8, 4)), written(())
        ('8x4', 'none')
    """
    return "x".join(str(width) for width in hidden) or "none"

"""What the model answers over two columns, with the judged rows on top."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.report.figures.plot import Floats, Plot, Scale
from stirfry.report.figures.svg import ACCENT, INK, PAPER, class_colour
from stirfry.report.measures.regions import Region
from stirfry.report.page.html import Html

#: From which probability on a region is drawn darker.
_SURE = 0.9
#: Steps of a regression's answers.
_STEPS = 8


def regions(
    name: str,
    found: Region,
    names: tuple[str, str],
    points: tuple[Floats, Floats],
    truth: NDArray[Any],
    answers: NDArray[Any],
    described_by: str,
) -> Html:
    """Return the figure of a model's answers over two columns.

    Args:
        name: the figure's own name.
        found: the answers.
        names: the columns across and upwards.
        points: the values of the judged rows in them, shape (N,) each.
        truth: their classes, or their values.
        answers: what was predicted for them.
        described_by: the name of the element that says what is seen.
    """
    x, y = Scale(found.x[0], found.x[-1]), Scale(found.y[0], found.y[-1])
    plot = Plot(name, x, y, (480, 340), (56, 16, 26, 42))
    labels = plot.labels.name(names[1], 40), plot.labels.name(names[0], 40)
    inside = (x.low <= points[0]) & (points[0] <= x.high) & (y.low <= points[1]) & (points[1] <= y.high)
    across, up = points[0][inside], points[1][inside]
    if found.answers.shape[2] == 1:
        _steps(plot, found)
        plot.frame(*labels, grid="")
        plot.dots(across, up, INK, 2.4, 0.55)
        return plot.svg(described_by)
    _classes(plot, found)
    plot.frame(*labels, grid="")
    true, said = truth[inside], answers[inside]
    wrong = true != said
    if wrong.any():
        plot.dots(across[wrong], up[wrong], INK, 6)
        plot.dots(across[wrong], up[wrong], PAPER, 4.6)
    for number in np.unique(true).tolist():
        mine = true == number
        plot.dots(across[mine], up[mine], class_colour(number), 3.2)
    return plot.svg(described_by)


def _classes(plot: Plot, found: Region) -> None:
    """Fill the region of each class, and once more where it is sure."""
    classes = found.answers.shape[2]
    for number in range(classes):
        own = found.answers[:, :, number]
        others = np.delete(found.answers, number, axis=2).max(axis=2)
        for values, alpha in ((own - others, 0.2), (own - _SURE, 0.2)):
            plot.area(_above(found, values, 0.0), class_colour(number), alpha)


def _steps(plot: Plot, found: Region) -> None:
    """Fill what lies above each of some values, so that it grows darker upwards."""
    values = found.answers[:, :, 0]
    low, high = float(values.min()), float(values.max())
    if low < high:
        for bound in np.linspace(low, high, _STEPS + 1)[1:-1]:
            plot.area(_above(found, values, float(bound)), ACCENT, 0.1)


def _above(found: Region, values: Floats, bound: float) -> list[Floats]:
    """Return the polygons inside which a value is above a bound."""
    from contourpy import contour_generator

    if values.max() <= bound:
        return []
    if values.min() > bound:
        x, y = found.x, found.y
        return [np.array([(x[0], y[0]), (x[-1], y[0]), (x[-1], y[-1]), (x[0], y[-1])])]
    drawn: Any = contour_generator(found.x, found.y, values, fill_type="OuterOffset").filled(bound, np.inf)
    return [
        polygon[start:end]
        for polygon, cuts in zip(*drawn, strict=True)
        for start, end in pairwise(cuts.tolist())
    ]

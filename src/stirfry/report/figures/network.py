"""A small network, every weight a line and every bias a dot.

Letters: L layers of units, U units of a layer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry.report.figures.plot import Plot, Scale
from stirfry.report.figures.svg import INK, LINE, MINUS, PAPER, PLUS
from stirfry.report.page.html import Html, plain
from stirfry.report.page.numbers import score as number

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Dense:
    """One layer of weights.

    Args:
        weight: shape (out, in).
        bias: shape (out,); None without one.
        after: what is done to its outputs, such as `ReLU`.
    """

    weight: Floats
    bias: Floats | None
    after: str = ""


def drawn(name: str, layers: list[Dense], inputs: list[str], outputs: list[str], described_by: str) -> Html:
    """Return the figure of a chain of dense layers.

    Args:
        name: the figure's own name.
        layers: the layers, from input to output.
        inputs: the names of the inputs.
        outputs: the names of the outputs.
        described_by: the name of the element that says what is seen.
    """
    sizes = [len(inputs), *(len(layer.weight) for layer in layers)]
    height = 26 * max(sizes) + 50
    widest = max(len(text) for text in inputs)
    left = min(20 + 6.6 * min(widest, 20), 150)
    right = min(24 + 6.6 * min(max(len(text) for text in outputs), 14), 120)
    plot = Plot(name, Scale(0, len(layers)), Scale(0, 1), (640, height), (left, right, 10, 26))
    places = [_units(plot, level, size, max(sizes)) for level, size in enumerate(sizes)]
    titles: list[str] = []
    for level, layer in enumerate(layers):
        titles += _edges(plot, places[level], places[level + 1], layer.weight)
    for level, units in enumerate(places):
        _dots(plot, level, units, None if level == 0 else layers[level - 1].bias)
    for (across, up), text in zip(places[0], inputs, strict=True):
        plot.text(across - 14, up, plot.labels.name(text, 20), "end", colour=INK, size=11.5)
    for (across, up), text in zip(places[-1], outputs, strict=True):
        plot.text(across + 14, up, plot.labels.name(text, 14), "start", colour=INK, size=11.5)
    for level, layer in enumerate(layers):
        if layer.after:
            plot.text(places[level + 1][0, 0], 8, plot.labels.name(layer.after), "middle", "baseline")
    return _with_titles(plot.svg(described_by), titles)


def _units(plot: Plot, level: int, size: int, most: int) -> Floats:
    """Return the places of a layer's units in pixels, from top to bottom, shape (U, 2)."""
    share = (np.arange(size) + 0.5) / most + (1 - size / most) / 2
    return plot.at(np.full(size, float(level)), 1 - share)


def _edges(plot: Plot, before: Floats, after: Floats, weight: Floats) -> list[str]:
    """Draw a line for each weight, the strongest last, and return what each says."""
    strength = np.abs(weight) / (float(np.abs(weight).max()) or 1.0)
    order = np.argsort(strength, axis=None, kind="stable")
    outs, ins = np.unravel_index(order, weight.shape)
    flat = strength.ravel()[order]
    colours = [PLUS if weight[out, into] >= 0 else MINUS for out, into in zip(outs, ins, strict=True)]
    plot.segments(before[ins], after[outs], colours, 0.5 + 3.2 * flat, list(0.12 + 0.78 * flat))
    return [number(float(weight[out, into])) for out, into in zip(outs, ins, strict=True)]


def _dots(plot: Plot, level: int, units: Floats, bias: Floats | None) -> None:
    level_x = np.full(len(units), float(level))
    up = (units[:, 1] - plot.bottom) / (plot.top - plot.bottom)
    plot.dots(level_x, up, INK, 8)
    plot.dots(level_x, up, PAPER, 6.8)
    if bias is None:
        plot.dots(level_x, up, LINE, 6.8)
        return
    strength = np.abs(bias) / (float(np.abs(bias).max()) or 1.0)
    for unit, (value, share) in enumerate(zip(bias, strength, strict=True)):
        plot.dots(
            level_x[unit : unit + 1],
            up[unit : unit + 1],
            PLUS if value >= 0 else MINUS,
            6.8,
            0.1 + 0.75 * share,
        )


def _with_titles(svg: Html, titles: list[str]) -> Html:
    """Let each line of a weight say its value where the pointer rests on it."""
    said = iter(titles)

    def titled(found: re.Match[str]) -> str:
        text = next(said, None)
        return found[0] if text is None else f"{found[1]}><title>{plain(text)}</title></path>"

    return Html(re.sub(r'(<path d="M [^"]*"[^>]*stroke:var\(--(?:plus|minus)\)[^>]*)/>', titled, svg))

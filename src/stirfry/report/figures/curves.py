"""Loss and score over the epochs."""

from __future__ import annotations

import numpy as np

from stirfry.report.figures.plot import Plot, Scale, around
from stirfry.report.figures.svg import PAPER, SOFT, TEST, TRAIN, VALIDATION
from stirfry.report.page.html import Html
from stirfry.report.thin import thinned

COLOURS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
_DASHES = {"test": (4, 2)}
#: A loss whose largest value is more than this many times its smallest is drawn in powers of ten.
_FACTOR = 30.0
#: Points of a line: a figure of 400 pixels shows no more.
_POINTS = 400


def lines_of(history: dict[str, np.ndarray], measure: str) -> dict[str, np.ndarray]:
    """Return each part's column of a measure, those that have a finite value."""
    found = {part: history[f"{part}_{measure}"] for part in COLOURS if f"{part}_{measure}" in history}
    return {part: line for part, line in found.items() if np.isfinite(line).any()}


def curves(
    name: str, history: dict[str, np.ndarray], measure: str, best_epoch: int | None, described_by: str
) -> Html:
    """Return the figure of one measure.

    Args:
        name: the figure's own name.
        history: columns, one row an epoch.
        measure: `loss`, `accuracy` or `r2`.
        best_epoch: the epoch to mark; None marks none.
        described_by: the name of the element that says what is seen.
    """
    epochs, lines = history["epoch"], lines_of(history, measure)
    y = _scale(measure, np.concatenate(list(lines.values())))
    first, last = float(epochs[0]), float(epochs[-1])
    x = Scale(first, last, whole=True) if first < last else Scale(first - 1, last + 1, ticks=(first,))
    plot = Plot(name, x, y)
    word = plot.labels.say("report.curve_log" if y.logarithmic else f"report.curve_{measure}")
    plot.frame(word, plot.labels.say("report.epoch"), grid="y")
    if best_epoch is not None and first < last:
        plot.line([best_epoch] * 2, [y.low, y.high], SOFT, 1, (2, 3))
    for part, line in lines.items():
        line = np.clip(line, y.low, None) if not y.logarithmic else line
        kept = thinned(np.asarray(line, dtype=np.float64), _POINTS)
        plot.line(
            epochs[kept], line[kept], COLOURS[part], 2 if part == "validation" else 1.6, _DASHES.get(part)
        )
        if len(epochs) <= 25:
            plot.dots(epochs, line, COLOURS[part], 2.2)
    if best_epoch is not None and "validation" in lines and first < last:
        at = np.flatnonzero(epochs == best_epoch)
        if len(at):
            plot.dots(epochs[at], lines["validation"][at], PAPER, 5.5)
            plot.dots(epochs[at], lines["validation"][at], VALIDATION, 3.2, hollow=True)
    return plot.svg(described_by)


def _scale(measure: str, values: np.ndarray) -> Scale:
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    if measure == "loss" and low > 0 and high > _FACTOR * low:
        return Scale(low / 1.15, high * 1.15, logarithmic=True)
    if measure == "accuracy":
        return Scale(max(0.0, low - 0.04), 1.005 if high > 0.8 else high + 0.04, percent=True)
    if measure == "r2" and low < -1:
        # An R² that starts far below the use of a mean would press all the rest into one line.
        return Scale(-1.0 if high > -1 else low, max(high + 0.04, -0.5))
    return around([low, high])

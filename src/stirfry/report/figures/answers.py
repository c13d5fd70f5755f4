"""How good the answers are: ROC, precision-recall, reliability; for numbers, predicted, true, residuals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stirfry.report.contents import Floats, Judged
from stirfry.report.figures.plot import Plot, Scale, around
from stirfry.report.figures.svg import ACCENT, SOFT, class_colour
from stirfry.report.measures.judged import Bin, Curve
from stirfry.report.measures.sample import sample
from stirfry.report.page.html import Html

_SHARES = Scale(0, 1, percent=True)
#: Points of a cloud: more of them hide one another.
_CLOUD = 1_500


def rates(name: str, curves: Sequence[tuple[int, Curve]], described_by: str) -> Html:
    """Return ROC curves, each with the number of its class."""
    plot = Plot(name, _SHARES, _SHARES)
    plot.frame(plot.labels.say("report.true_positives"), plot.labels.say("report.false_positives"))
    plot.line([0, 1], [0, 1], SOFT, 1.2, (3, 3))
    for number, curve in reversed(curves):
        plot.line(curve.x, curve.y, class_colour(number), 2)
    return plot.svg(described_by)


def precision(
    name: str, curves: Sequence[tuple[int, Curve]], shares: dict[int, float], described_by: str
) -> Html:
    """Return precision-recall curves, and the share of positives that guessing gets."""
    plot = Plot(name, _SHARES, Scale(0, 1.02, percent=True))
    plot.frame(plot.labels.say("report.precision"), plot.labels.say("report.recall"))
    for number in reversed(shares):
        plot.line([0, 1], [shares[number]] * 2, class_colour(number), 1, (3, 3))
    for number, curve in reversed(curves):
        plot.line(curve.x, curve.y, class_colour(number), 2)
    return plot.svg(described_by)


def reliability(name: str, bins: Sequence[Bin], binary: bool, described_by: str) -> Html:
    """Return what was said against what came true, with intervals."""
    low = min(0.0 if binary else min(each.said for each in bins), *(each.low for each in bins))
    scale = Scale(max(0.0, low - 0.03) if not binary else -0.02, 1.02, percent=True)
    plot = Plot(name, scale, scale)
    plot.frame(plot.labels.say("report.came_true"), plot.labels.say("report.said_probability"))
    plot.line([scale.low, 1], [scale.low, 1], SOFT, 1.2, (3, 3))
    said = np.array([each.said for each in bins])
    lows = plot.at(said, [each.low for each in bins])
    plot.segments(lows, plot.at(said, [each.high for each in bins]), ACCENT, 2, 0.4)
    plot.line(said, [each.share for each in bins], ACCENT, 1.6)
    plot.dots(said, [each.share for each in bins], ACCENT, 4)
    return plot.svg(described_by)


def predicted(name: str, judged: Judged, described_by: str) -> Html:
    """Return predicted values against true ones."""
    truth, answers = _cloud(judged)
    scale = around(np.concatenate([truth, answers]))
    plot = Plot(name, scale, scale, margins=(62, 20, 26, 42))
    plot.frame(plot.labels.say("report.predicted_value"), plot.labels.say("report.true_value"))
    plot.line([scale.low, scale.high], [scale.low, scale.high], SOFT, 1.2, (3, 3))
    plot.dots(truth, answers, ACCENT, 3, _alpha(len(truth)))
    return plot.svg(described_by)


def residuals(name: str, judged: Judged, described_by: str) -> Html:
    """Return what was predicted too much, against what was predicted."""
    truth, answers = _cloud(judged)
    off = answers - truth
    reach = 1.08 * float(np.abs(off).max(initial=0.0)) or 1.0
    plot = Plot(name, around(answers), Scale(-reach, reach), margins=(62, 20, 26, 42))
    plot.frame(plot.labels.say("report.residual"), plot.labels.say("report.predicted_value"))
    plot.line([plot.x.low, plot.x.high], [0, 0], SOFT, 1.2, (3, 3))
    plot.dots(answers, off, ACCENT, 3, _alpha(len(truth)))
    return plot.svg(described_by)


def _cloud(judged: Judged) -> tuple[Floats, Floats]:
    kept = sample(len(judged.truth), _CLOUD)
    return judged.truth[kept].astype(np.float64), judged.answers[kept].astype(np.float64)


def _alpha(points: int) -> float:
    return 0.75 if points < 100 else 0.5 if points < 500 else 0.3

"""Scores with their intervals, beside what a network that learned nothing would get."""

from __future__ import annotations

from stirfry.judge.scores import LOWER_IS_BETTER, PartScores
from stirfry.judge.spread import Spread
from stirfry.report.contents import Importance
from stirfry.report.figures.plot import Plot, Scale, around
from stirfry.report.figures.svg import ACCENT, AXIS, INK, LINE, SOFT, TEST, TRAIN, VALIDATION, width_of
from stirfry.report.page.html import Html
from stirfry.report.page.numbers import score as number

_ROW = 34
_DOTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}


def scores(name: str, metrics: dict[str, PartScores], judged: str, described_by: str) -> Html | None:
    """Return the figure of all scores that are shares of a best one; None where there is none.

    Errors in the target's unit are shown as shares of the baseline's error.

    Args:
        name: the figure's own name.
        metrics: the scores by part.
        judged: the part whose intervals are shown.
        described_by: the name of the element that says what is seen.
    """
    rows = []
    for metric, score in metrics[judged].metrics.items():
        unit = score.baseline if metric in LOWER_IS_BETTER else 1.0
        if score.value is None or not unit:
            continue
        rows.append((metric, unit))
    if not rows:
        return None
    values = [0.0, 1.0]
    for metric, unit in rows:
        score = metrics[judged].metrics[metric]
        values += [end / unit for end in (score.value, score.low, score.high) if end is not None]
    low, high = max(min(values), -1.0), min(max(values), 2.0)
    height = _ROW * len(rows) + 38
    plot = Plot(name, Scale(low, high), Scale(0, len(rows)), (480, height), (124, 54, 8, 30))
    plot.frame(grid="x", most=(5, 0))
    for place, (metric, unit) in enumerate(rows):
        _row(plot, len(rows) - place - 0.5, metric, unit, metrics, judged)
    return plot.svg(described_by)


def _row(
    plot: Plot, up: float, metric: str, unit: float, metrics: dict[str, PartScores], judged: str
) -> None:
    score = metrics[judged].metrics[metric]
    assert score.value is not None, "rows without a value are left out"
    [[_, middle]] = plot.at(plot.x.low, up)
    label = "report.share_of_baseline" if metric in LOWER_IS_BETTER else f"judge.{metric}"
    facts = {"metric": _metric(metric)} if metric in LOWER_IS_BETTER else {}
    plot.text(plot.left - 12, middle, plot.labels.say(label, **facts), "end", colour=INK, size=12)
    if score.baseline is not None:
        [base] = plot.at(_inside(plot, score.baseline / unit), up)
        plot.segments(base[None] - (0, 9), base[None] + (0, 9), SOFT, 2)
    for part, scored in metrics.items():
        other = scored.metrics[metric].value
        if part != judged and other is not None:
            plot.dots([_inside(plot, other / unit)], [up], _DOTS[part], 3, 0.55)
    if score.low is not None and score.high is not None:
        ends = plot.at([_inside(plot, score.low / unit), _inside(plot, score.high / unit)], up)
        plot.segments(ends[:1], ends[1:], _DOTS[judged], 3, 0.5)
    plot.dots([_inside(plot, score.value / unit)], [up], _DOTS[judged], 5)
    plot.text(plot.right + 12, middle, number(score.value), "start", colour=INK, size=12)


def _inside(plot: Plot, value: float) -> float:
    return min(max(value, plot.x.low), plot.x.high)


def _metric(name: str) -> object:
    from stirfry.notice import Notice

    return Notice(f"judge.{name}")


def strip(name: str, spread: Spread, own: float | None, described_by: str) -> Html:
    """Return one score of many runs as dots on a line, this run's among them."""
    values = [value for value in spread.values if value is not None]
    plot = Plot(name, around(values, 0.08), Scale(0, 1), (480, 74), (20, 20, 4, 30))
    plot.frame(grid="x", most=(5, 0))
    plot.dots(values, [0.5] * len(values), ACCENT, 4.5, 0.45)
    if spread.mean is not None:
        [place] = plot.at(spread.mean, 0.5)
        plot.segments(place[None] - (0, 13), place[None] + (0, 13), INK, 1.6)
    if own is not None:
        plot.dots([own], [0.5], ACCENT, 5.5, hollow=True)
    return plot.svg(described_by)


def importance(name: str, found: Importance, most: int, described_by: str) -> Html:
    """Return how far the score falls when each column is shuffled, with intervals."""
    count = min(len(found.names), most)
    ends = [*found.drops[:count], *found.low[:count], *found.high[:count], 0.0]
    scale = around(ends, 0.05)
    height = 30 * count + 40
    left = 16 + 6.6 * min(max(width_of(each) for each in found.names[:count]), 20)
    plot = Plot(name, scale, Scale(0, count), (480, height), (left, 58, 8, 32))
    plot.frame(grid="x", most=(5, 0))
    zero = plot.at([0.0, 0.0], [0, count])
    plot.segments(zero[:1], zero[1:], AXIS, 1.4)
    for place in range(count):
        up = count - place - 0.5
        row = plot.at([0.0, found.drops[place], found.low[place], found.high[place]], up)
        clear = found.low[place] > 0
        plot.segments(row[:1], row[1:2], ACCENT if clear else LINE, 12, 0.28 if clear else 1)
        plot.segments(row[2:3], row[3:4], ACCENT if clear else SOFT, 2)
        plot.dots([found.drops[place]], [up], ACCENT if clear else SOFT, 4)
        plot.text(
            plot.left - 12, row[0, 1], plot.labels.name(found.names[place], 20), "end", colour=INK, size=12
        )
        plot.text(plot.right + 12, row[0, 1], number(float(found.drops[place])), "start", colour=INK, size=12)
    return plot.svg(described_by)

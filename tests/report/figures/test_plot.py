"""The axes that figures are drawn on."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.report.figures.curves import curves
from stirfry.report.figures.plot import Plot, Scale, around
from stirfry.report.figures.svg import ACCENT, drawing


@given(st.lists(st.floats(-1e300, 1e300), max_size=20))
def test_a_scale_around_values_holds_them(values: list[float]) -> None:
    scale = around(values)
    assert scale.low < scale.high
    places = scale.of(values)
    if max(values, default=0) - min(values, default=0) < 1e299:
        assert ((places >= 0) & (places <= 1)).all()


@pytest.mark.parametrize(
    ("scale", "shown"),
    [
        (Scale(0, 1, percent=True), ["0%", "50%", "100%"]),
        (Scale(-1, 1), ["−1", "0", "1"]),
        (Scale(1, 4, whole=True), ["1", "2", "3", "4"]),
        (Scale(0.01, 10, logarithmic=True), ["0.01", "0.1", "1", "10"]),
        (Scale(2, 6, logarithmic=True), ["2", "5"]),
        (Scale(0, 2e5), ["0", "100,000", "200,000"]),
        (Scale(5, 7, ticks=(6.0,)), ["6"]),
    ],
)
def test_numbers_stand_at_round_values(scale: Scale, shown: list[str]) -> None:
    found = [text for _, text in scale.marks(4)]
    assert set(shown) <= set(found) and len(found) <= 6


def test_points_lie_where_the_axes_say() -> None:
    plot = Plot("p", Scale(0, 10), Scale(0.1, 10, logarithmic=True), (400, 264), (50, 10, 24, 40))
    assert plot.at([0, 10], [0.1, 10]).tolist() == [[50, 40], [390, 240]]
    assert plot.at(5, 1).tolist() == [[220, 140]]


def test_what_a_figure_shows_is_text_in_both_languages() -> None:
    with drawing():
        plot = Plot("p", Scale(0, 1), Scale(0, 1))
        plot.frame(plot.labels.say("report.loss"), plot.labels.name("$x^2$ & <b>"))
        plot.line([0, 1], [0, np.nan], ACCENT)
        found = plot.svg("p-caption")
    texts = re.findall(r"<text([^>]*)>([^<]*)</text>", found)
    assert ("损失", True) in [(text, 'lang="zh"' in given) for given, text in texts]
    assert "$x^2$ &amp; &lt;b&gt;" in [text for _, text in texts]
    assert "0.2" in [text for _, text in texts], "numbers keep their digits"
    assert "font-family" not in found and "#" not in re.sub(r'url\(#|href="#', "", found)


def line_of(svg: str, part: str) -> list[tuple[float, float]]:
    path = re.search(rf'<path d="([^"]*)"[^>]*stroke:var\(--{part}\)', svg)
    assert path is not None
    return [(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", path[1])]


def test_a_curve_goes_through_its_values() -> None:
    history = {"epoch": np.arange(1.0, 5.0), "train_loss": np.array([4.0, 3.0, 2.0, 1.0])}
    with drawing():
        found = curves("c", history, "loss", None, "c-caption")
    points = line_of(found, "train")
    assert len(points) == 4
    steps = np.diff(np.array(points), axis=0)
    np.testing.assert_allclose(steps, np.broadcast_to(steps[0], steps.shape), atol=0.11)
    assert steps[0][0] > 0 and steps[0][1] > 0, "a falling loss goes down, and down is where y grows"


@pytest.mark.parametrize("closed", [False, True])
def test_an_area_has_all_its_corners(closed: bool) -> None:
    box = np.array([(0.0, 0.0), (10.0, 0.0), (10.0, 1.0), (0.0, 1.0)] + [(0.0, 0.0)] * closed)
    with drawing():
        plot = Plot("p", Scale(0, 10), Scale(0, 1), (400, 264), (50, 10, 24, 40))
        plot.area([box], ACCENT, 0.2)
        found = plot.svg("p-caption")
    path = re.search(r'<path d="([^"]*)"', found)
    assert path is not None
    corners = {(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", path[1])}
    assert len(corners) == 4, "a region of one class everywhere is the whole rectangle"


def test_a_loss_over_decades_is_logarithmic() -> None:
    epochs = np.arange(1.0, 41.0)
    with drawing():
        found = curves(
            "c", {"epoch": epochs, "train_loss": 10.0 ** -(epochs / 10)}, "loss", None, "c-caption"
        )
    assert "powers of ten" in found
    heights = np.diff([y for _, y in line_of(found, "train")])
    assert np.ptp(heights) < 0.25, "a straight line"


def test_values_that_are_not_finite_leave_a_gap() -> None:
    loss = np.array([np.inf, 2.0, np.nan, 1.0])
    with drawing():
        found = curves("c", {"epoch": np.arange(1.0, 5.0), "train_loss": loss}, "loss", None, "c-caption")
    assert "nan" not in found.lower() and "inf" not in found.lower()

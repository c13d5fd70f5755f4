"""A pair of axes, drawn with matplotlib's artists alone.

matplotlib's own axes take 50 ms a figure, nearly all of it for ticks. A report has ten figures and less than
a second, so frame, grid and numbers are placed here; what is drawn, and the SVG, are matplotlib's.

Letters: N points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stirfry.report.figures.svg import AXIS, INK, LINE, PAPER, SOFT, Labels, inline
from stirfry.report.page.html import Html
from stirfry.report.page.numbers import minus

if TYPE_CHECKING:
    from matplotlib.artist import Artist

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """From values to a place between 0 and 1.

    Args:
        low: the value at 0.
        high: the value at 1, above `low`.
        logarithmic: whether equal factors are equal distances; both ends are above 0.
        ticks: where numbers stand; None finds round ones.
        whole: whether only whole numbers may stand there.
        percent: whether the numbers are shown as percentages.
    """

    low: float
    high: float
    logarithmic: bool = False
    ticks: tuple[float, ...] | None = None
    whole: bool = False
    percent: bool = False

    def of(self, values: ArrayLike) -> Floats:
        """Return the places of values."""
        found = np.asarray(values, dtype=np.float64)
        low, high = self.low, self.high
        if self.logarithmic:
            with np.errstate(divide="ignore", invalid="ignore"):
                found = np.log10(found)
            low, high = np.log10(low), np.log10(high)
        return (found - low) / (high - low)

    def marks(self, most: int) -> list[tuple[float, str]]:
        """Return values at which numbers stand, and the numbers; `most` of them or a few less."""
        from matplotlib.ticker import LogLocator, MaxNLocator

        if not most:
            return []
        values: Any = self.ticks
        if values is None and self.logarithmic:
            values = LogLocator(numticks=most).tick_values(self.low, self.high)
            inside = [value for value in values if self.low <= value <= self.high]
            if len(inside) < 2:
                values = LogLocator(subs=(1.0, 2.0, 5.0), numticks=most).tick_values(self.low, self.high)
        elif values is None:
            values = MaxNLocator(most, integer=self.whole, steps=[1, 2, 2.5, 5, 10]).tick_values(
                self.low, self.high
            )
        room = 1e-9 * (self.high - self.low)
        kept = [float(value) for value in values if self.low - room <= value <= self.high + room]
        return [(value, self._text(value)) for value in kept]

    def _text(self, value: float) -> str:
        if abs(value) < 1e-12 * max(abs(self.low), abs(self.high)):
            value = 0.0
        if self.percent:
            return minus(f"{100 * value:.4g}%")
        return minus(f"{value:,.0f}" if 1e4 <= abs(value) < 1e7 else f"{value:.6g}")


def around(values: ArrayLike, room: float = 0.04, **settings: Any) -> Scale:
    """Return a scale that holds all finite values, with some room at both ends."""
    found = np.asarray(values, dtype=np.float64).ravel()
    found = found[np.isfinite(found)]
    low, high = (float(found.min()), float(found.max())) if len(found) else (0.0, 1.0)
    if low == high:
        gap = abs(low) * 0.5 or 0.5
        return Scale(low - gap, high + gap, **settings)
    reach = room * (high - low)
    if not np.isfinite(reach):
        return Scale(0.0, 1.0, **settings)
    return Scale(low - reach, high + reach, **settings)


class Plot:
    """One pair of axes under construction. What is drawn later lies above.

    Args:
        name: the figure's own name in the page.
        x: the scale across.
        y: the scale upwards.
        size: width and height in pixels.
        margins: left, right, top and bottom, in pixels.
    """

    def __init__(
        self,
        name: str,
        x: Scale,
        y: Scale,
        size: tuple[float, float] = (400, 264),
        margins: tuple[float, float, float, float] = (48, 20, 26, 42),
    ) -> None:
        from matplotlib.figure import Figure
        from matplotlib.transforms import Bbox, IdentityTransform

        self.name, self.x, self.y, self.size = name, x, y, size
        self.labels = Labels()
        left, right, top, bottom = margins
        self.left, self.right = left, size[0] - right
        self.bottom, self.top = bottom, size[1] - top
        self._figure = Figure(figsize=(size[0] / 72, size[1] / 72), dpi=72)
        self._figure.patch.set_visible(False)
        self._as_it_is = IdentityTransform()
        self._inside = Bbox.from_extents(self.left, self.bottom, self.right, self.top)

    def at(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """Return points in pixels, shape (N, 2)."""
        across = self.left + self.x.of(x) * (self.right - self.left)
        up = self.bottom + self.y.of(y) * (self.top - self.bottom)
        return np.stack(np.broadcast_arrays(across, up), axis=-1).reshape(-1, 2)

    def frame(
        self, above: str = "", below: str = "", grid: str = "xy", most: tuple[int, int] = (5, 5)
    ) -> Plot:
        """Draw the grid, the numbers and the names.

        Args:
            above: the mark of what is measured upwards; it stands above the axis.
            below: the mark of what is measured across.
            grid: which of `x` and `y` have lines.
            most: how many numbers each has at most.
        """
        segments = []
        for value, text in self.x.marks(most[0]):
            [[across, _]] = self.at(value, self.y.low)
            if "x" in grid:
                segments.append([(across, self.bottom), (across, self.top)])
            self.text(across, self.bottom - 6, text, "middle", "top")
        for value, text in self.y.marks(most[1]):
            [[_, up]] = self.at(self.x.low, value)
            if "y" in grid:
                segments.append([(self.left, up), (self.right, up)])
            self.text(self.left - 6, up, text, "end", "center")
        self._add(_lines(segments, LINE, 1))
        self._add(_lines([[(self.left, self.bottom), (self.right, self.bottom)]], AXIS, 1))
        if above:
            self.text(self.left, self.top + 10, above, "start", "baseline", INK, 12.5)
        if below:
            self.text((self.left + self.right) / 2, 6, below, "middle", "baseline")
        return self

    def text(
        self,
        across: float,
        up: float,
        text: str,
        side: str = "start",
        height: str = "center",
        colour: str = SOFT,
        size: float = 12,
    ) -> None:
        """Write a text, or a text's mark, at a place in pixels."""
        sides = {"start": "left", "middle": "center", "end": "right"}
        self._figure.text(
            across, up, text, transform=self._as_it_is, color=colour, size=size, parse_math=False,
            horizontalalignment=sides[side], verticalalignment=height,
        )  # fmt: skip

    def line(self, x: ArrayLike, y: ArrayLike, colour: str, width: float = 1.8, dashes: Any = None) -> None:
        """Draw a line through points; one that isn't finite interrupts it."""
        from matplotlib.lines import Line2D

        points = self.at(x, y)
        style: Any = "-" if dashes is None else (0, dashes)
        self._add(
            Line2D(
                points[:, 0], points[:, 1], color=colour, linewidth=width, linestyle=style,
                solid_capstyle="round", solid_joinstyle="round",
            ),
            clipped=True,
        )  # fmt: skip

    def segments(
        self, starts: Floats, ends: Floats, colour: Any, width: Any = 1.6, alpha: Any = None
    ) -> None:
        """Draw straight pieces between points in pixels, each of shape (N, 2)."""
        self._add(_lines(np.stack([starts, ends], axis=1), colour, width, alpha))

    def dots(
        self,
        x: ArrayLike,
        y: ArrayLike,
        colour: str,
        size: float = 3.5,
        alpha: float = 1.0,
        hollow: bool = False,
    ) -> None:
        """Draw a dot at each point."""
        from matplotlib.lines import Line2D

        points = self.at(x, y)
        points = points[np.isfinite(points).all(axis=1)]
        self._add(
            Line2D(
                points[:, 0], points[:, 1], linestyle="", marker="o", markersize=2 * size, alpha=alpha,
                markerfacecolor=PAPER if hollow else colour, markeredgecolor=colour,
                markeredgewidth=1.6 if hollow else 0,
            )
        )  # fmt: skip

    def area(self, polygons: list[Floats], colour: str, alpha: float) -> None:
        """Fill polygons of shape (N, 2) in the axes' own units, open or closed; a hole runs the other way."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        paths = [self._closed(polygon) for polygon in polygons if len(polygon) > 2]
        if paths:
            whole = Path.make_compound_path(*paths)
            self._add(
                PathPatch(whole, facecolor=colour, edgecolor="none", linewidth=0, alpha=alpha), clipped=True
            )

    def _closed(self, polygon: Floats) -> Any:
        from matplotlib.path import Path

        corners = self.at(polygon[:, 0], polygon[:, 1])
        return Path(np.concatenate([corners, corners[:1]]), closed=True)  # the last corner only closes it

    def _add(self, artist: Artist, clipped: bool = False) -> None:
        artist.set_transform(self._as_it_is)
        self._figure.add_artist(artist, clip=False)
        if clipped:
            artist.set_clip_box(self._inside)

    def svg(self, described_by: str | None = None) -> Html:
        """Return the figure as an element of the page."""
        return inline(self._figure, self.name, self.labels, described_by)


def _lines(segments: Any, colour: Any, width: Any, alpha: Any = None) -> Any:
    from matplotlib.collections import LineCollection

    return LineCollection(segments, colors=colour, linewidths=width, alpha=alpha, capstyle="butt")

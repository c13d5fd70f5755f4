"""A sweep's final loss over the learning rate, one line for each network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stirfry.lang import say
from stirfry.report.curves import INK, SOFT, as_label, drawn, needs_matplotlib, put_frame, put_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches, and the plot's left edge, bottom, width and height as shares of them.
_SIZE, _PLACE = (9.0, 4.2), (0.075, 0.125, 0.72, 0.72)
#: Where the legend begins, and how far apart its lines are at most.
_LEGEND, _LINE = 0.825, 0.06
#: From light to dark as the networks grow: matplotlib's viridis between these two points.
_FIRST, _LAST = 0.82, 0.0
_FINAL: dict[str, Any] = {"linewidth": 1.6, "marker": "o", "markersize": 3.5}
_LOWEST: dict[str, Any] = {"linewidth": 1.1, "linestyle": (0, (2.5, 1.5))}
_CROSS: dict[str, Any] = {"marker": "x", "markersize": 5.5, "linestyle": ""}
_RING: dict[str, Any] = {
    "marker": "o",
    "markersize": 11,
    "markerfacecolor": "none",
    "markeredgecolor": INK,
    "linestyle": "",
}
#: Rows of crosses under one another, so that those of one network don't hide another's.
_ROWS = 6
_Key = tuple[str, dict[str, Any]]
#: A loss that spans less than this factor is drawn on a linear scale, where powers of ten would name nothing.
_NARROW = 3.0


@dataclass(frozen=True)
class Line:
    """One network's runs.

    Args:
        label: its hidden layers.
        rates: learning rates, rising, of the runs that didn't diverge.
        losses: their final losses, the mean over the seeds.
        ranges: the lowest and highest final loss over the seeds.
        lowest: the lowest losses on the way, the mean over the seeds.
        diverged: the rates at which it diverged.
    """

    label: str
    rates: tuple[float, ...]
    losses: tuple[float, ...]
    ranges: tuple[tuple[float, float], ...]
    lowest: tuple[float, ...]
    diverged: tuple[float, ...] = ()

    @property
    def stops_lower(self) -> bool:
        """Whether the loss rose again on the way, so far that it can be seen."""
        return any(low < 0.98 * last for low, last in zip(self.lowest, self.losses, strict=True))


def draw_rates(
    lines: Sequence[Line],
    *,
    title: str,
    chosen: tuple[float, float] | None = None,
    svg: bool = True,
    png: bool = True,
) -> tuple[bytes | None, bytes | None]:
    """Draw the final validation loss over the learning rate, both on logarithmic scales.

    Where a loss rose again on the way, a dashed line shows the lowest. Where the seeds differ, a band shows
    from the lowest to the highest final loss. A cross at the top is a rate at which a network diverged. The
    texts are in the language of the moment, as in `draw_curves`.

    Args:
        lines: one for each network, in the order of the legend.
        title: what stands above.
        chosen: rate and loss of the network that was chosen.
        svg: whether to draw the SVG.
        png: whether to draw the PNG, 1,800×840 pixels.

    Returns:
        The two files' contents, None for what wasn't asked for.

    Raises:
        MissingExtra: matplotlib isn't installed.

    Example:
        >>> line = Line("8", (0.01, 0.1), (0.5, 0.2), ((0.4, 0.6), (0.2, 0.2)), (0.5, 0.2))
        >>> svg, png = draw_rates([line], title="iris-sweep", png=False)
        >>> svg.startswith(b"<?xml"), png
        (True, None)
    """
    needs_matplotlib()
    return (
        drawn("svg", title, lambda shown: _figure(lines, shown, chosen)) if svg else None,
        drawn("png", title, lambda shown: _figure(lines, shown, chosen)) if png else None,
    )


def _figure(lines: Sequence[Line], title: str, chosen: tuple[float, float] | None) -> Figure:
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, facecolor="white")
    put_title(figure, _PLACE[0], title)
    axes = figure.add_axes(_PLACE)
    _dress(axes, lines)
    step = (_LAST - _FIRST) / max(1, len(lines) - 1)
    colors = [colormaps["viridis"](_FIRST + step * index) for index in range(len(lines))]
    for index, (line, color) in enumerate(zip(lines, colors, strict=True)):
        _draw(axes, line, color)
        _draw_diverged(axes, line, color, 0.97 - 0.04 * (index % _ROWS))
    if chosen is not None:
        _mark(axes, *chosen)
    _legend(figure, lines, colors, _keys(lines, chosen))
    return figure


def _dress(axes: Axes, lines: Sequence[Line]) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    losses = [loss for line in lines for pair in line.ranges for loss in pair]
    losses += [loss for line in lines for loss in line.lowest]
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: as_label(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    name = say("report.validation_loss")
    if losses and 0 < _NARROW * min(losses) < max(losses):
        axes.set_yscale("log")
        name = say("report.log_scale", measure=name)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: as_label(value)))
        # Where there are few powers of ten, the 2 and the 5 between them are named as well.
        few = max(losses) < 100 * min(losses)
        axes.yaxis.set_minor_formatter(FuncFormatter(_two_or_five) if few else NullFormatter())
    put_frame(axes, name, say("report.rate"))


def _two_or_five(value: float, _: int | None) -> str:
    return as_label(value) if f"{value:e}"[0] in "25" else ""


def _draw(axes: Axes, line: Line, color: object) -> None:
    axes.plot(
        line.rates,
        line.losses,
        color=color,
        solid_joinstyle="round",
        zorder=2.5,
        gid=f"final-{line.label}",
        **_FINAL,
    )
    if line.stops_lower:
        axes.plot(line.rates, line.lowest, color=color, zorder=2.4, gid=f"lowest-{line.label}", **_LOWEST)
    if any(low < high for low, high in line.ranges):
        low, high = zip(*line.ranges, strict=True)
        axes.fill_between(line.rates, low, high, color=color, alpha=0.15, linewidth=0, zorder=2.2)


def _draw_diverged(axes: Axes, line: Line, color: object, height: float) -> None:
    if line.diverged:
        axes.plot(
            line.diverged,
            [height] * len(line.diverged),
            transform=axes.get_xaxis_transform(),
            color=color,
            zorder=2.6,
            gid=f"diverged-{line.label}",
            **_CROSS,
        )


def _mark(axes: Axes, rate: float, loss: float) -> None:
    """Draw a ring around the network that was chosen."""
    axes.plot(rate, loss, zorder=3, gid="chosen", **_RING)


def _legend(figure: Figure, lines: Sequence[Line], colors: Sequence[object], keys: Sequence[_Key]) -> None:
    """Name everything beside the plot; placed by hand, as a viewer's fonts may be wider than ours."""
    from matplotlib.lines import Line2D

    top = _PLACE[1] + _PLACE[3]
    figure.text(_LEGEND, top + 0.035, say("report.hidden"), size=9, color=SOFT)
    own = [(line.label, {**_FINAL, "color": color}) for line, color in zip(lines, colors, strict=True)]
    step = min(_LINE, _PLACE[3] / (len(own) + len(keys) + 0.5))
    for index, (name, style) in enumerate([*own, *keys]):
        y = top - step * (index + (0.5 if index < len(own) else 1.0))
        across = [_LEGEND, _LEGEND + 0.025] if style.get("linestyle") != "" else [_LEGEND + 0.0125]
        figure.add_artist(Line2D(across, [y] * len(across), **style))
        figure.text(_LEGEND + 0.035, y, name, size=9.5, color=INK, verticalalignment="center")


def _keys(lines: Sequence[Line], chosen: tuple[float, float] | None) -> list[_Key]:
    """Return what the legend says beside the networks: only what there is in the picture."""
    keys: list[_Key] = []
    if any(line.stops_lower for line in lines):
        keys += [
            (say("report.final"), {"color": SOFT, **_FINAL}),
            (say("report.lowest"), {"color": SOFT, **_LOWEST}),
        ]
    if any(line.diverged for line in lines):
        keys.append((say("report.diverged"), {"color": SOFT, **_CROSS}))
    if chosen is not None:
        keys.append((say("report.chosen", rate=as_label(chosen[0])), {**_RING, "markersize": 8}))
    return keys

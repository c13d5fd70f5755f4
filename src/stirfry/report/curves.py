"""A run's loss and score, epoch by epoch, side by side.

The colours are Okabe and Ito's (2008), which people with any kind of colour vision tell apart; the test
line is dashed as well. Drawn with matplotlib's objects alone: nothing that a notebook or another thread
has set up is read or changed.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from stirfry.errors import MissingExtra
from stirfry.lang import language, say, speaking
from stirfry.report.fonts import LATIN, SVG_FAMILIES, chinese_font, showable
from stirfry.report.thin import thinned

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Column = NDArray[np.float64]

_STYLES: dict[str, dict[str, Any]] = {
    "train": {"color": "#0072B2", "linewidth": 1.4},
    "validation": {"color": "#D55E00", "linewidth": 1.8},
    "test": {"color": "#009E73", "linewidth": 1.6, "linestyle": (0, (4, 1.6))},
}
#: How much of the figure's width a letter takes in the legend: Chinese, and others.
_WIDE, _NARROW = 0.0150, 0.0074
_LONGEST_TITLE = 48
_BEHIND_TEXT = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.5}
INK, SOFT, _GRID = "#222222", "#666666", "#E6E6E6"

#: Inches and dots an inch: 900×360, twice as fine for screens that can.
_SIZE, _DPI = (9.0, 3.6), 200
#: Left edge, bottom, width and height of each panel, as shares of the figure.
_PLACES = ((0.068, 0.14, 0.412, 0.675), (0.563, 0.14, 0.412, 0.675))

#: Lines of no more points than this show each of them.
_DOTTED = 25
#: A loss whose largest value is more than this many times its smallest is drawn in powers of ten.
_DECADES = 100.0


@dataclass(frozen=True)
class _Panel:
    """What one panel shows.

    Args:
        measure: `loss`, `accuracy` or `r2`.
        epochs: shape (E,).
        lines: a column of shape (E,) for each part, NaN where it isn't finite.
    """

    measure: str
    epochs: Column
    lines: dict[str, Column]

    @property
    def values(self) -> Column:
        """All finite values of all lines."""
        joined = np.concatenate([np.empty(0), *self.lines.values()])
        return np.asarray(joined[np.isfinite(joined)])

    @property
    def logarithmic(self) -> bool:
        """Whether the values are a loss that spans more than two powers of ten."""
        values = self.values
        if self.measure != "loss" or not len(values) or values.min() <= 0:
            return False
        return bool(values.max() > _DECADES * values.min())


def draw_curves(
    history: dict[str, Column], *, title: str, best_epoch: int | None, svg: bool = True, png: bool = True
) -> tuple[bytes | None, bytes | None]:
    """Draw the loss and the accuracy, or R², of every part over the epochs.

    The texts are in the language of the moment. An SVG leaves its fonts to the viewer; a PNG is in English
    where no font with Chinese is installed. The same history gives the same bytes.

    Args:
        history: columns as in `stirfry.engine.contract.Trained`.
        title: what stands above, such as the run's name.
        best_epoch: the epoch whose weights are used, marked where a validation part chose it.
        svg: whether to draw the SVG.
        png: whether to draw the PNG, 1,800×720 pixels.

    Returns:
        The two files' contents, None for what wasn't asked for.

    Raises:
        MissingExtra: matplotlib isn't installed.

    Example:
        >>> column = np.array([1.0, 2.0, 3.0])
        >>> svg, png = draw_curves({"epoch": column, "train_loss": 1 / column, "train_accuracy": column / 3},
        ...                        title="iris", best_epoch=None, png=False)
        >>> svg.startswith(b"<?xml"), png
        (True, None)
    """
    needs_matplotlib()
    panels = _panels(history)
    return (
        _drawn("svg", panels, title, best_epoch) if svg else None,
        _drawn("png", panels, title, best_epoch) if png else None,
    )


def _panels(history: dict[str, Column]) -> list[_Panel]:
    score = "r2" if any(name.endswith("_r2") for name in history) else "accuracy"
    return [_panel(history, measure) for measure in ("loss", score)]


def _panel(history: dict[str, Column], measure: str) -> _Panel:
    found = {
        part: np.asarray(history[name], dtype=np.float64)
        for part in _STYLES
        if (name := f"{part}_{measure}") in history
    }
    lines = {part: np.where(np.isfinite(column), column, np.nan) for part, column in found.items()}
    there = {part: line for part, line in lines.items() if not np.isnan(line).all()}
    return _Panel(measure, np.asarray(history["epoch"], dtype=np.float64), there)


def _drawn(kind: Literal["svg", "png"], panels: list[_Panel], title: str, best_epoch: int | None) -> bytes:
    return drawn(kind, title, lambda shown: _figure(panels, shown, best_epoch))


def drawn(kind: Literal["svg", "png"], title: str, figure: Callable[[str], Figure]) -> bytes:
    """Return a picture's file, in the fonts and the language that it can be shown in.

    Args:
        kind: which file.
        title: the picture's title, whatever letters it has.
        figure: makes the figure, given the title as it can be shown.
    """
    chinese = chinese_font()
    families = [LATIN] if chinese is None else [chinese, LATIN] if language() == "zh" else [LATIN, chinese]
    shown = "".join(letter for letter in " ".join(title.split()) if letter.isprintable())
    english = kind == "png" and chinese is None
    with speaking("en" if english else None), _own_settings(families):
        return _saved(figure(showable(shown, families) if kind == "png" else shown), kind)


def needs_matplotlib() -> None:
    """Make sure that pictures can be drawn.

    Raises:
        MissingExtra: matplotlib isn't installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingExtra("report.missing_extra", package="matplotlib", extra="plot") from error


@contextmanager
def _own_settings(families: list[str]) -> Iterator[None]:
    """Draw with matplotlib's defaults and ours, whatever the caller has set, and put theirs back."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {"svg.fonttype": "none", "svg.hashsalt": "stirfry", "font.family": families, "font.size": 9}
        )
        # The SVG's viewer chooses its own fonts: what ours lacks here costs an inexact width at most.
        warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
        yield


def _saved(figure: Figure, kind: Literal["svg", "png"]) -> bytes:
    buffer = io.BytesIO()
    if kind == "png":
        figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})
        return buffer.getvalue()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return _with_viewers_fonts(buffer.getvalue())


def _with_viewers_fonts(svg: bytes) -> bytes:
    """Put our list of families in the place of the drawing machine's fonts."""
    return re.sub(rb"font-family: [^;\"]+", b"font-family: " + SVG_FAMILIES.encode(), svg)


def _figure(panels: list[_Panel], title: str, best_epoch: int | None) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, facecolor="white")
    put_title(figure, _PLACES[0][0], title)
    _legend(figure, [part for part in _STYLES if any(part in panel.lines for panel in panels)])
    kept = _kept(panels[0], best_epoch)
    for panel, place in zip(panels, _PLACES, strict=True):
        axes = figure.add_axes(place)
        _dress(axes, panel)
        _draw_lines(axes, panel)
        _set_view(axes, panel)
        if kept is not None:
            _mark(axes, panel, *kept)
    return figure


def put_title(figure: Figure, left: float, title: str) -> None:
    """Write a picture's title at its top, cut where it is too long."""
    name = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
    figure.text(left, 0.935, name, size=11.5, weight="bold", color=INK, parse_math=False)


def _legend(figure: Figure, parts: list[str]) -> None:
    """Name the lines at the top right; placed by hand, as a viewer's fonts may be wider than ours."""
    from matplotlib.lines import Line2D

    right = _PLACES[1][0] + _PLACES[1][2]
    for part in reversed(parts):
        name = say(f"report.{part}")
        figure.text(right, 0.935, name, size=9.5, color=INK, horizontalalignment="right")
        start = right - sum(_WIDE if ord(letter) > 0x2E7F else _NARROW for letter in name) - 0.008
        figure.add_artist(Line2D([start - 0.028, start], [0.948, 0.948], **_STYLES[part]))
        right = start - 0.028 - 0.022


def _dress(axes: Axes, panel: _Panel) -> None:
    """Give the axes their frame, grid, scales and names."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, ScalarFormatter

    measure = say(f"report.{panel.measure}")
    if panel.logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter(NullFormatter())
        measure = say("report.log_scale", measure=measure)
    put_frame(axes, measure, say("report.epoch"))
    axes.xaxis.set_major_locator(
        MaxNLocator(6, integer=True) if len(panel.epochs) > 1 else FixedLocator(list(panel.epochs))
    )
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    plain = ScalarFormatter(useOffset=False)
    plain.set_scientific(False)
    short = panel.logarithmic or not 1e-3 <= max(np.abs(panel.values), default=1) < 1e6
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: as_label(value)) if short else plain)


def put_frame(axes: Axes, above: str, below: str) -> None:
    """Give axes their names, their frame and their grid."""
    axes.set_title(above, loc="left", size=10, color=INK, pad=7)
    axes.set_xlabel(below, size=9, color=SOFT, labelpad=3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#BBBBBB")
    axes.tick_params(which="both", color="#BBBBBB", labelcolor=SOFT, labelsize=8.5, length=3)
    axes.tick_params(which="minor", length=0)
    axes.grid(color=_GRID, linewidth=0.7)
    axes.set_axisbelow(True)


def as_label(value: float) -> str:
    """Return a number as an axis shows it."""
    return f"{value:.6g}".replace("-", "\N{MINUS SIGN}")


def _draw_lines(axes: Axes, panel: _Panel) -> None:
    for order, (part, line) in enumerate(panel.lines.items()):
        shown = thinned(line)
        marker = "o" if len(panel.epochs) <= _DOTTED else ""
        size = 5 if len(panel.epochs) == 1 else 3
        axes.plot(
            panel.epochs[shown],
            line[shown],
            marker=marker,
            markersize=size,
            zorder=2.5 + order / 10,
            solid_capstyle="round",
            solid_joinstyle="round",
            gid=f"{panel.measure}-{part}",
            **_STYLES[part],
        )


def _set_view(axes: Axes, panel: _Panel) -> None:
    """Show all epochs, and all values but those of an R² that starts far below the use of a mean."""
    first, last = (panel.epochs[0], panel.epochs[-1]) if len(panel.epochs) else (0.0, 1.0)
    room = 0.5 if first == last else 0.015 * (last - first)
    axes.set_xlim(first - room, last + room)
    values = panel.values
    if not len(values) or panel.logarithmic:
        return
    low, high = float(values.min()), float(values.max())
    floor = _lowest_shown(low, high) if panel.measure == "r2" else low
    room = 0.04 * (high - floor) or 0.05 * (abs(high) or 1.0)
    axes.set_ylim(floor - (room if floor == low else 0), high + room)
    if floor > low:
        text = say("report.below_view", lowest=as_label(float(f"{low:.3g}")))
        axes.set_title(text, loc="right", size=8.5, color=SOFT, pad=7)


def _lowest_shown(low: float, high: float) -> float:
    """Return where the view of R² ends: at its lowest, or just below 0 where that is far away."""
    floor = -0.05 if high > 0 else 2 * high - 1
    return low if low > floor - 0.95 else floor


def _kept(loss: _Panel, best_epoch: int | None) -> tuple[float, str] | None:
    """Return the epoch to mark and what to call it; None where no validation part could choose."""
    if best_epoch is None or "validation" not in loss.lines or len(loss.epochs) < 2:
        return None
    best = loss.epochs[np.nanargmin(loss.lines["validation"])]
    return best_epoch, say(
        "report.best_epoch" if best == best_epoch else "report.kept_epoch", epoch=best_epoch
    )


def _mark(axes: Axes, panel: _Panel, epoch: float, label: str) -> None:
    """Draw a thin line at the epoch whose weights are used, its name on the side that has room."""
    axes.axvline(epoch, color=SOFT, linewidth=0.9, linestyle=(0, (1.5, 2)), zorder=2.2)
    at = np.flatnonzero(panel.epochs == epoch)
    if "validation" in panel.lines and len(at):
        axes.plot(
            epoch,
            panel.lines["validation"][at[0]],
            marker="o",
            markersize=5.5,
            markerfacecolor="white",
            markeredgewidth=1.6,
            color=_STYLES["validation"]["color"],
            zorder=3,
        )
    first, last = axes.get_xlim()
    left_half = epoch - first < 0.5 * (last - first)
    top = panel.measure == "loss"
    axes.annotate(
        label,
        (epoch, 0.97 if top else 0.03),
        xycoords=axes.get_xaxis_transform(),
        xytext=(5 if left_half else -5, 0),
        textcoords="offset points",
        horizontalalignment="left" if left_half else "right",
        verticalalignment="top" if top else "bottom",
        size=8.5,
        color=INK,
        bbox=_BEHIND_TEXT,
        zorder=4,
    )

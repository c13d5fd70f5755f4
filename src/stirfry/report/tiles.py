"""Pictures of what a network sees and does: an image, filters, feature maps, and what moved an answer.

Signed numbers are blue below 0 and orange above, on a white 0; all tiles of a picture have one scale, so that
they can be compared. Numbers are drawn from plain arrays: nothing here knows a model.

Letters: T tiles, C channels, H height, W width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from stirfry.report.curves import INK, SOFT, drawn, needs_matplotlib
from stirfry.report.fonts import LATIN, chinese_font, showable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

#: Tiles of a picture, at most.
MOST_TILES = 64
#: Bars of a picture, at most.
MOST_BARS = 24
BELOW, ABOVE = "#0072B2", "#D55E00"
#: Inches: a tile, the room for title and note, the narrowest picture.
_SIDE, _TOP, _NARROWEST = 1.05, 0.66, 5.6


@dataclass(frozen=True)
class Words:
    """What is written in a picture.

    Args:
        title: what stands above.
        note: what stands under the title.
        names: what stands at each tile or bar; empty where nothing does.
    """

    title: str
    note: str
    names: tuple[str, ...] = ()


#: Gives a picture's words in the language of the moment: a PNG is in English where no font has Chinese.
Say = Callable[[], Words]
Kind = Literal["svg", "png"]
KINDS: tuple[Kind, ...] = ("svg", "png")


def _both(figure: Callable[[Words], Figure], say: Say) -> dict[str, bytes]:
    """Return a picture as an SVG and as a PNG, by their endings."""
    needs_matplotlib()
    return {kind: drawn(kind, "", lambda _, kind=kind: figure(_showable(say(), kind))) for kind in KINDS}  # type: ignore[misc]


def _showable(words: Words, kind: Kind) -> Words:
    """Return words with a question mark for what no font of a PNG has."""
    if kind == "svg":
        return words
    families = [family for family in (LATIN, chinese_font()) if family is not None]
    names = tuple(showable(name, families) for name in words.names)
    return replace(
        words, title=showable(words.title, families), note=showable(words.note, families), names=names
    )


def draw_tiles(tiles: Sequence[Floats], say: Say) -> dict[str, bytes]:
    """Draw arrays as tiles beside each other.

    Args:
        tiles: each of shape (H, W), or (H, W, 3) with colours from 0 to 1; the first `MOST_TILES` are drawn.
        say: gives the words.

    Returns:
        The contents of an SVG and of a PNG, by their endings.

    Raises:
        MissingExtra: matplotlib isn't installed.
    """
    shown = [np.asarray(tile, dtype=np.float64) for tile in tiles[:MOST_TILES]]
    return _both(lambda words: _tiles(shown, words), say)


def _tiles(tiles: list[Floats], words: Words) -> Figure:
    columns = min(8, len(tiles)) if len(tiles) < 3 else min(8, math.ceil(math.sqrt(2 * len(tiles))))
    rows = math.ceil(len(tiles) / columns)
    below = 0.16 if words.names else 0.0
    side = _SIDE if len(tiles) > 1 else 2 * _SIDE
    figure, top = _figure(max(columns * side + 0.3, _NARROWEST), rows * (side + below), words)
    settings = _scale(tiles)
    width, height = figure.get_size_inches()
    for place, tile in enumerate(tiles):
        row, column = divmod(place, columns)
        box = (
            (0.15 + column * side) / width,
            (height - top - (row + 1) * (side + below) + below + 0.08) / height,
            (side - 0.08) / width,
            (side - 0.08) / height,
        )
        axes = _blank(figure, box)
        axes.imshow(tile, **(settings if tile.ndim == 2 else {}), interpolation="nearest")
        if words.names:
            axes.set_xlabel(words.names[place], size=7.5, color=SOFT, labelpad=2)
    return figure


def _scale(tiles: list[Floats]) -> dict[str, Any]:
    """Return how numbers become colours: from 0 up as brightness, else blue and orange around 0."""
    values = np.concatenate([tile.ravel() for tile in tiles if tile.ndim == 2] or [np.zeros(1)])
    largest = float(np.abs(values).max()) or 1.0
    if values.min() >= 0:
        return {"cmap": "gray", "vmin": 0.0, "vmax": largest}
    return {"cmap": _signed(), "vmin": -largest, "vmax": largest}


def _signed() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("signed", [BELOW, "#FFFFFF", ABOVE])


def draw_decision(image: Floats, amounts: Floats, say: Say) -> dict[str, bytes]:
    """Draw an image, what each of its pixels added to the answer, and both over one another.

    Args:
        image: shape (H, W), or (H, W, 3); from 0 to 1.
        amounts: shape (H, W).
        say: gives the words; three names, one for each panel.

    Returns:
        The contents of an SVG and of a PNG, by their endings.

    Raises:
        MissingExtra: matplotlib isn't installed.
    """
    return _both(lambda words: _decision(image, amounts, words), say)


def _decision(image: Floats, amounts: Floats, words: Words) -> Figure:
    side = 2.2
    figure, top = _figure(3 * side + 0.3, side + 0.25, words)
    width, height = figure.get_size_inches()
    largest = float(np.abs(amounts).max()) or 1.0
    grey = image if image.ndim == 2 else image.mean(axis=2)
    for place, name in enumerate(words.names):
        left, bottom = (0.15 + place * side) / width, (height - top - side + 0.12) / height
        box = (left, bottom, (side - 0.12) / width, (side - 0.12) / height)
        axes = _blank(figure, box)
        axes.set_xlabel(name, size=8.5, color=SOFT, labelpad=3)
        if place == 0:
            axes.imshow(image, cmap="gray", vmin=0, vmax=1)  # an image in colour takes none of these
        elif place == 1:
            axes.imshow(amounts, cmap=_signed(), vmin=-largest, vmax=largest)
        else:
            axes.imshow(1 - 0.35 * grey, cmap="gray", vmin=0, vmax=1)
            strength = np.clip(np.abs(amounts) / largest * 1.5, 0, 1)
            axes.imshow(np.where(amounts > 0, 1.0, -1.0), cmap=_signed(), vmin=-1, vmax=1, alpha=strength)
    return figure


def draw_bars(
    amounts: Sequence[float], say: Say, ends: Sequence[tuple[float, float]] | None = None
) -> dict[str, bytes]:
    """Draw one bar for each name, with an interval where there are any.

    Args:
        amounts: how long each is, the first at the top; below 0 it goes to the left. The first `MOST_BARS`
            are drawn.
        say: gives the words; a name for each bar.
        ends: the lower and the upper end of each interval.

    Returns:
        The contents of an SVG and of a PNG, by their endings.

    Raises:
        MissingExtra: matplotlib isn't installed.
    """
    return _both(lambda words: _bars(amounts, words, ends), say)


def _bars(amounts: Sequence[float], words: Words, ends: Sequence[tuple[float, float]] | None) -> Figure:
    count = min(len(amounts), MOST_BARS)
    figure, top = _figure(7.2, 0.27 * count + 0.35, words)
    width, height = figure.get_size_inches()
    axes = figure.add_axes(
        (2.1 / width, 0.34 / height, (width - 2.35) / width, (height - top - 0.4) / height)
    )
    places = np.arange(count)
    lengths = np.asarray(amounts[:count])
    colours = [ABOVE if each >= 0 and ends is None else BELOW for each in lengths]
    axes.barh(places, lengths, height=0.62, color=colours)
    if ends is not None:
        low, high = np.array(ends[:count]).T
        axes.hlines(places, low, high, color=INK, linewidth=1.2)
        axes.plot(low, places, "|", color=INK, markersize=5)
        axes.plot(high, places, "|", color=INK, markersize=5)
    shown = [name if len(name) <= 26 else name[:25] + "…" for name in words.names[:count]]
    axes.set_yticks(places, shown, size=8.5, color=INK, parse_math=False)
    axes.invert_yaxis()
    axes.axvline(0, color="#BBBBBB", linewidth=0.9)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color("#BBBBBB")
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", color="#BBBBBB", labelcolor=SOFT, labelsize=8.5, length=3)
    axes.grid(axis="x", color="#E6E6E6", linewidth=0.7)
    axes.set_axisbelow(True)
    return figure


def _figure(width: float, height: float, words: Words) -> tuple[Figure, float]:
    """Return a figure with a title and a note above its content, and the room that these take."""
    from matplotlib.figure import Figure

    tall = height + _TOP + 0.12
    figure = Figure(figsize=(width, tall), facecolor="white")
    left = 0.15 / width
    figure.text(left, 1 - 0.28 / tall, words.title, size=11.5, weight="bold", color=INK, parse_math=False)
    figure.text(left, 1 - 0.5 / tall, words.note, size=8.5, color=SOFT, parse_math=False)
    return figure, _TOP


def _blank(figure: Figure, box: tuple[float, float, float, float]) -> Axes:
    axes = figure.add_axes(box)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color("#DDDDDD")
    return axes

"""The row itself and what the network gets of it, as text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_images import ImageEncoder
from stirfry.data.table import Images, Inputs
from stirfry.explain.encodings import Encoding
from stirfry.explain.explanation import Explanation
from stirfry.explain.grid import Line, exact, grid, number, shortened, summary
from stirfry.explain.rows import value_text
from stirfry.lang import say

#: Columns and inputs that are listed, at most.
MOST_LISTED = 24
#: A value's text is cut to this.
LONGEST_VALUE = 32
#: An image that is wider than this is drawn in larger blocks.
WIDEST = 36
SHADES = " ░▒▓█"


def row_title(found: Explanation) -> str:
    """Return what is explained, as a heading."""
    return say("explain.title.row", row=found.row, things=found.data.things, name=found.data.name)


def raw_lines(found: Explanation) -> list[str]:
    """Return the row as it is in the data."""
    if isinstance(found.data, Images):
        return image_lines(np.asarray(found.data.pixels)[0])
    if isinstance(found.data, Inputs):
        return summary("X", found.data.arrays[0][0])
    columns = found.data.columns
    target = found.model.schema.target if found.model.schema else None
    lines = []
    for column in columns[:MOST_LISTED]:
        value = value_text(column)
        mark = say("explain.is_target") if column.name == target else ""
        mark = mark or ("" if column.name in found.model.columns else say("explain.is_ignored"))
        shown = say("explain.missing") if value is None else shortened(value, LONGEST_VALUE)
        lines.append(Line(column.name, [shown, mark]))
    return [*grid(["", ""], lines, left=frozenset({0, 1})), *_more(len(columns))]


def image_lines(pixels: NDArray[np.generic]) -> list[str]:
    """Return an image as blocks of shade, each pixel two characters wide, without empty lines around it.

    Args:
        pixels: shape (C, H, W), uint8 or floats from 0 to 1.

    Example:
        >>> image_lines(np.array([[[0, 255]]], dtype=np.uint8))
        ['    ██']
    """
    values = pixels.astype(np.float64).mean(axis=0) / (255 if pixels.dtype == np.uint8 else 1)
    block = -(-values.shape[1] // WIDEST)
    high, wide = (size // block * block for size in values.shape)
    blocks = values[:high, :wide].reshape(high // block, block, wide // block, block).mean(axis=(1, 3))
    shades = np.clip((blocks * len(SHADES)).astype(int), 0, len(SHADES) - 1)
    lines = [("  " + "".join(SHADES[shade] * 2 for shade in row)).rstrip() for row in shades.tolist()]
    drawn = [place for place, line in enumerate(lines) if line]
    return lines[drawn[0] : drawn[-1] + 1] if drawn else lines[:1]


def input_lines(found: Explanation) -> list[str]:
    """Return how the row became the network's inputs."""
    if found.inputs:
        return _table_inputs(found.inputs)
    encoder = found.model.encoder
    if not isinstance(encoder, ImageEncoder):
        return summary("X", found.forward[0].x[0])
    means, stds = ([number(value) for value in values] for values in (encoder.mean, encoder.std))
    formula = "(pixel / 255 − mean) / std" if encoder.whole else "(pixel − mean) / std"
    lines = [f"  X = {formula}", "  " + say("explain.channel_scales", mean=means, std=stds)]
    return [*lines, *summary("X", found.forward[0].x[0])]


def _table_inputs(inputs: tuple[Encoding, ...]) -> list[str]:
    lines = []
    for each in inputs[:MOST_LISTED]:
        if each.raw is None:
            lines.append(Line(each.name, ["", "", "", exact(each.value), ""]))
            continue
        assert each.center is not None and each.scale is not None, "a number is shifted and divided"
        mark = say("explain.filled") if each.filled else ""
        mark = say("explain.never_differs") if each.scale == 0 else mark
        cells = [exact(each.raw), _measure(each.center), _measure(each.scale), number(each.value), mark]
        lines.append(Line(each.name, cells))
    heads = [say("explain.value"), say("explain.center"), say("explain.scale"), "X", ""]
    scaled = any(each.raw is not None for each in inputs)
    if not scaled:
        return [*grid(["X"], [Line(line.name, line.cells[3:4]) for line in lines]), *_more(len(inputs))]
    return [
        "  " + say("explain.scaling"),
        *grid(heads, lines, left=frozenset({4})),
        *_more(len(inputs)),
    ]


def _measure(value: float) -> str:
    """Return a centre or a scale; large ones, such as seconds since 1970, with all their digits."""
    return number(value) if abs(value) < 1e6 else exact(value)


def _more(count: int) -> list[str]:
    return ["  " + say("explain.more", count=count - MOST_LISTED)] if count > MOST_LISTED else []

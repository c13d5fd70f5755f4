"""Draw what was explained: the image, filters and maps, and what moved the answer or matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stirfry.data.table import Images
from stirfry.explain.explanation import Explanation
from stirfry.explain.importance import Importance
from stirfry.explain.seen import Maps, maps_of, pixels_seen
from stirfry.explain.text_answer import share
from stirfry.explain.text_row import row_title
from stirfry.lang import say
from stirfry.report.tiles import MOST_TILES, Say, Words, draw_bars, draw_decision, draw_tiles
from stirfry.run.atomic import saying_why, write_atomic
from stirfry.spec.layers import Conv2d, Linear

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Picture:
    """A picture by its file's name, without an ending."""

    name: str
    files: dict[str, bytes]


def draw(folder: Path, explanation: Explanation | None, importance: Importance | None) -> tuple[Path, ...]:
    """Draw what there is into a folder, each picture as SVG and PNG.

    Args:
        folder: made where it is missing.
        explanation: one row's way, where there is one.
        importance: which columns matter, where that was measured.

    Returns:
        The files.

    Raises:
        MissingExtra: matplotlib isn't installed.
        OutputError: the folder can't be made, or a picture can't be written.
    """
    made: list[Picture] = []
    if explanation is not None:
        made += _of_row(explanation)
    if importance is not None:
        made.append(Picture("importance", _importance(importance)))
    with saying_why(folder):
        folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for picture in made:
        for kind, content in picture.files.items():
            path = folder / f"{picture.name}.{kind}"
            write_atomic(path, content)
            paths.append(path)
    return tuple(paths)


def _of_row(found: Explanation) -> Iterator[Picture]:
    if not isinstance(found.data, Images):
        if found.attributions.pixels is None:
            yield Picture("moved", _moved(found))
        return
    yield Picture("image", draw_tiles([_pixels(found)], _image_words(found)))
    yield from _first_filters(found)
    for maps in maps_of(found.forward):
        yield Picture(f"maps-{maps.index}", _maps(maps))
    yield Picture("decision", _decision(found))


def _pixels(found: Explanation) -> Floats:
    """Return the image as the network sees it, from 0 to 1: (H, W), or (H, W, 3) in colour."""
    return _as_tile(pixels_seen(found.model.encoder, found.forward[0].x[0]))


def _as_tile(channels: Floats) -> Floats:
    """Return an image of channels first as one to be drawn: in colour where it has three channels."""
    return np.moveaxis(channels, 0, 2) if len(channels) == 3 else channels.mean(axis=0)


def _image_words(found: Explanation) -> Say:
    def words() -> Words:
        assert found.probabilities is not None, "images have classes"
        answer, chance = str(found.answer), share(float(found.probabilities.max()))
        note = say("explain.answer", answer=say("explain.answer_class", answer=answer, share=chance))
        return Words(row_title(found), note)

    return words


def _first_filters(found: Explanation) -> Iterator[Picture]:
    """Yield the first layer's weights, if it looks at pixels: a tile for each filter or unit."""
    shape = found.model.encoder.input_shape
    step = next((step for step in found.forward if isinstance(step.layer, Conv2d | Linear)), None)
    if step is None or (isinstance(step.layer, Linear) and step.tensors["weight"].shape[1] != np.prod(shape)):
        return
    weight = step.tensors["weight"]
    tiles = [_filter(each) for each in weight.reshape(len(weight), *shape)] if weight.ndim == 2 else None
    tiles = tiles or [_filter(each) for each in weight]
    what = "explain.picture.units" if weight.ndim == 2 else "explain.picture.filters"

    def words() -> Words:
        names = tuple(str(place + 1) for place in range(len(tiles)))
        shown = say("explain.picture.first", count=MOST_TILES) if len(tiles) > MOST_TILES else ""
        return Words(
            say(what, layer=_layer(step.index, step.layer.name)), say("explain.picture.signed") + shown, names
        )

    yield Picture(f"filters-{step.index}", draw_tiles(tiles, words))


def _layer(index: int, name: str) -> str:
    """Return what a layer is called, with those that belong to it."""
    return say("explain.picture.layer", index=index, name=name)


def _filter(weights: Floats) -> Floats:
    """Return a filter, channels first, as a tile: the mean over its channels."""
    return weights.mean(axis=0)


def _maps(maps: Maps) -> dict[str, bytes]:
    """Draw what a convolution gave, after its activation where one follows."""
    values = maps.values

    def words() -> Words:
        layer = _layer(maps.index, maps.name)
        bright = say("explain.picture.bright" if values.min() >= 0 else "explain.picture.signed")
        shown = say("explain.picture.first", count=MOST_TILES) if len(values) > MOST_TILES else ""
        names = tuple(str(place + 1) for place in range(len(values)))
        return Words(say("explain.picture.maps", layer=layer), bright + shown, names)

    return draw_tiles(list(values), words)


def _decision(found: Explanation) -> dict[str, bytes]:
    moved = found.attributions
    assert moved.pixels is not None, "an image's answer is moved by pixels"

    def words() -> Words:
        what = say(f"explain.follows.{moved.quantity}", answer=str(moved.answer))
        note = say("explain.from_black", what=what, start=share(moved.start), end=share(moved.end))
        names = tuple(say(f"explain.picture.{name}") for name in ("image", "added", "both"))
        return Words(say("explain.title.moved"), note, names)

    return draw_decision(_pixels(found), moved.pixels.sum(axis=0), words)


def _moved(found: Explanation) -> dict[str, bytes]:
    moved = found.attributions

    def words() -> Words:
        what = say(f"explain.follows.{moved.quantity}", answer=str(moved.answer))
        shown = share if moved.quantity == "probability" else "{:,.5g}".format
        note = say("explain.from_typical", what=what, start=shown(moved.start), end=shown(moved.end))
        values = [say("explain.missing") if value is None else value for value in moved.values]
        names = tuple(f"{name} = {value}" for name, value in zip(moved.names, values, strict=True))
        return Words(say("explain.title.moved"), note, names)

    return draw_bars(moved.amounts, words)


def _importance(found: Importance) -> dict[str, bytes]:
    def words() -> Words:
        metric = say(f"judge.{found.metric}")
        title = say(
            "explain.matters_loss" if found.metric == "log_loss" else "explain.matters", metric=metric
        )
        note = say("explain.picture.interval", rows=found.rows, repeats=found.repeats)
        return Words(title, note, found.names)

    return draw_bars(found.drops, words, list(zip(found.low, found.high, strict=True)))

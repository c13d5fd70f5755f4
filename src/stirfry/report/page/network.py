"""The network, drawn: every weight where there are few, the layers with their shapes where there are many."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from stirfry.data.encode_table import TableEncoder
from stirfry.lang import shape_text
from stirfry.report.contents import Contents
from stirfry.report.figures.network import Dense, drawn
from stirfry.report.measures.columns import bars_of
from stirfry.report.page.html import GAP, NOTHING, Html, joined, plain, t, table, tag
from stirfry.report.page.numbers import score
from stirfry.report.page.parts import figure, lead, legend, note, section, spark
from stirfry.report.page.pictures import SMALL, signed
from stirfry.spec.layers import Conv2d, Dropout, Linear
from stirfry.spec.network import Network

#: Up to this many weights and units a network is drawn whole.
WEIGHTS, UNITS = 120, 24
#: Up to this many weights their numbers stand below.
NUMBERS = 400
#: Filters of the first layer that are shown at most.
FILTERS = 64
#: Layers that are shown at most.
LAYERS = 60


def network(run: Contents) -> Html:
    """Return the section."""
    layers = dense(run)
    count = run.model.network.n_parameters
    if layers is None:
        return section(
            "network", lead(t("report.lead_blocks", count=count)), _blocks(run), _filters(run), _numbers(run)
        )
    outputs = (
        [str(label) for label in run.labels] if len(layers[-1].weight) == len(run.labels) else [_answer(run)]
    )
    svg = drawn("net", layers, _inputs(run, layers[0].weight.shape[1]), outputs, "net-caption")
    key = legend([("var(--plus)", t("report.positive")), ("var(--minus)", t("report.negative"))])
    shown = figure("net", svg, t("report.network_caption"), key, class_="wide scroll")
    return section("network", lead(t("report.lead_network", count=count)), shown, _numbers(run))


def dense(run: Contents) -> list[Dense] | None:
    """Return the layers of a network that is small enough to be drawn whole; None for any other."""
    found = run.model.network
    if (
        not isinstance(found, Network)
        or len(found.input_shape) != 1
        or found.n_parameters > WEIGHTS + 3 * UNITS
    ):
        return None
    layers: list[Dense] = []
    tensors = run.model.tensors
    for index, layer in enumerate(found.layers):
        if isinstance(layer, Linear):
            weight = tensors[f"{index}.weight"].astype(np.float64)
            bias = tensors[f"{index}.bias"].astype(np.float64) if layer.bias else None
            layers.append(Dense(weight, bias))
        elif layer.parameters(found.shapes[index]) or not layers:
            return None
        elif not isinstance(layer, Dropout):
            layers[-1] = Dense(layers[-1].weight, layers[-1].bias, layer.name)
    sizes = [found.input_shape[0], *(len(layer.weight) for layer in layers)]
    weights = sum(layer.weight.size for layer in layers)
    return layers if layers and weights <= WEIGHTS and max(sizes) <= UNITS else None


def _answer(run: Contents) -> str:
    if run.model.task == "binary":
        return f"P({run.labels[1]})"
    return run.target or "y"


def _inputs(run: Contents, count: int) -> list[str]:
    encoder = run.model.encoder
    return (
        encoder.feature_names if isinstance(encoder, TableEncoder) else [f"x{at + 1}" for at in range(count)]
    )


def _blocks(run: Contents) -> Html:
    found = run.model.network
    first = _block(t("report.input"), plain(""), found.input_shape, 0, NOTHING, "end")
    blocks = [first]
    rows = found.table()
    for row in rows[:LAYERS]:
        settings = _settings(found.layers[row.index]) if isinstance(found, Network) else ""
        weights = run.model.tensors.get(f"{row.index}.weight") if isinstance(found, Network) else None
        bars = NOTHING if weights is None or weights.size < 8 else spark(bars_of(_flat(weights)))
        blocks.append(_block(plain(row.name), plain(settings), row.output_shape, row.parameters, bars))
    if len(rows) > LAYERS:
        blocks.append(tag("li", t("report.more_layers", count=len(rows) - LAYERS)))
    blocks.append(
        _block(t("report.loss"), plain(str(run.recipe.plan.loss or run.model.loss)), (), 0, NOTHING, "end")
    )
    return tag("ol", *blocks, class_="blocks")


def _flat(values: Any) -> Any:
    return values.astype(np.float64).ravel()


def _block(
    name: Html, settings: Html, shape: tuple[int, ...], parameters: int, bars: Html, class_: str | None = None
) -> Html:
    size = plain(shape_text(shape))
    count = t("report.weights", count=parameters) if parameters else NOTHING
    return tag(
        "li", tag("b", name), tag("small", settings) if settings else NOTHING,
        tag("span", size, class_="shape") if shape else NOTHING,
        tag("small", count) if count else NOTHING, bars,
        class_=class_ or ("learns" if parameters else None),
    )  # fmt: skip


def _settings(layer: Any) -> str:
    fields = layer.model_dump(exclude_none=True, exclude_defaults=True)
    hidden = {"type", "out_features", "in_features", "in_channels", "num_features"}
    words = {"kernel_size": "k", "out_channels": "", "padding": "pad"}
    return ", ".join(
        f"{words.get(key, key)} {_size(value)}".strip() for key, value in fields.items() if key not in hidden
    )


def _size(value: Any) -> str:
    return shape_text(value) if isinstance(value, tuple) else str(value)


def _filters(run: Contents) -> Html:
    """Return the first layer's weights as pictures, one a filter or a unit, where it looks at an image."""
    found = run.model.network
    if not isinstance(found, Network) or run.model.things != "images":
        return NOTHING
    at = next((at for at, layer in enumerate(found.layers) if isinstance(layer, Conv2d | Linear)), None)
    if at is None:
        return NOTHING
    weight = run.model.tensors[f"{at}.weight"].astype(np.float64)
    kind = "filters" if isinstance(found.layers[at], Conv2d) else "units"
    if kind == "units":
        if weight.shape[1] != math.prod(found.input_shape):
            return NOTHING
        weight = weight.reshape(-1, *found.input_shape)
    shown = weight[:FILTERS].mean(axis=1)
    reach = float(np.abs(shown).max())
    cards = [signed(each, reach, f"{at}.weight[{place}]", SMALL) for place, each in enumerate(shown)]
    more = (GAP, t("report.first_shown", count=FILTERS)) if len(weight) > FILTERS else ()
    return joined(
        [
            tag("h3", t(f"report.{kind}")),
            tag("div", *cards, class_="filters"),
            note(t("report.signed"), *more),
        ]
    )


def _numbers(run: Contents) -> Html:
    """Return the weights of a small network as tables, to be opened."""
    found = run.model.network
    if found.n_parameters > NUMBERS or not isinstance(found, Network):
        return NOTHING
    tables = []
    names = _inputs(run, math.prod(found.input_shape))
    for key, values in run.model.tensors.items():
        if values.ndim != 2:
            if values.ndim == 1 and not key.endswith("num_batches_tracked"):
                tables += [
                    tag("h4", plain(key)),
                    table([], [[plain(score(float(value))) for value in values]], "weights", 0),
                ]
            continue
        heads = (
            names
            if values.shape[1] == len(names) and key.startswith("0.")
            else [str(at + 1) for at in range(values.shape[1])]
        )
        rows = [
            [plain(str(at + 1)), *(plain(score(float(value))) for value in line)]
            for at, line in enumerate(values)
        ]
        tables += [tag("h4", plain(key)), table([NOTHING, *map(plain, heads)], rows, "weights")]
    return tag("details", tag("summary", t("report.all_weights")), joined(tables)) if tables else NOTHING

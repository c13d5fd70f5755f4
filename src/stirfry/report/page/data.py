"""The data at a glance: the parts, the classes, the columns; for images some of them."""

from __future__ import annotations

import numpy as np

from stirfry.data.table import Column, Images, Inputs, Table
from stirfry.lang import shape_text
from stirfry.report.contents import Contents
from stirfry.report.figures.svg import class_variable
from stirfry.report.measures.columns import Glance, bars_of, glance
from stirfry.report.measures.regions import date_text
from stirfry.report.page.html import NOTHING, Html, both, joined, plain, t, table, tag
from stirfry.report.page.numbers import percent, short
from stirfry.report.page.parts import lead, note, part, section, spark
from stirfry.report.page.pictures import SMALL, picture

#: Columns that are shown at most.
COLUMNS = 40
#: Classes whose shares are shown at most.
CLASSES = 12
#: Images that are shown as examples at most.
EXAMPLES = 20


def data(run: Contents) -> Html:
    """Return the section."""
    return section(
        "data", lead(_size(run)), _parts(run), _classes(run), _columns(run), _examples(run), _arrays(run)
    )


def _size(run: Contents) -> Html:
    dataset = run.described.dataset
    if isinstance(dataset, Images):
        return t("report.size_images", rows=run.described.rows, shape=tuple(dataset.pixels.shape[1:]))
    if isinstance(dataset, Inputs):
        return t("report.size_arrays", rows=run.described.rows, inputs=len(dataset.arrays))
    return t("report.size_table", rows=run.described.rows, columns=run.described.columns)


def _parts(run: Contents) -> Html:
    """Return the parts as stretches of one bar."""
    rows = sum(run.parts.values())
    bars = [tag("i", style=f"flex:{count};background:var(--{name})") for name, count in run.parts.items()]
    said = [
        tag(
            "span", tag("i", style=f"background:var(--{name})"), part(name), plain(" "),
            tag("b", plain(f"{count:,}")), plain(f" {percent(count / max(rows, 1))}"), class_="key",
        )
        for name, count in run.parts.items()
    ]  # fmt: skip
    return tag("div", tag("div", *bars, class_="stack"), tag("div", *said, class_="legend"), class_="parts")


def _classes(run: Contents) -> Html:
    if run.model.task == "regression":
        return NOTHING
    counts = np.bincount(run.model.target.encode(run.described.target), minlength=len(run.labels))
    total, top = max(int(counts.sum()), 1), max(int(counts.max(initial=1)), 1)
    order = np.arange(len(counts)) if len(counts) <= CLASSES else np.argsort(-counts, kind="stable")[:CLASSES]
    rows = []
    for place in order.tolist():
        width = f"width:{100 * counts[place] / top:.1f}%;background:{class_variable(place)}"
        share = tag("small", plain(percent(counts[place] / total)))
        shown = tag("dd", plain(f"{counts[place]:,}"), share, class_="n")
        name = tag("dt", plain(run.labels[place]))
        rows.append(tag("div", name, tag("dd", tag("i", style=width)), shown))
    more = len(counts) - len(rows)
    rest = note(t("report.more_classes", count=more)) if more > 0 else NOTHING
    return joined([tag("h3", t("report.classes")), tag("dl", *rows, class_="shares"), rest])


def _columns(run: Contents) -> Html:
    dataset, schema = run.described.dataset, run.described.schema
    if not isinstance(dataset, Table) or schema is None:
        return NOTHING
    used = ("number", "category", "date", "target")
    seen = sorted(
        (each for each in schema.columns if each.role in used), key=lambda each: each.role == "target"
    )
    left = [each for each in schema.columns if each.role not in used]
    shown = seen if len(seen) <= COLUMNS else [*seen[: COLUMNS - 1], seen[-1]]
    rows = []
    for each in shown:
        found = glance(dataset.column(each.name))
        rows.append(
            (_name(each.name), t(f"data.role.{each.role}"), _missing(found), _range(found), spark(found.bars))
        )
    heads = [t(f"report.column_{head}") for head in ("name", "role", "missing", "range", "values")]
    pieces = [tag("h3", t("report.columns")), table(heads, rows, "columns", names=5)]
    if len(shown) < len(seen):
        pieces.append(note(t("report.more_columns", count=len(seen) - len(shown))))
    if left:
        pieces.append(tag("p", t("report.left_out"), class_="small"))
        items = [
            tag(
                "li",
                tag("b", plain(each.name)),
                plain(" · "),
                t(f"data.role.{each.role}"),
                plain(" · "),
                both(each.reason.__str__),
            )
            for each in left[:COLUMNS]
        ]
        pieces.append(tag("ul", *items, class_="small"))
    return joined(pieces)


def _name(name: str) -> Html:
    return tag("b", plain(name), class_="name")


def _missing(found: Glance) -> Html:
    if not found.missing:
        return tag("span", plain("0"), class_="zero")
    return plain(f"{found.missing:,} ({percent(found.missing / max(found.rows, 1))})")


def _range(found: Glance) -> Html:
    if found.kind == "text":
        named = [f"{name} {percent(count / max(found.rows, 1))}" for name, count in found.levels]
        more = found.distinct - len(named)
        rest = [plain(" "), t("report.more_levels", count=more)] if more > 0 else []
        return tag("span", plain(" · ".join(named)), *rest, class_="levels")
    if found.low is None or found.high is None or found.middle is None:
        return plain("–")
    if found.kind == "boolean":
        return joined([t("report.yes"), plain(f" {percent(found.middle)}")])
    form = date_text if found.kind == "date" else short
    ends = plain(f"{form(found.low)} … {form(found.high)}")
    return tag("span", ends, tag("small", t("report.median", value=form(found.middle))), class_="range")


def _examples(run: Contents) -> Html:
    """Return a few images of the training part, some of each class."""
    dataset = run.described.dataset
    if not isinstance(dataset, Images):
        return NOTHING
    rows = run.prepared.split.train
    classes = run.prepared.train.targets
    each = max(1, EXAMPLES // max(len(run.labels), 1))
    chosen = [
        place for number in range(len(run.labels)) for place in np.flatnonzero(classes == number)[:each]
    ]
    chosen = chosen[:EXAMPLES]
    pixels = np.asarray(dataset.take(rows[chosen]).pixels[np.arange(len(chosen))])
    cards = [
        tag(
            "figure",
            picture(image, run.labels[classes[place]], SMALL),
            tag("figcaption", plain(run.labels[classes[place]])),
        )
        for image, place in zip(pixels, chosen, strict=True)
    ]
    return joined([tag("h3", t("report.examples")), tag("div", *cards, class_="gallery")])


def _arrays(run: Contents) -> Html:
    dataset = run.described.dataset
    if not isinstance(dataset, Inputs):
        return NOTHING
    names = dataset.names or tuple(str(at + 1) for at in range(len(dataset.arrays)))
    rows = []
    for name, values, whole in zip(names, dataset.arrays, dataset.whole, strict=True):
        column = Column(name, "number", values.reshape(-1)[:200_000])
        found = glance(column)
        kind = t("report.whole_numbers" if whole else "report.numbers")
        shape = plain(shape_text(values.shape[1:]))
        rows.append((_name(name), kind, shape, _range(found), spark(found.bars)))
    heads = [t(f"report.column_{head}") for head in ("input", "role", "shape", "range", "values")]
    target = [] if run.model.task != "regression" else [_target(run)]
    return joined([tag("h3", t("report.inputs")), table(heads, rows, "columns", names=5), *target])


def _target(run: Contents) -> Html:
    values = run.described.target.values.astype(np.float64)
    return tag("p", t("report.target_values"), plain(" "), spark(bars_of(values)), class_="small")

"""The worst mistakes, with their rows or images."""

from __future__ import annotations

from typing import Any

import numpy as np

from stirfry.data.table import Images, Table
from stirfry.notice import Notice
from stirfry.report.contents import Contents, Judged
from stirfry.report.measures.mistakes import worst
from stirfry.report.measures.regions import date_text
from stirfry.report.page.html import NOTHING, Html, joined, plain, t, table, tag
from stirfry.report.page.numbers import minus, percent, score, short
from stirfry.report.page.parts import counted, lead, note, section
from stirfry.report.page.pictures import picture

#: Columns that are shown beside a mistake at most.
COLUMNS = 8


def mistakes(run: Contents) -> Html:
    """Return the section."""
    judged = run.judged
    if judged is None or not len(judged.truth):
        return NOTHING
    found = worst(judged)
    rows, shown = counted(run, len(judged.truth)), len(found.places)
    part = Notice(f"report.{judged.part}")
    facts = {"rows": rows, "shown": shown, "part": part, "things": run.model.things}
    if found.wrong is None:
        intro = t("report.lead_furthest", **facts)
    elif found.wrong:
        some = "_some" if found.wrong > len(found.places) else ""
        intro = t(f"report.lead_mistakes{some}", wrong=found.wrong, **facts)
    else:
        intro = t("report.lead_no_mistakes", **facts)
    dataset = run.described.dataset
    if isinstance(dataset, Images):
        return section("mistakes", lead(intro), _gallery(run, judged, dataset, found.places))
    return section("mistakes", lead(intro), _table(run, judged, found.places), note(t("report.row_numbers")))


def _table(run: Contents, judged: Judged, places: np.ndarray) -> Html:
    dataset, names = run.described.dataset, _columns(run)
    heads = [t("report.row"), *_heads(judged), *(plain(name) for name in names)]
    rows = []
    for place in places.tolist():
        row = int(judged.rows[place])
        values = [_cell(dataset, name, row) for name in names]
        rows.append([plain(f"{row + 1:,}"), *_said(run, judged, place), *values])
    return table(heads, rows, "mistakes", names=1 if judged.shares is None else 4)


def _heads(judged: Judged) -> list[Html]:
    if judged.shares is None:
        return [t("report.said"), t("report.truth"), t("report.off_by")]
    return [t("report.said"), t("report.truth"), t("report.given_truth")]


def _said(run: Contents, judged: Judged, place: int) -> list[Html]:
    if judged.shares is None:
        said, true = float(judged.answers[place]), float(judged.truth[place])
        off = score(said - true)
        return [
            plain(short(said)),
            plain(short(true)),
            tag("b", plain(off if off.startswith(minus("-")) else f"+{off}")),
        ]
    said, true = int(judged.answers[place]), int(judged.truth[place])
    shares = judged.shares[place]
    sure = tag("small", plain(percent(float(shares[said]))))
    name = joined(
        [tag("b", plain(run.labels[said]), class_="no" if said != true else None), plain(" "), sure]
    )
    return [name, plain(run.labels[true]), plain(percent(float(shares[true])))]


def _columns(run: Contents) -> list[str]:
    """Return the columns that are shown: those that matter most, or the first."""
    if not isinstance(run.described.dataset, Table):
        return []
    names = list(run.model.columns)
    if run.importance is not None:
        names = [name for name in run.importance.names if name in names]
    return names[:COLUMNS]


def _cell(dataset: Any, name: str, row: int) -> Html:
    column = dataset.column(name)
    value = column.values[row]
    if column.kind == "text":
        return plain(column.levels[value] if value >= 0 else "–")
    if value != value:
        return plain("–")
    if column.kind == "date":
        return plain(date_text(float(value)))
    return (
        t("report.yes" if value else "report.no")
        if column.kind == "boolean"
        else plain(short(float(value), 6))
    )


def _gallery(run: Contents, judged: Judged, dataset: Images, places: np.ndarray) -> Html:
    rows = judged.rows[places]
    pixels = np.asarray(dataset.take(rows).pixels[np.arange(len(rows))])
    cards = []
    for image, place in zip(pixels, places.tolist(), strict=True):
        name = run.labels[int(judged.truth[place])]
        cards.append(tag("figure", picture(image, name), tag("figcaption", said_of(run, judged, place))))
    return tag("div", *cards, class_="gallery large")


def said_of(run: Contents, judged: Judged, place: int) -> Html:
    """Return what the model said of an image, and whether that is right."""
    assert judged.shares is not None, "images have classes"
    said, true = int(judged.answers[place]), int(judged.truth[place])
    return t(
        "report.said_but_is" if said != true else "report.said_and_is",
        said=run.labels[said], share=percent(float(judged.shares[place, said])), true=run.labels[true],
    )  # fmt: skip

"""What matters: the columns that the score hangs on, and what the model answers over two of them."""

from __future__ import annotations

import numpy as np

from stirfry.data.table import Table
from stirfry.notice import Notice
from stirfry.report.contents import Contents
from stirfry.report.figures.regions import regions as drawn_regions
from stirfry.report.figures.scores import importance as drawn_importance
from stirfry.report.figures.svg import class_variable
from stirfry.report.measures.regions import numeric, region
from stirfry.report.measures.sample import sample
from stirfry.report.page.html import NOTHING, Html, plain, t
from stirfry.report.page.numbers import short
from stirfry.report.page.parts import figure, lead, legend, note, section

#: Columns whose importance is shown at most.
COLUMNS = 15
#: Rows that are drawn over the regions at most.
POINTS = 300
#: Classes whose regions can be told apart, and fixed columns that are named, at most.
CLASSES, FIXED = 10, 8
#: Tables with more columns than this have no regions: two of so many say nothing about the others.
WIDEST = 200


def matters(run: Contents) -> Html:
    """Return the section on the columns that matter."""
    found = run.importance
    if found is None or not len(found.names):
        return NOTHING
    svg = drawn_importance("importance", found, COLUMNS, "importance-caption")
    facts = {"metric": Notice(f"judge.{found.metric}")}
    more = len(found.names) - COLUMNS
    rest = note(t("report.more_columns", count=more)) if more > 0 else NOTHING
    shown = figure("importance", svg, t("report.caption_importance", **facts), class_="mid")
    return section("matters", lead(t("report.lead_matters", **facts)), shown, rest)


def regions(run: Contents) -> Html:
    """Return the section on what the model answers over two columns."""
    dataset, judged = run.described.dataset, run.judged
    if (
        not isinstance(dataset, Table)
        or judged is None
        or len(run.labels) > CLASSES
        or len(run.model.columns) > WIDEST
    ):
        return NOTHING
    names = chosen(run, dataset)
    found = region(run.model, dataset, *names) if len(names) == 2 else None
    if found is None:
        return NOTHING
    kept = sample(len(judged.rows), POINTS)
    values = [dataset.column(name).values[judged.rows[kept]].astype(np.float64) for name in names]
    svg = drawn_regions(
        "regions-plot", found, (names[0], names[1]), (values[0], values[1]), judged.truth[kept],
        judged.answers[kept], "regions-plot-caption",
    )  # fmt: skip
    if run.model.task == "regression":
        low, high = short(float(found.answers.min()), 3), short(float(found.answers.max()), 3)
        caption = [t("report.caption_steps", low=low, high=high)]
    else:
        key = legend((class_variable(at), plain(label)) for at, label in enumerate(run.labels))
        caption = [t("report.caption_regions", part=Notice(f"report.{judged.part}")), key]
    held = [f"{name} = {value}" for name, value in found.fixed[:FIXED]]
    held += ["…"] if len(found.fixed) > FIXED else []
    fixed = note(t("report.held", fixed=held)) if held else NOTHING
    intro = t("report.lead_regions", x=names[0], y=names[1])
    return section("regions", lead(intro), figure("regions-plot", svg, *caption, class_="mid large"), fixed)


def chosen(run: Contents, dataset: Table) -> list[str]:
    """Return the two columns that matter most among those that have a direction."""
    names = numeric(run.model, dataset)
    if run.importance is not None:
        names = [name for name in run.importance.names if name in names]
    return names[:2]

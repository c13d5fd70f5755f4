"""A few images as the network sees them: what it makes of each, and what moved its answer."""

from __future__ import annotations

import numpy as np

from stirfry.report.contents import Contents, Judged, Maps, Moved, Seen
from stirfry.report.page.html import GAP, NOTHING, Html, joined, plain, t, tag
from stirfry.report.page.mistakes import said_of
from stirfry.report.page.numbers import percent, score
from stirfry.report.page.parts import lead, note, section
from stirfry.report.page.pictures import SMALL, over, picture, signed


def seen(run: Contents) -> Html:
    """Return the section; nothing where no image can be seen through."""
    judged = run.judged
    if judged is None or not run.seen:
        return NOTHING
    images = [_image(run, judged, each) for each in run.seen]
    remarks = [t("report.how_moved") if run.seen[0].moved else t("report.not_moved")]
    if any(each.maps for each in run.seen):
        remarks += [GAP, t("report.how_maps")]
    if run.model.test_shift:
        remarks += [GAP, t("report.not_shifted")]
    return section("seen", lead(_lead(run, judged)), *images, note(*remarks))


def _lead(run: Contents, judged: Judged) -> Html:
    wrong = any(judged.answers[each.place] != judged.truth[each.place] for each in run.seen)
    return t("report.lead_seen" if wrong else "report.lead_seen_right", images=len(run.seen))


def _image(run: Contents, judged: Judged, each: Seen) -> Html:
    number = int(judged.rows[each.place]) + 1
    name = t("report.image_number", number=number)
    heading = tag("h3", name, plain(" · "), said_of(run, judged, each.place))
    return joined([heading, _panels(run, judged, each), *(_maps(maps) for maps in each.maps)])


def _panels(run: Contents, judged: Judged, each: Seen) -> Html:
    label = run.labels[int(judged.truth[each.place])]
    panels = [(picture(each.pixels, label), t("report.image_itself"))]
    if each.moved is not None:
        amounts = each.moved.amounts
        reach = float(np.abs(amounts).max())
        panels += [
            (signed(amounts, reach, label), t("report.image_added")),
            (over(each.pixels, amounts, label), t("report.image_both")),
        ]
    cards = [tag("figure", image, tag("figcaption", said)) for image, said in panels]
    moved = NOTHING if each.moved is None else tag("p", _moved(each.moved), class_="small")
    return joined([tag("div", *cards, class_="panels"), moved])


def _moved(moved: Moved) -> Html:
    form = percent if moved.quantity == "probability" else score
    facts = {"answer": moved.answer, "start": form(moved.start), "end": form(moved.end)}
    return t(f"report.moved_{moved.quantity}", **facts)


def _maps(maps: Maps) -> Html:
    reach = float(np.abs(maps.values).max()) or 1.0
    bright = bool(maps.values.min() >= 0)
    tiles = [
        picture(each[None] / reach, name, SMALL) if bright else signed(each, reach, name, SMALL)
        for at, each in enumerate(maps.values)
        for name in (f"{maps.index}[{at}]",)
    ]
    few = len(maps.values) < maps.count
    shown = joined([GAP, t("report.first_shown", count=len(maps.values))]) if few else NOTHING
    said = t("report.maps" if bright else "report.maps_signed", name=maps.name, count=maps.count)
    return joined([tag("p", said, shown, class_="small"), tag("div", *tiles, class_="filters")])

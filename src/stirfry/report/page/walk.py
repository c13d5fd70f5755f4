"""One row on its way through the network and back, number by number."""

from __future__ import annotations

from itertools import groupby

from stirfry.report.contents import Contents, Passage
from stirfry.report.page.html import NOTHING, Html, joined, plain, t, tag
from stirfry.report.page.parts import lead, section

#: What stands open; the rest is there to be opened.
_OPEN = ("answer", "moved")


def walk(run: Contents) -> Html:
    """Return the section; nothing where there is no such row."""
    found = run.walk
    if found is None:
        return NOTHING
    shown = [_open(each) for each in found.passages if each.topic in _OPEN]
    rest = [
        _closed(run, topic, list(passages))
        for topic, passages in groupby(found.passages, key=lambda each: each.topic)
        if topic not in _OPEN
    ]
    return section("walk", lead(t("report.lead_walk", row=found.row, things=run.model.things)), *shown, *rest)


def _open(each: Passage) -> Html:
    return joined([tag("h3", _title(each)), _text(each)])


def _closed(run: Contents, topic: str, passages: list[Passage]) -> Html:
    inner = [joined([tag("h4", _title(each)), _text(each)]) for each in passages]
    return tag("details", tag("summary", t(f"report.walk_{topic}", things=run.model.things)), *inner)


def _title(each: Passage) -> Html:
    return _versions(each.title, "span")


def _text(each: Passage) -> Html:
    return tag("div", _versions(each.text, "pre"), class_="numbers", tabindex="0")


def _versions(texts: dict[str, str], name: str) -> Html:
    return joined(tag(name, plain(text), lang=language) for language, text in texts.items())

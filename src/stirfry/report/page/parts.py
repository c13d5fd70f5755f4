"""What the sections of the page are put together from."""

from __future__ import annotations

from collections.abc import Iterable

from stirfry.notice import Notice
from stirfry.report.contents import Contents
from stirfry.report.page.html import NOTHING, Html, plain, t, tag


def counted(run: Contents, rows: int) -> Notice:
    """Return a number of rows, or of images where that is what the rows are."""
    return Notice("report.count", count=rows, things=run.model.things)


def section(name: str, *children: Html) -> Html:
    """Return a section with its heading; nothing where it would be empty.

    Args:
        name: its name in the page; the heading is the text `report.section_NAME`.
        children: what it holds.
    """
    if not any(children):
        return NOTHING
    heading = tag("h2", t(f"report.section_{name}"))
    return tag("section", heading, *children, id=name)


def lead(*children: Html) -> Html:
    """Return the sentence under a heading that says how to read what follows."""
    return tag("p", *children, class_="lead")


def note(*children: Html) -> Html:
    """Return a remark in small letters."""
    return tag("p", *children, class_="note")


def figure(name: str, svg: Html | None, *caption: Html, class_: str | None = None) -> Html:
    """Return a figure with what is said about it; its SVG is described by the element `NAME-caption`."""
    if svg is None:
        return NOTHING
    said = tag("figcaption", *caption, id=f"{name}-caption")
    return tag("figure", svg, said, class_=class_)


def side_by_side(*children: Html) -> Html:
    """Return things beside each other where there is room, below each other where there isn't."""
    there = [child for child in children if child]
    return tag("div", *there, class_="pair") if there else NOTHING


def legend(entries: Iterable[tuple[str, Html]]) -> Html:
    """Return colours with what they stand for; a colour is one of the page's variables."""
    items = [
        tag("span", tag("i", style=f"background:{colour}"), said, class_="key") for colour, said in entries
    ]
    return tag("span", *items, class_="legend") if items else NOTHING


def facts(rows: Iterable[tuple[Html, Html]]) -> Html:
    """Return names with values, one a line."""
    items = [tag("div", tag("dt", name), tag("dd", value)) for name, value in rows]
    return tag("dl", *items, class_="facts")


def code(text: str) -> Html:
    """Return a few words of code."""
    return tag("code", plain(text))


def block(text: str) -> Html:
    """Return lines to be copied."""
    words = tag("span", t("report.copy")), tag("span", t("report.copied"), hidden=True)
    button = tag("button", *words, type="button", hidden=True)
    return tag("div", tag("pre", tag("code", plain(text))), button, class_="block")


def part(name: str) -> Html:
    """Return the name of a part of the rows."""
    return t(f"report.{name}")


def spark(heights: Iterable[int]) -> Html:
    """Return a small histogram: no axis, no numbers, the shape alone."""
    bars = list(heights)
    top = max(bars, default=0)
    if not top:
        return NOTHING
    width = 96 / len(bars)
    wide = max(width - 1, 0.6)
    pieces = [
        f"M{at * width:.1f} 24h{wide:.1f}v-{max(0.8, 22 * bar / top):.1f}h-{wide:.1f}z"
        for at, bar in enumerate(bars)
        if bar
    ]
    path = tag("path", d="".join(pieces))
    return tag("svg", path, viewBox="0 0 96 24", class_="spark", aria_hidden="true")

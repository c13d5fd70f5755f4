"""The whole page: one file, with its style and its few lines of script inside."""

from __future__ import annotations

from importlib import resources

from stirfry.lang import language
from stirfry.report.contents import Contents
from stirfry.report.figures.svg import drawing
from stirfry.report.page.again import again
from stirfry.report.page.answers import answers
from stirfry.report.page.asked import asked
from stirfry.report.page.curves import training
from stirfry.report.page.data import data
from stirfry.report.page.findings import checks, remarks, verdicts
from stirfry.report.page.head import head
from stirfry.report.page.html import Html, plain, t, tag
from stirfry.report.page.matters import matters, regions
from stirfry.report.page.mistakes import mistakes
from stirfry.report.page.network import network
from stirfry.report.page.scores import scores
from stirfry.report.page.seen import seen
from stirfry.report.page.walk import walk

#: The sections in their order, by their names in the page.
SECTIONS = {
    "asked": asked,
    "data": data,
    "checks": checks,
    "network": network,
    "curves": training,
    "scores": scores,
    "answers": answers,
    "mistakes": mistakes,
    "seen": seen,
    "walk": walk,
    "matters": matters,
    "regions": regions,
    "verdicts": verdicts,
    "again": again,
}


def page(run: Contents) -> str:
    """Return a run's report as HTML, in the language of the moment and in the other one.

    Args:
        run: everything that stands in it.
    """
    with drawing():
        sections = {name: made for name, make in SECTIONS.items() if (made := make(run))}
    links = [tag("li", tag("a", t(f"report.section_{name}"), href=f"#{name}")) for name in sections]
    menu = tag("nav", tag("ul", *links), aria_label="stirfry")
    body = tag("main", head(run), *sections.values(), remarks(run), _foot(run))
    shell = tag("div", menu, body, class_="shell")
    return "<!doctype html>\n" + tag(
        "html", _head(run), tag("body", _bar(), shell, _script()), lang=language(), data_theme="auto"
    )


def _head(run: Contents) -> Html:
    title = f"{run.name} · stirfry"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="generator", content="stirfry"),
        tag("title", plain(title)),
        tag("style", _file("style.css")),
    )


def _bar() -> Html:
    languages = [
        tag("button", plain(name), type="button", data_lang=code, aria_pressed="false")
        for code, name in (("en", "English"), ("zh", "中文"))
    ]
    themes = [
        tag("button", t(f"report.theme_{name}"), type="button", data_set_theme=name, aria_pressed="false")
        for name in ("auto", "light", "dark")
    ]
    return tag(
        "div",
        tag("span", plain("stirfry"), class_="brand"),
        tag("div", *languages, class_="switch"),
        tag("div", *themes, class_="switch"),
        class_="top",
    )


def _foot(run: Contents) -> Html:
    written = str(run.model.origin.get("written", ""))[:10]
    return tag("footer", t("report.foot", version=run.versions.get("stirfry", ""), date=written))


def _script() -> Html:
    return tag("script", _file("script.js"))


def _file(name: str) -> Html:
    """Return one of our own files as it is; none of them holds anything out of a run."""
    return Html((resources.files(__package__) / name).read_text(encoding="utf-8"))

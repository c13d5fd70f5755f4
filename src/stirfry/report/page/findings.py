"""What was found before the run, and after it."""

from __future__ import annotations

from collections.abc import Iterable

from stirfry.judge.finding import Finding
from stirfry.report.contents import Contents
from stirfry.report.page.html import NOTHING, Html, both, t, tag
from stirfry.report.page.parts import block, lead, section


def checks(run: Contents) -> Html:
    """Return what was found about the data and the plan before training."""
    if not run.checks:
        return section("checks", lead(t("report.no_checks")))
    return section("checks", lead(t("report.lead_checks", count=len(run.checks))), _cards(run.checks))


def verdicts(run: Contents) -> Html:
    """Return what was found about the run after training."""
    if not run.verdicts:
        return section("verdicts", lead(t("report.no_verdicts")))
    healthy = all(each.severity == "good" for each in run.verdicts)
    intro = NOTHING if healthy else lead(t("report.lead_verdicts"))
    return section("verdicts", intro, _cards(run.verdicts))


def remarks(run: Contents) -> Html:
    """Return every remark that was made on the way."""
    if not run.notices:
        return NOTHING
    items = [tag("li", both(notice.__str__)) for notice in run.notices]
    summary = tag("summary", t("report.remarks", count=len(items)))
    return tag("details", summary, tag("ul", *items, class_="small"))


def _cards(findings: Iterable[Finding]) -> Html:
    return tag("div", *(_card(each) for each in findings), class_="cards")


def _card(found: Finding) -> Html:
    sure = (
        NOTHING
        if found.confidence is None
        else tag("span", t("report.sure", share=f"{found.confidence:.0%}"))
    )
    head = tag(
        "p", tag("i", class_="mark"), tag("span", t(f"report.{found.severity}")), sure, class_="severity"
    )
    pieces = [head, tag("p", both(lambda: found.seen), class_="seen")]
    if found.severity != "good":
        pieces += [tag("p", both(lambda: found.why)), tag("p", both(lambda: found.do), class_="do")]
    if found.command:
        pieces.append(block(found.command))
    return tag("article", *pieces, class_=f"card {found.severity}")

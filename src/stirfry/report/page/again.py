"""How to do it again, to the letter."""

from __future__ import annotations

from stirfry.lang import seconds_text
from stirfry.report.contents import Contents
from stirfry.report.page.html import NOTHING, Html, both, plain, t, tag
from stirfry.report.page.parts import block, code, facts, lead, section


def again(run: Contents) -> Html:
    """Return the section."""
    source = run.recipe.data.source
    known = run.model.origin
    pieces = []
    if run.command:
        pieces += [lead(t("report.lead_again")), block(run.command)]
    elif source is None:
        pieces.append(lead(t("report.again_in_memory")))
    if "module" in known or "loss" in known:
        pieces.append(lead(t("report.again_own")))
    if known.get("earlier"):
        pieces.append(lead(t("report.again_earlier")))
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    machine = ", ".join(str(run.machine[key]) for key in ("system", "processor") if run.machine.get(key))
    cores = t("report.cores", cores=run.machine["cores"]) if run.machine.get("cores") else NOTHING
    engine = plain(
        ", ".join(str(run.engine[key]) for key in ("name", "device", "precision") if key in run.engine)
    )
    rows = [
        (t("report.set_seed"), plain(run.recipe.plan.seed)),
        (t("report.data_hash"), tag("code", plain(run.model.origin.get("data_sha256", "")), class_="hash")),
        (t("report.versions"), plain(versions)),
        (t("report.set_engine"), tag("span", engine, plain(" · "), both(run.reason.__str__))),
        (t("report.machine"), tag("span", plain(machine), plain(" · "), cores)),
        (t("report.time"), t("report.time_took", train=_time(run, "train"), all=_time(run, "all"))),
    ]
    whole = tag(
        "details",
        tag("summary", t("report.whole_recipe")),
        tag("p", t("report.save_recipe"), class_="small"),
        _recipe(run),
    )
    return section("again", *pieces, facts(rows), whole)


def _recipe(run: Contents) -> Html:
    return tag("div", block(run.toml), tag("p", code("stirfry train --recipe run.toml"), class_="small"))


def _time(run: Contents, stage: str) -> str:
    return seconds_text(run.seconds.get(stage, 0.0))

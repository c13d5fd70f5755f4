"""How training went, epoch by epoch."""

from __future__ import annotations

import numpy as np

from stirfry.lang import seconds_text
from stirfry.report.contents import Contents
from stirfry.report.figures.curves import COLOURS, curves, lines_of
from stirfry.report.page.html import GAP, NOTHING, Html, joined, t
from stirfry.report.page.parts import figure, lead, legend, section, side_by_side


def training(run: Contents) -> Html:
    """Return the section."""
    epochs = len(run.history.get("epoch", ()))
    if not epochs:
        return section("curves", lead(t("report.no_epochs")))
    facts = {"epochs": epochs, "best": run.best_epoch, "seconds": seconds_text(run.seconds.get("train", 0.0))}
    said = [
        t(f"report.stopped_{run.stopped}", **facts),
        GAP,
        t(f"report.kept_{run.recipe.plan.keep}", **facts),
    ]
    measure = "r2" if any(name.endswith("_r2") for name in run.history) else "accuracy"
    figures = side_by_side(_figure(run, "loss"), _figure(run, measure))
    parts = [
        part for part in COLOURS if part in {*lines_of(run.history, "loss"), *lines_of(run.history, measure)}
    ]
    key = legend([(f"var(--{part})", t(f"report.{part}")) for part in parts])
    return section("curves", lead(*said), joined([key]), figures)


def _figure(run: Contents, measure: str) -> Html:
    lines = lines_of(run.history, measure)
    if not lines:
        return NOTHING
    marked = run.best_epoch if run.prepared.validation is not None and "validation" in lines else None
    name = f"curve-{measure}"
    svg = curves(name, run.history, measure, marked, f"{name}-caption")
    return figure(name, svg, _caption(run, measure, lines))


def _caption(run: Contents, measure: str, lines: dict[str, np.ndarray]) -> Html:
    if measure != "loss":
        return t(f"report.caption_{measure}", things=run.model.things)
    several = len(run.history["epoch"]) > 1
    chosen = several and "validation" in lines and run.recipe.plan.keep == "best"
    return t("report.caption_loss_best" if chosen else "report.caption_loss", best=run.best_epoch)

"""The scores, each with its interval and beside the baseline; over seeds and folds where there are any."""

from __future__ import annotations

from stirfry.judge.scores import Score
from stirfry.judge.spread import Spread
from stirfry.notice import Notice
from stirfry.report.contents import Contents, Others
from stirfry.report.figures.scores import scores as drawn_scores
from stirfry.report.figures.scores import strip
from stirfry.report.page.html import GAP, NOTHING, Html, joined, plain, t, table, tag
from stirfry.report.page.numbers import DASH, score, span
from stirfry.report.page.parts import counted, figure, lead, legend, note, part, section

_PARTS = ("train", "validation", "test")


def scores(run: Contents) -> Html:
    """Return the section."""
    if run.judged is None:
        return NOTHING
    judged = run.judged.part
    svg = drawn_scores("scores-plot", run.metrics, judged, "scores-plot-caption")
    key = legend([(f"var(--{name})", part(name)) for name in _PARTS if name in run.metrics])
    caption = [t("report.caption_scores", part=Notice(f"report.{judged}")), GAP, key]
    facts = {"rows": counted(run, run.metrics[judged].rows), "part": Notice(f"report.{judged}")}
    intro = lead(t("report.lead_scores", things=run.model.things, **facts))
    shown = figure("scores-plot", svg, *caption, class_="mid")
    others = [_others(run, each, judged) for each in run.others]
    methods = note(t(run.metrics[judged].methods.code))
    return section("scores", intro, shown, _table(run, judged), methods, *others)


def _table(run: Contents, judged: str) -> Html:
    parts = [name for name in _PARTS if name in run.metrics]
    heads = [t("report.score"), *(part(name) for name in parts), t("report.interval"), t("report.baseline")]
    rows = []
    for metric, found in run.metrics[judged].metrics.items():
        values = [_value(run.metrics[name].metrics[metric], name == judged) for name in parts]
        rows.append([t(f"judge.{metric}"), *values, _interval(found), plain(score(found.baseline))])
    return table(heads, rows, "scores")


def _value(found: Score, strong: bool) -> Html:
    text = plain(score(found.value))
    return tag("b", text) if strong else text


def _interval(found: Score) -> Html:
    mark = tag("sup", plain("w")) if found.method == "wilson" else NOTHING
    return joined([plain(span(found.low, found.high)), mark])


def _others(run: Contents, found: Others, judged: str) -> Html:
    """Return the spread of the scores over seeds, or over folds."""
    parts = [name for name in (*_PARTS, "held_out") if name in found.scores]
    if not parts:
        return NOTHING
    last = found.scores[parts[-1]]
    metric, main = next(iter(last.items()))
    own = (
        run.metrics[judged].metrics[metric].value if found.kind == "repeats" and parts[-1] == judged else None
    )
    name = f"{found.kind}-plot"
    facts = {"metric": Notice(f"judge.{metric}"), "part": Notice(f"report.{parts[-1]}")}
    caption = t("report.caption_strip" if own is None else "report.caption_strip_own", **facts)
    drawn = strip(name, main, own, f"{name}-caption") if main.sd else None
    heads = [t("report.score"), *(part(each) for each in parts), t("report.range")]
    rows = []
    for each, of_last in last.items():
        cells = [plain(_spread(found.scores[of][each])) for of in parts]
        rows.append([t(f"judge.{each}"), *cells, plain(span(of_last.lowest, of_last.highest))])
    lost = (
        note(t(f"report.{found.kind}_diverged", members=list(found.diverged))) if found.diverged else NOTHING
    )
    return joined(
        [
            tag("h3", t(f"report.over_{found.kind}", count=found.count)),
            lead(t(f"report.lead_{found.kind}", things=run.model.things)),
            figure(name, drawn, caption, class_="mid"),
            table(heads, rows, "scores"),
            lost,
        ]
    )


def _spread(found: Spread) -> str:
    if found.mean is None:
        return DASH
    return score(found.mean) if found.sd is None else f"{score(found.mean)} ± {score(found.sd)}"

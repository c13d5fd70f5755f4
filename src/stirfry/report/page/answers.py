"""Where the answers are right and where they are wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stirfry.report.contents import Contents, Judged
from stirfry.report.figures import answers as figures
from stirfry.report.figures.svg import class_variable
from stirfry.report.measures.judged import Curve, calibration_error, precision_recall, reliability, roc
from stirfry.report.measures.sample import sample
from stirfry.report.page.html import GAP, NOTHING, Html, joined, plain, t, table, tag
from stirfry.report.page.numbers import percent, score
from stirfry.report.page.parts import figure, lead, legend, note, section, side_by_side

#: More classes than this make a confusion matrix that no page shows well.
MATRIX = 15
#: Classes that have a curve of their own at most: those that are told apart worst.
CURVES = 6
#: Confusions that are listed where there is no matrix.
LISTED = 15


def answers(run: Contents) -> Html:
    """Return the section."""
    if run.judged is None:
        return NOTHING
    if run.judged.shares is None:
        return _numbers(run.judged)
    confusion = run.metrics[run.judged.part].confusion
    return section(
        "answers", lead(t("report.lead_answers")), _confusion(run, confusion), _curves(run, run.judged)
    )


def _numbers(judged: Judged) -> Html:
    first = figures.predicted("predicted", judged, "predicted-caption")
    second = figures.residuals("residuals", judged, "residuals-caption")
    off = judged.answers - judged.truth
    half = float(np.median(np.abs(off))) if len(off) else 0.0
    bias = float(off.mean()) if len(off) else 0.0
    return section(
        "answers", lead(t("report.lead_numbers", half=score(half), bias=score(bias))),
        side_by_side(
            figure("predicted", first, t("report.caption_predicted")),
            figure("residuals", second, t("report.caption_residuals")),
        ),
    )  # fmt: skip


def _confusion(run: Contents, confusion: Sequence[Sequence[int]] | None) -> Html:
    if confusion is None:
        return NOTHING
    if len(confusion) > MATRIX:
        return _confused(run, np.array(confusion))
    labels = [plain(label) for label in run.labels]
    heads = [tag("th", t("report.true_by_said"), scope="col", class_="corner")]
    heads += [tag("th", label, scope="col", class_="n") for label in labels]
    rows = [tag("tr", *heads)]
    for at, counts in enumerate(confusion):
        total = sum(counts)
        cells = [_cell(count, total, at == said) for said, count in enumerate(counts)]
        rows.append(tag("tr", tag("th", labels[at], scope="row"), *cells))
    size = "confusion" if len(confusion) <= 6 else "confusion dense"
    found = tag("table", tag("thead", rows[0]), tag("tbody", *rows[1:]), class_=size)
    return joined(
        [
            tag("h3", t("report.confusion")),
            tag("div", found, class_="scroll", tabindex="0"),
            note(t("report.confusion_note", things=run.model.things)),
        ]
    )


def _cell(count: int, total: int, right: bool) -> Html:
    share = count / total if total else 0.0
    if not count:
        return tag("td", plain("·"), class_="none")
    kind = "right" if right else "wrong"
    return tag(
        "td",
        tag("b", plain(f"{count:,}")),
        tag("small", plain(percent(share))),
        class_=kind,
        style=f"--share:{share:.3f}",
    )


def _confused(run: Contents, counts: np.ndarray) -> Html:
    """Return the commonest confusions where the whole matrix would be too large."""
    totals = counts.sum(axis=1)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:LISTED]
    rows = []
    for true, said in zip(*np.unravel_index(order, wrong.shape), strict=True):
        if wrong[true, said]:
            share = percent(wrong[true, said] / totals[true])
            rows.append(
                [
                    plain(run.labels[true]),
                    plain(run.labels[said]),
                    plain(f"{wrong[true, said]:,}"),
                    plain(share),
                ]
            )
    if not rows:
        return NOTHING
    heads = [
        t(f"report.confused_{name}", things=run.model.things) for name in ("true", "said", "rows", "share")
    ]
    return joined([tag("h3", t("report.confusions")), table(heads, rows, "", names=2)])


def _curves(run: Contents, judged: Judged) -> Html:
    assert judged.shares is not None, "classes have probabilities"
    kept = sample(len(judged.truth))
    truth, shares = judged.truth[kept], judged.shares[kept]
    binary = shares.shape[1] == 2
    found = []
    for number in [1] if binary else range(shares.shape[1]):
        rate = roc(truth == number, shares[:, number])
        exact = precision_recall(truth == number, shares[:, number])
        if rate is not None and exact is not None:
            found.append((number, rate, exact))
    everyone = len(found)
    found = sorted(found, key=lambda each: each[1].area)[:CURVES] if everyone > CURVES else found
    rates = [(number, rate) for number, rate, _ in found]
    exacts = [(number, exact) for number, _, exact in found]
    bases = {number: float(np.mean(truth == number)) for number, _, _ in found}
    bins = (
        reliability(shares[:, 1], truth == 1)
        if binary
        else reliability(shares.max(axis=1), judged.answers[kept] == truth)
    )
    pieces = []
    if rates:
        svg = figures.rates("roc", rates, "roc-caption")
        pieces.append(
            figure(
                "roc",
                svg,
                tag("b", t("report.roc")),
                GAP,
                t("report.caption_roc"),
                _areas(run, rates, "report.area"),
            )
        )
        svg = figures.precision("pr", exacts, bases, "pr-caption")
        pieces.append(
            figure(
                "pr",
                svg,
                tag("b", t("report.pr")),
                GAP,
                t("report.caption_pr"),
                _areas(run, exacts, "report.average"),
            )
        )
    if bins:
        svg = figures.reliability("calibration", bins, binary, "calibration-caption")
        facts = {"error": percent(calibration_error(bins)), "label": run.labels[1] if binary else ""}
        name = "report.caption_reliability_binary" if binary else "report.caption_reliability"
        text = t(name, things=run.model.things, **facts)
        pieces.append(figure("calibration", svg, tag("b", t("report.reliability")), GAP, text))
    few = (
        note(t("report.worst_classes", shown=len(found), classes=everyone))
        if everyone > len(found)
        else NOTHING
    )
    return joined([side_by_side(*pieces), few])


def _areas(run: Contents, curves: list[tuple[int, Curve]], key: str) -> Html:
    return legend(
        (class_variable(number), joined([plain(f"{run.labels[number]} "), t(key, area=score(curve.area))]))
        for number, curve in curves
    )

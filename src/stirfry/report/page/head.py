"""The head of the page: what was trained, how good it is, what is said about it."""

from __future__ import annotations

from collections.abc import Callable

from stirfry.judge.scores import Score
from stirfry.notice import Notice
from stirfry.report.contents import Contents
from stirfry.report.page.html import GAP, NOTHING, Html, both, plain, t, tag
from stirfry.report.page.numbers import percent, score
from stirfry.report.page.parts import counted


def head(run: Contents) -> Html:
    """Return the head of the page."""
    return tag(
        "header",
        tag("p", _kind(run), class_="kind"),
        tag("h1", plain(run.name)),
        tag("p", *_sentence(run), class_="headline"),
        _bar(run),
        _verdict(run),
        class_="head",
    )


def _kind(run: Contents) -> Html:
    facts = {
        "classes": len(run.labels),
        "rows": run.described.rows,
        "columns": run.described.columns,
        "target": run.target,
        "parameters": run.model.network.n_parameters,
    }
    named = "" if run.target else "_unnamed"
    if run.model.task == "regression":
        return t(f"report.kind_numbers{named}", **facts)
    return t("report.kind_images" if run.model.things == "images" else f"report.kind_classes{named}", **facts)


def _sentence(run: Contents) -> list[Html]:
    if run.judged is None:
        return [t("report.head_no_scores")]
    scored = run.metrics[run.judged.part]
    facts = {"rows": counted(run, scored.rows), "part": Notice(f"report.{run.judged.part}")}
    if run.model.task == "regression":
        found = scored.metrics["rmse"]
        form: Callable[[float | None], str] = score
        said = {"r2": score(scored.metrics["r2"].value)}
    else:
        found = scored.metrics["accuracy"]
        form = percent
        said = {"label": _commonest(run)}
    said |= {"value": form(found.value), "baseline": form(found.baseline)}
    task = "numbers" if run.model.task == "regression" else "classes"
    if found.low is None or found.high is None:
        return [t(f"report.head_{task}_plain", **facts, **said)]
    said |= {"low": form(found.low), "high": form(found.high)}
    return [t(f"report.head_{task}", **facts, **said), GAP, _compared(run, found)]


def _commonest(run: Contents) -> str:
    shares = run.model.frequencies
    return run.labels[max(range(len(shares)), key=shares.__getitem__)] if shares else ""


def _compared(run: Contents, found: Score) -> Html:
    """Say whether the whole interval lies on the better side of the baseline."""
    if found.baseline is None or found.low is None or found.high is None:
        return NOTHING
    low, high, base = found.low, found.high, found.baseline
    if run.model.task == "regression":
        low, high, base = -high, -low, -base
    word = "better" if low > base else "worse" if high < base else "unsure"
    return t(f"report.head_{word}")


def _bar(run: Contents) -> Html:
    """Return the score on a line from nothing to the best, with its interval and the baseline."""
    if run.judged is None:
        return NOTHING
    name = "r2" if run.model.task == "regression" else "accuracy"
    found = run.metrics[run.judged.part].metrics[name]
    if found.value is None:
        return NOTHING
    pieces = []
    if found.low is not None and found.high is not None:
        start, end = _place(found.low), _place(found.high)
        pieces.append(tag("i", class_="reach", style=f"left:{start:.2f}%;width:{end - start:.2f}%"))
    if found.baseline is not None:
        pieces.append(tag("i", class_="base", style=f"left:{_place(found.baseline):.2f}%"))
    pieces.append(tag("i", class_="dot", style=f"left:{_place(found.value):.2f}%"))
    line = tag("div", *pieces, class_="line")
    ends = tag(
        "div", tag("span", plain("0")), _bar_name(name), tag("span", plain("1" if name == "r2" else "100%"))
    )
    return tag("div", line, ends, class_="bar", aria_hidden="true")


def _bar_name(name: str) -> Html:
    return tag("span", t(f"judge.{name}"), tag("i", class_="base"), t("report.baseline"), class_="names")


def _place(value: float) -> float:
    return 100 * min(max(value, 0.0), 1.0)


def _verdict(run: Contents) -> Html:
    """Return the likeliest cause, or that the run is healthy."""
    if not run.verdicts:
        return NOTHING
    first = run.verdicts[0]
    more = tag("a", t("report.see_verdicts"), href="#verdicts") if first.severity != "good" else NOTHING
    said = tag("span", both(lambda: first.seen))
    return tag("p", tag("i", class_="mark"), said, GAP, more, class_=f"verdict {first.severity}")

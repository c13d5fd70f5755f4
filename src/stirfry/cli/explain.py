"""`stirfry explain`: one row's way through a model, or which columns matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stirfry.actions.explain import explain
from stirfry.actions.request import ExplainRequest
from stirfry.cli.screen import Screen, write
from stirfry.cli.settings import naming_options, own_module, words
from stirfry.cli.tables import number, plain_table, row
from stirfry.errors import UsageError
from stirfry.explain.explanation import Explanation
from stirfry.explain.importance import Importance
from stirfry.explain.text import TOPICS, sections
from stirfry.lang import say
from stirfry.paths import expanded

#: Options that only mean something to a row, by parameter name.
_OF_A_ROW = ("truth", "optimizer", "lr", "momentum", "weight_decay", "clip_norm", "step", "fresh", "only")
#: Those that are settings of a plan.
_OF_A_STEP = ("optimizer", "lr", "momentum", "weight_decay", "clip_norm")
#: The width from which there is room for bars beside the numbers.
_BARS_FROM = 60


def run(screen: Screen, options: dict[str, Any]) -> int:
    """Explain as the options say, and show it."""
    topics = _topics(options)
    with naming_options():
        found = explain(_request(options), screen.notice)
    if found.explanation is not None:
        for notice in found.explanation.notices:
            screen.notice(notice)
        if not screen.as_json:
            _show(screen, found.explanation, topics)
        screen.object(_object(found.explanation.as_json(), found.pictures))
    if found.importance is not None:
        if not screen.as_json:
            show_importance(screen, found.importance)
        screen.object(_object(found.importance.as_json(), found.pictures))
    if found.pictures and screen.speaks:
        files = [path.name for path in found.pictures]
        write(screen.side, say("explain.pictures", folder=str(options["out"]), files=files))
    return 0


def _topics(options: dict[str, Any]) -> list[str]:
    """Return the topics that are shown.

    Raises:
        UsageError: options of a row without a row, or a topic that there isn't.
    """
    given = [f"--{name.replace('_', '-')}" for name in _OF_A_ROW if options[name] not in (None, False)]
    if options["row"] is None and given:
        raise UsageError("explain.row_needed", options=given)
    asked: list[str] = list(TOPICS) if options["only"] is None else words(options["only"])
    unknown = [topic for topic in asked if topic not in TOPICS]
    if unknown or not asked:
        raise UsageError("explain.no_topic", known=list(TOPICS), found=unknown or ["–"])
    return asked


def _request(options: dict[str, Any]) -> ExplainRequest:
    out = options["out"]
    return ExplainRequest(
        expanded(options["model"]),
        options["data"],
        row=options["row"],
        truth=options["truth"],
        settings={name: options[name] for name in _OF_A_STEP if options[name] is not None},
        steps=options["step"] or 1,
        fresh=options["fresh"],
        out=None if out is None else expanded(out),
        module=own_module(options["module"]),
    )


def _object(values: dict[str, Any], pictures: tuple[Path, ...]) -> dict[str, Any]:
    return values | ({"pictures": [str(path) for path in pictures]} if pictures else {})


def _show(screen: Screen, found: Explanation, topics: list[str]) -> None:
    shown = [section for section in sections(found) if section.topic in topics]
    for place, section in enumerate(shown):
        if place:
            screen.results.print()
        write(screen.results, section.title, style="bold")
        for line in section.lines:
            write(screen.results, line)


def show_importance(screen: Screen, found: Importance) -> None:
    """Show which columns matter, as a table with bars."""
    metric = say(f"judge.{found.metric}")
    is_loss = found.metric == "log_loss"
    longest = max([*found.drops, 1e-12])
    title = say("explain.matters_loss" if is_loss else "explain.matters", metric=metric)
    write(screen.results, title, style="bold")
    table = plain_table(
        say("explain.column"),
        say("explain.grows" if is_loss else "explain.drop"),
        say("explain.interval"),
        *([""] if screen.results.width >= _BARS_FROM else []),
    )
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"  # names give way, numbers don't
    cells = [
        (name, number(drop), f"{number(low)} … {number(high)}", "█" * round(12 * max(0.0, drop) / longest))
        for name, drop, low, high in zip(found.names, found.drops, found.low, found.high, strict=True)
    ]
    for place, column in enumerate(table.columns[1:3], start=1):
        column.min_width = max(len(each[place]) for each in cells)
    for column in table.columns[3:]:
        column.justify = "left"
    for each in cells:
        row(table, *each[: len(table.columns)])
    screen.results.print(table)
    facts = {"metric": metric, "score": number(found.score), "rows": found.rows, "repeats": found.repeats}
    write(screen.results, say("explain.measured", **facts), style="dim")

"""`stirfry recipes` and `stirfry reproduce`."""

from __future__ import annotations

import sys

from stirfry.actions.recipes import listed, names
from stirfry.actions.reproduce import Measured, Reproduction
from stirfry.actions.reproduce import reproduce as reproduce_recipes
from stirfry.actions.request import ReproduceRequest
from stirfry.cli.screen import Screen, write
from stirfry.cli.tables import plain_table, row
from stirfry.lang import say, seconds_text, together
from stirfry.notice import Notice
from stirfry.paths import expanded


def recipes(screen: Screen, name: str | None) -> int:
    """List the recipes, or write one as TOML."""
    if name is not None:
        recipe = listed(name)
        if not screen.as_json:
            sys.stdout.write(recipe.toml)
        screen.object(recipe.as_json())
        return 0
    every = [listed(each) for each in names()]
    if not screen.as_json:
        table = plain_table(say("cli.recipe"), say("cli.about"))
        table.columns[1].justify, table.columns[1].no_wrap = "left", False
        for recipe in every:
            variants = [variant["name"] for variant in recipe.recipe.variants]
            more = "\n" + say("cli.variants", names=variants) if variants else ""
            row(table, str(recipe.recipe.name), recipe.title + more)
        screen.results.print(table)
    screen.object({"recipes": [recipe.as_json() for recipe in every]})
    return 0


def reproduce(
    screen: Screen, wanted: tuple[str, ...], data_dir: str | None, download: bool, seeds: int | None
) -> int:
    """Run recipes over many seeds, and show published beside measured."""
    folder = None if data_dir is None else expanded(data_dir)
    request = ReproduceRequest(wanted, folder, download, seeds)
    done: list[Reproduction] = []
    with screen.side.status("", spinner="dots") as status:

        def on_seed(name: str, seed: int, count: int) -> None:
            if not screen.quiet:
                status.update(say("cli.reproducing", name=name, seed=seed, seeds=count))

        for found in reproduce_recipes(request, on_seed):
            if isinstance(found, Notice):
                screen.notice(found)
                continue
            done.append(found)
            if screen.speaks:
                _show(screen, found)
    screen.object({"recipes": [each.as_json() for each in done]})
    return 0


def _show(screen: Screen, found: Reproduction) -> None:
    count = len(found.measured[0].values) if found.measured else 0
    table = plain_table(
        say("cli.quantity"),
        say("cli.published"),
        say("cli.median"),
        say("cli.range"),
        say("cli.rank"),
        say("cli.verdict"),
    )
    for each in found.measured:
        row(table, *_row(each))
    about = say("cli.seeds", seeds=count, seconds=seconds_text(found.seconds))
    write(screen.results, together(found.name, about), style="bold")
    screen.results.print(table)
    screen.results.print()


def _row(each: Measured) -> tuple[str, ...]:
    json = each.as_json()
    epoch = "" if each.published.epoch is None else f" @ {each.published.epoch:,}"
    published = "–" if each.published.value is None else _number(each.published.value)
    rank = (
        "–"
        if each.rank is None or each.published.exact
        else say("cli.rank_of", rank=each.rank, count=len(each.values) + 1)
    )
    return (
        each.published.quantity + epoch,
        published,
        _number(json["median"]),
        f"{_number(json['lowest'])} … {_number(json['highest'])}",
        rank,
        say(f"cli.verdict.{each.verdict}"),
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4f}"

"""`stirfry sweep`: builds the request, shows the ranking."""

from __future__ import annotations

from typing import Any

import click

from stirfry.actions.command import check_command
from stirfry.actions.recipes import recipe_for
from stirfry.actions.request import SweepRequest
from stirfry.actions.sweep import sweep
from stirfry.actions.swept import Sweep, Trial, draw_sweep
from stirfry.cli import INTERRUPTED
from stirfry.cli.progress import Follower
from stirfry.cli.screen import Screen, write
from stirfry.cli.settings import naming_options, settings_of
from stirfry.cli.tables import number, plain_table, row, with_spread
from stirfry.cli.words import typed
from stirfry.lang import say
from stirfry.paths import expanded
from stirfry.run import folder
from stirfry.spec.grid import rates_of, widths_of

#: Rows of the table that a screen shows; the rest stands in the files.
SHOWN = 40
#: What isn't handed on to the command that trains the best network.
_OWN = ("lr", "hidden", "points", "repeats", "as_json", "quiet")


def run(screen: Screen, options: dict[str, Any], context: click.Context) -> int:
    """Train the grid as the options say, show the ranking, draw the picture."""
    with naming_options():
        request = _request(options, context)
        with Follower(screen, None, check_command(request.train)) as follower:
            found = sweep(request, follower)
    if screen.speaks:
        _show(screen, found)
    if not options["no_plots"]:
        for notice in draw_sweep(found):
            screen.notice(notice)
    if screen.speaks:
        _show_files(screen, found)
    screen.object({"sweep": str(found.folder), **found.as_json()})
    return INTERRUPTED if found.interrupted else 0


def _request(options: dict[str, Any], context: click.Context) -> SweepRequest:
    settings = settings_of({key: value for key, value in options.items() if key not in _OWN})
    data_dir = options["data_dir"] and expanded(options["data_dir"])
    return SweepRequest(
        recipe_for(
            options["recipe"],
            options["variant"],
            settings,
            options["source"],
            data_dir,
            options["download"],
        ),
        lr=rates_of(options["lr"], options["points"]),
        hidden=widths_of(options["hidden"]),
        out=expanded(options["out"]),
        repeats=options["repeats"],
        command=tuple(_words(context)),
    )


def _words(context: click.Context) -> list[str]:
    """Return the words of the `train` command with the same settings, as they were typed."""
    return ["stirfry", "train", *(word for pair in typed(context, _OWN) for word in pair)]


def _show(screen: Screen, found: Sweep) -> None:
    table = plain_table(
        say("cli.rank"),
        say("cli.hidden"),
        say("cli.lr"),
        say("cli.best_loss"),
        say("cli.final_loss"),
        say(f"cli.validation_{found.measure}_head"),
    )
    for rank, trial in enumerate(found.trials[:SHOWN], start=1):
        row(table, str(rank), trial.label, f"{trial.lr:g}", *_cells(trial))
    screen.results.print(table)
    if len(found.trials) > SHOWN:
        write(screen.results, say("cli.more_in", count=len(found.trials) - SHOWN, file=folder.SWEEP_CSV))
    write(screen.results, say(f"cli.ranked_by_{found.keep}"), style="dim")
    best = found.best
    if best is None:
        write(screen.results, say("cli.no_best"))
        return
    loss = number(best.over_seeds("kept_loss").mean)
    write(screen.results, say("cli.best", hidden=best.label, lr=f"{best.lr:g}", loss=loss))
    if found.command is not None:
        write(screen.results, say("cli.train_best", command=found.command))


def _cells(trial: Trial) -> list[str]:
    """Return the losses and the score; where a run diverged, that in place of them."""
    if trial.diverged == len(trial.runs):
        return [say("cli.diverged"), "–", "–"]
    cells = [with_spread(trial.over_seeds(name)) for name in ("best_loss", "final_loss", "score")]
    if trial.diverged:
        cells[0] = say("cli.some_diverged", count=trial.diverged, runs=len(trial.runs))
    return cells


def _show_files(screen: Screen, found: Sweep) -> None:
    assert found.folder is not None, "the command line always has a folder"
    names = (folder.SWEEP_CSV, folder.SWEEP_JSON, folder.SWEEP_SVG, folder.SWEEP_PNG)
    files = [name for name in names if (found.folder / name).exists()]
    write(screen.results, say("cli.written", folder=str(found.folder), files=files))

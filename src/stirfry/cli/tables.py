"""Tables on the screen: networks, scores, confusion."""

from __future__ import annotations

import math
from typing import Any

from rich.table import Table
from rich.text import Text

from stirfry.actions.population import Population
from stirfry.actions.run import Run
from stirfry.engine.own import OwnNetwork
from stirfry.judge.scores import PartScores, Score
from stirfry.judge.spread import Spread
from stirfry.lang import say, shape_text
from stirfry.spec.network import Network

#: More classes than this make a confusion matrix that no terminal shows well.
MOST_CLASSES = 12


def plain_table(*headings: str, title: str | None = None) -> Table:
    """Return an empty table in the house's look: a first column of names, numbers to the right."""
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    for index, heading in enumerate(headings):
        table.add_column(
            Text(heading), justify="right" if index else "left", header_style="dim", no_wrap=True
        )
    return table


def row(table: Table, *cells: str) -> None:
    """Add a row of texts as they are: names out of a user's data are never taken for markup."""
    table.add_row(*(Text(cell) for cell in cells))


def network_table(network: Network | OwnNetwork, loss: str | None = None) -> Table:
    """Return a network's layers with their output shapes and parameters."""
    table = plain_table(say("cli.layer"), say("cli.output_shape"), say("cli.parameters"))
    row(table, say("cli.input"), shape_text(network.input_shape), "")
    for layer in network.table():
        row(
            table,
            f"{layer.index} {layer.name}",
            shape_text(layer.output_shape),
            f"{layer.parameters:,}" if layer.parameters else "",
        )
    row(
        table,
        say("cli.in_all") if loss is None else say("cli.in_all_loss", loss=loss),
        "",
        f"{network.n_parameters:,}",
    )
    return table


def score_table(run: Run) -> Table:
    """Return a run's scores: the test part with intervals and baseline, the others beside it."""
    parts = [part for part in ("train", "validation", "test") if part in run.metrics]
    judged = parts[-1]
    headings = [_score_heading(run.model.things)]
    headings += [f"{say(f'cli.part.{part}')}\n{run.parts[part]:,}" for part in parts]
    headings += [say("cli.interval", part=say(f"cli.part.{judged}")), say("cli.baseline")]
    table = plain_table(*headings)
    for metric, score in run.metrics[judged].metrics.items():
        values = [number(run.metrics[part].metrics[metric].value) for part in parts]
        row(table, say(f"judge.{metric}"), *values, interval(score), number(score.baseline))
    return table


def _score_heading(things: str) -> str:
    """Return what stands above the scores' names: below it each part has its number of rows or images."""
    return f"{say('cli.score')}\n{say('cli.counted', things=things)}"


def part_table(scores: PartScores, things: str) -> Table:
    """Return the scores of one part, of rows or of images."""
    heading = f"{say('cli.value')}\n{scores.rows:,}"
    table = plain_table(_score_heading(things), heading, say("cli.interval_only"), say("cli.baseline"))
    for metric, score in scores.metrics.items():
        row(table, say(f"judge.{metric}"), number(score.value), interval(score), number(score.baseline))
    return table


def confusion_table(scores: PartScores, labels: tuple[Any, ...]) -> Table | None:
    """Return the confusion matrix, true classes down and predicted ones across; None where there is none."""
    if scores.confusion is None or len(labels) > MOST_CLASSES:
        return None
    table = plain_table(say("cli.true_class"), *(str(label) for label in labels))
    for label, counts in zip(labels, scores.confusion, strict=True):
        row(table, str(label), *(str(count) for count in counts))
    return table


def number(value: float | None) -> str:
    """Return a score as it is shown: five digits that count, or a dash where it doesn't exist."""
    if value is None:
        return "–"
    decimals = 4 if abs(value) < 10 else max(0, 4 - math.floor(math.log10(abs(value))))
    return f"{value:z,.{decimals}f}"


def with_spread(found: Spread) -> str:
    """Return a mean with its standard deviation, where there are several values."""
    return number(found.mean) if found.sd is None else f"{number(found.mean)} ± {number(found.sd)}"


def spread_table(found: Population) -> Table:
    """Return each score's mean, standard deviation and range over seeds or folds."""
    parts = [part for part in ("train", "validation", "test", "held_out") if part in found.scores]
    judged = found.scores[parts[-1]]
    # The training part's spread tells little, and a line has 80 columns.
    under = {part: say("cli.mean" if part == "train" else "cli.mean_and_sd") for part in parts}
    headings = [f"{say(f'cli.part.{part}')}\n{under[part]}" for part in parts]
    table = plain_table(say("cli.score"), *headings, f"{say(f'cli.part.{parts[-1]}')}\n{say('cli.range')}")
    for metric, last in judged.items():
        each = {part: found.scores[part][metric] for part in parts}
        cells = [number(one.mean) if part == "train" else with_spread(one) for part, one in each.items()]
        row(table, say(f"judge.{metric}"), *cells, f"{number(last.lowest)} … {number(last.highest)}")
    return table


def interval(score: Score) -> str:
    """Return a score's 95% interval; a mark says where it is Wilson's and not a bootstrap's."""
    if score.low is None or score.high is None:
        return "–"
    return f"{number(score.low)} … {number(score.high)}{'ʷ' if score.method == 'wilson' else ' '}"

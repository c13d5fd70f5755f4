"""`stirfry predict`, `evaluate` and `show`."""

from __future__ import annotations

import sys
from pathlib import Path

from stirfry.actions.request import EvaluateRequest, PredictRequest
from stirfry.actions.use import evaluate as evaluate_rows
from stirfry.actions.use import look
from stirfry.actions.use import predict as predict_rows
from stirfry.cli.screen import Screen, write
from stirfry.cli.settings import own_module
from stirfry.cli.tables import confusion_table, network_table, part_table, plain_table, row
from stirfry.lang import say
from stirfry.paths import expanded


def predict(
    screen: Screen, model: str, data: str, output: str | None, proba: bool, module: str | None = None
) -> int:
    """Predict rows; write them as CSV to stdout or to a file, or as one JSON object."""
    target = None if output is None else expanded(output)
    found = predict_rows(PredictRequest(Path(model), data, proba, target, own_module(module)), screen.notice)
    if target is not None and screen.speaks:
        write(screen.side, say("cli.predicted", rows=len(found.rows), things=found.things, path=str(target)))
    if target is None and not screen.as_json:
        sys.stdout.write(found.csv)
    screen.object(found.as_json())
    return 0


def evaluate(screen: Screen, model: str, data: str, module: str | None = None) -> int:
    """Show the scores on labelled rows."""
    found = evaluate_rows(EvaluateRequest(Path(model), data, own_module(module)), screen.notice)
    if not screen.as_json:
        screen.results.print(part_table(found.scores, found.things))
        write(screen.results, str(found.scores.methods), style="dim")
        confusion = confusion_table(found.scores, found.labels)
        if confusion is not None:
            screen.results.print()
            write(screen.results, say("cli.confusion"), style="bold")
            screen.results.print(confusion)
    screen.object(found.as_json())
    return 0


def show(screen: Screen, model: str, module: str | None = None) -> int:
    """Show a model's layers, columns and parameters."""
    found = look(Path(model), own_module(module))
    if not screen.as_json:
        console = screen.results
        console.print(network_table(found.model.network, found.model.loss))
        if found.columns:
            console.print()
            table = plain_table(say("cli.column"), say("cli.role"), say("cli.reason"))
            table.columns[1].justify = table.columns[2].justify = "left"
            table.columns[2].no_wrap = False
            for cells in found.columns:
                row(table, *cells)
            console.print(table)
        for name, shape, values in found.parameters:
            console.print()
            console.print(f"[bold]{name}[/] {shape}")
            console.print(values, markup=False)
    screen.object(found.as_json())
    return 0

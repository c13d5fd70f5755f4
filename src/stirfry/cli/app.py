"""The commands and their options. Each hands what was typed to the module that shows the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from stirfry.cli.commands import Command, Function, Group, common, language_callback, option
from stirfry.cli.screen import Screen


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from stirfry import __version__

        click.echo(f"stirfry {__version__}")
        context.exit()


@click.group(cls=Group, add_help_option=False, invoke_without_command=True)
@option("--version", section="general", is_flag=True, is_eager=True, expose_value=False, callback=_version)
@option(
    "--lang",
    section="general",
    metavar="en|zh",
    expose_value=False,
    is_eager=True,
    callback=language_callback,
)
@option("--help", section="general", is_flag=True, is_eager=True)
@click.pass_context
def program(context: click.Context, help: bool) -> None:
    """Show the overview where no command is given."""
    if help or context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit()


def _command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return program.command(name, cls=Command, add_help_option=False)


Options = tuple[Callable[..., Any], ...]

#: The options of every command that trains, in the order of its help page.
DATA: Options = (
    option("--target", section="data", metavar="COLUMN"),
    option("--task", section="data", metavar="TASK"),
    option("--drop", section="data", metavar="COLUMN,…", multiple=True),
    option("--category", section="data", metavar="COLUMN,…", multiple=True),
    option("--scale", section="data", metavar="KIND"),
    option("--test", section="data", metavar="SHARE"),
    option("--validation", section="data", metavar="SHARE"),
    option("--split", section="data", metavar="METHOD"),
    option("--split-column", section="data", metavar="COLUMN"),
    option("--test-file", section="data", metavar="FILE"),
    option("--validation-file", section="data", metavar="FILE"),
    option("--image-size", section="data", metavar="HxW"),
    option("--memory", section="data", metavar="SIZE"),
    option("--data-dir", section="data", metavar="FOLDER"),
    option("--download", section="data", is_flag=True),
)
NETWORK: Options = (
    option("--activation", section="network", metavar="NAME"),
    option("--dropout", section="network", metavar="SHARE"),
    option("--init", section="network", metavar="NAME"),
)
RECIPE: Options = (
    option("--recipe", section="network", metavar="NAME|FILE"),
    option("--variant", section="network", metavar="NAME"),
)
TRAINING: Options = (
    option("--momentum", section="training", metavar="SHARE"),
    option("--weight-decay", section="training", metavar="X"),
    option("--schedule", section="training", metavar="NAME"),
    option("--epochs", section="training", metavar="N"),
    option("--batch-size", section="training", metavar="N|full"),
    option("--patience", section="training", metavar="N|never"),
    option("--clip-norm", section="training", metavar="X"),
    option("--class-weights", section="training", metavar="balanced|W,…"),
    option("--label-smoothing", section="training", metavar="SHARE"),
    option("--augment", section="training", metavar="shift=2,flip,…"),
    option("--ema-decay", section="training", metavar="SHARE"),
    option("--test-shift", section="training", metavar="PIXELS"),
    option("--keep", section="training", metavar="best|last"),
    option("--seed", section="training", metavar="N"),
    option("--precision", section="training", metavar="NAME"),
    option("--device", section="training", metavar="NAME"),
    option("--engine", section="training", metavar="NAME"),
)
LOSS: Options = (
    option("--loss", section="training", metavar="NAME"),
    option("--optimizer", section="training", metavar="NAME"),
)
#: What decides one network's training; a sweep takes several rates and widths in their place.
ONE_NETWORK: Options = (
    *DATA,
    *RECIPE,
    option("--hidden", section="network", metavar="32,8,4"),
    *NETWORK,
    option("--module", section="network", metavar="FILE:CLASS"),
    *LOSS,
    option("--lr", section="training", metavar="RATE"),
    *TRAINING,
)
#: For a model that was trained with a user's own network.
MODULE = option("--module", section="network", key="use_module", metavar="FILE:CLASS")
OUTPUT: Options = (
    option("--name", section="output", metavar="NAME"),
    option("--out", section="output", metavar="FOLDER", default="runs"),
    option("--no-plots", section="output", is_flag=True),
)


def _with(options: Options) -> Callable[[Function], Function]:
    """Return a decorator that adds several options in their order."""

    def add(command: Function) -> Function:
        for each in reversed(options):
            command = each(command)
        return command

    return add


@_command("train")
@click.argument("source", required=False)
@_with(ONE_NETWORK)
@option("--repeats", section="training", metavar="N", type=click.IntRange(min=1))
@option("--folds", section="training", metavar="N", type=click.IntRange(min=2))
@option("--from", "start_from", section="training", key="from", metavar="MODEL")
@option("--resume", section="training", metavar="RUN")
@option("--history", section="output", metavar="epoch|step")
@_with(OUTPUT)
@option(
    "--checkpoint-every",
    section="output",
    metavar="SECONDS",
    type=click.FloatRange(min=0.0, min_open=True),
    default=30.0,
)
@option("--log-every", section="output", metavar="N", type=click.IntRange(min=1))
@common
def train(as_json: bool, quiet: bool, **options: Any) -> int:
    """Train a network."""
    from stirfry.cli.train import run

    return run(Screen(as_json, quiet), options)


@_command("sweep")
@click.argument("source", required=False)
@_with(DATA)
@_with(RECIPE)
@option("--hidden", section="network", key="sweep_hidden", metavar="4,8x4,…")
@_with(NETWORK)
@_with(LOSS)
@option("--lr", section="training", key="sweep_lr", metavar="FROM..TO|RATE,…")
@option("--points", section="training", metavar="N", type=click.IntRange(min=2), default=13)
@_with(TRAINING)
@option(
    "--repeats", section="training", key="sweep_repeats", metavar="N", type=click.IntRange(min=1), default=1
)
@_with(OUTPUT)
@common
def sweep(as_json: bool, quiet: bool, **options: Any) -> int:
    """Train a grid of networks."""
    from stirfry.cli.sweep import run

    return run(Screen(as_json, quiet), options, click.get_current_context())


@_command("predict")
@click.argument("model")
@click.argument("data")
@option("-o", "--output", section="output", metavar="FILE")
@option("--proba", section="output", is_flag=True)
@MODULE
@common
def predict(
    model: str, data: str, output: str | None, proba: bool, module: str | None, as_json: bool, quiet: bool
) -> int:
    """Predict rows."""
    from stirfry.cli.use import predict as show

    return show(Screen(as_json, quiet), model, data, output, proba, module)


@_command("evaluate")
@click.argument("model")
@click.argument("data")
@MODULE
@common
def evaluate(model: str, data: str, module: str | None, as_json: bool, quiet: bool) -> int:
    """Score a model."""
    from stirfry.cli.use import evaluate as show

    return show(Screen(as_json, quiet), model, data, module)


@_command("show")
@click.argument("model")
@MODULE
@common
def show(model: str, module: str | None, as_json: bool, quiet: bool) -> int:
    """Show what a model is."""
    from stirfry.cli.use import show as show_model

    return show_model(Screen(as_json, quiet), model, module)


@_command("recipes")
@click.argument("name", required=False)
@common
def recipes(name: str | None, as_json: bool, quiet: bool) -> int:
    """List the recipes, or show one."""
    from stirfry.cli.recipes import recipes as show_recipes

    return show_recipes(Screen(as_json, quiet), name)


@_command("reproduce")
@click.argument("names", nargs=-1)
@option("--data-dir", section="data", metavar="FOLDER")
@option("--download", section="data", is_flag=True)
@option("--seeds", section="training", metavar="N", type=click.IntRange(min=1))
@common
def reproduce(
    names: tuple[str, ...],
    data_dir: str | None,
    download: bool,
    seeds: int | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run the tutorials' experiments."""
    from stirfry.cli.recipes import reproduce as show_reproduction

    return show_reproduction(Screen(as_json, quiet), names, data_dir, download, seeds)


@_command("doctor")
@common
def doctor(as_json: bool, quiet: bool) -> int:
    """Look at the machine."""
    from stirfry.cli.doctor import run

    return run(Screen(as_json, quiet))


@_command("check")
@click.argument("source", required=False)
@_with(ONE_NETWORK)
@option("--strict", section="output", is_flag=True)
@common
def check(as_json: bool, quiet: bool, **options: Any) -> int:
    """Check data, network and plan."""
    from stirfry.cli.check import run

    return run(Screen(as_json, quiet), options)


@_command("explain")
@click.argument("model")
@click.argument("data")
@option("--row", section="data", metavar="N", type=click.IntRange(min=1))
@option("--truth", section="data", metavar="VALUE")
@MODULE
@option("--optimizer", section="training", metavar="NAME")
@option("--lr", section="training", metavar="X")
@option("--momentum", section="training", metavar="SHARE")
@option("--weight-decay", section="training", metavar="X")
@option("--clip-norm", section="training", metavar="X")
@option("--step", section="training", metavar="N", type=click.IntRange(min=1))
@option("--fresh", section="training", is_flag=True)
@option("--only", section="output", metavar="TOPIC,…")
@option("-o", "--out", section="output", key="explain_out", metavar="FOLDER")
@common
def explain(as_json: bool, quiet: bool, **options: Any) -> int:
    """Show every number of a row, or which columns matter."""
    from stirfry.cli.explain import run

    return run(Screen(as_json, quiet), options)


@_command("report")
@click.argument("run")
@option("-o", "--output", section="output", key="report_output", metavar="FILE")
@MODULE
@common
def report(run: str, output: str | None, module: str | None, as_json: bool, quiet: bool) -> int:
    """Write a run's report."""
    from stirfry.cli.report import report as write_report

    return write_report(Screen(as_json, quiet), run, output, module)


@_command("export")
@click.argument("run_or_model", metavar="RUN")
@option("--to", section="output", metavar="FORM", default="script")
@option("-o", "--output", section="output", key="export_output", metavar="FILE")
@MODULE
@common
def export(
    run_or_model: str, to: str, output: str | None, module: str | None, as_json: bool, quiet: bool
) -> int:
    """Write a run in another form."""
    from stirfry.cli.export import run as show_export

    return show_export(Screen(as_json, quiet), run_or_model, to, output, module)

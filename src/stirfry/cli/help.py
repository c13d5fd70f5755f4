"""The help pages, drawn from the commands and the catalogue."""

from __future__ import annotations

import io
import os
import shutil
import sys
from itertools import groupby

import click
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from stirfry.cli.commands import Option
from stirfry.lang import say

WIDEST = 100
#: The sections of a help page, in order.
SECTIONS = ("data", "network", "training", "output", "general")


def program_page(context: click.Context, program: click.Group) -> str:
    """Return the overview: what stirfry is, its commands, the options that all have."""
    rows = [(name, say(f"help.command.{name}")) for name in program.list_commands(context)]
    parts: list[RenderableType] = [
        Text.from_markup(f"[bold]{say('help.usage')}[/] stirfry {say('help.command_word')} …"),
        Text(""),
        Text(say("help.program")),
        _section(say("help.commands"), rows),
        _section(say("help.section.general"), [_row(parameter) for parameter in program.params]),
        Padding(Text(say("help.program_example")), (1, 0, 0, 0)),
    ]
    return _drawn(parts)


def command_page(context: click.Context, command: click.Command) -> str:
    """Return a command's page: usage, what it does, arguments, options by section, an example."""
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    options = [parameter for parameter in command.params if isinstance(parameter, Option)]
    usage = " ".join([context.command_path, *(argument.make_metavar(context) for argument in arguments), "…"])
    parts: list[RenderableType] = [
        Text.from_markup(f"[bold]{say('help.usage')}[/] ").append(usage),
        Text(""),
        Text(say(f"help.command.{command.name}.long")),
    ]
    if arguments:
        rows = [
            (argument.make_metavar(context), say(f"help.argument.{argument.name}")) for argument in arguments
        ]
        parts.append(_section(say("help.arguments"), rows))
    options.sort(key=lambda each: SECTIONS.index(each.section))
    for section, members in groupby(options, key=lambda each: each.section):
        parts.append(_section(say(f"help.section.{section}"), [_row(member) for member in members]))
    parts.append(Padding(Text(say(f"help.command.{command.name}.example")), (1, 0, 0, 0)))
    return _drawn(parts)


def _row(parameter: click.Parameter) -> tuple[str, str]:
    assert isinstance(parameter, Option)
    value = "" if parameter.is_flag else f" {parameter.metavar or str(parameter.name).upper()}"
    return ", ".join(parameter.opts) + value, say(str(parameter.help))


def _section(title: str, rows: list[tuple[str, str]]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in rows:
        grid.add_row(Text("  " + name, style="cyan"), Text(text))
    return Group(Text(""), Text(title, style="bold"), grid)


def _drawn(parts: list[RenderableType]) -> str:
    """Return a page as text, with colour where stdout is a terminal that has it."""
    stream = io.StringIO()
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = min(shutil.get_terminal_size().columns, WIDEST)
    page = Console(
        file=stream, width=width, force_terminal=coloured, color_system="standard" if coloured else None
    )
    page.print(Group(*parts))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())

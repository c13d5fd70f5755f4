"""What was typed, as it was typed: from it come the commands that are suggested."""

from __future__ import annotations

from collections.abc import Collection

import click
from click.core import ParameterSource


def typed(context: click.Context, without: Collection[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Return the arguments and options of a command line, each with its value.

    Args:
        context: the command's.
        without: the names of parameters that are left out.
    """
    found: list[tuple[str, ...]] = []
    for parameter in context.command.params:
        name = str(parameter.name)
        given = context.get_parameter_source(name) == ParameterSource.COMMANDLINE
        if not given or name in without or name not in context.params:
            continue
        values = context.params[name]
        for value in values if isinstance(values, tuple) else (values,):
            flag = [] if isinstance(parameter, click.Argument) else [parameter.opts[0]]
            found.append(tuple(flag) if value is True else (*flag, str(value)))
    return tuple(found)

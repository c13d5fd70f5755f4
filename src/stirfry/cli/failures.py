"""Puts what went wrong on the screen, in the user's language and without a traceback."""

from __future__ import annotations

import click

from stirfry.lang import say, together


def show_failure(text: str) -> None:
    """Write an error to stderr."""
    from stirfry.cli.screen import console, write

    write(console(stderr=True), text, mark=say("cli.error"), mark_style="bold red")


def explain(error: click.ClickException) -> str:
    """Return what click found wrong with a command line, in our words, and where to read on."""
    return together(_found(error), _hint(error))


def _found(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        near = list(error.possibilities or ())
        code = "cli.no_option_near" if near else "cli.no_option"
        return say(code, option=error.option_name, near=near)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return say("cli.missing_argument", name=error.param.human_readable_name.upper())
    if isinstance(error, click.BadOptionUsage):
        return say("cli.option_value", option=error.option_name)
    if isinstance(error, click.BadParameter) and isinstance(error.param, click.Option):
        return _bad_value(error, error.param)
    return error.format_message()


def _bad_value(error: click.BadParameter, option: click.Option) -> str:
    """Return which value doesn't fit an option that takes a number; click itself says so in English only."""
    if isinstance(option.type, click.IntRange):
        wanted = say("cli.wanted.whole", least=option.type.min)
    elif isinstance(option.type, click.FloatRange):
        wanted = say("cli.wanted.seconds")
    else:
        return error.format_message()
    found = error.message.partition(" is not ")[0].strip("'")
    return say("cli.bad_value", option=option.opts[-1], wanted=wanted, found=found)


def _hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "stirfry"
    return say("cli.see_help", command=command)

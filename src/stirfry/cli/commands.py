"""click's commands and options, with their help and their errors in the user's language.

An option's `help` is a key of the catalogue; it is put into words when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from stirfry.engine.processes import launched
from stirfry.errors import UsageError
from stirfry.lang import LANGUAGES

Function = TypeVar("Function", bound=Callable[..., Any])


class Option(click.Option):
    """An option that belongs to a section of the help page."""

    def __init__(self, *args: Any, section: str = "general", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.section = section


class Command(click.Command):
    """A command whose help page is ours."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help page in the language of the moment."""
        from stirfry.cli.help import command_page

        return command_page(ctx, self)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and refuse words that nothing takes."""
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if left and not ctx.resilient_parsing:
            raise UsageError("cli.too_many_words", words=list(left), command=ctx.command_path)
        return left

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; of them all only `train` is for several processes."""
        processes = launched()
        if processes.several and self.name != "train":
            raise UsageError("cli.one_process", command=ctx.command_path, processes=processes.count)
        return super().invoke(ctx)


class Group(click.Group):
    """The program: a group of commands whose help page is ours."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the overview of all commands."""
        from stirfry.cli.help import program_page

        return program_page(ctx, self)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a command, or suggest the nearest."""
        if self.get_command(ctx, args[0]) is None:
            if args[0].startswith("-"):
                raise click.NoSuchOption(args[0], ctx=ctx)
            from stirfry.spec.faults import nearest

            near = nearest(args[0], self.list_commands(ctx))
            code = "cli.no_command_near" if near else "cli.no_command"
            raise UsageError(code, name=args[0], near=near, known=self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a user meets them."""
        return list(self.commands)


def option(
    *names: str, section: str, key: str | None = None, **settings: Any
) -> Callable[[Function], Function]:
    """Return a decorator that adds an option; its help is the catalogue's `help.NAME`."""
    name = (key or names[-1].lstrip("-")).replace("-", "_")
    return click.option(*names, cls=Option, section=section, help=f"help.{name}", **settings)


def language_callback(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Check `--lang`; `main` has already taken it."""
    if value is not None and value not in LANGUAGES:
        raise UsageError("cli.no_language", found=value, known=list(LANGUAGES))


def common(command: Function) -> Function:
    """Add the options that every command has."""
    command = option(
        "--help", section="general", is_flag=True, is_eager=True, expose_value=False, callback=_show_help
    )(command)
    command = option(
        "--lang",
        section="general",
        metavar="en|zh",
        expose_value=False,
        is_eager=True,
        callback=language_callback,
    )(command)
    command = option("--quiet", section="general", is_flag=True)(command)
    return option("--json", "as_json", section="general", key="json", is_flag=True)(command)


def _show_help(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(context.get_help())
        context.exit()

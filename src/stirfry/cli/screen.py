"""The two streams: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from stirfry.notice import Notice

if TYPE_CHECKING:
    from rich.console import Console


@cache
def _console(stderr: bool, stream: object) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def console(stderr: bool = False) -> Console:
    """Return the console of a stream. Colour and width are rich's own finding; `NO_COLOR` is respected."""
    return _console(stderr, sys.stderr if stderr else sys.stdout)


def write(place: Console, text: str, style: str = "", mark: str = "", mark_style: str = "dim") -> None:
    """Write a sentence as it is, without markup: wrapped at words on a terminal, whole in a pipe or a file.

    Args:
        place: the console.
        text: what to say.
        style: how the text looks.
        mark: what stands before it.
        mark_style: how that looks.
    """
    from rich.text import Text

    space = "" if not mark or mark.endswith("：") else " "
    line = Text.assemble((mark + space, mark_style), (text, style))
    place.print(line, soft_wrap=not place.is_terminal)


class Screen:
    """Where a command's words go.

    Args:
        as_json: one JSON object on stdout and nothing else there.
        quiet: only results and errors.
    """

    def __init__(self, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet

    @property
    def results(self) -> Console:
        """The console for results in words: stdout, unless that belongs to the JSON object."""
        return console(stderr=self.as_json)

    @property
    def side(self) -> Console:
        """The console for progress and remarks: stderr."""
        return console(stderr=True)

    @property
    def speaks(self) -> bool:
        """Whether results are put into words as well."""
        return not self.quiet

    def notice(self, notice: Notice) -> None:
        """Show a remark."""
        if not self.quiet:
            write(self.side, str(notice), mark="·")

    def object(self, value: dict[str, Any]) -> None:
        """Write the JSON object, where one is asked for."""
        if self.as_json:
            from stirfry.run.record import plain

            sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, allow_nan=False) + "\n")
            sys.stdout.flush()

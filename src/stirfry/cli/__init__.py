"""The command line: parse, call one action, show what comes back.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stirfry.lang import Language

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    Args:
        arguments: what follows the program's name; None takes the process's own.
    """
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # while the program was still being loaded, and has no words yet
        return INTERRUPTED
    except RuntimeError as fault:  # what Python 3.11 makes of Ctrl-C that comes while a class is made
        if not isinstance(fault.__cause__, KeyboardInterrupt):
            raise
        return INTERRUPTED


def _run(words: list[str]) -> int:
    import click

    from stirfry import lang
    from stirfry.cli.app import program
    from stirfry.cli.failures import explain, show_failure
    from stirfry.engine.processes import launched
    from stirfry.errors import ProcessLost, StirfryError
    from stirfry.run import launch

    processes = launched()
    if processes.restart > 0 and (code := launch.ended_with(processes.memory)) is not None:
        return code  # torchrun starts what has failed again, and it would only fail again

    def failed(text: str, code: int) -> int:
        # Processes that train together fail alike, and one of them says so.
        if launch.end(processes.memory, code):
            show_failure(text)
        return code

    try:
        with lang.speaking(language_in(words)):
            try:
                return program.main(words, prog_name="stirfry", standalone_mode=False) or 0
            except ProcessLost as error:
                if launch.first_to_notice(processes.memory, processes.restart):
                    show_failure(str(error))
                return error.exit_code
            except StirfryError as error:
                return failed(str(error), error.exit_code)
            except click.exceptions.Exit as leaving:
                return leaving.exit_code
            except click.ClickException as error:
                return failed(explain(error), 2)
            except MemoryError:
                return failed(lang.say("cli.out_of_memory"), 1)
            except (KeyboardInterrupt, click.exceptions.Abort):
                return failed(lang.say("cli.interrupted"), INTERRUPTED)
    except BrokenPipeError:
        # Who read our output has left; what Python still holds back has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def language_in(words: Sequence[str]) -> Language | None:
    """Return the language that `--lang` asks for, before anything else is parsed or said."""
    from stirfry.lang import LANGUAGES

    for word, following in zip_longest(words, words[1:], fillvalue=""):
        value = following if word == "--lang" else word.removeprefix("--lang=")
        if word.startswith("--lang") and value in LANGUAGES:
            return next(language for language in LANGUAGES if language == value)
    return None

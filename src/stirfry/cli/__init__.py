"""The command line: parse, call one action, show what comes back.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stirfry.lang import Language

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    Args:
        arguments: what follows the program's name; None takes the process's own.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _interrupted(words)
    except BrokenPipeError:
        _forget_stdout()  # who read our output has left
        return FAILED
    except OSError as error:
        # Files are ours to explain where they are opened: what comes up to here is a stream of the process.
        _forget_stdout()
        _say(words, "cli.cannot_write", reason=error.strerror or str(error))
        return FAILED


def _run(words: Sequence[str]) -> int:
    """Run a command line, with whatever went wrong put into words."""
    import click

    from stirfry import lang
    from stirfry.cli.app import program
    from stirfry.cli.failures import explain, show_failure
    from stirfry.errors import StirfryError

    with lang.speaking(language_in(words)):
        try:
            return program.main(list(words), prog_name="stirfry", standalone_mode=False) or 0
        except StirfryError as error:
            show_failure(str(error))
            return error.exit_code
        except click.exceptions.Exit as leaving:
            return leaving.exit_code
        except click.exceptions.Abort:
            raise KeyboardInterrupt from None
        except click.ClickException as error:
            show_failure(explain(error))
            return WRONG_USAGE
        except MemoryError:
            show_failure(lang.say("cli.out_of_memory"))
            return FAILED


def _interrupted(words: Sequence[str]) -> int:
    """Say that Ctrl-C ended the program, unless it is pressed once more meanwhile."""
    with suppress(KeyboardInterrupt):
        _say(words, "cli.interrupted")
    return INTERRUPTED


def _say(words: Sequence[str], code: str, **facts: str) -> None:
    """Write a sentence to stderr with nothing but the catalogue.

    An import that Ctrl-C stopped half-way may not be possible again in this process, and what draws our
    other messages imports a good deal.
    """
    from stirfry import lang

    with lang.speaking(language_in(words)), suppress(OSError):
        if sys.stderr is not None:
            sys.stderr.write(lang.say(code, **facts) + "\n")


def _forget_stdout() -> None:
    """Let what Python still holds back for stdout go nowhere, so that its end finds nothing to complain of."""
    if sys.stdout is not None:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def language_in(words: Sequence[str]) -> Language | None:
    """Return the language that `--lang` asks for, before anything else is parsed or said."""
    from stirfry.lang import LANGUAGES

    for word, following in zip_longest(words, words[1:], fillvalue=""):
        value = following if word == "--lang" else word.removeprefix("--lang=")
        if word.startswith("--lang") and value in LANGUAGES:
            return next(language for language in LANGUAGES if language == value)
    return None

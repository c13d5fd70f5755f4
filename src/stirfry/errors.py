"""Every error that stirfry raises for a user.

The tree:

    StirfryError
    ├── UsageError          the command or the call must be written differently   exit code 2, a ValueError
    │   └── SpecError       a recipe, network or plan; lists every fault at once   exit code 2
    ├── DataError           data that can't be read or can't be used               exit code 1, a ValueError
    ├── ModelFileError      a model file that is cut, altered or of another kind   exit code 1, a ValueError
    │   └── NoModelFile     there is none where one is named; also a UsageError    exit code 2
    ├── TrainingError       a run that can't go on (a loss that isn't finite)      exit code 1
    │   └── ProcessLost     another process of the same run has ended              exit code 1
    ├── VerdictError        a fault of ours in judging a run; the run itself is kept  exit code 1
    ├── MissingExtra        an optional package that isn't installed               exit code 1, an ImportError
    └── OutputError         a folder or file that can't be written                 exit code 1, an OSError

An error is a code of the catalogue and the facts that its text needs; it is put into words, in the
language of the moment, when somebody reads it.
"""

from __future__ import annotations

from typing import Any

from stirfry.lang import say

#: What code raises that has a fault, a user's own or ours.
FAULTS = (
    RuntimeError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NameError,
)


class StirfryError(Exception):
    """An error with a code and facts, put into words by the catalogue.

    Args:
        code: the key of the text in the catalogue, such as `"data.empty"`.
        facts: what the text names.
    """

    exit_code = 1

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return say(self.code, **self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.facts)


def _rebuild(kind: type[StirfryError], code: str, facts: dict[str, Any]) -> StirfryError:
    return kind(code, **facts)


class UsageError(StirfryError, ValueError):
    """The command or the call must be written differently."""

    exit_code = 2


class SpecError(UsageError):
    """One or more faults of a recipe, a network or a plan, all of them together.

    Args:
        faults: every fault that was found, in the order of the file.
        origin: the file, or None where the values came from a call or a command line.
    """

    def __init__(self, faults: tuple[Fault, ...], origin: str | None = None) -> None:
        super().__init__("spec.faults_in_call", faults=faults, origin=origin)
        self.faults = faults
        self.origin = origin

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults]
        if self.origin is None and len(lines) == 1:
            return lines[0]
        count = len(lines)
        head = (
            say("spec.faults_in_call", count=count)
            if self.origin is None
            else say("spec.faults_in_file", path=self.origin, count=count)
        )
        return "\n".join([head, *(f"  {line}" for line in lines)])

    def __reduce__(self) -> tuple[Any, ...]:
        return SpecError, (self.faults, self.origin)


class Fault:
    """One fault of a spec: where it is and what is wrong.

    Args:
        key: the dotted key, such as `"plan.lr"`.
        code: the key of the text in the catalogue.
        line: the line of the file, counted from 1; None outside files.
        facts: what the text names.
    """

    def __init__(self, key: str, code: str, line: int | None = None, /, **facts: Any) -> None:
        self.key = key
        self.code = code
        self.line = line
        self.facts = facts

    def at(self, line: int | None) -> Fault:
        """Return the same fault with the line of the file it stands in."""
        return Fault(self.key, self.code, line, **self.facts)

    def __str__(self) -> str:
        text = say(self.code, **self.facts)
        where = self.key if self.line is None else say("spec.at_line", line=self.line, key=self.key)
        return f"{where}: {text}" if where else text


class DataError(StirfryError, ValueError):
    """Data that can't be read or can't be used."""


class ModelFileError(StirfryError, ValueError):
    """A model file that is cut, altered, newer than this version, or of another kind."""


class NoModelFile(ModelFileError, UsageError):
    """There is no model file where one is named."""

    exit_code = 2


class TrainingError(StirfryError):
    """A run that can't go on.

    Its `verdicts` say why, as a finished run's do, where that is known.
    """

    verdicts: tuple[Any, ...] = ()


class ProcessLost(TrainingError):
    """Another of the processes that train together has ended; torchrun starts all of them again."""


class VerdictError(StirfryError):
    """A fault of stirfry's own in what it says about a run that is trained.

    The run is finished, scored and, where it has a folder, written; only verdicts are missing. `run` is it.
    """

    run: Any = None


class MissingExtra(StirfryError, ImportError):
    """A feature needs an optional package that isn't installed."""


class OutputError(StirfryError, OSError):
    """A folder or a file that can't be written."""

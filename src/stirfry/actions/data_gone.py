"""Says whose data are gone, where a finished run's data are read once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stirfry.errors import DataError, UsageError

_NOT_FOUND = ("source.not_found", "source.not_found_near")


@contextmanager
def data_of(name: str) -> Iterator[None]:
    """Turn "there is no such file" into an error about the run, as its user didn't type the file's name.

    Args:
        name: what the run is called.

    Raises:
        DataError: the data aren't where they were.
    """
    try:
        yield
    except UsageError as error:
        if error.code not in _NOT_FOUND:
            raise
        raise DataError("actions.data_gone", name=name, source=error.facts["path"]) from None

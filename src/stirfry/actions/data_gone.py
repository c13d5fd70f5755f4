"""Says whose data are gone or have changed, where a finished run's data are read once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stirfry.data.prepare import Described, describe
from stirfry.data.sources import load
from stirfry.data.table import Dataset
from stirfry.errors import DataError, UsageError
from stirfry.spec.recipe import DataSpec

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


def described_as_then(name: str, data: DataSpec, dataset: Dataset | None = None) -> Described:
    """Return a run's data as they are now, so that their hash can be compared before anything else is.

    Args:
        name: what the run is called.
        data: where its data are, and what their columns are.
        dataset: the data, where they have been read.

    Raises:
        DataError: the data aren't where they were, or can't be read any more as they were for the run.
    """
    source = str(data.source)
    try:
        with data_of(name):
            return describe(load(source, data) if dataset is None else dataset, data)
    except (DataError, UsageError) as error:
        if error.code == "actions.data_gone":
            raise
        raise DataError("actions.data_changed", name=name, source=source, reason=str(error)) from error

"""The sources that come with stirfry, by name: two real sets and two synthetic ones."""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from stirfry.data.table import Column, Images, Table
from stirfry.errors import UsageError
from stirfry.spec.recipe import DataSpec

_FILES = files("stirfry.data") / "embedded"

#: The weights of the synthetic linear set, as many as there are columns.
WEIGHTS = (2, 3, 4, 7, 11, 5, 13)


def read_embedded(name: str, spec: DataSpec) -> Table | Images:
    """Return an embedded source.

    Args:
        name: one of `NAMES`.
        spec: the rows, columns and seed of a synthetic source; the others ignore it.

    Raises:
        UsageError: more columns than the source has.

    Example:
        >>> read_embedded("iris", DataSpec()).names[0]
        'sepal length (cm)'
    """
    return _READERS[name](spec)


def embedded_bytes(file: str) -> bytes:
    """Return an embedded file as it is, for those who want it without stirfry."""
    return (_FILES / file).read_bytes()


def _iris(spec: DataSpec) -> Table:
    # The csv module and not the reader of CSV files: this is most people's first run, and it need not wait
    # for a data-frame library.
    with (_FILES / "iris.csv").open(encoding="utf-8") as stream:
        names, *rows = csv.reader(stream)
    *features, species = zip(*rows, strict=True)
    columns = [
        Column(name, "number", np.array(values, dtype=np.float64))
        for name, values in zip(names, features, strict=False)
    ]
    return Table("iris", (*columns, _classes(names[-1], np.array(species))), target=names[-1])


def _digits(spec: DataSpec) -> Images:
    with (_FILES / "digits.npz").open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        pixels, labels, parts = (arrays[key] for key in ("images", "labels", "parts"))
    labels = Column("digit", "number", labels.astype(np.int64))
    return Images("digits", pixels[:, None], labels, parts.astype(np.int8))


def _simplex(spec: DataSpec) -> Table:
    """10,000 uniform points of the unit cube, by the region that their sum falls in."""
    points = np.random.default_rng(spec.split.seed).random((spec.rows or 10_000, 3))
    sums = points.sum(axis=1)
    regions = np.array(["below", "between", "above"])[(sums >= 1).astype(int) + (sums > 2)]
    columns = [Column(f"x{number}", "number", points[:, number - 1].copy()) for number in (1, 2, 3)]
    return Table("simplex", (*columns, _classes("region", regions)), target="region")


def _weights(spec: DataSpec) -> Table:
    """Rows of whole numbers from 1 to 100 whose target is their sum, weighted by `WEIGHTS`."""
    count = spec.columns or 4
    if count > len(WEIGHTS):
        raise UsageError("source.too_many_columns", name="weights", most=len(WEIGHTS), found=count)
    rows = np.random.default_rng(spec.split.seed).integers(1, 101, (spec.rows or 10, count))
    columns = [Column(f"x{number + 1}", "number", rows[:, number].copy()) for number in range(count)]
    return Table("weights", (*columns, Column("y", "number", rows @ np.array(WEIGHTS[:count]))), target="y")


def _classes(name: str, texts: NDArray[np.str_]) -> Column:
    levels, codes = np.unique(texts, return_inverse=True)
    return Column(name, "text", codes.astype(np.int32), tuple(levels.tolist()))


_READERS: dict[str, Callable[[DataSpec], Table | Images]] = {
    "iris": _iris,
    "digits": _digits,
    "simplex": _simplex,
    "weights": _weights,
}

#: The embedded names.
NAMES = tuple(_READERS)

"""Reads any source of data into a table or a stack of images.

Each kind of source has its own file in `read/`; this one finds out which it is.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from stirfry.data.read.embedded import NAMES, read_embedded
from stirfry.data.read.files import kind_of
from stirfry.data.table import Images, Table
from stirfry.errors import DataError, UsageError
from stirfry.spec.recipe import DataSpec


def load(source: object, spec: DataSpec) -> Table | Images:
    """Read a source.

    Args:
        source: an embedded name, a path, a DataFrame, arrays, tensors, a Dataset, a dict of columns or a
            list of dicts.
        spec: the size and seed of synthetic sources, the size of images, the extra files of the split.

    Raises:
        UsageError: there is no such name or file, or no such kind of source.
        DataError: the source can't be read.

    Example:
        >>> len(load("iris", DataSpec()))
        150
    """
    if isinstance(source, str) and source in NAMES:
        return read_embedded(source, spec)
    if isinstance(source, str | Path):
        return _read_path(Path(source).expanduser(), spec)
    raise UsageError("source.unknown_object", type=type(source).__name__)


def _read_path(path: Path, spec: DataSpec) -> Table | Images:
    if not path.exists():
        raise _not_found(path)
    return _FILES[kind_of(path)](path)


def _not_found(path: Path) -> UsageError:
    """Return the error of a name that is neither embedded nor a file, with the nearest that is."""
    here = path.parent
    beside = [entry.name for entry in here.iterdir()] if here.is_dir() else []
    nearest = get_close_matches(path.name, [*NAMES, *beside], n=1)
    if not nearest:
        return UsageError("source.not_found", path=str(path), names=list(NAMES))
    near = nearest[0] if nearest[0] in NAMES else str(here / nearest[0])
    return UsageError("source.not_found_near", path=str(path), names=list(NAMES), near=near)


def _delimited(path: Path) -> Table:
    from stirfry.data.read.delimited import read_delimited

    return read_delimited(path)


_FILES: dict[str, Callable[[Path], Table | Images]] = dict.fromkeys((".csv", ".tsv", ".txt", ".data"), _delimited)

"""Reads any source of data into a table or a stack of images.

Each kind of source has its own file in `read/`; this one finds out which it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path

from stirfry.data.read.embedded import NAMES, read_embedded
from stirfry.data.read.files import kind_of, reading
from stirfry.data.read.known_sets import SETS, KnownSet, find_set
from stirfry.data.table import TEST, TRAIN, VALIDATION, Images, Table
from stirfry.errors import DataError, UsageError
from stirfry.paths import expanded
from stirfry.spec.recipe import DataSpec

Data = Table | Images
Size = tuple[int, int]


def load(source: object, spec: DataSpec) -> Data:
    """Read a source.

    Args:
        source: an embedded name, a path, a DataFrame, arrays as (X, y), a torch Dataset, a dict of columns
            or a list of dicts. An embedded name comes before a file: `./iris` is the file.
        spec: the size and seed of synthetic sources, the size of images, the extra files of the split.

    Raises:
        UsageError: there is no such name or file, or no such kind of source.
        DataError: the source can't be read.
        MissingExtra: its kind needs a package that isn't installed.

    Example:
        >>> len(load("iris", DataSpec()))
        150
    """
    data = _load(source, spec)
    extra = ((VALIDATION, spec.split.validation_file), (TEST, spec.split.test_file))
    others = [(part, _alike(path, spec, data)) for part, path in extra if path is not None]
    if not others:
        return data
    from stirfry.data.read.parts import joined_parts

    return joined_parts(data.name, [(TRAIN, data), *others])


def load_rows(data: object, names: Sequence[str] | None = None, image_size: Size | None = None) -> Data:
    """Read rows or images to predict; no target is needed.

    Args:
        data: as in `load`; also a dict that is one row, features without a target, an image file, or a
            folder of images without classes.
        names: the columns of an array, which has no names of its own.
        image_size: the height and width of images; None is the commonest.

    Raises:
        UsageError: there is no such name or file, or no such kind of source.
        DataError: it can't be read.
        MissingExtra: its kind needs a package that isn't installed.

    Example:
        >>> load_rows([[5.1, 3.5]], names=["length", "width"]).names
        ['length', 'width']
    """
    if isinstance(data, str) and data in NAMES:
        return read_embedded(data, DataSpec())
    if isinstance(data, str | Path):
        return _read_path(expanded(data), DataSpec(image_size=image_size), need_target=False)
    from stirfry.data.read.memory import rows_from_memory

    return rows_from_memory(data, names)


def _load(source: object, spec: DataSpec) -> Data:
    if isinstance(source, str) and source in NAMES:
        return read_embedded(source, spec)
    if isinstance(source, str | Path):
        return _read_path(expanded(source), spec, need_target=True)
    if source is None:
        raise UsageError("source.none", names=list(NAMES))
    from stirfry.data.read.memory import from_memory

    return from_memory(source)


def _alike(path: str, spec: DataSpec, data: Data) -> Data:
    """Read an extra file; its images get the size that the others have."""
    size = data.pixels.shape[2:] if isinstance(data, Images) else None
    return _load(path, spec if size is None else spec.model_copy(update={"image_size": size}))


def _read_path(path: Path, spec: DataSpec, need_target: bool) -> Data:
    with reading(path):
        exists, is_folder = path.exists(), path.is_dir()
    if not exists and str(path) in SETS:
        return _read_folder(set_folder(SETS[str(path)]), spec, need_target)
    if not exists:
        raise _not_found(path)
    if is_folder:
        return _read_folder(path, spec, need_target)
    kind = kind_of(path)
    if kind in _FILES:
        return _FILES[kind](path, spec)
    if kind == ".npz":
        from stirfry.data.read.npz import read_npz

        return read_npz(path, need_target)
    return _read_other(path, kind, spec.image_size, need_target)


def _read_folder(folder: Path, spec: DataSpec, need_target: bool) -> Data:
    from stirfry.data.read.idx import is_idx_folder, read_idx_folder
    from stirfry.data.read.image_folder import read_image_folder

    if is_idx_folder(folder):
        return read_idx_folder(folder, need_target)
    return read_image_folder(folder, spec.image_size, need_target, spec.memory_bytes)


def _read_other(path: Path, kind: str, size: Size | None, need_target: bool) -> Data:
    """Read a single image, or say why a file can't be a source."""
    from stirfry.data.read.idx import is_idx_name
    from stirfry.data.read.image_folder import SUFFIXES, read_image_file

    if kind in SUFFIXES and not need_target:
        return read_image_file(path, size)
    if kind in SUFFIXES:
        raise DataError("source.single_image", path=str(path))
    if is_idx_name(path.name):
        raise DataError("source.single_idx", path=str(path), folder=str(path.parent))
    raise DataError("source.unknown_kind", path=str(path), kinds=[*_FILES, ".npz"])


def set_folder(known: KnownSet, folder: Path | None = None) -> Path:
    """Return the folder with a known set's files.

    Args:
        known: which set.
        folder: where the user says it is; None looks in the usual places.

    Raises:
        DataError: it isn't there; it says which files to put where.
    """
    place = find_set(known, folder)
    if place is not None:
        return place
    facts = {
        "title": known.title,
        "folder": str((Path(known.name) if folder is None else folder).resolve()),
        "files": list(known.files),
    }
    if known.installed is None:
        raise DataError("source.set_missing", **facts)
    raise DataError("source.set_missing_package", package=f"dataset-{known.name}", **facts)


def _not_found(path: Path) -> UsageError:
    """Return the error of a name that is neither embedded nor a file, with the nearest that is."""
    here = path.parent
    with reading(here):
        beside = [entry.name for entry in here.iterdir()] if here.is_dir() else []
    names = [*NAMES, *SETS]
    nearest = get_close_matches(path.name, [*names, *beside], n=1)
    if not nearest:
        return UsageError("source.not_found", path=str(path), names=names)
    near = nearest[0] if nearest[0] in names else str(here / nearest[0])
    return UsageError("source.not_found_near", path=str(path), names=names, near=near)


def _delimited(path: Path, _spec: DataSpec) -> Table:
    from stirfry.data.read.delimited import read_delimited

    return read_delimited(path)


def _parquet(path: Path, spec: DataSpec) -> Table:
    from stirfry.data.read.parquet import read_parquet

    return read_parquet(path, spec.memory_bytes)


def _excel(path: Path, _spec: DataSpec) -> Table:
    from stirfry.data.read.excel import read_excel

    return read_excel(path)


_FILES: dict[str, Callable[[Path, DataSpec], Table]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".data"), _delimited),
    **dict.fromkeys((".parquet", ".pq"), _parquet),
    **dict.fromkeys((".xlsx", ".xls", ".xlsb", ".xlsm", ".ods"), _excel),
}

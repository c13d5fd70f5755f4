"""Finds the images of a folder, their classes and their parts.

pets/cat/1.png          pets/train/cat/1.png
pets/dog/2.png    or    pets/test/dog/2.png
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.arrays import LABEL
from stirfry.data.read.files import reading, safe_name
from stirfry.data.read.image_file import Size
from stirfry.data.read.images import KEPT, decode, survey
from stirfry.data.read.room import room_for, size_text
from stirfry.data.stream import Stream
from stirfry.data.table import TEST, TRAIN, VALIDATION, Column, Images
from stirfry.errors import DataError
from stirfry.notice import Notice

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")

#: The names of subfolders that are parts and not classes.
_PARTS = {
    "train": TRAIN,
    "training": TRAIN,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "test": TEST,
    "testing": TEST,
}


@dataclass
class _Found:
    """The images of a folder: file, class and part of each."""

    paths: list[Path] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    ignored: int = 0


def read_image_folder(
    folder: Path, size: Size | None = None, need_classes: bool = True, memory: int | None = None
) -> Images:
    """Read a folder of images with one subfolder for each class.

    Where the subfolders are called train, test and perhaps val or validation, the classes are theirs, and
    the images keep these parts. Hidden files, and files that aren't images, are left aside and counted.

    Args:
        folder: the folder.
        size: height and width; None is the commonest size.
        need_classes: whether images that lie in the folder itself won't do.
        memory: bytes that the images may take; where they would take more they stay on disk. None is a
            third of what is free.

    Raises:
        DataError: there are no images where they should be, or one can't be read.
        MissingExtra: Pillow isn't installed.
    """
    found = _scan(folder)
    if found.paths:
        return _labelled(folder, found, size, memory)
    loose = _Found()
    _add_files(loose, folder, "", TRAIN, deep=False)
    if need_classes or not loose.paths:
        raise DataError("source.no_images", path=str(folder), loose=len(loose.paths), suffixes=list(SUFFIXES))
    pixels, notices = _pixels(loose.paths, size, memory)
    return Images(safe_name(folder), pixels, None, notices=(*notices, *_left_aside(loose)))


def read_image_file(path: Path, size: Size | None = None) -> Images:
    """Read a single image, to predict its class.

    Raises:
        DataError: it can't be read.
        MissingExtra: Pillow isn't installed.
    """
    pixels, notices = decode([path], size)
    return Images(safe_name(path), pixels, None, notices=tuple(notices))


def _scan(folder: Path) -> _Found:
    found = _Found()
    with reading(folder):
        subfolders = _subfolders(folder)
        found.ignored = sum(1 for path in folder.iterdir() if path.is_file())
        names = {path.name.lower() for path in subfolders}
        has_parts = bool(names) and names <= set(_PARTS) and any(_PARTS[name] == TRAIN for name in names)
        for subfolder in subfolders:
            if not has_parts:
                _add_files(found, subfolder, subfolder.name, TRAIN)
                continue
            found.ignored += sum(1 for path in subfolder.iterdir() if path.is_file())
            for own in _subfolders(subfolder):
                _add_files(found, own, own.name, _PARTS[subfolder.name.lower()])
    return found


def _subfolders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not _is_hidden(path.name))


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "__MACOSX"))


def _add_files(found: _Found, folder: Path, name: str, part: int, deep: bool = True) -> None:
    """Add the images of one class, those in subfolders as well."""
    before = len(found.paths)
    for path, is_hidden in _files(folder, deep):
        if not is_hidden and path.name.lower().endswith(SUFFIXES):
            found.paths.append(path)
            found.classes.append(name)
            found.parts.append(part)
        else:
            found.ignored += 1
    if len(found.paths) == before:
        found.empty.append(name)


def _files(folder: Path, deep: bool, is_hidden: bool = False) -> Iterator[tuple[Path, bool]]:
    """Yield the files of a folder, in order, and whether they or a folder that they lie in are hidden.

    The system says with each name what it is, which spares asking for every file.
    """
    with os.scandir(folder) as entries:
        in_order = sorted(entries, key=lambda entry: entry.name)
    for entry in in_order:
        hidden = is_hidden or _is_hidden(entry.name)
        if entry.is_dir(follow_symlinks=False):
            if deep:
                yield from _files(folder / entry.name, deep, hidden)
        elif entry.is_file():
            yield folder / entry.name, hidden


def _pixels(
    paths: list[Path], size: Size | None, memory: int | None
) -> tuple[NDArray[np.uint8] | Stream, list[Notice]]:
    """Return the images as an array where there is room for it, else as a stream."""
    room = room_for(memory)
    found = survey(paths, size, KEPT if room is None else min(room, KEPT))
    if room is None or found.nbytes <= room:
        return found.stack()
    facts = {"size": size_text(found.nbytes), "room": size_text(room)}
    said = "source.images_streamed" if memory is None else "source.images_streamed_asked"
    return found.stream(), [*found.notices(), Notice(said, **facts)]


def _labelled(folder: Path, found: _Found, size: Size | None, memory: int | None) -> Images:
    levels = sorted(set(found.classes))
    codes = np.searchsorted(levels, found.classes).astype(np.int32)
    pixels, notices = _pixels(found.paths, size, memory)
    counts = Counter(found.parts)
    parts = np.array(found.parts, dtype=np.int8) if len(counts) > 1 else None
    if parts is not None:
        notices.append(
            Notice("source.own_parts", train=counts[TRAIN], validation=counts[VALIDATION], test=counts[TEST])
        )
    empty = sorted(set(found.empty) - set(found.classes))
    if empty:
        notices.append(Notice("source.empty_classes", names=empty))
    labels = Column(LABEL, "text", codes, tuple(levels))
    return Images(safe_name(folder), pixels, labels, parts, (*notices, *_left_aside(found)))


def _left_aside(found: _Found) -> list[Notice]:
    return [Notice("source.files_ignored", count=found.ignored)] if found.ignored else []

"""Puts the parts of a source, read one by one, together: training rows first, then the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stirfry.data.on_disk import moved_to_disk
from stirfry.data.stream import Stream, joined
from stirfry.data.table import Column, Images, Table
from stirfry.errors import DataError
from stirfry.lang import shape_text


def joined_parts(name: str, parts: Sequence[tuple[int, Table | Images]]) -> Table | Images:
    """Return several sources as one that has parts of its own.

    Columns may come in any order. Where one source has numbers in a column and another texts, it becomes
    a column of texts.

    Args:
        name: what runs on it are called after.
        parts: the number of the part (`TRAIN`, `VALIDATION`, `TEST`) and its rows; the first one counts
            where they differ in what they know.

    Raises:
        DataError: they differ in columns, in the size of images, or in kind.
    """
    first = parts[0][1]
    numbers = np.concatenate([np.full(len(data), part, dtype=np.int8) for part, data in parts])
    notices = tuple(dict.fromkeys(notice for _, data in parts for notice in data.notices))
    tables = [data for _, data in parts if isinstance(data, Table)]
    images = [data for _, data in parts if isinstance(data, Images)]
    if tables and images:
        raise DataError("source.table_and_images", names=[data.name for _, data in parts])
    if isinstance(first, Table):
        return Table(name, _joined_tables(tables), first.target, numbers, notices)
    pixels, labels = _joined_images(images)
    return Images(name, pixels, labels, numbers, notices)


def _joined_tables(tables: Sequence[Table]) -> tuple[Column, ...]:
    names = tables[0].names
    for table in tables[1:]:
        missing = [name for name in names if name not in table.names]
        extra = [name for name in table.names if name not in names]
        if missing or extra:
            code = "source.columns_missing" if missing else "source.columns_extra"
            raise DataError(code, name=table.name, names=missing or extra)
    joined = (joined_column([table.column(name) for table in tables]) for name in names)
    if not any(table.on_disk for table in tables):
        return tuple(joined)
    return tuple(replace(column, values=moved_to_disk(column.values)) for column in joined)


def _joined_images(images: Sequence[Images]) -> tuple[NDArray[np.generic] | Stream, Column | None]:
    shapes = list(dict.fromkeys(shape_text(data.pixels.shape[1:]) for data in images))
    if len(shapes) > 1 or len({data.pixels.dtype for data in images}) > 1:
        raise DataError("source.images_differ", shapes=shapes)
    labels = [data.labels for data in images if data.labels is not None]
    if 0 < len(labels) < len(images):
        raise DataError("source.labels_in_some")
    return joined([data.pixels for data in images]), joined_column(labels) if labels else None


def joined_column(columns: Sequence[Column]) -> Column:
    """Return the rows of several columns as one, under the first one's name."""
    name = columns[0].name
    if {(column.kind, column.levels) for column in columns} == {("text", columns[0].levels)}:
        # The same texts in the same order, which may be a set's own and not the alphabet's.
        return replace(columns[0], values=np.concatenate([column.values for column in columns]))
    kinds = {column.kind for column in columns if not column.missing.all()}
    if len(kinds) > 1 or kinds == {"text"}:
        return _of_texts(name, [text for column in columns for text in column.texts()])
    kind = next(iter(kinds), columns[0].kind)
    if kind == "text":  # every text is missing
        return Column(name, "number", np.full(sum(map(len, columns)), np.nan))
    values = [np.full(len(c), np.nan) if c.kind == "text" else c.values for c in columns]
    return Column(name, kind, np.concatenate(values))


def _of_texts(name: str, texts: Sequence[str | None]) -> Column:
    levels = tuple(sorted({text for text in texts if text is not None}))
    places = {level: place for place, level in enumerate(levels)}
    codes = [-1 if text is None else places[text] for text in texts]
    return Column(name, "text", np.array(codes, dtype=np.int32), levels)

"""From a table's columns to the numbers that a network sees. Fitted on training rows only.

Numbers are worked out in float64 and handed on as float32. The encoder is data: it goes to and from JSON
and is the same at training, at prediction, and in what is exported.

Letters: N rows, D encoded columns.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from stirfry.data.encode_parts import CategoryPart, Part, fit_category, fit_date, fit_number
from stirfry.data.kept import Kept
from stirfry.data.levels import UNKNOWN
from stirfry.data.on_disk import empty_on_disk
from stirfry.data.schema import Schema, shown
from stirfry.data.table import Table
from stirfry.errors import DataError
from stirfry.notice import Notice
from stirfry.spec.recipe import Scale

#: Rows that are encoded at once: enough for NumPy to be busy, few enough for the cache.
BLOCK = 16_384
#: Unseen levels that are named in a remark, at most.
SHOWN_LEVELS = 5


class TableEncoder(Kept):
    """Every feature column's encoding, in the order of the schema.

    Args:
        parts: one for each feature column.
        ignored: columns of the training table that the network doesn't see, such as the target; they may
            be there at prediction without a remark.
    """

    rows: Literal["table"] = "table"
    parts: tuple[Annotated[Part, Field(discriminator="kind")], ...] = Field(min_length=1)
    ignored: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that a row must have."""
        return tuple(part.name for part in self.parts)

    @property
    def feature_names(self) -> list[str]:
        """The names of the encoded columns, D of them."""
        return [name for part in self.parts for name in part.outputs]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one encoded row."""
        return (len(self.feature_names),)

    def check(self, table: Table) -> tuple[Notice, ...]:
        """Return remarks about raw rows, once they can be encoded.

        Args:
            table: raw rows, their columns in any order.

        Returns:
            What is said about columns that are ignored, levels that training never saw, and gaps where
            training had none.

        Raises:
            DataError: columns are missing, all of them named; two have the same name; or a value can't be
                what its column is, with its row.
        """
        twice = [name for name, count in Counter(table.names).items() if count > 1]
        if twice:
            raise DataError("data.duplicate_columns", names=shown(twice))
        self._require(table)
        known = {*self.columns, *self.ignored}
        extra = [name for name in table.names if name not in known]
        notices = [Notice("data.extra_columns", names=shown(extra))] if extra else []
        gaps = []
        for part in self.parts:
            values = part.read(table.column(part.name))
            if isinstance(part, CategoryPart):
                notices += _unseen(part, values, table)
            if not part.missing and part.gaps(values):
                gaps.append(part.name)
        return (*notices, *([Notice("data.new_gaps", names=shown(gaps))] if gaps else []))

    def _require(self, table: Table) -> None:
        missing = [name for name in self.columns if name not in table.names]
        if missing:
            raise DataError("data.missing_columns", missing=shown(missing), found=shown(table.names))

    def transform(self, table: Table, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the encoded rows, shape (N, D), one column after the other into one array.

        It lies in a temporary file where the table does.

        Args:
            table: raw rows, their columns in any order.
            rows: which of them, by index; None takes all.

        Raises:
            DataError: columns are missing, or a value can't be what its column is.

        Example:
            >>> from stirfry.data.table import Column
            >>> part = CategoryPart(name="colour", levels=("blue", "red"), missing=False)
            >>> table = Table("t", (Column("colour", "text", np.array([1, 0]), ("green", "red")),))
            >>> TableEncoder(parts=(part,)).transform(table).tolist()
            [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
        """
        self._require(table)
        shape = (len(table) if rows is None else len(rows), *self.input_shape)
        matrix = (empty_on_disk if table.on_disk else np.empty)(shape, np.float32)
        left = 0
        for part in self.parts:
            column = table.column(part.name)
            values = part.read(column if rows is None else column.take(rows))
            right = left + len(part.outputs)
            for start in range(0, len(matrix), BLOCK):
                block = slice(start, start + BLOCK)
                part.fill(values[block], matrix[block, left:right])
            left = right
        return matrix


def fit_table(table: Table, schema: Schema, rows: NDArray[np.int64], scale: Scale) -> TableEncoder:
    """Return the encoder for a table, fitted on some of its rows.

    Args:
        table: all rows.
        schema: the columns' roles.
        rows: the training rows, by index.
        scale: how numbers are scaled.

    Example:
        >>> from stirfry.data.prepare import describe
        >>> from stirfry.data.sources import load
        >>> from stirfry.spec.recipe import DataSpec
        >>> found = describe(load("iris", DataSpec()), DataSpec())
        >>> fit_table(found.dataset, found.schema, np.arange(150), "minmax").input_shape
        (4,)
    """
    parts: list[Part] = []
    for feature in schema.features:
        column = table.column(feature.name).take(rows)
        if feature.role == "category":
            parts.append(fit_category(column))
        else:
            parts.append(fit_date(column, scale) if feature.role == "date" else fit_number(column, scale))
    used = {part.name for part in parts}
    ignored = tuple(column.name for column in schema.columns if column.name not in used)
    return TableEncoder(parts=tuple(parts), ignored=ignored)


def _unseen(part: CategoryPart, values: NDArray[np.int32], table: Table) -> list[Notice]:
    """Return the remark on levels that training never saw."""
    strangers = np.flatnonzero(values == UNKNOWN)
    if not len(strangers):
        return []
    column = table.column(part.name).take(strangers)
    levels = sorted({str(text) for text in column.texts()})
    more = ["…"] if len(levels) > SHOWN_LEVELS else []
    facts = {"column": part.name, "levels": [*levels[:SHOWN_LEVELS], *more], "rows": len(strangers)}
    return [Notice("data.new_levels", **facts)]

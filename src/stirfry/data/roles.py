"""What one column is to the network, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from stirfry.data.levels import as_number
from stirfry.data.numbers import check_finite
from stirfry.data.statistics import distinct
from stirfry.data.table import Column
from stirfry.errors import DataError
from stirfry.notice import Notice

Role = Literal["number", "category", "date", "identifier", "constant", "dropped", "target"]

#: A text column is a category with up to FEW_LEVELS levels, or with up to LEVELS_SHARE of its rows, but
#: never with more than MOST_LEVELS: each level becomes a column of its own.
FEW_LEVELS, LEVELS_SHARE, MOST_LEVELS = 20, 0.05, 200
#: Up to so many levels a text column is a category even where most of its texts occur once: a toy table.
TOY_LEVELS = 5
#: More levels than this aren't taken even where they are asked for; the encoded table would be too large.
TOO_MANY_LEVELS = 10_000
#: From this share of numbers on, the texts among them are slips of the pen.
MOSTLY_NUMBERS = 0.9

# Whole names, and names that end in a key's: "Unnamed: 0", "PassengerId", "order_no", "用户编号".
_KEYS = re.compile(
    r"|unnamed: \d+|(?:.*[\s_.-])?(?:id|no|no\.|nr|nr\.)|index|idx|row|rownames|rowid|key|uuid|guid"
    r"|.*(?:序号|编号|行号)|索引|.*[\u4e00-\u9fff]id"
)
_CAMEL_KEY = re.compile(r".*[a-z]I[dD]")
#: What a reader calls a column whose name is empty.
_NAMELESS = re.compile(r"column_\d+_*")


def is_key_name(name: str, names: Sequence[str]) -> bool:
    """Whether a column is called as row numbers and keys are.

    A column without a name among named ones, as pandas writes its index, counts as such.

    Args:
        name: the column's name.
        names: the names of all columns.

    Example:
        >>> [is_key_name(name, ["x"]) for name in ("PassengerId", "编号", "Unnamed: 0", "width", "grid")]
        [True, True, True, False, False]
    """
    bare = name.strip()
    if _KEYS.fullmatch(bare.casefold()) or _CAMEL_KEY.fullmatch(bare):
        return True
    return bool(_NAMELESS.fullmatch(bare)) and not all(_NAMELESS.fullmatch(other) for other in names)


def role_of(column: Column, names: Sequence[str], as_category: bool = False) -> tuple[Role, Notice]:
    """Return what a feature column is, and why.

    Args:
        column: a column that is neither the target nor dropped.
        names: the names of all columns.
        as_category: whether it is to be a category whatever its values.

    Raises:
        DataError: infinities in a column of numbers, or far too many levels.
    """
    if column.missing.all():
        return "constant", Notice("data.why_empty")
    if as_category:
        return _asked_category(column)
    if column.kind == "text":
        return _text_role(column, names)
    check_finite(column)
    low, high = float(np.fmin.reduce(column.values)), float(np.fmax.reduce(column.values))
    if column.kind == "number" and is_key_name(column.name, names) and _all_different_whole(column):
        return "identifier", Notice("data.why_id_name")
    if low == high and not column.missing.any():
        return "constant", Notice("data.why_constant", value=str(column.take(np.array([0])).texts()[0]))
    if column.kind == "date":
        return "date", Notice("data.why_date")
    if column.kind == "boolean":
        return "number", Notice("data.why_boolean")
    return "number", Notice("data.why_number", low=low, high=high)


def _asked_category(column: Column) -> tuple[Role, Notice]:
    levels = len(distinct(column.values[~column.missing]))
    if levels > TOO_MANY_LEVELS:
        raise DataError("data.too_many_levels", column=column.name, levels=levels, limit=TOO_MANY_LEVELS)
    return "category", Notice("data.why_asked")


def _all_different_whole(column: Column) -> bool:
    values = column.values[~column.missing]
    return bool(np.all(values % 1 == 0)) and len(values) > 1 and len(distinct(values)) == len(values)


def _text_role(column: Column, names: Sequence[str]) -> tuple[Role, Notice]:
    counts = np.bincount(column.values[column.values >= 0], minlength=len(column.levels))
    rows, levels, once = int(counts.sum()), int(np.count_nonzero(counts)), int(np.count_nonzero(counts == 1))
    if levels == 1 and rows == len(column):
        return "constant", Notice("data.why_constant", value=column.levels[int(np.argmax(counts))])
    if levels == rows > 1 and is_key_name(column.name, names):
        return "identifier", Notice("data.why_id_name")
    stray = stray_text(column)
    if stray is not None:
        text, row = stray
        # Measurements that hardly repeat would make a column each; a grade or a year makes groups.
        role: Role = "category" if levels <= MOST_LEVELS and once <= rows / 2 else "identifier"
        return role, Notice(f"data.why_stray_{role}", text=text, row=row, levels=levels)
    if levels > TOY_LEVELS and once > rows / 2:
        return "identifier", Notice("data.why_id_text", once=once, rows=rows)
    limit = max(FEW_LEVELS, min(MOST_LEVELS, int(LEVELS_SHARE * rows)))
    if levels > limit:
        return "identifier", Notice("data.why_many_levels", levels=levels, limit=limit)
    return "category", Notice("data.why_category", levels=levels)


def stray_text(column: Column) -> tuple[str, int] | None:
    """Return the first text of a column of texts nearly all of which are numbers, and its row from 1.

    Returns:
        Text and row; None where fewer than `MOSTLY_NUMBERS` of the values are numbers, or all of them are.
    """
    text = np.array([as_number(level) is None for level in column.levels] + [False])[column.values]
    present = int(np.count_nonzero(column.values >= 0))
    count = int(np.count_nonzero(text))
    if count == 0 or present - count < MOSTLY_NUMBERS * present:
        return None
    row = int(np.argmax(text))
    return column.levels[column.values[row]], row + 1

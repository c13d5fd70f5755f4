"""Small tables for tests, built by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stirfry.data.table import Column, Images, Table


def number(name: str, values: Sequence[float | None]) -> Column:
    if any(value is None or isinstance(value, float) for value in values):
        return Column(
            name, "number", np.array([np.nan if v is None else v for v in values], dtype=np.float64)
        )
    return Column(name, "number", np.array(values, dtype=np.int64))


def text(name: str, values: Sequence[str | None]) -> Column:
    levels = sorted({value for value in values if value is not None})
    codes = [-1 if value is None else levels.index(value) for value in values]
    return Column(name, "text", np.array(codes, dtype=np.int32), tuple(levels))


def boolean(name: str, values: Sequence[bool | None]) -> Column:
    return Column(name, "boolean", np.array([np.nan if v is None else float(v) for v in values]))


def date(name: str, values: Sequence[str | None]) -> Column:
    seconds = [np.nan if v is None else np.datetime64(v, "s").astype(np.int64) for v in values]
    return Column(name, "date", np.array(seconds, dtype=np.float64))


def table(*columns: Column, **facts: Any) -> Table:
    return Table("test", columns, **facts)


def images(pixels: Any, labels: Column | None = None, **facts: Any) -> Images:
    return Images("test", np.asarray(pixels), labels, **facts)

"""From a table's columns to the numbers that a network sees. Fitted on training rows only.

Numbers are worked out in float64 and handed on as float32. The encoder is data: it goes to and from JSON
and is the same at training, at prediction, and in what is exported.

Letters: N rows, D encoded columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from stirfry.data.schema import Schema
from stirfry.data.table import Column, Table
from stirfry.errors import DataError
from stirfry.notice import Notice
from stirfry.spec.recipe import Scale

Values = NDArray[np.float64]

#: The calendar parts of a date, from seconds since 1970 (UTC).
CALENDAR = ("year", "month", "day", "weekday", "hour")


class _Part(BaseModel):
    """One column's share of the encoding."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str

    @property
    def outputs(self) -> list[str]:
        """The names of the encoded columns."""
        raise NotImplementedError

    def encoded(self, column: Column) -> Iterator[Values]:
        """Yield the encoded columns, each of shape (N,)."""
        raise NotImplementedError


class NumberPart(_Part):
    """A number: the median where it is missing, then scaled; an indicator where training had gaps."""

    kind: Literal["number"] = "number"
    median: float
    missing: bool
    center: float
    scale: float

    @property
    def outputs(self) -> list[str]:
        """The number, and its indicator if there is one."""
        return [self.name, f"{self.name} is missing"] if self.missing else [self.name]

    def encoded(self, column: Column) -> Iterator[Values]:
        """Yield the scaled number, and 1 where it was missing."""
        values = numbers_of(column)
        gaps = np.isnan(values)
        yield (np.where(gaps, self.median, values) - self.center) / self.scale
        if self.missing:
            yield gaps.astype(np.float64)


class DatePart(_Part):
    """A date: seconds since 1970 and its calendar parts, each like a number."""

    kind: Literal["date"] = "date"
    median: float
    missing: bool
    calendar: tuple[str, ...]
    centers: tuple[float, ...]
    scales: tuple[float, ...]

    @property
    def outputs(self) -> list[str]:
        """Seconds, calendar parts, and the indicator if there is one."""
        names = [f"{self.name} {part}" for part in ("seconds", *self.calendar)]
        return [*names, f"{self.name} is missing"] if self.missing else names

    def encoded(self, column: Column) -> Iterator[Values]:
        """Yield seconds and calendar parts, scaled, and 1 where the date was missing."""
        seconds = seconds_of(column)
        gaps = np.isnan(seconds)
        filled = np.where(gaps, self.median, seconds)
        parts = calendar_of(filled)
        for values, center, scale in zip(
            [filled, *(parts[part] for part in self.calendar)], self.centers, self.scales, strict=True
        ):
            yield (values - center) / scale
        if self.missing:
            yield gaps.astype(np.float64)


class CategoryPart(_Part):
    """A category: one column for each level, one for missing, one for levels that training never saw.

    Where no training row lacked the value there is no column for missing; a gap then counts as unseen.
    """

    kind: Literal["category"] = "category"
    levels: tuple[str, ...]
    missing: bool

    @property
    def outputs(self) -> list[str]:
        """A name for each level, for missing, and for unseen."""
        names = [f"{self.name} = {level}" for level in self.levels]
        return [*names, *([f"{self.name} is missing"] if self.missing else []), f"{self.name} is new"]

    def encoded(self, column: Column) -> Iterator[Values]:
        """Yield ones and zeros."""
        slots = self._slots(column)
        for slot in range(len(self.outputs)):
            yield (slots == slot).astype(np.float64)

    def _slots(self, column: Column) -> NDArray[np.int64]:
        """Return for each row which of the encoded columns is 1."""
        unseen = len(self.outputs) - 1
        missing = len(self.levels) if self.missing else unseen
        known = {level: slot for slot, level in enumerate(self.levels)}
        if column.kind == "text":
            slots = [known.get(level, unseen) for level in column.levels]
            return np.array([*slots, missing], dtype=np.int64)[column.values]
        values, inverse = np.unique(column.values, return_inverse=True)
        texts = Column(column.name, column.kind, values).texts()
        slots = [missing if text is None else known.get(text, unseen) for text in texts]
        return np.array(slots, dtype=np.int64)[inverse]


AnyPart = Annotated[NumberPart | DatePart | CategoryPart, Field(discriminator="kind")]


class TableEncoder(BaseModel):
    """Every feature column's encoding, in the order of the schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parts: tuple[AnyPart, ...]
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

        Raises:
            DataError: columns are missing, by name.
        """
        missing = [name for name in self.columns if name not in table.names]
        if missing:
            raise DataError("data.missing_columns", missing=missing, found=table.names)
        known = {*self.columns, *self.ignored}
        extra = [name for name in table.names if name not in known]
        return (Notice("data.extra_columns", names=extra),) if extra else ()

    def transform(self, table: Table, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Return the encoded rows, shape (N, D), one column after the other into one array.

        Args:
            table: raw rows.
            rows: which of them, by index; None takes all.

        Raises:
            DataError: a value can't be what its column is, or is infinite.
        """
        count = len(table) if rows is None else len(rows)
        matrix = np.empty((count, *self.input_shape), dtype=np.float32)
        at = 0
        for part in self.parts:
            column = table.column(part.name)
            for values in part.encoded(column if rows is None else column.take(rows)):
                matrix[:, at] = values
                at += 1
        return matrix

    def to_json(self) -> dict[str, Any]:
        """Return the encoder as JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> TableEncoder:
        """Return the encoder that `to_json` wrote."""
        return cls.model_validate(values)


def fit_table(table: Table, schema: Schema, rows: NDArray[np.int64], scale: Scale) -> TableEncoder:
    """Return the encoder for a table, fitted on some of its rows.

    Args:
        table: all rows.
        schema: the columns' roles.
        rows: the training rows, by index.
        scale: how numbers are scaled.
    """
    parts: list[NumberPart | DatePart | CategoryPart] = []
    for feature in schema.features:
        column = table.column(feature.name).take(rows)
        if feature.role == "number":
            parts.append(_fit_number(column, scale))
        elif feature.role == "date":
            parts.append(_fit_date(column, scale))
        else:
            levels = sorted({text for text in _distinct_texts(column) if text is not None})
            parts.append(
                CategoryPart(name=column.name, levels=tuple(levels), missing=bool(column.missing.any()))
            )
    used = {part.name for part in parts}
    return TableEncoder(
        parts=tuple(parts), ignored=tuple(c.name for c in schema.columns if c.name not in used)
    )


def _fit_number(column: Column, scale: Scale) -> NumberPart:
    values = numbers_of(column)
    gaps = np.isnan(values)
    median = 0.0 if gaps.all() else float(np.median(values[~gaps]))
    center, spread = center_and_spread(np.where(gaps, median, values), scale)
    return NumberPart(name=column.name, median=median, missing=bool(gaps.any()), center=center, scale=spread)


def _fit_date(column: Column, scale: Scale) -> DatePart:
    seconds = seconds_of(column)
    gaps = np.isnan(seconds)
    median = 0.0 if gaps.all() else float(np.median(seconds[~gaps]))
    filled = np.where(gaps, median, seconds)
    parts = calendar_of(filled)
    calendar = tuple(part for part in CALENDAR if part != "hour" or (filled % 86_400 != 0).any())
    fits = [center_and_spread(values, scale) for values in (filled, *(parts[part] for part in calendar))]
    return DatePart(
        name=column.name,
        median=median,
        missing=bool(gaps.any()),
        calendar=calendar,
        centers=tuple(center for center, _ in fits),
        scales=tuple(spread for _, spread in fits),
    )


def center_and_spread(values: Values, scale: Scale) -> tuple[float, float]:
    """Return what is subtracted and what is divided by; a column without spread becomes 0.

    Args:
        values: finite numbers, shape (N,).
        scale: `standard` (mean, standard deviation), `minmax` (smallest, range), `robust` (median,
            interquartile range) or `none`.
    """
    if scale == "none":
        return 0.0, 1.0
    if scale == "standard":
        center, spread = float(values.mean()), float(values.std())
    elif scale == "minmax":
        center, spread = float(values.min()), float(values.max() - values.min())
    else:
        low, center, high = (float(value) for value in np.percentile(values, [25, 50, 75]))
        spread = high - low
    # Rounding leaves a constant column a standard deviation of a few units in the last place.
    tiny = 10 * np.finfo(np.float64).eps * max(abs(center), abs(float(values.max())))
    return center, spread if spread > tiny else 1.0


def numbers_of(column: Column) -> Values:
    """Return a column as float64, NaN where missing.

    Raises:
        DataError: it holds text, dates or infinities.
    """
    if column.kind == "text":
        texts = np.flatnonzero(column.values >= 0)
        if len(texts) == 0:
            return np.full(len(column), np.nan)
        row = int(texts[0])
        raise DataError(
            "data.not_a_number", column=column.name, row=row + 1, value=column.levels[column.values[row]]
        )
    if column.kind == "date":
        raise DataError("data.date_for_number", column=column.name)
    values = column.values.astype(np.float64)
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0])
        raise DataError("data.infinite", column=column.name, row=row + 1, value=str(values[row]))
    return values


def seconds_of(column: Column) -> Values:
    """Return a column of dates as seconds since 1970, NaN where missing.

    Raises:
        DataError: it holds something else.
    """
    if column.kind == "date":
        return np.asarray(column.values, dtype=np.float64)
    if column.missing.all():
        return np.full(len(column), np.nan)
    row = int(np.flatnonzero(~column.missing)[0])
    raise DataError(
        "data.not_a_date", column=column.name, row=row + 1, value=column.take(np.array([row])).texts()[0]
    )


def calendar_of(seconds: Values) -> dict[str, Values]:
    """Return year, month, day, weekday (Monday is 0) and hour of seconds since 1970 (UTC)."""
    days = np.floor(seconds / 86_400)
    dates = days.astype(np.int64).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = dates.astype("datetime64[Y]")
    return {
        "year": years.astype(np.int64) + 1970.0,
        "month": (months - years.astype("datetime64[M]")).astype(np.int64) + 1.0,
        "day": (dates - months.astype("datetime64[D]")).astype(np.int64) + 1.0,
        "weekday": (days + 3) % 7,
        "hour": np.floor((seconds - days * 86_400) / 3600),
    }


def _distinct_texts(column: Column) -> list[str | None]:
    values = np.unique(column.values)
    return Column(column.name, column.kind, values, column.levels).texts()

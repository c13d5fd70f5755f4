"""One column's share of the encoding: a number, a date or a category. Fitted on training rows only.

Each part first reads a whole column (`read`), which refuses what can't be encoded, and then fills its share
of the encoded table block by block (`fill`), so that memory stays that of one column.

Letters: N rows, B rows of a block, P encoded columns of the part.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from stirfry.data.levels import MISSING, UNKNOWN, levels_in, match
from stirfry.data.numbers import LARGEST, numbers_in, seconds_in
from stirfry.data.scaling import center_and_scale, scaled
from stirfry.data.statistics import median
from stirfry.data.table import Column
from stirfry.spec.recipe import Scale

Finite = Annotated[float, Field(allow_inf_nan=False)]
Spread = Annotated[float, Field(allow_inf_nan=False, ge=0)]
Share = NDArray[np.float32]
Calendar = Literal["seconds", "year", "month", "day", "weekday", "hour"]

#: Seconds.
DAY = 86_400
#: Years are counted in 64 bits; a date beyond this many seconds (a million years) isn't one.
FARTHEST = 3.2e13


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str

    @property
    def outputs(self) -> list[str]:
        """The names of the encoded columns, P of them."""
        raise NotImplementedError

    def read(self, column: Column) -> NDArray[Any]:
        """Return a column's values as `fill` takes them, shape (N,).

        Raises:
            DataError: a value that can't be encoded, with its row.
        """
        raise NotImplementedError

    def fill(self, values: NDArray[Any], share: Share) -> None:
        """Encode a block of values, shape (B,), into its share of the table, shape (B, P)."""
        raise NotImplementedError

    def gaps(self, values: NDArray[Any]) -> int:
        """Return how many of the values that `read` gave are missing."""
        return int(np.count_nonzero(np.isnan(values))) if values.dtype.kind == "f" else 0


class NumberPart(_Part):
    """A number: the median where it is missing, then scaled; an indicator where training had gaps.

    Args:
        name: the column.
        median: of the training rows.
        missing: whether training rows had gaps, and so whether there is an indicator.
        center: what is subtracted.
        scale: what it is divided by; 0 makes the column 0.
        boolean: whether it is true and false, which are 1 and 0.
    """

    kind: Literal["number"] = "number"
    median: Finite
    missing: bool
    center: Finite
    scale: Spread
    boolean: bool = False

    @property
    def outputs(self) -> list[str]:
        """The number, and its indicator if there is one."""
        return [self.name, f"{self.name} is missing"] if self.missing else [self.name]

    def read(self, column: Column) -> NDArray[Any]:
        """Return the numbers, NaN where missing."""
        return numbers_in(column, truths=self.boolean)

    def fill(self, values: NDArray[Any], share: Share) -> None:
        """Write the scaled number, and 1 where it was missing."""
        numbers = values.astype(np.float64)
        gaps = np.isnan(numbers)
        numbers[gaps] = self.median
        share[:, 0] = scaled(numbers, self.center, self.scale, LARGEST)
        if self.missing:
            share[:, 1] = gaps


class DatePart(_Part):
    """A date: seconds since 1970 and its calendar parts, each scaled like a number.

    Args:
        name: the column.
        median: of the training rows, in seconds.
        missing: whether training rows had gaps, and so whether there is an indicator.
        calendar: which parts there are: those that differ among the training rows.
        centers: what is subtracted from each.
        scales: what each is divided by; 0 makes it 0.
    """

    kind: Literal["date"] = "date"
    median: Finite
    missing: bool
    calendar: tuple[Calendar, ...]
    centers: tuple[Finite, ...]
    scales: tuple[Spread, ...]

    @model_validator(mode="after")
    def _one_scale_each(self) -> DatePart:
        if not len(self.calendar) == len(self.centers) == len(self.scales):
            raise ValueError("each calendar part has one center and one scale")
        return self

    @property
    def outputs(self) -> list[str]:
        """The calendar parts, and the indicator if there is one."""
        names = [f"{self.name} {part}" for part in self.calendar]
        return [*names, f"{self.name} is missing"] if self.missing else names

    def read(self, column: Column) -> NDArray[Any]:
        """Return the seconds, NaN where missing."""
        return seconds_in(column)

    def fill(self, values: NDArray[Any], share: Share) -> None:
        """Write the calendar parts, scaled, and 1 where the date was missing."""
        gaps = np.isnan(values)
        parts = calendar_of(np.where(gaps, self.median, values))
        for place, (name, center, scale) in enumerate(
            zip(self.calendar, self.centers, self.scales, strict=True)
        ):
            share[:, place] = scaled(parts[name], center, scale, LARGEST)
        if self.missing:
            share[:, -1] = gaps


class CategoryPart(_Part):
    """A category: one column for each level, one for missing, one for levels that training never saw.

    Where no training row lacked the value there is no column for missing; a gap then counts as unseen.

    Args:
        name: the column.
        levels: the levels of the training rows, sorted.
        missing: whether training rows had gaps.
    """

    kind: Literal["category"] = "category"
    levels: tuple[str, ...]
    missing: bool

    @property
    def outputs(self) -> list[str]:
        """A name for each level, for missing, and for unseen."""
        names = [f"{self.name} = {level}" for level in self.levels]
        return [*names, *([f"{self.name} is missing"] if self.missing else []), f"{self.name} is new"]

    def read(self, column: Column) -> NDArray[Any]:
        """Return each value's level by its position."""
        return match(column, self.levels)

    def fill(self, values: NDArray[Any], share: Share) -> None:
        """Write a 1 in the column of each row's level."""
        last = share.shape[1] - 1
        share[:] = 0
        columns = np.where(values == MISSING, len(self.levels), np.where(values == UNKNOWN, last, values))
        share[np.arange(len(values)), columns] = 1

    def gaps(self, values: NDArray[Any]) -> int:
        """Return how many values are missing."""
        return int(np.count_nonzero(values == MISSING))


Part = NumberPart | DatePart | CategoryPart


def fit_number(column: Column, scale: Scale) -> NumberPart:
    """Return the part for a column of numbers or booleans, fitted on all of its rows."""
    values, median, missing = _without_gaps(numbers_in(column).astype(np.float64))
    center, spread = center_and_scale(values, scale)
    return NumberPart(
        name=column.name,
        median=median,
        missing=missing,
        center=center,
        scale=spread,
        boolean=column.kind == "boolean",
    )


def fit_date(column: Column, scale: Scale) -> DatePart:
    """Return the part for a column of dates, fitted on all of its rows.

    Calendar parts that are the same in every row, such as the hour of dates without a time, are left out.
    """
    values, median, missing = _without_gaps(seconds_in(column))
    found = {name: part for name, part in calendar_of(values).items() if part.min() < part.max()}
    found = found or {"seconds": values}
    fits = [center_and_scale(part, scale) for part in found.values()]
    return DatePart(
        name=column.name,
        median=median,
        missing=missing,
        calendar=tuple(found),
        centers=tuple(center for center, _ in fits),
        scales=tuple(spread for _, spread in fits),
    )


def fit_category(column: Column) -> CategoryPart:
    """Return the part for a category, fitted on all of its rows."""
    return CategoryPart(name=column.name, levels=levels_in(column), missing=bool(column.missing.any()))


def _without_gaps(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, bool]:
    """Return the values with their median in the gaps, the median, and whether there were gaps."""
    gaps = np.isnan(values)
    if not gaps.any():
        return values, float(median(values)), False
    middle = 0.0 if gaps.all() else float(median(values[~gaps]))
    return np.where(gaps, middle, values), middle, True


def calendar_of(seconds: NDArray[np.float64]) -> dict[Calendar, NDArray[np.float64]]:
    """Return the calendar parts (UTC) of seconds since 1970: Monday is weekday 0, 13:30 is hour 13.5.

    Example:
        >>> {name: float(part[0]) for name, part in calendar_of(np.array([45_000.0])).items()}
        {'seconds': 45000.0, 'year': 1970.0, 'month': 1.0, 'day': 1.0, 'weekday': 3.0, 'hour': 12.5}
    """
    near = np.clip(seconds, -FARTHEST, FARTHEST)
    days = np.floor(near / DAY)
    dates = days.astype(np.int64).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = dates.astype("datetime64[Y]")
    return {
        "seconds": seconds,
        "year": years.astype(np.float64) + 1970,
        "month": (months - years.astype("datetime64[M]")).astype(np.float64) + 1,
        "day": (dates - months.astype("datetime64[D]")).astype(np.float64) + 1,
        "weekday": (days + 3) % 7,
        "hour": (near - days * DAY) / 3600,
    }

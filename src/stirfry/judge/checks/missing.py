"""Columns that are mostly missing, and zeros that look like missing values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry.data.schema import shown
from stirfry.data.statistics import distinct, median
from stirfry.judge.checks.subject import Floats, Subject
from stirfry.judge.finding import Finding, Severity
from stirfry.spec.options import dropping

#: From half on, what the network sees of a column is more often its median than a measurement.
HALF, NEARLY_ALL = 0.5, 0.9

#: A zero is suspicious where it lies this many standard deviations below the mean of the other values. For
#: amounts that may well be none, such as the area of a garage, it is about 2.7; in the Pima table 4.0 for
#: glucose, 4.7 for the body mass index, 5.9 for blood pressure.
FAR = 3.5
#: ... and where nothing lies between: the smallest other value is this many of the column's usual steps away.
STEPS = 5
#: ... and where it occurs more than once, among enough different values to know their steps.
ZEROS, DIFFERENT = 2, 10
#: Missing values come together: a column that is 0 in four of five rows in which a suspicious one is, and in
#: general half as often, is suspicious too.
TOGETHER, LIFT, ENOUGH = 0.8, 1.5, 5
#: A value in more than one row of five means something: no fly ash in the concrete, no pension.
OFTEN = 0.2


def mostly_missing(subject: Subject) -> list[Finding]:
    """Find columns at least half of which is missing."""
    shares = {}
    for column, _ in subject.sample:
        share = float(column.missing.mean())
        if share >= HALF:
            shares[column.name] = share
    if not shares:
        return []
    names = list(shares)
    counted = [f"{name} {share:.0%}" for name, share in shares.items()]
    facts = {"columns": names, "counted": shown(counted), "option": dropping(names)}
    severity: Severity = "warning" if max(shares.values()) >= NEARLY_ALL else "remark"
    return [Finding("checks.mostly_missing", severity, facts, change={"drop": names})]


@dataclass(frozen=True)
class _Zeros:
    """A column's zeros, and whether they may be gaps by their gap and by their distance."""

    where: NDArray[np.bool_]
    gap: bool
    far: bool


def hidden_zeros(subject: Subject) -> list[Finding]:
    """Find columns whose zeros look like missing values."""
    looked = {name: _zeros(values) for name, values in subject.numbers}
    zeros = {name: each for name, each in looked.items() if each is not None}
    sure = [name for name, each in zeros.items() if each.gap and each.far and each.where.mean() <= OFTEN]
    with_them = [
        name
        for name, each in zeros.items()
        if name not in sure and each.gap and any(_together(each, zeros[one]) for one in sure)
    ]
    names = [name for name in zeros if name in (*sure, *with_them)]
    if not names:
        return []
    rows = subject.described.rows
    columns = {column.name: column.values for column, _ in subject.features}
    counts = {name: int(np.count_nonzero(columns[name] == 0)) for name in names}
    facts = {
        "columns": names,
        "counted": [f"{name} {count:,}" for name, count in counts.items()],
        "rows": rows,
    }
    return [Finding("checks.zeros", "warning", facts)]


def _zeros(values: Floats) -> _Zeros | None:
    """Return what there is to say of a column's zeros; None where they are values like the others."""
    where = values == 0
    others = values[(values != 0) & ~np.isnan(values)]
    if int(where.sum()) < ZEROS or not len(others) or others.min() < 0:
        return None
    different = distinct(others)
    if len(different) < DIFFERENT:
        return None
    # Steps are those of the lower half: an upper tail is thin, and its steps are wide.
    steps = np.diff(different[: len(different) // 2 + 1])
    gap = bool(different[0] >= STEPS * median(steps))
    return _Zeros(where, gap, bool(others.mean() >= FAR * others.std()))


def _together(each: _Zeros, sure: _Zeros) -> bool:
    """Whether a column is 0 where one that is suspicious is, and much more often than elsewhere."""
    shared = each.where[sure.where]
    if len(shared) < ENOUGH:
        return False
    return bool(shared.mean() >= TOGETHER and shared.mean() >= LIFT * each.where.mean())

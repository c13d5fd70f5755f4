"""An order in time that a random split breaks."""

from __future__ import annotations

import numpy as np

from stirfry.data.statistics import distinct
from stirfry.data.table import Column
from stirfry.judge.checks.order import is_row_number, is_steady, is_time_name
from stirfry.judge.checks.subject import SAMPLE, Rows, Subject
from stirfry.judge.finding import Finding, Severity

#: The correlation of a row with the next one from which on neighbours in time tell each other's target.
ALIKE = 0.5
#: Of fewer rows the correlation is too uncertain.
ROWS = 30
#: A correlation of nothing is seldom further from 0 than this many times 1 / sqrt(N).
SURE = 4.0


def time_order(subject: Subject) -> list[Finding]:
    """Find rows in the order of time, divided by lot, of which each tells the target of the next."""
    table = subject.table
    drawn = subject.method in ("stratified", "random", "train_test_split", "random_split")
    if table is None or not drawn or len(subject.features) < 2:
        return []
    named = [column for column in table.columns if _tells_time(column, subject)]
    known = {column.name for column in named}
    steady = [
        column
        for column, _ in subject.features
        if column.name not in known and is_steady(column) and not is_row_number(column)
    ]
    for column in (*named, *steady):
        alike = _alike(column, subject)
        if alike is None:
            continue
        sorted_already = bool((np.diff(column.values[~column.missing]) >= 0).all())
        facts = {"column": column.name, "target": subject.target.name, "alike": alike}
        severity: Severity = "warning" if column.name in known else "remark"
        change = {"split": "in_order"} if sorted_already else {}
        return [Finding("checks.time_order", severity, facts, change=change)]
    return []


def _tells_time(column: Column, subject: Subject) -> bool:
    """Whether a column is a date, or a number that is called as times are and never falls."""
    if column.name == subject.target.name:
        return False
    if column.kind == "date":
        return True
    if column.kind != "number" or not is_time_name(column.name):
        return False
    return bool((np.diff(column.values[~column.missing]) >= 0).all())


def _alike(column: Column, subject: Subject) -> float | None:
    """Return how much neighbours in time are alike; None where they are no more so than by chance.

    In regression it is the correlation with the next row, for classes the share of equal neighbours in place
    of those that are equal by chance.
    """
    known = np.flatnonzero(~column.missing)
    order = known[np.argsort(column.values[known], kind="stable")][:SAMPLE]
    if len(order) < ROWS or len(distinct(column.values[order])) < ROWS:
        return None
    found = _of_classes(subject.classes, order) if subject.classes is not None else _of_values(subject, order)
    return found if found is not None and found >= max(ALIKE, SURE / np.sqrt(len(order))) else None


def _of_values(subject: Subject, order: Rows) -> float | None:
    values = subject.values[order]
    steps = np.diff(values)
    if (steps >= 0).all() or (steps <= 0).all():  # the file is sorted by its target
        return None
    first, second = values[:-1], values[1:]
    if first.std() == 0 or second.std() == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def _of_classes(classes: Rows, order: Rows) -> float | None:
    own = classes[order]
    changes = int(np.count_nonzero(np.diff(own)))
    kinds = np.bincount(own)
    present = int(np.count_nonzero(kinds))
    if present < 2 or changes < 2 * present:  # the file is sorted by its classes
        return None
    by_chance = float(((kinds / kinds.sum()) ** 2).sum())
    return (1 - changes / (len(own) - 1) - by_chance) / (1 - by_chance)

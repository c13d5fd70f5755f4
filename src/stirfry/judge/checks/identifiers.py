"""Row numbers and keys among the features that the roles of columns didn't find by their names."""

from __future__ import annotations

import numpy as np

from stirfry.judge.checks.order import ROWS, is_row_number, is_serial_number, is_time_name
from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding
from stirfry.spec.options import dropping

#: A category most of whose values occur once has nothing to say about new rows.
ONCE = 0.9


def identifiers(subject: Subject) -> list[Finding]:
    """Find row and serial numbers, and categories that are different in nearly every row."""
    counting, different = [], []
    for column, role in subject.features:
        counts_up = role == "number" and (is_row_number(column) or is_serial_number(column))
        if counts_up and not is_time_name(column.name):
            counting.append(column.name)
        if role == "category" and len(column) >= ROWS:
            known = column.values[~column.missing]
            counts = np.unique(known, return_counts=True)[1]
            if np.count_nonzero(counts == 1) > ONCE * len(known):
                different.append(column.name)
    found = []
    # A table's only column is what it is for: a voltage from 1 to 100.
    if counting and len(counting) < len(subject.features):
        facts = {"columns": counting, "option": dropping(counting)}
        found.append(Finding("checks.row_number", "warning", facts, change={"drop": counting}))
    if different:
        facts = {"columns": different, "option": dropping(different)}
        found.append(Finding("checks.all_different", "warning", facts, change={"drop": different}))
    return found

"""Columns that hardly ever change."""

from __future__ import annotations

import numpy as np

from stirfry.data.schema import shown
from stirfry.data.table import Column
from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding
from stirfry.spec.options import dropping

#: A value that all but one in two hundred rows have.
SHARE = 0.995
#: More rows than this that differ are enough to learn from, however small their share.
OTHERS = 10
#: Where so many of the columns are like this, it is how the table is: pixels at the rim, rare words.
SPARSE = 0.25
#: Of fewer rows, one that differs is more than one in two hundred.
ROWS = 50


def almost_constant(subject: Subject) -> list[Finding]:
    """Find columns that have the same value in nearly every training row."""
    if len(subject.training) < ROWS:
        return []
    found = {}
    for column, _ in subject.sample:
        others = _others(column)
        if others is not None and others <= min(OTHERS, (1 - SHARE) * len(column)):
            found[column.name] = others
    if not found or len(found) > max(1, SPARSE * len(subject.features)):
        return []
    never = [name for name, others in found.items() if others == 0]
    hardly = [name for name in found if name not in never]
    findings = []
    for code, names in (("checks.constant_in_training", never), ("checks.almost_constant", hardly)):
        if not names:
            continue
        facts = {"columns": shown(names), "rows": len(subject.training), "option": dropping(names)}
        if names is hardly:
            facts["others"] = max(found[name] for name in names)
        findings.append(Finding(code, "remark", facts, change={"drop": names}))
    return findings


def _others(column: Column) -> int | None:
    """Return in how many rows there isn't the commonest value; None where there are no values.

    A gap is something else as well: a 1 here and nothing there says as much as a 1 and a 0.
    """
    values = column.values[~column.missing]
    if not len(values):
        return None
    # The commonest value of such a column is its median.
    middle = np.partition(values, len(values) // 2)[len(values) // 2]
    return int(np.count_nonzero(values != middle)) + len(column) - len(values)

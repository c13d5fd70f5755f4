"""A column that gives the target away.

Letters: N rows, D columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.roles import Role
from stirfry.data.statistics import distinct
from stirfry.data.table import Column
from stirfry.judge.checks.alone import groups_r2, groups_right, numbers_r2, numbers_right
from stirfry.judge.checks.order import is_row_number, is_serial_number, is_steady
from stirfry.judge.checks.subject import Floats, Subject
from stirfry.judge.finding import Finding
from stirfry.spec.options import dropping

#: A column alone is suspicious where it takes away 95 of 100 errors that guessing makes. The best single
#: measurements of well-known tables take away 88 (iris), 68 (breast cancer) and 50 (wine).
SKILL = 0.95
#: The same for numbers, as R². The neighbours in the best column of the diabetes table reach -0.1, a straight
#: line 0.34.
R2 = 0.99
#: What is left to the rounding of a column that is the target in another unit.
EXACT = 1 - 1e-9
#: Of fewer rows, or rows of a class, a column may separate the classes by chance.
ROWS, ROWS_A_CLASS = 30, 5
#: Every column is first looked at in few rows, and what looks suspicious then in more.
FIRST, THEN = 256, 5_000
#: Where there are two columns, it is plain to see that one tells the target.
COLUMNS = 3
#: Where more columns than this tell the target, it is an easy one, and no column gives it away.
MANY = 5

_Values = NDArray[Any]


def leaks(subject: Subject) -> list[Finding]:
    """Find columns that copy the target, or that alone predict it almost perfectly.

    A table of one column is left in peace: that its column tells the target is what it is for.
    """
    if len(subject.features) < 2 or not _enough(subject):
        return []
    suspects = subject.sample
    for rows in (FIRST, THEN):
        scores = _scores(suspects, rows, subject)
        suspects = [each for each, score in zip(suspects, scores, strict=True) if score]
        if not suspects or len(suspects) > max(MANY, len(subject.features) // 2):
            return []
    whole = {column.name: column for column, _ in subject.features}
    found = {
        column.name: score
        for (column, _), score in zip(suspects, filter(None, scores), strict=True)
        if _can_leak(whole[column.name], subject)
    }
    if not found or len(found) > MANY:
        return []
    copies = [name for name, (_, copy) in found.items() if copy]
    others = [name for name in found if name not in copies]
    findings = []
    if copies:
        facts: dict[str, Any] = {"columns": copies, "target": subject.target.name, "option": dropping(copies)}
        findings.append(Finding("checks.copy", "serious", facts, change={"drop": copies}))
    if others and len(subject.features) >= COLUMNS:
        share = min(found[name][0] for name in others)
        facts = {
            "columns": others,
            "option": dropping(others),
            "target": subject.target.name,
            "measure": "accuracy" if subject.classes is not None else "r2",
            "share": share,
            "guess": _guess(subject),
        }
        findings.append(Finding("checks.leak", "warning", facts, change={"drop": others}))
    return findings


def _can_leak(column: Column, subject: Subject) -> bool:
    """Whether a column can be accused: neither a row number, nor the time along which a number moves."""
    moves = subject.classes is None and (column.kind == "date" or is_steady(column))
    return not moves and not is_row_number(column) and not is_serial_number(column)


def _enough(subject: Subject) -> bool:
    rows = subject.training[:FIRST]
    if len(rows) < ROWS:
        return False
    if subject.classes is None:
        return float(np.ptp(subject.values[rows])) > 0
    counts = np.bincount(subject.classes[rows])
    return int(np.count_nonzero(counts)) > 1 and int(counts.sum() - counts.max()) >= ROWS_A_CLASS


def _scores(
    features: list[tuple[Column, Role]], count: int, subject: Subject
) -> list[tuple[float, bool] | None]:
    """Return each column's score and whether it is a copy; None where it isn't suspicious."""
    rows = subject.training[:count]
    numbers = [place for place, (_, role) in enumerate(features) if role != "category"]
    columns = [_filled(features[place][0], count) for place in numbers]
    found: list[tuple[float, bool] | None] = [None] * len(features)
    if columns:
        matrix = np.stack(columns, axis=1)
        for place, score, values in zip(numbers, _of_numbers(matrix, rows, subject), columns, strict=True):
            found[place] = _judged(score, values, rows, subject)
    for place, (column, role) in enumerate(features):
        if role == "category":
            groups = _groups(column, count)
            found[place] = _judged(_of_groups(groups, rows, subject), groups, rows, subject, groups=True)
    return found


def _of_numbers(matrix: Floats, rows: NDArray[np.int64], subject: Subject) -> list[float]:
    if subject.classes is not None:
        return numbers_right(matrix, subject.classes[rows]).tolist()
    return numbers_r2(matrix, subject.values[rows]).tolist()


def _of_groups(groups: NDArray[np.int64], rows: NDArray[np.int64], subject: Subject) -> float:
    if subject.classes is not None:
        return groups_right(groups, subject.classes[rows])
    return groups_r2(groups, subject.values[rows])


def _judged(
    score: float, values: _Values, rows: NDArray[np.int64], subject: Subject, groups: bool = False
) -> tuple[float, bool] | None:
    """Return a column's score and whether it is a copy; None where the score isn't suspicious."""
    if subject.classes is not None:
        classes = subject.classes[rows]
        guess = float(np.bincount(classes).max() / len(classes))
        if score - guess < SKILL * (1 - guess):
            return None
        return score, _same_groups(values, classes)
    target = subject.values[rows]
    if score < R2 or _ranked(values, target, groups) < R2:
        return None
    return score, not groups and abs(float(np.corrcoef(values, target)[0, 1])) >= EXACT


def _ranked(values: _Values, target: Floats, groups: bool) -> float:
    """Return the score for the target's ranks: of few extreme values an R² says nothing else."""
    ranks = np.argsort(np.argsort(target)).astype(np.float64)
    return groups_r2(values, ranks) if groups else float(numbers_r2(values[:, None], ranks)[0])


def _same_groups(values: _Values, classes: NDArray[np.int64]) -> bool:
    """Whether a column has one value for each class and no other: the target by other names."""
    kinds = len(distinct(classes))
    if len(distinct(values)) != kinds:
        return False
    _, places = np.unique(values, return_inverse=True)
    return len(distinct(places * (int(classes.max()) + 1) + classes)) == kinds


def _filled(column: Column, count: int) -> Floats:
    """Return numbers with the gaps below all others: that a value is missing can give the target away too.

    Of dates only the gaps count. A date that tells the class tells when the rows were gathered.
    """
    values = column.values[:count].astype(np.float64)
    gaps = np.isnan(values)
    if column.kind == "date":
        return (~gaps).astype(np.float64)
    if not gaps.any():
        return values
    known = values[~gaps]
    low = float(known.min() - max(1.0, np.ptp(known))) if len(known) else 0.0
    return np.where(gaps, low, values)


def _groups(column: Column, count: int) -> NDArray[np.int64]:
    values = column.values[:count]
    if column.kind == "text":
        return values.astype(np.int64)
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _guess(subject: Subject) -> float:
    """Return the score of a guess: the commonest class's share, or the R² of the mean."""
    if subject.classes is None:
        return 0.0
    counts = np.bincount(subject.classes[subject.training])
    return float(counts.max() / counts.sum())

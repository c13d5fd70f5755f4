"""A target of classes that is taken as numbers, or of numbers that is taken as classes."""

from __future__ import annotations

import numpy as np

from stirfry.data.statistics import median
from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding

#: The codes of classes are about equally common; ages, counts and ratings aren't. The rarest has at least a
#: third of the rows that each would have.
EVEN, ROWS_A_CODE = 1 / 3, 10
#: More classes than this as numbers are an amount.
MOST_CODES = 1_000
#: From so many different numbers on, their frequencies tell what they are.
VALUES = 6
#: Numbers that are codes follow one another; where most are missing in between, they measure.
SPREAD = 2
#: So few rows a class can't be learned from.
FEW_ROWS = 5


def target_kind(subject: Subject) -> list[Finding]:
    """Find a task that the target's values speak against."""
    if subject.target.kind != "number":
        return []
    values, counts = np.unique(subject.target.values, return_counts=True)
    if subject.task == "regression":
        return _codes(subject, values, counts)
    return _measurements(subject, values, counts) if len(values) >= VALUES else []


def _codes(subject: Subject, values: np.ndarray, counts: np.ndarray) -> list[Finding]:
    """Find a regression whose target holds each number from 0 or 1 to the last about equally often."""
    dense = values[0] in (0, 1) and values[-1] - values[0] == len(values) - 1
    if subject.data.task is not None or not dense or len(values) > MOST_CODES:
        return []
    if (values % 1 != 0).any() or counts.min() < max(ROWS_A_CODE, EVEN * counts.mean()):
        return []
    facts = {
        "column": subject.target.name,
        "values": len(values),
        "low": int(values[0]),
        "high": int(values[-1]),
        "rows": int(counts.min()),
    }
    return [Finding("checks.codes_as_numbers", "warning", facts, change={"task": "multiclass"})]


def _measurements(subject: Subject, values: np.ndarray, counts: np.ndarray) -> list[Finding]:
    """Find classes that are numbers with gaps, that rise and fall like a measurement, or that are many."""
    facts = {
        "column": subject.target.name,
        "values": len(values),
        "low": int(values[0]),
        "high": int(values[-1]),
        "rows": int(median(counts)),
    }
    change = {"task": "regression"}
    if median(counts) < FEW_ROWS:
        return [Finding("checks.numbers_as_codes", "warning", facts, change=change)]
    gaps = values[-1] - values[0] + 1 > SPREAD * len(values)
    if subject.data.task is None and (gaps or _rises_and_falls(counts)):
        return [Finding("checks.numbers_as_codes", "remark", facts, change=change)]
    return []


def _rises_and_falls(counts: np.ndarray) -> bool:
    """Whether frequencies grow to one peak and shrink from there, and the ends are rare."""
    peak = int(counts.argmax())
    rises = bool((np.diff(counts[: peak + 1]) > 0).all() and (np.diff(counts[peak:]) < 0).all())
    return rises and 0 < peak < len(counts) - 1 and counts[[0, -1]].max() < counts.max() / 4

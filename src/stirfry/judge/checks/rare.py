"""Classes that a part doesn't have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stirfry.data.schema import shown
from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding


def rare_classes(subject: Subject) -> list[Finding]:
    """Find classes that are missing from the training, the validation or the test part."""
    if subject.classes is None:
        return []
    counts = {name: subject.count(rows) for name, rows in subject.parts.items()}
    whole = np.sum(list(counts.values()), axis=0)
    alone = whole == 1
    absent = {name: (each == 0) & (whole > 1) for name, each in counts.items()}
    change = {} if subject.method in ("stratified", "given", "column") else {"split": "stratified"}
    found = []
    untrained = (counts["train"] == 0) & (whole > 0)
    if untrained.any():
        facts = _facts(subject, untrained, whole)
        found.append(Finding("checks.class_not_trained", "serious", facts, change=change))
    if alone.any():
        found.append(Finding("checks.class_of_one", "warning", _facts(subject, alone, whole)))
    if "test" in absent and (absent["test"] & ~untrained).any():
        facts = _facts(subject, absent["test"] & ~untrained, whole)
        found.append(Finding("checks.class_not_tested", "warning", facts, change=change))
    if "validation" in absent and (absent["validation"] & ~untrained).any():
        facts = _facts(subject, absent["validation"] & ~untrained, whole)
        found.append(Finding("checks.class_not_validated", "remark", facts, change=change))
    return found


def _facts(subject: Subject, which: NDArray[np.bool_], rows: NDArray[np.int64]) -> dict[str, object]:
    labels = [str(subject.labels[number]) for number in np.flatnonzero(which)]
    return {"labels": shown(labels), "classes": len(labels), "rows": int(rows[which].sum())}

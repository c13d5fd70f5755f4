"""A test part too small to tell two networks apart."""

from __future__ import annotations

from math import sqrt

from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding, Severity
from stirfry.judge.intervals import wilson

#: The score for which the interval is shown: that of a good network on an ordinary table.
RIGHT = 0.9
#: Under 100 rows the interval of 90% is wider than 12 points, and better networks don't show; under 20 it is
#: wider than 27, and the score says little at all.
FEW, TOO_FEW = 100, 20
#: The folds that are proposed: each row is then judged once.
FOLDS = 5
_Z = 1.96


def small_test(subject: Subject) -> list[Finding]:
    """Find a test part whose scores will have wide intervals."""
    rows = len(subject.prepared.split.test)
    if rows == 0 or rows >= FEW:
        return []
    severity: Severity = "warning" if rows < TOO_FEW else "remark"
    # Every fold needs rows to hold out, and parts that a source gives aren't folded.
    folds = subject.method not in ("given", "column") and subject.described.rows >= 4 * FOLDS
    change = {"folds": FOLDS} if folds else {}
    if subject.classes is None:
        # The standard error of a standard deviation is a share of 1 / sqrt(2 n) of it.
        facts = {"rows": rows, "margin": _Z / sqrt(2 * rows)}
        return [Finding("checks.small_test_numbers", severity, facts, change=change)]
    low, high = wilson(RIGHT * rows, rows)
    facts = {"rows": rows, "right": RIGHT, "low": low, "high": high}
    return [Finding("checks.small_test", severity, facts, change=change)]

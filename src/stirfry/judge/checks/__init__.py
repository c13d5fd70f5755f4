"""The checks: what can be wrong with data, network and plan, found before training. One check a function.

Each takes a `Subject` and returns what it found, which may be nothing. A check is silent where it isn't
sure: a false alarm costs a user as much as a fault that is missed.
"""

from __future__ import annotations

from collections.abc import Callable

from stirfry.judge.checks.balance import balance
from stirfry.judge.checks.capacity import capacity
from stirfry.judge.checks.identifiers import identifiers
from stirfry.judge.checks.leaks import leaks
from stirfry.judge.checks.missing import hidden_zeros, mostly_missing
from stirfry.judge.checks.outliers import outliers
from stirfry.judge.checks.pictures import blank_images
from stirfry.judge.checks.pixels import pixels
from stirfry.judge.checks.rare import rare_classes
from stirfry.judge.checks.repeats import repeats
from stirfry.judge.checks.scaling import unscaled
from stirfry.judge.checks.small_test import small_test
from stirfry.judge.checks.steady import almost_constant
from stirfry.judge.checks.subject import Subject
from stirfry.judge.checks.targets import target_kind
from stirfry.judge.checks.time_order import time_order
from stirfry.judge.finding import Finding, Severity, by_severity

#: The checks, in the order in which what is equally serious is shown.
CHECKS: tuple[Callable[[Subject], list[Finding]], ...] = (
    leaks,
    identifiers,
    repeats,
    time_order,
    rare_classes,
    target_kind,
    unscaled,
    outliers,
    hidden_zeros,
    mostly_missing,
    balance,
    capacity,
    small_test,
    almost_constant,
    blank_images,
    pixels,
)

#: Every code that a check gives, and how much it can matter.
CODES: dict[str, tuple[Severity, ...]] = {
    "checks.copy": ("serious",),
    "checks.leak": ("warning",),
    "checks.row_number": ("warning",),
    "checks.all_different": ("warning",),
    "checks.repeats": ("serious", "warning", "remark"),
    "checks.repeats_validation": ("serious", "warning", "remark"),
    "checks.time_order": ("warning", "remark"),
    "checks.class_not_trained": ("serious",),
    "checks.class_of_one": ("warning",),
    "checks.class_not_tested": ("warning",),
    "checks.class_not_validated": ("remark",),
    "checks.codes_as_numbers": ("warning",),
    "checks.numbers_as_codes": ("warning", "remark"),
    "checks.unscaled": ("warning",),
    "checks.unscaled_target": ("warning",),
    "checks.outliers": ("warning",),
    "checks.zeros": ("warning",),
    "checks.mostly_missing": ("warning", "remark"),
    "checks.imbalance": ("warning", "remark"),
    "checks.wide": ("warning",),
    "checks.capacity": ("warning", "remark"),
    "checks.small_test": ("warning", "remark"),
    "checks.small_test_numbers": ("warning", "remark"),
    "checks.constant_in_training": ("remark",),
    "checks.almost_constant": ("remark",),
    "checks.blank_images": ("warning", "remark"),
    "checks.pixel_scale": ("warning",),
    "checks.pixel_range": ("remark",),
}


def examine(subject: Subject) -> tuple[Finding, ...]:
    """Return what the checks find, the most serious first.

    Args:
        subject: data, parts, network and plan.
    """
    return by_severity([finding for check in CHECKS for finding in check(subject)])

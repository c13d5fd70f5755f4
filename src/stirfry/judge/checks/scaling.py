"""Numbers that go into the network as they are, and are of very different sizes."""

from __future__ import annotations

import numpy as np

from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding

#: A weight's gradient is as large as its input. From ten times on, a rate that suits one column is an order
#: of magnitude off for another.
RATIO = 10.0
#: Where even the largest column is of this size the network copes: measurements from 0 to 5, or standardised.
LARGE = 3.0
#: Typical inputs of this size saturate a sigmoid and throw a step of an ordinary rate far off, alone.
HUGE = 100.0


def unscaled(subject: Subject) -> list[Finding]:
    """Find inputs and targets that aren't scaled and should be."""
    found = []
    if subject.scale == "none":
        sizes = {name: _size(values) for name, values in subject.numbers}
        sizes = {name: size for name, size in sizes.items() if size > 0}
        if sizes:
            large, small = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
            apart = sizes[large] > LARGE and sizes[large] >= RATIO * sizes[small]
            if apart or sizes[large] >= HUGE:
                facts = {
                    "large": large,
                    "large_size": sizes[large],
                    "small": small,
                    "small_size": sizes[small],
                }
                found.append(Finding("checks.unscaled", "warning", facts, change={"scale": "standard"}))
    return [*found, *_target(subject)]


def _target(subject: Subject) -> list[Finding]:
    """Find a large target that nobody has asked to leave as it is, and that is."""
    if subject.task != "regression" or subject.data.scale_target is not None or subject.scale != "none":
        return []
    size = _size(subject.values[subject.training])
    if size < HUGE:
        return []
    facts = {"column": subject.target.name, "size": size}
    return [Finding("checks.unscaled_target", "warning", facts, change={"scale": "standard"})]


def _size(values: np.ndarray) -> float:
    """Return how large a column's values typically are: the root of their mean square."""
    known = values[~np.isnan(values)]
    return float(np.sqrt(np.mean(known**2))) if len(known) else 0.0

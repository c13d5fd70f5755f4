"""A few extreme values that make the scaling of a column."""

from __future__ import annotations

import numpy as np

from stirfry.data.scaling import center_and_scale
from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding

#: The middle of a column that is compared with its whole range: all but one in a hundred at either end.
END = 0.01
#: Where that middle gets less than a tenth of the range, nearly all rows look alike to the network. A normal
#: column of a thousand rows has about 0.7, an exponential one 0.6, a log-normal one (sigma 1) 0.4.
SHARE = 0.1
#: Where the numbers are standardised, the middle of a normal column is 4.65 standard deviations wide. Under a
#: tenth of that, the standard deviation is that of the outliers.
WIDTH = 0.465
#: Of fewer rows a hundredth isn't one.
ROWS = 50


def outliers(subject: Subject) -> list[Finding]:
    """Find columns whose scaling is ruled by their extremes."""
    if subject.scale not in ("minmax", "standard"):
        return []
    found = {}
    for name, values in subject.numbers:
        known = np.sort(values[~np.isnan(values)])
        if len(known) < ROWS:
            continue
        end = round(END * len(known))
        low, first, last, high = (float(known[place]) for place in (0, end, -1 - end, -1))
        if first == last or high - low == 0 or (last - first) / (high - low) >= SHARE:
            continue
        _, spread = center_and_scale(known, subject.scale)
        if subject.scale == "minmax" or (last - first) / spread < WIDTH:
            found[name] = (first, last, low if first - low > high - last else high, high - low)
    if not found:
        return []
    worst = min(found, key=lambda name: (found[name][1] - found[name][0]) / found[name][3])
    first, last, extreme, span = found[worst]
    facts = {
        "column": worst,
        "first": first,
        "last": last,
        "extreme": extreme,
        "share": (last - first) / span,
        "columns": list(found),
    }
    return [Finding("checks.outliers", "warning", facts, change={"scale": "robust"})]

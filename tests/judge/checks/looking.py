"""What the tests of the checks share: a look at data through the public door."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars

import stirfry
from stirfry import lang
from stirfry.judge.checks import CODES
from stirfry.judge.finding import Finding

Columns = dict[str, Any]


def found(data: Any, target: str | None = "y", **settings: Any) -> dict[str, Finding]:
    """Return what is found about some data by its code; each is said in both languages on the way."""
    checks = stirfry.check(with_dates(data), target, **settings)
    for finding in checks:
        assert finding.severity in CODES[finding.code]
        for language in lang.LANGUAGES:
            with lang.speaking(language):
                assert finding.seen and finding.why and finding.do
        for value in finding.facts.values():
            assert isinstance(value, str | int | float | list), "facts are JSON values"
    return {finding.code.removeprefix("checks."): finding for finding in checks}


def with_dates(data: Any) -> Any:
    """Return columns as a frame, where there are dates among them."""
    dates = isinstance(data, dict) and any(np.asarray(values).dtype.kind == "M" for values in data.values())
    return polars.DataFrame(data) if dates else data


def healthy(rows: int = 600, columns: int = 4, seed: int = 0, classes: int = 2) -> Columns:
    """Return a table with nothing wrong: normal columns, and classes that two of them half tell."""
    random = np.random.default_rng(seed)
    made: Columns = {f"x{place}": random.normal(3, 2, rows) for place in range(columns)}
    score = made["x0"] + made["x1"] + random.normal(0, 2, rows)
    edges = np.quantile(score, np.linspace(0, 1, classes + 1)[1:-1])
    made["y"] = [f"c{place}" for place in np.searchsorted(edges, score)]
    return made


def measured(rows: int = 600, columns: int = 4, seed: int = 0) -> Columns:
    """Return the same with a number to predict."""
    random = np.random.default_rng(seed)
    made: Columns = {f"x{place}": random.normal(3, 2, rows) for place in range(columns)}
    made["y"] = made["x0"] * 2 + made["x1"] + random.normal(0, 2, rows)
    return made

"""Numbers as the command line shows them."""

from __future__ import annotations

import pytest

from stirfry.cli.tables import number
from stirfry.lang import seconds_text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.001"),
        (0.0004, "0.001"),
        (0.0042, "0.004"),
        (0.0999, "0.100"),
        (0.1, "0.10"),
        (1.307, "1.31"),
        (99.5, "99.50"),
        (4321.6, "4,322"),
    ],
)
def test_a_time_is_never_shown_as_none(value: float, shown: str) -> None:
    assert seconds_text(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0.5, "0.5000"), (-1e-5, "0.0000"), (27.62441, "27.624"), (1e6, "1,000,000")],
)
def test_a_score_has_five_digits_that_count(value: float | None, shown: str) -> None:
    assert number(value) == shown

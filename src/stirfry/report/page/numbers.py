"""Numbers as the page shows them."""

from __future__ import annotations

import math

DASH = "–"


def score(value: float | None) -> str:
    """Return a score: five digits that count, or a dash where it doesn't exist.

    Example:
        >>> score(0.93333), score(-12.3456), score(None)
        ('0.9333', '−12.346', '–')
    """
    if value is None or not math.isfinite(value):
        return DASH
    decimals = 4 if abs(value) < 10 else max(0, 4 - math.floor(math.log10(abs(value))))
    return minus(f"{value:z,.{decimals}f}")


def span(low: float | None, high: float | None) -> str:
    """Return the two ends of an interval, or a dash."""
    return DASH if low is None or high is None else f"{score(low)} … {score(high)}"


def percent(share: float | None) -> str:
    """Return a share as a percentage; one that isn't quite 0 or 100 isn't shown as that.

    Example:
        >>> percent(0.9333), percent(1.0), percent(0.99999)
        ('93.3%', '100%', '>99.9%')
    """
    if share is None or not math.isfinite(share):
        return DASH
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    if share > 0.9995:
        return ">99.9%"
    return "<0.1%" if 0 < share < 0.0005 else minus(f"{share:.1%}")


def short(value: float, digits: int = 4) -> str:
    """Return a value of the data with a few digits that count.

    Example:
        >>> short(5.843333), short(1234567.0), short(-0.00012345)
        ('5.843', '1,234,567', '−0.0001234')
    """
    if not math.isfinite(value):
        return DASH
    if value == 0 or 1e-4 <= abs(value) < 1e9:
        size = 0 if value == 0 else math.floor(math.log10(abs(value)))
        text = f"{value:,.{max(0, digits - 1 - size)}f}"
        return minus(text.rstrip("0").rstrip(".") if "." in text else text)
    return minus(f"{value:.{digits - 1}e}")


def minus(text: str) -> str:
    """Return a number with a true minus sign, as wide as a plus."""
    return text.replace("-", "\N{MINUS SIGN}")

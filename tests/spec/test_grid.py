from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.errors import UsageError
from stirfry.spec.grid import rates_of, widths_of, written


@given(st.floats(1e-8, 1), st.floats(1.01, 1e4), st.integers(2, 40))
def test_a_range_rises_in_equal_steps_between_its_ends(low: float, factor: float, points: int) -> None:
    high = low * factor
    rates = rates_of(f"{low!r}..{high!r}", points)
    assert rates[0] == low and rates[-1] == high
    assert len(rates) <= points
    even = np.geomspace(low, high, points)
    assert all(np.abs(even / rate - 1).min() < 1e-3 for rate in rates)


@given(st.lists(st.floats(1e-10, 1e3), min_size=1, max_size=8))
def test_rates_are_taken_as_they_are(rates: list[float]) -> None:
    wanted = tuple(dict.fromkeys(rates))
    assert rates_of(rates) == rates_of(",".join(map(repr, rates))) == wanted


@given(st.lists(st.lists(st.integers(1, 999), max_size=4).map(tuple), min_size=1, max_size=6, unique=True))
def test_networks_are_read_as_they_are_written(networks: list[tuple[int, ...]]) -> None:
    assert widths_of(",".join(written(one) for one in networks)) == tuple(networks)
    assert widths_of(networks) == tuple(networks)


def test_all_forms() -> None:
    assert rates_of(None) == () and rates_of(0.1) == (0.1,) and rates_of("0.1") == (0.1,)
    assert rates_of("1e-3..0.1,1", 3) == (0.001, 0.01, 0.1, 1.0)
    assert (
        widths_of(None) == () and widths_of(8) == ((8,),) and widths_of([4, "8×4", ()]) == ((4,), (8, 4), ())
    )


@given(st.text(max_size=12))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for read in (rates_of, widths_of):
        try:
            assert read(text)
        except UsageError as error:
            assert str(error)


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "1..x", "1e-1..1e-3", "1..1", "", "a,b", [None]])
def test_what_is_no_rate_is_refused(value: object) -> None:
    with pytest.raises(UsageError):
        rates_of(value)


@pytest.mark.parametrize("value", ["0", "4x", "x", "8x-1", "4;8", "", [0], ["a"], [None]])
def test_what_is_no_network_is_refused(value: object) -> None:
    with pytest.raises(UsageError):
        widths_of(value)


def test_a_range_has_two_ends() -> None:
    with pytest.raises(UsageError, match="at least 2"):
        rates_of("1e-3..1", points=1)

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.read.dates import FORMATS, is_ambiguous, parse_dates, seconds_of

DAY = 86_400
MOMENTS = st.datetimes(datetime(1600, 1, 1), datetime(2400, 1, 1)).map(lambda m: m.replace(microsecond=0))


def since_1970(moment: datetime) -> float:
    return (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


@pytest.mark.parametrize(
    ("text", "form", "seconds"),
    [
        ("1970-01-02", "iso", DAY),
        ("1970-01-01T00:01:30", "iso", 90),
        ("1970-01-01 00:01:30.5", "iso", 90.5),
        ("1970-01-01T01:00:00Z", "iso", 3600),
        ("1970-01-01T01:00:00+01:00", "iso", 0),
        ("1970-1-2", "%Y-%m-%d", DAY),
        ("1970/1/2 3:04", "%Y/%m/%d", DAY + 3 * 3600 + 240),
        ("1970.01.02", "%Y.%m.%d", DAY),
        ("1970年1月2日", "%Y年%m月%d日", DAY),
        ("02.01.1970 00:00:07", "%d.%m.%Y", DAY + 7),
        ("01/02/1970", "%m/%d/%Y", DAY),
        ("31/01/1970", "%d/%m/%Y", 30 * DAY),
    ],
)
def test_each_format_is_found(text: str, form: str, seconds: float) -> None:
    found = parse_dates([text])
    assert found is not None
    assert found[1] == form
    assert found[0].tolist() == [seconds]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2020",
        "20200131",
        "2020.5",
        "1.2",
        "12:30",
        "2020-13-01",
        "2020-02-30",
        "2020-W01-1",
        "2020-01-01 and more",
        "2020-01-01T25:00",
        "２０２０-01-01",
        "31/31/2020",
        "01/02/20",
        "today",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse_dates([text]) is None


def test_no_texts_are_no_dates() -> None:
    assert parse_dates([]) is None


def test_one_format_must_fit_all() -> None:
    assert parse_dates(["2020-01-31", "31.01.2020"]) is None
    assert parse_dates(["12/31/2020", "31/12/2020"]) is None


def test_a_day_above_twelve_settles_the_order() -> None:
    texts = ["01/02/1970", "13/02/1970"]
    found = parse_dates(texts)
    assert found is not None
    assert found[1] == "%d/%m/%Y"
    assert found[0][0] == 31 * DAY
    assert not is_ambiguous(texts, found[1])


def test_month_first_and_said_where_both_fit() -> None:
    texts = ["01/02/1970", "03/04/1970"]
    found = parse_dates(texts)
    assert found is not None
    assert found[1] == "%m/%d/%Y"
    assert is_ambiguous(texts, found[1])


def test_equal_day_and_month_are_not_ambiguous() -> None:
    assert not is_ambiguous(["01/01/2020", "02/02/2020"], "%m/%d/%Y")


@given(MOMENTS, st.sampled_from([form for form in FORMATS if form != "iso"]))
def test_any_moment_in_any_format(moment: datetime, form: str) -> None:
    # strftime doesn't pad years before 1000 on every system; these begin at 1600
    assert seconds_of(moment.strftime(f"{form} %H:%M:%S"), form) == since_1970(moment)


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_offsets_are_taken_off(moment: datetime, minutes: int) -> None:
    sign, (hours, rest) = "+" if minutes >= 0 else "-", divmod(abs(minutes), 60)
    text = f"{moment.isoformat()}{sign}{hours:02}:{rest:02}"
    assert seconds_of(text, "iso") == since_1970(moment) - timedelta(minutes=minutes).total_seconds()


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_not(text: str) -> None:
    found = parse_dates([text])
    assert found is None or np.isfinite(found[0]).all()

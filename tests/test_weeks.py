from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError, UsageError
from pipeline.weeks import IsoWeek, iso, parse_moment, time_zone

# Both directions of UTC, half hours, summer time north and south, none, and a zone that skipped
# a whole day (Apia crossed the date line on 2011-12-30).
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(
    min_value=datetime(1971, 1, 10),  # noqa: DTZ001 (hypothesis wants naive bounds)
    max_value=datetime(2099, 12, 20),  # noqa: DTZ001
    timezones=st.just(UTC),
)
weeks = st.builds(IsoWeek.containing, moments, zones)


@given(moments, zones)
def test_a_moment_lies_in_the_period_of_its_week(moment: datetime, zone: ZoneInfo) -> None:
    start, end = IsoWeek.containing(moment, zone).period(zone)
    assert start <= moment < end


@given(weeks, zones)
def test_a_period_starts_in_its_week_and_ends_in_the_next(week: IsoWeek, zone: ZoneInfo) -> None:
    start, end = week.period(zone)
    assert IsoWeek.containing(start, zone) == week
    assert IsoWeek.containing(end - timedelta(microseconds=1), zone) == week
    assert IsoWeek.containing(end, zone).before() == week


@given(weeks, zones)
def test_weeks_follow_each_other_without_gap(week: IsoWeek, zone: ZoneInfo) -> None:
    earlier = week.before()
    assert earlier < week
    assert earlier.period(zone)[1] == week.period(zone)[0]


@given(weeks)
def test_the_name_of_a_week_reads_back(week: IsoWeek) -> None:
    assert IsoWeek.parse(str(week)) == week


@given(weeks, weeks)
def test_names_sort_as_the_weeks_do(one: IsoWeek, other: IsoWeek) -> None:
    assert (str(one) < str(other)) == (one < other)


@pytest.mark.parametrize(
    ("week", "zone", "hours"),
    [
        ("2026-W13", "Europe/Berlin", 7 * 24 - 1),
        ("2026-W43", "Europe/Berlin", 7 * 24 + 1),
        ("2026-W10", "America/New_York", 7 * 24 - 1),
        ("2026-W44", "America/New_York", 7 * 24 + 1),
        ("2026-W14", "Australia/Lord_Howe", 7 * 24 + 0.5),
        ("2026-W30", "Europe/Berlin", 7 * 24),
        ("2026-W13", "UTC", 7 * 24),
        ("2011-W52", "Pacific/Apia", 6 * 24),
    ],
)
def test_a_week_is_as_long_as_its_clocks_make_it(week: str, zone: str, hours: float) -> None:
    start, end = IsoWeek.parse(week).period(ZoneInfo(zone))
    assert end - start == timedelta(hours=hours)


def test_a_period_is_in_utc_whatever_the_zone() -> None:
    start, end = IsoWeek.parse("2026-W47").period(ZoneInfo("Europe/Berlin"))
    assert (start.tzinfo, end.tzinfo) == (UTC, UTC)
    assert start == datetime(2026, 11, 15, 23, tzinfo=UTC)
    assert end == datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "week"),
    [
        ("2020-12-31T12:00:00Z", "UTC", "2020-W53"),
        ("2021-01-03T23:59:59Z", "UTC", "2020-W53"),
        ("2021-01-04T00:00:00Z", "UTC", "2021-W01"),
        ("2018-12-31T00:00:00Z", "UTC", "2019-W01"),
        ("2027-01-03T23:30:00Z", "UTC", "2026-W53"),
        ("2027-01-03T23:30:00Z", "Europe/Berlin", "2027-W01"),
        ("2027-01-04T04:30:00Z", "America/New_York", "2026-W53"),
    ],
)
def test_weeks_at_the_turn_of_the_year(moment: str, zone: str, week: str) -> None:
    assert str(IsoWeek.containing(parse_moment(moment), ZoneInfo(zone))) == week


@pytest.mark.parametrize(
    ("week", "before"),
    [("2021-W01", "2020-W53"), ("2026-W01", "2025-W52"), ("2026-W32", "2026-W31")],
)
def test_the_week_before(week: str, before: str) -> None:
    assert str(IsoWeek.parse(week).before()) == before


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-32", "2026W32", "2026-W5", "2026-W00", "2025-W53", "2026-W54"),
        *("0000-W01", "0001-W01", "9999-W01", "9999-W52"),
    ],
)
def test_what_is_no_week_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="2026-W32"):
        IsoWeek.parse(text)


def test_the_53rd_week_exists_in_long_years_only() -> None:
    assert IsoWeek.parse("2026-W53") == IsoWeek(2026, 53)
    with pytest.raises(UsageError):
        IsoWeek.parse("2027-W53")


def test_space_around_a_week_is_forgiven() -> None:
    assert IsoWeek.parse(" 2026-W32\n") == IsoWeek(2026, 32)


@pytest.mark.parametrize("name", ["Europe/Nowhere", "", "../../etc/passwd", "Europe", "a\0b"])
def test_an_unknown_zone_is_a_settings_error(name: str) -> None:
    with pytest.raises(SettingsError, match="Europe/Berlin"):
        time_zone(name)


def test_a_known_zone_is_found() -> None:
    assert time_zone("Asia/Kolkata") == ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-16T06:00:00Z", datetime(2026, 11, 16, 6, tzinfo=UTC)),
        ("2026-11-16T06:00:00+02:00", datetime(2026, 11, 16, 4, tzinfo=UTC)),
        ("2026-11-16T06:00", datetime(2026, 11, 16, 6, tzinfo=UTC)),
        ("2026-11-16", datetime(2026, 11, 16, tzinfo=UTC)),
        (" 2026-11-16 ", datetime(2026, 11, 16, tzinfo=UTC)),
    ],
)
def test_moments_are_read_into_utc(text: str, moment: datetime) -> None:
    read = parse_moment(text)
    assert read == moment
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "16.11.2026", "06:00", "9999-12-31", "0001-01-01T00:00+05:00"],
)
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="2026-11-16T06:00:00Z"):
        parse_moment(text)


@given(
    st.datetimes(
        min_value=datetime(1000, 1, 3),  # noqa: DTZ001
        max_value=datetime(9000, 1, 1),  # noqa: DTZ001
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_iso_keeps_the_moment_to_the_second(moment: datetime) -> None:
    assert parse_moment(iso(moment)) == moment.replace(microsecond=0)
    assert iso(moment).endswith("Z")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("text", ["0002-01-01", "9998-12-31T23:59:59Z"])
def test_every_moment_that_is_read_lies_in_a_week(text: str, zone: str) -> None:
    moment = parse_moment(text)
    start, end = IsoWeek.containing(moment, time_zone(zone)).period(time_zone(zone))
    assert start <= moment < end

"""ISO weeks in a time zone: the unit a digest covers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import SettingsError, UsageError

_WEEK = re.compile(r"(\d{4})-W(\d{2})")


def time_zone(name: str) -> ZoneInfo:
    """Return the IANA time zone `name`.

    Raises:
        SettingsError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(
            "digest.timezone", f"no time zone {name!r}", "use an IANA name such as Europe/Berlin"
        ) from error


@dataclass(frozen=True, order=True)
class IsoWeek:
    """One ISO 8601 week: Monday 00:00 up to the next Monday 00:00 in a given time zone."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> IsoWeek:
        """Read `2026-W32`.

        Raises:
            UsageError: the text is no ISO week.
        """
        match = _WEEK.fullmatch(text.strip())
        try:
            if match is None:
                raise ValueError(text)
            year, number = int(match[1]), int(match[2])
            date.fromisocalendar(_counted(year), number, 1)
        except ValueError as error:
            raise UsageError(text, "is not an ISO week", "write it as 2026-W32") from error
        return cls(year, number)

    @classmethod
    def containing(cls, moment: datetime, zone: ZoneInfo) -> IsoWeek:
        """Return the week in which `moment` (aware) falls in `zone`."""
        year, number, _ = moment.astimezone(zone).isocalendar()
        return cls(year, number)

    def __str__(self) -> str:
        """Return `2026-W32`."""
        return f"{self.year:04d}-W{self.number:02d}"

    def before(self) -> IsoWeek:
        """Return the week before."""
        monday = date.fromisocalendar(self.year, self.number, 1) - timedelta(days=7)
        year, number, _ = monday.isocalendar()
        return IsoWeek(year, number)

    def period(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return (first instant, first instant after it), both aware and in UTC."""
        monday = date.fromisocalendar(self.year, self.number, 1)
        midnight = time(0, 0, tzinfo=zone)
        start = datetime.combine(monday, midnight)
        end = datetime.combine(monday + timedelta(days=7), midnight)
        return start.astimezone(UTC), end.astimezone(UTC)


def _counted(year: int) -> int:
    """Return a year whose weeks begin and end, in every zone, within the years Python counts."""
    if not 1 < year < 9999:
        raise ValueError(year)
    return year


def parse_moment(text: str) -> datetime:
    """Read an ISO 8601 date or date-time; without an offset it is UTC.

    Raises:
        UsageError: the text is no ISO date.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        _counted(moment.year)
    except ValueError as error:
        raise UsageError(
            text, "is not an ISO 8601 time", "write it as 2026-11-16T06:00:00Z"
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def iso(moment: datetime) -> str:
    """Return an aware moment as UTC in seconds: `2026-11-16T06:00:00Z`."""
    return moment.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")

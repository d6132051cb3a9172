"""Dates as a sentence writes them, and the calendar dates that they mean.

A relative date counts from the day of publication. Of that day only the moment in UTC is known, so
the publisher's own calendar may show the day before or after: a date is resolved only if it comes
out the same on each of those days.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from pipeline.analysis.values import values_in
from pipeline.records import Article

Precision = Literal["year", "month", "day"]
Tense = Literal["past", "future", "unknown"]
Unit = Literal["day", "week", "month", "year"]

NEAR_DAYS = 90
"""Without a tense a date without its year is the nearest one if it is this near: at a quarter of a
year the next nearest is three times as far away."""
WITHIN_DAYS = 180
"""With a tense it may be as far away as half a year, or lie in the year of publication."""
WEST, EAST = timedelta(hours=8), timedelta(hours=9)
"""Publishers between the Pacific coast of America and Japan; those further out are few."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = tuple(name.lower() for name in calendar.month_name)
_ANNIVERSARIES = frozenset({(9, 11), (1, 6)})
"""Days that without a year name an event of another year."""

_WEEKDAY = "|".join(name.title() for name in _WEEKDAYS)
_MONTH = "|".join(name.title() for name in _MONTHS[1:])
_PHRASE = re.compile(
    rf"""
    (?P<weekday>\b(?:(?P<which>last|next|this)\s)?(?P<dayname>{_WEEKDAY})\b
        (?:\s(?:morning|afternoon|evening|night)\b)?)
  | (?P<month>\b(?:(?P<whichmonth>last|next|this)\s)?(?P<monthname>{_MONTH})\b(?!\.?\s*\d))
  | (?P<shift>\b(?:(?:earlier|later)\s)?(?P<whichunit>last|next|this)\s(?P<unit>week|month|year)\b)
  | (?P<today>\b(?:[Tt]oday|[Tt]onight|this\s(?:morning|afternoon|evening))\b)
  | (?P<yesterday>\b[Yy]esterday\b(?:\s(?:morning|afternoon|evening)\b)?)
  | (?P<tomorrow>\b[Tt]omorrow\b(?:\s(?:morning|afternoon|evening|night)\b)?)
  | (?P<ago>\b(?P<count>two|three|four|five|six)\sdays\sago\b)
  | (?P<year>(?<![\w.,/$€£¥+-])(?:19|20)\d\d\b(?![%\w]|[.,:/+-]\d))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_SHIFTS = {"last": -1, "this": 0, "next": 1}
_RANGE_AHEAD = re.compile(r"\d(?:\s?[-–—]\s?|\s(?:and|to|or)\s)$")
_RANGE_BEHIND = re.compile(r"\s?[-–—]\s?\d|\s(?:and|to|or)\s\d{1,2}\b(?!\d)")


@dataclass(frozen=True)
class Fixed:
    """A date by the calendar, with None for what is left open: `12 November`, `in March 2027`."""

    year: int | None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True)
class Weekday:
    """A day of the week, 0 for Monday; `which` is last, next, this or empty."""

    number: int
    which: str = ""


@dataclass(frozen=True)
class Shift:
    """So many units from the publication: yesterday is -1 day, this year 0 years."""

    unit: Unit
    count: int


Meaning = Fixed | Weekday | Shift


@dataclass(frozen=True)
class DatePhrase:
    """A date's words at their place, without the preposition before them."""

    start: int
    end: int
    text: str
    meaning: Meaning


@dataclass(frozen=True, order=True)
class Day:
    """A date cut to its precision: `2026`, `2026-07` or `2026-07-01`."""

    iso: str
    precision: Precision

    @property
    def first(self) -> date:
        """The first day of it."""
        return date.fromisoformat((self.iso + "-01-01")[:10])

    @property
    def last(self) -> date:
        """The last day of it."""
        first = self.first
        if self.precision == "year":
            return first.replace(month=12, day=31)
        if self.precision == "month":
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return first


def publication_days(article: Article) -> tuple[date, ...]:
    """Return the days that the publisher's calendar may have shown; none for an undated article."""
    if article.published is None:
        return ()
    if article.published_is_day:
        return (article.published.date(),)
    moments = (article.published - WEST, article.published, article.published + EAST)
    return tuple(sorted({moment.date() for moment in moments}))


@lru_cache(maxsize=16_384)
def date_phrases(text: str) -> tuple[DatePhrase, ...]:
    """Return the dates in a sentence, left to right."""
    found = list(_full_dates(text))
    for match in _PHRASE.finditer(text):
        meaning = _meaning(match)
        apart = all(match.end() <= p.start or match.start() >= p.end for p in found)
        if meaning is not None and apart:
            found.append(DatePhrase(match.start(), match.end(), match[0], meaning))
    found.sort(key=lambda phrase: phrase.start)
    return tuple(
        _joined(text, before, phrase)
        for before, phrase, behind in zip([None, *found], found, [*found[1:], None], strict=False)
        if behind is None or not _names_its_day(text, phrase, behind)
    )


def _names_its_day(text: str, phrase: DatePhrase, behind: DatePhrase) -> bool:
    """Whether a weekday is a part of the date behind it: `Monday, 9 November`."""
    full = isinstance(behind.meaning, Fixed) and behind.meaning.day is not None
    gap = text[phrase.end : behind.start]
    return isinstance(phrase.meaning, Weekday) and full and gap in (" ", ", ")


def _joined(text: str, before: DatePhrase | None, phrase: DatePhrase) -> DatePhrase:
    if before is None or not _names_its_day(text, before, phrase):
        return phrase
    return DatePhrase(before.start, phrase.end, text[before.start : phrase.end], phrase.meaning)


def _full_dates(text: str) -> Iterator[DatePhrase]:
    for value in values_in(text):
        month_word = re.search(r"[A-Za-z]{3,}", value.text)
        if value.kind != "date" or (month_word and not month_word[0][0].isupper()):
            continue
        ahead = value.text[0].isdigit() and _RANGE_AHEAD.search(text[: value.start])
        if ahead or _RANGE_BEHIND.match(text, value.end):
            continue
        year, month, day = (None if p == "*" else int(p) for p in value.form.split("-"))
        meaning = Fixed(year, month, day)
        if year is not None or (month, day) not in _ANNIVERSARIES:
            written = value.text.rstrip(".")
            yield DatePhrase(value.start, value.start + len(written), written, meaning)


def _meaning(match: re.Match[str]) -> Meaning | None:
    groups = match.groupdict()
    if groups["weekday"] and groups["dayname"][0].isupper():
        number = _WEEKDAYS.index(groups["dayname"].lower())
        return Weekday(number, (groups["which"] or "").lower())
    if groups["month"] and groups["monthname"][0].isupper():
        # "last March" may be this year's or the one before
        named = _MONTHS.index(groups["monthname"].lower())
        return Fixed(None, named) if not groups["whichmonth"] else None
    if groups["shift"]:
        unit: Unit = groups["unit"].lower()  # type: ignore[assignment]
        return Shift(unit, _SHIFTS[groups["whichunit"].lower()])
    if groups["year"]:
        return Fixed(int(groups["year"]))
    if groups["ago"]:
        return Shift("day", -_COUNTS[groups["count"].lower()])
    days = {"today": 0, "yesterday": -1, "tomorrow": 1}
    return next((Shift("day", count) for name, count in days.items() if groups[name]), None)


def resolve(meaning: Meaning, days: Sequence[date], tense: Tense) -> Day | None:
    """Return the date that is meant, or None where it is open.

    `days` are those of `publication_days`, `tense` that of the verb which the date belongs to.
    """
    if isinstance(meaning, Fixed) and meaning.year is not None:
        return _day(meaning.year, meaning.month, meaning.day)
    found = {_resolved(meaning, day, tense) for day in days}
    return found.pop() if len(found) == 1 else None


def _resolved(meaning: Meaning, published: date, tense: Tense) -> Day | None:
    match meaning:
        case Fixed():
            return _with_year(meaning, published, tense)
        case Weekday():
            return _weekday(meaning, published, tense)
        case Shift():
            return _shifted(meaning, published)


def _day(year: int, month: int | None = None, day: int | None = None) -> Day | None:
    if month is None:
        return Day(f"{year:04d}", "year")
    if day is None:
        return Day(f"{year:04d}-{month:02d}", "month")
    try:
        return Day(date(year, month, day).isoformat(), "day")
    except ValueError:  # 31 June
        return None


def _with_year(meaning: Fixed, published: date, tense: Tense) -> Day | None:
    """Return the nearest such date on the tense's side of the publication, if it is near."""
    years = (published.year - 1, published.year, published.year + 1)
    near = [
        (_distance(day, published), day)
        for year in years
        if (day := _day(year, meaning.month, meaning.day)) is not None
        and not (tense == "past" and day.first > published)
        and not (tense == "future" and day.last < published)
    ]
    if not near:
        return None
    distance, day = min(near)
    own_year = day.iso[:4] == f"{published.year:04d}"
    if tense == "unknown":
        return day if distance <= NEAR_DAYS else None
    return day if own_year or distance <= WITHIN_DAYS else None


def _distance(day: Day, published: date) -> int:
    if day.first <= published <= day.last:
        return 0
    return min(abs((day.first - published).days), abs((day.last - published).days))


def _weekday(meaning: Weekday, published: date, tense: Tense) -> Day | None:
    """Return the day meant; last and next only where this week cannot be meant."""
    back = (published.weekday() - meaning.number) % 7
    ahead = (meaning.number - published.weekday()) % 7
    match meaning.which:
        case "last":
            shift = -back if meaning.number > published.weekday() else None
        case "next":
            shift = ahead if meaning.number < published.weekday() else None
        case "this":
            shift = meaning.number - published.weekday()
        case _:
            shift = {"past": -back, "future": ahead, "unknown": None}[tense]
    if shift is None:
        return None
    return Day((published + timedelta(days=shift)).isoformat(), "day")


def _shifted(meaning: Shift, published: date) -> Day | None:
    """Return the day, month or year meant; a week is its month if it lies within one."""
    if meaning.unit == "day":
        return Day((published + timedelta(days=meaning.count)).isoformat(), "day")
    if meaning.unit == "week":
        monday = published + timedelta(days=7 * meaning.count - published.weekday())
        sunday = monday + timedelta(days=6)
        return _day(monday.year, monday.month) if monday.month == sunday.month else None
    if meaning.unit == "year":
        return _day(published.year + meaning.count)
    months = published.year * 12 + published.month - 1 + meaning.count
    return _day(months // 12, months % 12 + 1)

"""Plain-text files to articles.

Text files come as they were copied off a page: a kicker and a reading time above the title, glued
table rows, a comment form at the end. Some have empty lines between paragraphs, some one paragraph
a line, some are wrapped at a fixed width; which it is shows in the lines themselves.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Final

from pipeline.errors import ExtractionError
from pipeline.ingest.furniture import (
    is_byline,
    is_furniture,
    names_in_byline,
    without_furniture,
)
from pipeline.ingest.language import detect_language
from pipeline.ingest.parsed_feed import author_names, sane_moment
from pipeline.ingest.render import BULLET, HEADING, QUOTATION
from pipeline.records import Extracted
from pipeline.text_cleaning import clean_text, repair_mojibake

TITLE_WORDS: Final = 30
"""A longer first line is a paragraph: the longest of 6,366 news headlines has 27 words."""
HEADING_WORDS: Final = 14
"""A longer line without a full stop is a sentence that lost it, or a table row."""
KICKER_WORDS: Final = 2
"""A section name above the title (`News`, `AI Engineering`) has one or two words."""
HEAD_LINES: Final = 6
"""The title is looked for among this many lines."""
WRAP_WIDTH: Final = 100
"""A text whose lines all stay below this is wrapped, if most of them come near to the longest."""

_BULLET: Final = re.compile(r"\s*(?:[-•*·‣◦▪●○]|\d{1,2}[.)])\s+(?=\S)")
_DASH_BULLET: Final = re.compile(r"\s*[–—]\s+(?=\S)")
_QUOTE: Final = re.compile(r"\s*>+\s*")
_HASHES: Final = re.compile(r"\s*#{1,6}\s+")
_LABEL: Final = re.compile(r"(?:title|headline)\s*:\s*", re.IGNORECASE)
_END: Final = re.compile(r"[.!?:;…,][\"'”’)\]]*$")
_FULL_STOP: Final = re.compile(r"[.!…:;,][\"'”’)\]]*$")
_DATELINE: Final = re.compile(
    r"(?:[A-Z][A-Z.'-]+\s?){1,3},?\s*(?:[A-Z][\w.]+,?\s*){0,2}(?:\d{1,2},?\s*)?(?:\d{4})?"
    r"\s*(?:\([\w\s]+\))?\s*[—–-]*"
)
_TRAIL: Final = re.compile(r"\w[\w\s&]*(?:\s[>›»/|]\s[\w\s&]+){1,4}")
_DATE: Final = re.compile(
    r"\b(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)|(?P<month>[A-Z][a-z]{2,8})\.? (?P<day>\d{1,2}),? "
    r"(?P<year>(?:19|20)\d\d)|(?P<day2>\d{1,2}) (?P<month2>[A-Z][a-z]{2,8})\.? "
    r"(?P<year2>(?:19|20)\d\d))\b"
)
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)


def extract_plain(text: str, *, subject: str = "text") -> Extracted:
    """Return the article in a plain text; `subject` is what errors call it.

    Raises:
        ExtractionError: nothing but furniture, or nothing at all.
    """
    groups = _groups(repair_mojibake(text))
    lines = [line for group in groups for line in group]
    head, title = _title(lines[:HEAD_LINES])
    body = _marked(groups, skip=head)
    article = "\n".join(without_furniture(body, title=title))
    if not article:
        raise ExtractionError(subject, "has no article text", "hand in the text of an article")
    above = [line for line in lines[: HEAD_LINES + 2] if is_furniture(line)]
    published = next((day for line in above if (day := _day(line)) is not None), None)
    detected = detect_language(article)
    return Extracted(
        title=title,
        text=article,
        authors=author_names(
            name for line in above if is_byline(line) for name in names_in_byline(line)
        ),
        published=published,
        published_is_day=published is not None,
        language=detected.code if detected else None,
    )


def _groups(text: str) -> list[list[str]]:
    """Return the text's lines, cleaned, in the groups that empty lines make."""
    groups: list[list[str]] = [[]]
    for raw in text.splitlines():
        mark = BULLET if _BULLET.match(raw) else ""
        line = clean_text(raw if not mark else _BULLET.sub("", raw, count=1))
        if line:
            groups[-1].append(mark + line)
        elif groups[-1]:
            groups.append([])
    groups = [group for group in groups if group]
    return [_unwrapped(group) for group in groups] if _is_wrapped(groups) else _dashed(groups)


def _is_wrapped(groups: list[list[str]]) -> bool:
    inner = [len(line) for group in groups for line in group[:-1]]
    longest = max((len(line) for group in groups for line in group), default=0)
    if not inner or longest > WRAP_WIDTH:
        return False
    return sum(length >= 0.6 * longest for length in inner) >= 0.6 * len(inner)


def _unwrapped(group: list[str]) -> list[str]:
    joined: list[str] = []
    for line in group:
        if joined and not line.startswith(BULLET):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _dashed(groups: list[list[str]]) -> list[list[str]]:
    """Take dashes for bullets where there are several; a single one begins a signature."""
    if sum(bool(_DASH_BULLET.match(line)) for group in groups for line in group) < 2:
        return groups
    return [[_DASH_BULLET.sub(BULLET, line, count=1) for line in group] for group in groups]


def _title(head: list[str]) -> tuple[int, str]:
    """Return how many lines the title ends, and the title; (0, "") where there is none."""
    candidates = [
        (index, _LABEL.sub("", _HASHES.sub("", line)))
        for index, line in enumerate(head)
        if not _is_above_title(line)
    ]
    for (index, line), (_, following) in pairwise([*candidates, (len(head), "")]):
        is_kicker = len(line.split()) <= KICKER_WORDS < len(following.split())
        if is_kicker and _could_be_title(following):
            continue
        return (index + 1, line) if _could_be_title(line) else (0, "")
    return 0, ""


def _could_be_title(line: str) -> bool:
    words = len(line.split())
    sentence = words > HEADING_WORDS and bool(_FULL_STOP.search(line))
    return words <= TITLE_WORDS and not sentence and not line.startswith((BULLET, QUOTATION))


def _is_above_title(line: str) -> bool:
    return bool(is_furniture(line) or _DATELINE.fullmatch(line) or _TRAIL.fullmatch(line))


def _marked(groups: list[list[str]], *, skip: int) -> list[str]:
    """Return the lines after the first `skip`, with headings marked."""
    spaced = len(groups) > 1 and sum(len(group) == 1 for group in groups) * 2 >= len(groups)
    flat = [(line, len(group) == 1) for group in groups for line in group]
    marked: list[str] = []
    for index, (line, alone) in enumerate(flat):
        if index < skip:
            continue
        following = flat[index + 1][0] if index + 1 < len(flat) else ""
        short_before = [_is_short(text) for text, _ in flat[max(skip, index - 2) : index]]
        in_table = len(short_before) == 2 and all(short_before)
        leads_on = alone if spaced else bool(following) and not _is_short(following)
        if _HASHES.match(line):
            marked.append(HEADING + _HASHES.sub("", line, count=1))
        elif _QUOTE.match(line):
            marked.append(QUOTATION + _QUOTE.sub("", line, count=1))
        elif following and _is_short(line) and leads_on and (alone or not in_table):
            marked.append(HEADING + line)
        else:
            marked.append(line)
    return marked


def _is_short(line: str) -> bool:
    """Return True for a line that could be a heading: few words, no full stop at the end."""
    if line.startswith(BULLET) or len(line.split()) > HEADING_WORDS:
        return False
    return not _END.search(line) or line.endswith("?")


def _day(line: str) -> datetime | None:
    match = _DATE.search(line)
    if match is None:
        return None
    try:
        if match["iso"]:
            day = date.fromisoformat(match["iso"])
        else:
            name = (match["month"] or match["month2"]).lower()[:3]
            number = int(match["day"] or match["day2"])
            day = date(int(match["year"] or match["year2"]), _MONTHS.index(name) + 1, number)
    except ValueError:
        return None
    return sane_moment(datetime.combine(day, time(12), UTC))

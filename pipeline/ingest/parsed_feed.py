"""What every feed parser returns, and the rules that all of them follow."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin

from pipeline.records import Entry
from pipeline.text_cleaning import clean_text
from pipeline.urls import is_web_url, url_key

EARLIEST_YEAR: Final = 1990
"""There was no web before: an older date is a default such as 1970 or a typing error."""

TITLE_CHARS: Final = 2000
"""More than this is no title; it bounds what a hostile feed can make us do."""

_ENTITY: Final = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]+);")
_HIDDEN: Final = re.compile(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->")
_INLINE_TAG: Final = re.compile(
    r"(?i)</?(?:a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|samp|small|"
    r"span|strong|strike|sub|sup|tt|u|var|wbr)(?:\s[^<>]*)?/?>"
)
_BREAK: Final = re.compile(r"(?i)</?(?:br|div|h[1-6]|p)\b")
NO_AUTHORS: Final = frozenset({"admin", "administrator", "editor", "root", "staff", "unknown"})
"""Account names that content management systems fill in."""

_BY: Final = re.compile(r"^(?:\w+ )?by:?\s+", re.IGNORECASE)
_DAY_AFTER: Final = re.compile(
    r"\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|"
    r"september|october|november|december)$",
    re.IGNORECASE,
)
"""What is left of a date that stood behind the name."""
_EMAIL: Final = re.compile(r"\S+@\S+\.\S+")


@dataclass(frozen=True)
class ParsedFeed:
    """One feed document."""

    title: str | None
    site_url: str | None
    """The page the feed belongs to."""
    language: str | None
    """ISO 639-1, as the feed declares it."""
    entries: tuple[Entry, ...]
    """In the feed's order, each key once."""
    skipped: int = 0
    """Entries too malformed to use."""


def title_text(markup: str) -> str:
    """Return a title as one line of plain text: entities and tags resolved, also escaped twice."""
    text = _HIDDEN.sub("", markup[:TITLE_CHARS])
    for _ in range(2):
        text = _INLINE_TAG.sub(lambda tag: " " if _BREAK.match(tag[0]) else "", text)
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return clean_text(text)


def absolute_url(link: str | None, base: str | None) -> str | None:
    """Return `link` as an absolute web address, None where it is none."""
    if not link or not link.strip():
        return None
    try:
        joined = urljoin(base or "", link.strip())
    except ValueError:
        return None
    return joined if is_web_url(joined) else None


def entry_key(stated_id: str | None, url: str | None, title: str, moment: datetime | None) -> str:
    """Return the feed's own id, else the key of the URL, else a hash of title and date.

    Where there is no title either, hand in the text in its place.
    """
    if stated_id and stated_id.strip():
        return stated_id.strip()
    if url:
        return url_key(url)
    stamp = moment.isoformat() if moment else ""
    return "sha256:" + hashlib.sha256(f"{title}\n{stamp}".encode("utf-8", "replace")).hexdigest()


def sane_moment(moment: datetime | None) -> datetime | None:
    """Return `moment` in UTC (naive counts as UTC), None where the year makes no sense."""
    if moment is None or moment.year < EARLIEST_YEAR:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC) if aware.year < 9999 else None


def author_names(names: Iterable[str | None]) -> tuple[str, ...]:
    """Return the names without addresses (`a@b.c (Ann Lee)` is Ann Lee) and without repeats."""
    found: list[str] = []
    for name in names:
        text = _EMAIL.sub("", clean_text(html.unescape(name or ""))).strip(" <>,;")
        # feedparser takes `lee@site.example (Ann Lee)` apart at the wrong place
        text = text.strip("()") if text.startswith("(") else text
        text = text if ")" in text else text.rpartition("(")[2]
        text = _BY.sub("", _DAY_AFTER.sub("", text))
        if text and text.lower() not in NO_AUTHORS and text not in found:
            found.append(text)
    return tuple(found)


def paragraphs_html(text: str) -> str:
    """Return plain text as HTML paragraphs; an empty line separates them."""
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", text)]
    return "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block)


def first_of_each_key(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries in order, of those with the same key the first."""
    unique: dict[str, Entry] = {}
    for entry in entries:
        unique.setdefault(entry.entry_key, entry)
    return tuple(unique.values())

"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/).

The models are lenient as the specification asks readers to be: an entry that makes no sense is
left out and counted, the others are kept.
"""

from __future__ import annotations

import html
import json
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from pipeline.errors import FeedError
from pipeline.ingest.language import language_code
from pipeline.ingest.parsed_feed import (
    ParsedFeed,
    absolute_url,
    author_names,
    entry_key,
    first_of_each_key,
    paragraphs_html,
    sane_moment,
    title_text,
)
from pipeline.records import Entry

VERSION_PREFIX: Final = "jsonfeed.org/version/1"


def _moment(value: Any) -> datetime | None:
    """Read RFC 3339; a date nobody can read does not make the entry worthless."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        return None


def _identity(value: Any) -> Any:
    # the specification tells readers to take a number for its text
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


LenientMoment = Annotated[datetime | None, BeforeValidator(_moment)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class JsonAuthor(_Part):
    """A person; all of it is optional."""

    name: str | None = None


class JsonEntry(_Part):
    """One of the feed's `items`."""

    id: Annotated[str | None, BeforeValidator(_identity)] = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: LenientMoment = None
    date_modified: LenientMoment = None
    author: JsonAuthor | None = None
    authors: list[JsonAuthor] = []
    language: str | None = None


class JsonFeed(_Part):
    """The document around the entries, which are read one by one."""

    version: str
    title: str | None = None
    home_page_url: str | None = None
    feed_url: str | None = None
    language: str | None = None
    author: JsonAuthor | None = None
    authors: list[JsonAuthor] = []
    items: list[Any]


def parse_json_feed(text: str, *, label: str, base_url: str | None, feed_id: str) -> ParsedFeed:
    """Return the feed in `text`.

    Raises:
        FeedError: no JSON, cut short, or no JSON Feed.
    """
    feed = _read(text, label)
    base = absolute_url(base_url, None) or absolute_url(feed.feed_url, feed.home_page_url)
    entries = [
        _entry(stated, position, base, feed, feed_id) for position, stated in enumerate(feed.items)
    ]
    kept = [entry for entry in entries if entry is not None]
    return ParsedFeed(
        title=title_text(feed.title or "") or None,
        site_url=absolute_url(feed.home_page_url, base),
        language=language_code(feed.language),
        entries=first_of_each_key(kept),
        skipped=len(entries) - len(kept),
    )


def _read(text: str, label: str) -> JsonFeed:
    try:
        document = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise FeedError(label, "the feed is cut short", "fetch it again later") from error
        raise FeedError(
            label, f"is not valid JSON ({error.msg}, line {error.lineno})", "tell the feed's owner"
        ) from error
    except RecursionError as error:
        raise FeedError(label, "is JSON nested too deeply", "check the address") from error
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, str) or VERSION_PREFIX not in version:
        raise FeedError(label, "is JSON but no JSON Feed", "check the address")
    try:
        return JsonFeed.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise FeedError(
            label, f"is a broken JSON Feed ({place}: {first['msg']})", "tell the feed's owner"
        ) from error


def _entry(raw: Any, position: int, base: str | None, feed: JsonFeed, feed_id: str) -> Entry | None:
    try:
        stated = JsonEntry.model_validate(raw)
    except ValidationError:
        return None
    url = absolute_url(stated.url, base) or absolute_url(stated.external_url, base)
    title = title_text(stated.title or "")
    content = stated.content_html or paragraphs_html(stated.content_text or "")
    published = sane_moment(stated.date_published)
    if not (url or title or content):
        return None
    people = [*stated.authors, stated.author] if stated.authors or stated.author else feed.authors
    return Entry(
        feed_id=feed_id,
        entry_key=entry_key(stated.id, url, title or content, published),
        position=position,
        url=url,
        title=title,
        published=published,
        updated=sane_moment(stated.date_modified),
        authors=author_names(person.name for person in people if person is not None),
        summary_html=html.escape(stated.summary or "", quote=False),
        content_html=content,
        language=language_code(stated.language) or language_code(feed.language),
    )

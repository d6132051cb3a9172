"""Frozen records of what was ingested and what stories are made of.

The published file format has records of its own, in `pipeline.schema`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from pipeline.canonical import make_id, sha256_text


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment


Moment = Annotated[datetime, AfterValidator(_aware)]


class Record(BaseModel):
    """A frozen value; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Role(StrEnum):
    """What a sentence does in its article."""

    WHAT_CHANGED = "what_changed"
    WHY_IT_MATTERS = "why_it_matters"
    WHAT_TO_DO_NEXT = "what_to_do_next"
    BACKGROUND = "background"
    TECHNICAL = "technical"
    OUTLOOK = "outlook"
    BOILERPLATE = "boilerplate"


class FetchStatus(StrEnum):
    """How the last fetch of a feed or page ended."""

    NEVER = "never"
    OK = "ok"
    FAILED = "failed"


class Validators(Record):
    """What a server wants to hear again in a conditional GET."""

    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    """Of the decoded body: an identical body counts as unchanged whatever the headers say."""


class FetchState(Record):
    """What is remembered of the last fetch of one URL."""

    status: FetchStatus = FetchStatus.NEVER
    validators: Validators = Validators()
    fetched_at: Moment | None = None
    ok_at: Moment | None = None
    """When it last succeeded."""
    failures: int = 0
    """Consecutive failures."""
    error: str | None = None
    """The last failure as one line."""
    http_status: int | None = None


class Feed(Record):
    """A subscription. `feed_id` is made once, from the first URL, and survives a move."""

    feed_id: str
    url: str
    title: str | None = None
    added_at: Moment
    subscribed: bool = True
    """False for a feed that was only read once, or that was removed: its articles stay."""
    state: FetchState = FetchState()

    @classmethod
    def make_id(cls, url_key: str) -> str:
        """Return the id of a feed first added under `url_key`."""
        return make_id("f", url_key)


class Entry(Record):
    """One item as a feed states it."""

    feed_id: str
    entry_key: str
    """The feed's own id of the entry, else its canonical URL, else a hash of title and date."""
    position: int = 0
    """Place in the feed, 0 first."""
    url: str | None = None
    title: str = ""
    published: Moment | None = None
    updated: Moment | None = None
    authors: tuple[str, ...] = ()
    summary_html: str = ""
    content_html: str = ""
    """The full content where the feed carries it (content:encoded, atom:content, content_html)."""
    language: str | None = None


class Page(Record):
    """The fetch state of one entry's URL; `url_key` is canonical, `url` as the feed states it."""

    url_key: str
    url: str
    article_id: str | None = None
    state: FetchState = FetchState()


class Extracted(Record):
    """What extraction found in one page, feed entry or file; `text` has one block a line.

    A line that starts with `## ` is a heading, `- ` a list item, `> ` a quotation; table cells
    are joined by ` | `.
    """

    title: str = ""
    text: str
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    published_is_day: bool = False
    """True when only the day is known; the moment is then noon UTC of that day."""
    language: str | None = None
    canonical_url: str | None = None
    site_name: str | None = None


class Article(Record):
    """One page's identity: its id comes from the canonical URL, or the text where there is none."""

    article_id: str
    url: str | None = None
    """The address to show and to link to."""
    source: str
    """The publisher's name: the page's own site name, else the feed's title, else the host."""
    feed_id: str | None = None
    first_seen: Moment
    published: Moment | None = None
    published_is_day: bool = False
    declared_canonical: str | None = None
    """A canonical link to another site: a hint that this is a reprint of that page."""

    @classmethod
    def make_id(cls, key: str) -> str:
        """Return the id of the article with canonical URL (or text hash) `key`."""
        return make_id("a", key)

    @property
    def moment(self) -> datetime:
        """When it was published, or first seen where that is unknown."""
        return self.published or self.first_seen


class Revision(Record):
    """An article's text at one time; immutable; citations point here."""

    article_id: str
    text_sha256: str
    title: str
    text: str
    authors: tuple[str, ...] = ()
    language: str | None = None
    """ISO 639-1, as detected in the text."""
    seen_at: Moment
    via: Literal["page", "feed", "file"] = "page"

    @classmethod
    def hash_of(cls, title: str, text: str) -> str:
        """Return the name of a revision: SHA-256 of title, newline, text."""
        return sha256_text(f"{title}\n{text}")


class ArticleRevision(Record):
    """An article with the revision in force."""

    article: Article
    revision: Revision


class Failure(Record):
    """A source that could not be used, as reported to the user."""

    source: str
    """Its URL (secrets redacted), path or `-`."""
    kind: str
    reason: str
    mend: str = ""
    retryable: bool = False


class Story(Record):
    """The articles on one event, over time; `article_ids` are in order of publication."""

    story_id: str
    first_seen: Moment
    article_ids: tuple[str, ...]

    @classmethod
    def make_id(cls, founder_id: str) -> str:
        """Return the id of the story that the article `founder_id` opened."""
        return make_id("s", founder_id)


class Withholding(Record):
    """An article or story that is kept but not published, and why."""

    subject_id: str
    reason: str
    detail: str

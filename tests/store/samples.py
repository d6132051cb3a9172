"""Records with short names, and a look at the bare rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.records import Article, Feed, Page, Revision, Story
from pipeline.store import Store
from pipeline.store.profiles import StoredProfile

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
DAY = timedelta(days=1)

NewStore = Callable[[], AbstractContextManager[Store]]


@dataclass
class Clock:
    """A wall clock that stands still until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def feed(feed_id: str = "f-1", *, url: str = "https://example.org/feed") -> Feed:
    return Feed(feed_id=feed_id, url=url, added_at=NOW)


def article(
    article_id: str, *, first_seen: datetime = NOW, published: datetime | None = None
) -> Article:
    return Article(
        article_id=article_id, source="The Example", first_seen=first_seen, published=published
    )


def revision(article_id: str, text: str = "Text.", *, seen_at: datetime = NOW) -> Revision:
    return Revision(
        article_id=article_id,
        text_sha256=Revision.hash_of("Title", text),
        title="Title",
        text=text,
        seen_at=seen_at,
    )


def page(url_key: str, article_id: str | None = None) -> Page:
    return Page(url_key=url_key, url=f"https://{url_key}", article_id=article_id)


def story(story_id: str, *article_ids: str, first_seen: datetime = NOW) -> Story:
    return Story(story_id=story_id, first_seen=first_seen, article_ids=article_ids)


def save_articles(store: Store, *article_ids: str) -> None:
    for article_id in article_ids:
        store.save_article(article(article_id), revision(article_id, f"Text of {article_id}."))


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, in a fixed order."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)
            for (name,) in tables.fetchall()
        }


def stored_profile(
    article_id: str, *, keys: tuple[int, ...] = (), moment: datetime = NOW, text: str = "text"
) -> StoredProfile:
    """Return a profile that is found under `keys`."""
    return StoredProfile(
        article_id=article_id,
        text_sha256=text,
        model_key="m",
        moment=moment,
        keys=keys,
        profile_json="{}",
        vector=b"\0\0\0\0",
    )

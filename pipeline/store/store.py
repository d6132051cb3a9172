"""The store as the rest of the program sees it."""

from __future__ import annotations

from sqlalchemy import func, select

from pipeline.records import FetchStatus
from pipeline.store import tables
from pipeline.store.articles import ArticleStore
from pipeline.store.caches import CacheStore
from pipeline.store.digests import DigestStore
from pipeline.store.edits import EditStore
from pipeline.store.feeds import FeedStore
from pipeline.store.profiles import ProfileStore
from pipeline.store.stories import StoryStore


class Store(FeedStore, ArticleStore, ProfileStore, StoryStore, EditStore, CacheStore, DigestStore):
    """All that a home remembers, in one SQLite file.

    Every write is one short transaction, kept whole or not at all, and doing it again changes
    nothing. Every method that returns several records documents their order. Threads may share a
    store, and processes a file. All methods raise StoreError where the database cannot be used.
    """

    def counts(self) -> dict[str, int]:
        """Return how many there are of each; feeds: only the subscribed ones."""
        counted = {
            "feeds": select(func.count()).where(tables.feeds.c.subscribed),
            "entries": select(func.count()).select_from(tables.entries),
            "pages_failed": select(func.count()).where(tables.pages.c.status == FetchStatus.FAILED),
            "articles": select(func.count()).select_from(tables.articles),
            "revisions": select(func.count()).select_from(tables.revisions),
            "stories": select(func.count()).select_from(tables.stories),
        }
        with self._reading() as connection:
            return {name: connection.scalar(query) or 0 for name, query in counted.items()}

"""Feeds and their entries."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from pipeline.errors import StoreError
from pipeline.records import Entry, Feed, FetchState
from pipeline.store import tables
from pipeline.store.database import Database
from pipeline.store.rows import record_of, row_of, upsert


class FeedStore(Database):
    """What the store knows of feeds."""

    def save_feed(self, feed: Feed) -> None:
        """Add a feed, or update the subscription and the title of a known one.

        A known feed keeps its address (`add_feed_url` moves it), its fetch state
        (`save_feed_fetch` writes it), when it was added, and its title where `feed` has none.
        """
        statement = insert(tables.feeds).values(row_of(feed))
        known = {
            "subscribed": statement.excluded.subscribed,
            "title": func.coalesce(statement.excluded.title, tables.feeds.c.title),
        }
        with self._writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["feed_id"], set_=known)
            )

    def feeds(self, *, subscribed: bool | None = None) -> list[Feed]:
        """Return the feeds by `feed_id`: all, or only those that are subscribed, or are not."""
        query = select(tables.feeds).order_by(tables.feeds.c.feed_id)
        if subscribed is not None:
            query = query.where(tables.feeds.c.subscribed == subscribed)
        with self._reading() as connection:
            return [
                record_of(Feed, tables.feeds, row) for row in connection.execute(query).mappings()
            ]

    def feed(self, feed_id: str) -> Feed | None:
        """Return the feed, or None."""
        with self._reading() as connection:
            return _first_feed(connection, select(tables.feeds).filter_by(feed_id=feed_id))

    def feed_by_url(self, url_key: str) -> Feed | None:
        """Return the feed that has or ever had the URL with canonical form `url_key`, or None."""
        with self._reading() as connection:
            return _feed_at(connection, url_key)

    def add_feed_url(self, feed_id: str, url: str, url_key: str) -> bool:
        """Record that the feed moved to `url`; `feed_by_url` goes on finding it by the old ones.

        Returns:
            False, and nothing is changed, where the URL is another feed's.
        """
        with self._writing() as connection:
            owner = _feed_at(connection, url_key)
            if owner is not None and owner.feed_id != feed_id:
                return False
            connection.execute(
                upsert(tables.feed_urls), {"url_key": url_key, "feed_id": feed_id, "url": url}
            )
            connection.execute(update(tables.feeds).filter_by(feed_id=feed_id).values(url=url))
            return True

    def save_feed_fetch(
        self, feed_id: str, *, state: FetchState, title: str | None, entries: Sequence[Entry]
    ) -> None:
        """Save a fetch: how it ended, the feed's own title where it states one, and its entries.

        All in one transaction: were the validators kept without the entries, the server would
        answer "unchanged" from then on and the entries would never be seen. Entries that the feed
        no longer lists stay.

        Raises:
            StoreError: there is no such feed.
        """
        feed = tables.feeds
        fetched = {**row_of(state), "title": func.coalesce(title, feed.c.title)}
        with self._writing() as connection:
            saved = connection.execute(update(feed).filter_by(feed_id=feed_id).values(fetched))
            if saved.rowcount == 0:
                raise StoreError(feed_id, "is not a known feed", "save the feed first")
            if entries:
                connection.execute(upsert(tables.entries), [row_of(entry) for entry in entries])

    def entries(self, feed_id: str) -> list[Entry]:
        """Return all entries the feed ever listed, by the place they last had, then by key."""
        columns = tables.entries.c
        query = (
            select(tables.entries)
            .where(columns.feed_id == feed_id)
            .order_by(columns.position, columns.entry_key)
        )
        with self._reading() as connection:
            rows = connection.execute(query).mappings()
            return [record_of(Entry, tables.entries, row) for row in rows]


def _feed_at(connection: Connection, url_key: str) -> Feed | None:
    """Return the feed with that URL: the first one is in its id, later ones in `feed_urls`."""
    moved = select(tables.feed_urls.c.feed_id).filter_by(url_key=url_key).scalar_subquery()
    first = Feed.make_id(url_key)
    feed_id = tables.feeds.c.feed_id
    query = select(tables.feeds).where(or_(feed_id == moved, feed_id == first))
    return _first_feed(connection, query.order_by(feed_id != moved))


def _first_feed(connection: Connection, query: Select[tuple[object, ...]]) -> Feed | None:
    row = connection.execute(query).mappings().first()
    return None if row is None else record_of(Feed, tables.feeds, row)

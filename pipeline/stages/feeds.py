"""Bring the store's subscriptions in line with a feed list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.feed_list import FeedLine
from pipeline.records import Feed
from pipeline.store import Store
from pipeline.urls import url_key


def sync_feeds(store: Store, lines: Sequence[FeedLine], now: datetime) -> list[Feed]:
    """Subscribe to exactly these feeds and return them by id.

    A feed that is no longer listed keeps its articles; one that moved is found by its old URL.
    """
    wanted: dict[str, Feed] = {}
    for line in lines:
        known = store.feed_by_url(url_key(line.url))
        feed = known or Feed(
            feed_id=Feed.make_id(url_key(line.url)), url=line.url, added_at=now, title=line.title
        )
        stated = {"subscribed": True, "title": line.title or feed.title}
        wanted.setdefault(feed.feed_id, feed.model_copy(update=stated))
    for feed in store.feeds(subscribed=True):
        if feed.feed_id not in wanted:
            store.save_feed(feed.model_copy(update={"subscribed": False}))
    for feed in wanted.values():
        store.save_feed(feed)
    return [wanted[feed_id] for feed_id in sorted(wanted)]

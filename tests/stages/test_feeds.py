from __future__ import annotations

from pipeline.feed_list import FeedLine
from pipeline.records import Feed
from pipeline.stages.feeds import sync_feeds
from pipeline.store import Store
from pipeline.urls import url_key
from tests.fakes import NOW

ONE, TWO = "https://one.example/feed", "https://two.example/feed"


def test_the_list_decides_what_is_subscribed(store: Store) -> None:
    first = sync_feeds(store, [FeedLine(url=ONE, title="One"), FeedLine(url=TWO)], NOW)
    assert first == store.feeds(subscribed=True)
    assert [feed.feed_id for feed in first] == sorted(feed.feed_id for feed in first)
    (left,) = sync_feeds(store, [FeedLine(url=TWO)], NOW)
    assert left.url == TWO
    (ended,) = store.feeds(subscribed=False)
    assert (ended.url, ended.title) == (ONE, "One")


def test_a_feed_comes_back_with_its_id_and_its_state(store: Store) -> None:
    (before,) = sync_feeds(store, [FeedLine(url=ONE)], NOW)
    sync_feeds(store, [], NOW)
    assert sync_feeds(store, [FeedLine(url=ONE)], NOW) == [before]


def test_two_spellings_of_one_address_are_one_feed(store: Store) -> None:
    lines = [FeedLine(url=ONE), FeedLine(url="https://ONE.example:443/feed?utm_source=x")]
    assert len(sync_feeds(store, lines, NOW)) == 1


def test_a_feed_that_moved_is_found_by_its_old_address(store: Store) -> None:
    (known,) = sync_feeds(store, [FeedLine(url=ONE)], NOW)
    store.add_feed_url(known.feed_id, TWO, url_key(TWO))
    (same,) = sync_feeds(store, [FeedLine(url=ONE)], NOW)
    assert (same.feed_id, same.url) == (Feed.make_id(url_key(ONE)), TWO)
    assert sync_feeds(store, [FeedLine(url=ONE), FeedLine(url=TWO)], NOW) == [same]


def test_a_title_given_later_replaces_the_one_before(store: Store) -> None:
    sync_feeds(store, [FeedLine(url=ONE, title="Old")], NOW)
    sync_feeds(store, [FeedLine(url=ONE, title="New")], NOW)
    assert store.feeds()[0].title == "New"
    sync_feeds(store, [FeedLine(url=ONE)], NOW)
    assert store.feeds()[0].title == "New"

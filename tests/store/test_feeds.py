from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StoreError
from pipeline.records import Entry, Feed, FetchState, FetchStatus, Validators
from pipeline.store import Store

from . import strategies
from .samples import NOW, NewStore, feed
from .strategies import in_few_examples


def entry(key: str, *, position: int = 0, title: str = "") -> Entry:
    return Entry(feed_id="f-1", entry_key=key, position=position, title=title)


@in_few_examples
@given(saved=strategies.feeds)
def test_a_feed_comes_back_as_it_was_saved(new_store: NewStore, saved: Feed) -> None:
    with new_store() as store:
        store.save_feed(saved)
        loaded = store.feed(saved.feed_id)
    assert loaded == saved
    assert loaded is not None
    assert loaded.added_at.tzinfo is UTC


@in_few_examples
@given(
    state=strategies.states,
    title=st.none() | strategies.texts,
    entries=strategies.entries_of("f-1"),
)
def test_a_fetch_comes_back_as_it_was_saved(
    new_store: NewStore, state: FetchState, title: str | None, entries: list[Entry]
) -> None:
    with new_store() as store:
        store.save_feed(feed())
        store.save_feed_fetch("f-1", state=state, title=title, entries=entries)
        loaded = store.feed("f-1")
        listed = store.entries("f-1")
    assert loaded == feed().model_copy(update={"state": state, "title": title})
    assert listed == sorted(
        entries, key=lambda entry: (entry.position, entry.entry_key.encode("utf-8"))
    )


@in_few_examples
@given(order=st.permutations(["f-1", "f-2", "f-3", "f-4"]))
def test_feeds_are_listed_by_id(new_store: NewStore, order: list[str]) -> None:
    with new_store() as store:
        for feed_id in order:
            store.save_feed(feed(feed_id))
        assert [each.feed_id for each in store.feeds()] == ["f-1", "f-2", "f-3", "f-4"]


def test_feeds_are_chosen_by_subscription(store: Store) -> None:
    store.save_feed(feed("f-1"))
    store.save_feed(feed("f-2").model_copy(update={"subscribed": False}))
    assert [each.feed_id for each in store.feeds(subscribed=True)] == ["f-1"]
    assert [each.feed_id for each in store.feeds(subscribed=False)] == ["f-2"]


def test_unknown_feeds_are_none(store: Store) -> None:
    assert store.feed("f-1") is None
    assert store.feed_by_url("example.org/feed") is None
    assert store.entries("f-1") == []


def test_adding_a_known_feed_again_keeps_what_was_learnt(store: Store) -> None:
    learnt = FetchState(status=FetchStatus.OK, validators=Validators(etag="1"), fetched_at=NOW)
    store.save_feed(feed())
    store.save_feed_fetch("f-1", state=learnt, title="The Example", entries=[])
    store.save_feed(feed(url="https://other.example").model_copy(update={"subscribed": False}))
    assert store.feed("f-1") == feed().model_copy(
        update={"state": learnt, "title": "The Example", "subscribed": False}
    )


def test_a_moved_feed_is_found_by_every_url_it_had(store: Store) -> None:
    moved = feed(Feed.make_id("a.example"), url="https://a.example")
    store.save_feed(moved)
    assert store.add_feed_url(moved.feed_id, "https://b.example", "b.example")
    assert store.add_feed_url(moved.feed_id, "https://c.example", "c.example")
    now_at_c = moved.model_copy(update={"url": "https://c.example"})
    assert store.feeds() == [now_at_c]
    for url_key in ("a.example", "b.example", "c.example"):
        assert store.feed_by_url(url_key) == now_at_c


def test_a_feed_may_move_back(store: Store) -> None:
    moved = feed(Feed.make_id("a.example"), url="https://a.example")
    store.save_feed(moved)
    store.add_feed_url(moved.feed_id, "https://b.example", "b.example")
    assert store.add_feed_url(moved.feed_id, "https://a.example", "a.example")
    assert store.feeds() == [moved]


def test_a_feed_cannot_move_to_the_url_of_another(store: Store) -> None:
    first = feed(Feed.make_id("a.example"), url="https://a.example")
    second = feed(Feed.make_id("b.example"), url="https://b.example")
    store.save_feed(first)
    store.save_feed(second)
    assert not store.add_feed_url(first.feed_id, "https://b.example", "b.example")
    assert store.feed_by_url("a.example") == first
    assert store.feed_by_url("b.example") == second


def test_an_unchanged_feed_keeps_its_title_and_entries(store: Store) -> None:
    store.save_feed(feed())
    store.save_feed_fetch("f-1", state=FetchState(), title="The Example", entries=[entry("1")])
    store.save_feed_fetch("f-1", state=FetchState(failures=1), title=None, entries=[])
    assert store.entries("f-1") == [entry("1")]
    assert store.feed("f-1") == feed().model_copy(
        update={"title": "The Example", "state": FetchState(failures=1)}
    )


def test_entries_that_left_the_feed_stay_and_the_others_are_updated(store: Store) -> None:
    store.save_feed(feed())
    first = [entry("1", position=0), entry("2", position=1)]
    second = [entry("3", position=0), entry("1", position=1, title="Corrected")]
    for entries in (first, second):
        store.save_feed_fetch("f-1", state=FetchState(), title=None, entries=entries)
    assert [(each.entry_key, each.title) for each in store.entries("f-1")] == [
        ("3", ""),
        ("1", "Corrected"),
        ("2", ""),
    ]


def test_a_fetch_of_an_unknown_feed_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="f-1: is not a known feed"):
        store.save_feed_fetch("f-1", state=FetchState(), title=None, entries=[])

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from pipeline.errors import StoreError
from pipeline.records import (
    Article,
    ArticleRevision,
    Entry,
    FetchState,
    FetchStatus,
    Page,
    Withholding,
)
from pipeline.store import Store
from pipeline.store.articles import merged
from pipeline.store.database import make_engine

from . import strategies
from .samples import (
    DAY,
    NOW,
    NewStore,
    article,
    feed,
    page,
    revision,
    rows,
    save_articles,
    story,
)
from .strategies import in_few_examples

FAILED = FetchState(status=FetchStatus.FAILED, failures=1, error="404")


@in_few_examples
@given(saved=strategies.articles, data=st.data())
def test_an_article_comes_back_as_it_was_saved(
    new_store: NewStore, saved: Article, data: st.DataObject
) -> None:
    text = data.draw(strategies.revisions_of(saved.article_id))
    with new_store() as store:
        store.save_article(saved, text)
        assert store.articles([saved.article_id]) == {
            saved.article_id: ArticleRevision(article=saved, revision=text)
        }
        assert store.revision(saved.article_id, text.text_sha256) == text


@in_few_examples
@given(saved=strategies.pages)
def test_a_page_comes_back_as_it_was_saved(new_store: NewStore, saved: Page) -> None:
    with new_store() as store:
        store.save_page(saved, article=None, revision=None)
        assert store.pages([saved.url_key, "no such page"]) == {saved.url_key: saved}


def test_more_keys_than_one_statement_takes(store: Store) -> None:
    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)

    event.listen(store._engine, "connect", limit)
    ids = [f"a-{number}" for number in range(1_001)]
    save_articles(store, ids[0], ids[-1])
    store.save_stories([story("s-1", *ids[::1000])])
    assert [*store.articles([*reversed(ids), *ids])] == [ids[-1], ids[0]]
    assert store.story_of(ids) == {ids[0]: "s-1", ids[-1]: "s-1"}
    assert store.pages(ids) == {}
    assert store.drafts(ids) == {}
    assert store.scores("likelihood", ids) == {}
    assert store.vectors("article", "model", ids) == {}
    assert store.stories([*ids, "s-1"]) == [story("s-1", ids[0], ids[-1])]


def test_a_page_leads_to_its_article(store: Store) -> None:
    own = Article.make_id("site.example/story")
    store.save_page(page("site.example/amp"), article=article(own), revision=revision(own))
    assert store.pages(["site.example/amp"]) == {
        "site.example/amp": page("site.example/amp", article_id=own)
    }
    assert store.article_by_url_key("site.example/amp") == own
    assert store.article_by_url_key("site.example/story") == own
    assert store.article_by_url_key("site.example/other") is None


def test_a_page_that_fails_later_still_leads_to_its_article(store: Store) -> None:
    store.save_page(page("p"), article=article("a-1"), revision=revision("a-1"))
    store.save_page(page("p").model_copy(update={"state": FAILED}), article=None, revision=None)
    assert store.pages(["p"])["p"] == page("p", "a-1").model_copy(update={"state": FAILED})


def test_nothing_of_a_page_is_saved_when_a_part_is_refused(store: Store) -> None:
    before = rows(store.path)
    orphan = article("a-1").model_copy(update={"feed_id": "f-unknown"})
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.save_page(page("p"), article=orphan, revision=revision("a-1"))
    with pytest.raises(StoreError, match="not named by the hash"):
        store.save_page(
            page("p"),
            article=article("a-1"),
            revision=revision("a-1").model_copy(update={"text": "Forged."}),
        )
    assert rows(store.path) == before


def test_a_new_text_is_a_new_revision_and_takes_over(store: Store) -> None:
    old, new = revision("a-1", "Old."), revision("a-1", "New.", seen_at=NOW + DAY)
    store.save_page(page("p"), article=article("a-1"), revision=old)
    store.save_page(page("p"), article=article("a-1"), revision=new)
    assert store.revisions("a-1") == [old, new]
    assert store.articles(["a-1"])["a-1"].revision == new


def test_a_text_that_returns_takes_over_again_as_it_was_first_seen(store: Store) -> None:
    old, new = revision("a-1", "Old."), revision("a-1", "New.", seen_at=NOW + DAY)
    again = revision("a-1", "Old.", seen_at=NOW + 2 * DAY)
    for text in (old, new, again):
        store.save_page(page("p"), article=article("a-1"), revision=text)
    assert store.revisions("a-1") == [old, new]
    assert store.articles(["a-1"])["a-1"].revision == old


@in_few_examples
@given(order=st.permutations(range(5)))
def test_revisions_are_listed_oldest_first(new_store: NewStore, order: list[int]) -> None:
    texts = [revision("a-1", f"{n}", seen_at=NOW + n // 2 * DAY) for n in range(5)]
    with new_store() as store:
        for number in order:
            store.save_article(article("a-1"), texts[number])
        assert store.revisions("a-1") == sorted(
            texts, key=lambda text: (text.seen_at, text.text_sha256)
        )


def test_two_articles_may_have_the_same_text(store: Store) -> None:
    for article_id in ("a-1", "a-2"):
        store.save_article(article(article_id), revision(article_id, "The same wire report."))
    found = store.articles(["a-1", "a-2"])
    assert found["a-1"].revision.text_sha256 == found["a-2"].revision.text_sha256
    assert [found[each].revision.article_id for each in found] == ["a-1", "a-2"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revisions SET text = 'Forged.'",
        "UPDATE revisions SET title = 'Forged'",
        "UPDATE revisions SET seen_at = '2000-01-01T00:00:00.000000Z'",
        "DELETE FROM revisions",
    ],
)
def test_a_revision_can_be_neither_changed_nor_deleted(store: Store, statement: str) -> None:
    save_articles(store, "a-1")
    before = rows(store.path)
    with (
        closing(sqlite3.connect(store.path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="revisions are immutable"),
    ):
        connection.execute(statement)
    assert rows(store.path) == before


def test_a_revision_cannot_be_replaced(store: Store) -> None:
    save_articles(store, "a-1")
    engine = make_engine(store.path)
    replace = sql(
        "INSERT OR REPLACE INTO revisions (article_id, text_sha256, title, text, authors, seen_at,"
        " via) SELECT article_id, text_sha256, title, 'Forged.', authors, seen_at, via"
        " FROM revisions"
    )
    with (
        pytest.raises(IntegrityError, match="revisions are immutable"),
        engine.begin() as connection,
    ):
        connection.execute(replace)
    engine.dispose()
    assert store.revisions("a-1") == [revision("a-1", "Text of a-1.")]


@given(known=strategies.articles, seen=strategies.articles)
def test_merging_keeps_the_earliest_moments_in_any_order(known: Article, seen: Article) -> None:
    one, other = merged(known, seen), merged(seen, known)
    assert one.first_seen == other.first_seen == min(known.first_seen, seen.first_seen)
    stated = [each.published for each in (known, seen) if each.published is not None]
    assert one.published == other.published == min(stated, default=None)
    assert merged(one, seen) == one


def test_merging_prefers_an_exact_time_to_the_bare_day_and_what_is_said_to_silence() -> None:
    day = article("a-1", published=NOW).model_copy(
        update={"published_is_day": True, "url": "https://a.example", "source": "Old name"}
    )
    assert merged(day, article("a-1", published=NOW)) == article("a-1", published=NOW).model_copy(
        update={"url": "https://a.example"}
    )


def test_a_known_article_is_merged_when_it_is_saved(store: Store) -> None:
    store.save_article(article("a-1", published=NOW), revision("a-1"))
    later = article("a-1", first_seen=NOW + DAY, published=NOW + DAY).model_copy(
        update={"source": "New name"}
    )
    store.save_article(later, revision("a-1"))
    expected = article("a-1", published=NOW).model_copy(update={"source": "New name"})
    assert store.articles(["a-1"])["a-1"].article == expected


@in_few_examples
@given(order=st.permutations(range(6)))
def test_articles_of_a_span_come_by_moment_then_by_id(
    new_store: NewStore, order: list[int]
) -> None:
    second = timedelta(seconds=1)
    saved = [
        article("a-0", first_seen=NOW - second),
        article("a-5", first_seen=NOW),
        article("a-1", first_seen=NOW - DAY, published=NOW + second),
        article("a-2", first_seen=NOW + second),
        article("a-3", first_seen=NOW, published=NOW + DAY - timedelta(microseconds=1)),
        article("a-4", first_seen=NOW, published=NOW + DAY),
    ]
    with new_store() as store:
        for number in order:
            store.save_article(saved[number], revision(saved[number].article_id))
        assert store.article_ids_between(NOW, NOW + DAY) == ["a-5", "a-1", "a-2", "a-3"]
        assert [each.article.article_id for each in store.unclustered_articles()] == [
            *("a-0", "a-5", "a-1", "a-2", "a-3", "a-4")
        ]


def test_articles_in_a_story_or_withheld_are_not_unclustered(store: Store) -> None:
    save_articles(store, "a-1", "a-2", "a-3")
    store.save_stories([story("s-1", "a-1")])
    store.save_withholdings([Withholding(subject_id="a-2", reason="thin", detail="12 words")])
    assert [each.article.article_id for each in store.unclustered_articles()] == ["a-3"]
    store.clear_withholding("a-2")
    assert [each.article.article_id for each in store.unclustered_articles()] == ["a-2", "a-3"]


def test_failed_pages_by_feed(store: Store) -> None:
    for feed_id, key in (("f-1", "p-2"), ("f-1", "p-1"), ("f-1", "p-3"), ("f-2", "p-4")):
        store.save_feed(feed(feed_id))
        listed = Entry(feed_id=feed_id, entry_key=key, url=page(key).url)
        store.save_feed_fetch(feed_id, state=FetchState(), title=None, entries=[listed])
        state = FetchState(status=FetchStatus.OK) if key == "p-3" else FAILED
        store.save_page(page(key).model_copy(update={"state": state}), article=None, revision=None)
    assert [each.url_key for each in store.failed_pages("f-1")] == ["p-1", "p-2"]
    assert [each.url_key for each in store.failed_pages("f-2")] == ["p-4"]
    assert [each.url_key for each in store.failed_pages(None)] == ["p-1", "p-2", "p-4"]


def test_counts(store: Store) -> None:
    store.save_feed(feed("f-1"))
    store.save_feed(feed("f-2").model_copy(update={"subscribed": False}))
    listed = [Entry(feed_id="f-1", entry_key=key) for key in "abc"]
    store.save_feed_fetch("f-1", state=FetchState(), title=None, entries=listed)
    store.save_page(page("p-1").model_copy(update={"state": FAILED}), article=None, revision=None)
    save_articles(store, "a-1", "a-2")
    store.save_article(article("a-1"), revision("a-1", "Another text."))
    store.save_stories([story("s-1", "a-1", "a-2")])
    assert store.counts() == {
        "feeds": 1,
        "entries": 3,
        "pages_failed": 1,
        "articles": 2,
        "revisions": 3,
        "stories": 1,
    }


def test_an_article_with_a_forged_revision_is_refused(store: Store) -> None:
    forged = revision("a-1").model_copy(update={"title": "Forged"})
    with pytest.raises(StoreError, match="a-1: a revision is not named by the hash"):
        store.save_article(article("a-1"), forged)
    assert store.counts()["articles"] == 0

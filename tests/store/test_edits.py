from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edits import Edit, Merge, Retag, Retitle, Split, Undo, Withhold
from pipeline.errors import StoreError
from pipeline.records import Story
from pipeline.schema import Tag
from pipeline.store import Store
from tests.store.samples import NOW, NewStore, save_articles, story
from tests.store.strategies import ids, in_few_examples, moments, names, texts

stories = st.builds(Story, story_id=ids, first_seen=moments, article_ids=names)
tags = st.builds(
    Tag, slug=texts, name=texts, kind=st.sampled_from(("topic", "product", "org", "source"))
)
changes = st.one_of(
    st.builds(Merge, stories=st.lists(stories, min_size=2, max_size=3).map(tuple)),
    st.builds(Split, story=stories, taken=st.lists(ids, min_size=1, max_size=3).map(tuple)),
    st.builds(Retitle, article_id=ids, title=texts),
    st.builds(Retag, article_id=ids, add=st.lists(tags, max_size=2).map(tuple), remove=names),
    st.builds(Withhold, article_id=ids, claim_id=ids, text=texts, quotes=names),
    st.builds(Undo, edit_id=ids),
)


@given(st.lists(st.tuples(moments, changes), max_size=4))
@in_few_examples
def test_the_log_comes_back_as_it_was_written(new_store: NewStore, written: list[object]) -> None:
    log = [Edit.make(n, *each) for n, each in enumerate(written, start=1)]  # type: ignore[misc]
    with new_store() as store:
        for edit in log:
            store.save_edit(edit)
            store.save_edit(edit)
        assert store.edits() == log


def test_an_edit_and_its_stories_are_saved_as_one(store: Store) -> None:
    save_articles(store, "a-1", "a-2")
    one, other = story("s-1", "a-1"), story("s-2", "a-2")
    store.save_stories([one, other])
    joined = story("s-1", "a-1", "a-2")
    store.save_edit(Edit.make(1, NOW, Merge(stories=(one, other))), [joined])
    assert store.stories() == [joined]
    broken = Edit.make(2, NOW, Split(story=joined, taken=("a-2",)))
    with pytest.raises(StoreError):
        store.save_edit(broken, [story("s-1", "a-1"), story("s-3", "a-unknown")])
    assert store.stories() == [joined]
    assert len(store.edits()) == 1


def test_an_edit_that_another_process_overtook_is_refused(store: Store) -> None:
    store.save_edit(Edit.make(1, NOW, Retitle(article_id="a-1", title="Theirs")))
    mine = Edit.make(1, NOW + timedelta(seconds=1), Retitle(article_id="a-1", title="Mine"))
    with pytest.raises(StoreError, match="make yours again"):
        store.save_edit(mine)
    assert [edit.number for edit in store.edits()] == [1]


@pytest.mark.parametrize("statement", ["DELETE FROM edits", "UPDATE edits SET change = '{}'"])
def test_the_log_only_grows(store: Store, statement: str) -> None:
    store.save_edit(Edit.make(1, NOW, Retitle(article_id="a-1", title="x")))
    with (
        closing(sqlite3.connect(store.path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only grows"),
    ):
        connection.execute(statement)

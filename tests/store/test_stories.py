from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StoreError
from pipeline.records import Story, Withholding
from pipeline.store import Decision, Store

from . import strategies
from .samples import (
    DAY,
    NOW,
    NewStore,
    article,
    revision,
    rows,
    save_articles,
    story,
)
from .strategies import in_few_examples

ARTICLES = tuple(f"a-{number}" for number in range(6))


@st.composite
def clusterings(draw: st.DrawFn) -> list[Story]:
    """Return stories that share some of ARTICLES out, each in an order of its own."""
    shuffled = draw(st.permutations(ARTICLES))
    owners = draw(st.lists(st.integers(0, 4), min_size=len(shuffled), max_size=len(shuffled)))
    stories = []
    for owner in range(4):  # what 4 owns is in no story
        members = tuple(a for a, o in zip(shuffled, owners, strict=True) if o == owner)
        if members:
            stories.append(
                Story(
                    story_id=f"s-{owner}", first_seen=draw(strategies.moments), article_ids=members
                )
            )
    return stories


def listed(stories: list[Story]) -> list[Story]:
    return sorted(stories, key=lambda story: (story.first_seen, story.story_id))


@in_few_examples
@given(before=clusterings(), after=clusterings())
def test_an_article_is_in_one_story_the_last_that_claimed_it(
    new_store: NewStore, before: list[Story], after: list[Story]
) -> None:
    named = {each.story_id for each in after}
    claimed = {member for each in after for member in each.article_ids}
    rest = [
        each.model_copy(
            update={"article_ids": tuple(a for a in each.article_ids if a not in claimed)}
        )
        for each in before
        if each.story_id not in named
    ]
    with new_store() as store:
        save_articles(store, *ARTICLES)
        store.save_stories(before)
        assert store.stories() == listed(before)
        store.save_stories(after)
        expected = listed([*after, *(each for each in rest if each.article_ids)])
        assert store.stories() == expected
        owners = {member: each.story_id for each in expected for member in each.article_ids}
        assert store.story_of(ARTICLES) == owners
        assert [*store.story_of(ARTICLES)] == [a for a in ARTICLES if a in owners]


def test_stories_are_found_by_id_in_the_documented_order(store: Store) -> None:
    save_articles(store, "a-1", "a-2", "a-3")
    late, early = story("s-1", "a-1", first_seen=NOW + DAY), story("s-3", "a-3")
    tied = story("s-2", "a-2")
    store.save_stories([late, early, tied])
    assert store.stories(["s-1", "s-3", "s-2", "s-none"]) == [tied, early, late]
    assert store.stories([]) == []


def test_a_story_belongs_to_each_span_in_which_it_has_an_article(store: Store) -> None:
    for number, day in enumerate((0, 8, 1)):
        article_id = f"a-{number}"
        published = article(article_id, published=NOW + day * DAY)
        store.save_article(published, revision(article_id))
    both, one = story("s-1", "a-0", "a-1"), story("s-2", "a-2")
    store.save_stories([both, one])
    assert store.stories_between(NOW, NOW + 7 * DAY) == [both, one]
    assert store.stories_between(NOW + 7 * DAY, NOW + 14 * DAY) == [both]
    assert store.stories_between(NOW + 9 * DAY, NOW + 14 * DAY) == []


def test_one_article_in_two_stories_is_refused_and_nothing_is_changed(store: Store) -> None:
    save_articles(store, "a-1", "a-2")
    store.save_stories([story("s-1", "a-1")])
    before = rows(store.path)
    with pytest.raises(StoreError, match="UNIQUE"):
        store.save_stories([story("s-1", "a-2"), story("s-2", "a-1", "a-2")])
    assert rows(store.path) == before


def test_a_story_that_lost_its_articles_is_gone_with_its_briefs(store: Store) -> None:
    save_articles(store, "a-1", "a-2")
    store.save_stories([story("s-1", "a-1"), story("s-2", "a-2")])
    for story_id in ("s-1", "s-2"):
        store.save_brief(story_id, "2026-W47", "inputs", "{}")
    store.save_stories([story("s-1", "a-1", "a-2")])
    assert store.stories() == [story("s-1", "a-1", "a-2")]
    assert store.brief("s-1", "2026-W47") == ("inputs", "{}")
    assert store.brief("s-2", "2026-W47") is None


def decision(story_id: str, kind: str = "joined", other: str | None = None) -> Decision:
    return Decision.model_validate(
        {
            "at": NOW,
            "kind": kind,
            "story_id": story_id,
            "other_story_id": other,
            "article_id": "a-2",
            "why": "one deal",
        }
    )


def test_decisions_are_logged_once_and_in_order(store: Store) -> None:
    save_articles(store, "a-1", "a-2")
    late = decision("s-1").model_copy(update={"at": NOW + DAY})
    for _ in range(2):
        store.save_stories([story("s-1", "a-1", "a-2")], [late, decision("s-1")])
    assert store.decisions("s-1") == [decision("s-1"), late]
    assert store.decisions("s-2") == []


def test_the_log_of_a_story_holds_what_was_said_of_those_merged_into_it(store: Store) -> None:
    chain = [
        decision("s-1", "merged", "s-2"),
        decision("s-2", "merged", "s-3"),
        decision("s-3"),
        decision("s-4", "kept_apart", "s-1"),
        decision("s-4"),
    ]
    store.save_stories([], chain)
    assert {(each.kind, each.story_id) for each in store.decisions("s-1")} == {
        ("merged", "s-1"),
        ("merged", "s-2"),
        ("joined", "s-3"),
        ("kept_apart", "s-4"),
    }


def test_a_story_that_loses_its_last_article_to_another_is_gone(store: Store) -> None:
    save_articles(store, "a-1", "a-2")
    store.save_stories([story("s-1", "a-1"), story("s-2", "a-2")])
    store.save_stories([story("s-3", "a-1")])
    assert [each.story_id for each in store.stories()] == ["s-2", "s-3"]


@in_few_examples
@given(saved=st.lists(strategies.withholdings, unique_by=lambda each: each.subject_id))
def test_withholdings_come_back_by_subject(new_store: NewStore, saved: list[Withholding]) -> None:
    with new_store() as store:
        store.save_withholdings(saved)
        assert store.withholdings() == sorted(saved, key=lambda each: each.subject_id)


def test_a_subject_has_the_last_reason_until_it_is_cleared(store: Store) -> None:
    thin = Withholding(subject_id="a-1", reason="thin", detail="12 words")
    paywalled = Withholding(subject_id="a-1", reason="paywalled", detail="Subscribe to read on")
    store.save_withholdings([thin])
    store.save_withholdings([paywalled])
    assert store.withholdings() == [paywalled]
    store.clear_withholding("a-1")
    assert store.withholdings() == []

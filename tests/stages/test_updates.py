"""Weeks in a row: what a digest says of stories that earlier digests told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.publish.digest import render
from pipeline.records import ArticleRevision, Story
from pipeline.schema import Digest, StoryBrief
from pipeline.stages.brief_record import citations_of
from pipeline.stages.digest import make_digest, publish_digest
from pipeline.stages.stories import update_stories
from pipeline.store import Store
from pipeline.stories.continuity import claims_of
from pipeline.weeks import IsoWeek
from tests.fakes import NOW
from tests.stages.stories import (
    FIRST_WEEK,
    HARVEST,
    LEASE_CHIP,
    LEASE_MOVES_ON,
    LEASE_NORTH,
    LEASE_STACK,
    save,
    told,
)
from tests.stages.world import WEEK, digest_of, reading, settings, writing

W47, W48 = IsoWeek(2026, 47), IsoWeek(2026, 48)
MONDAYS = {WEEK: NOW, W47: NOW + timedelta(days=7), W48: NOW + timedelta(days=14)}
"""When each week's digest is made."""
LEASE = (LEASE_CHIP, LEASE_STACK, LEASE_NORTH)


def on(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


REHASH = told(
    "a-rehash",
    "Copycat",
    on(18),
    "How Corvane Labs came by its chips",
    "Corvane Labs pays Brightmoor $40 million a month for the hall of GB300 chips. The lease "
    "covers 18,000 accelerators in the Quay Street data centre of Brightmoor.",
    "Corvane Labs had run out of capacity in spring and turned customers away.",
)
RENT_RISES = told(
    "a-rent",
    "Chip Ledger",
    on(24),
    "Brightmoor raises the rent of Corvane Labs",
    "Corvane Labs will pay Brightmoor $55 million a month for the hall of GB300 chips, both "
    "companies said on Tuesday. Brightmoor had to buy power from a neighbour.",
    "The lease covers 18,000 accelerators in Brightmoor's Quay Street data centre until 2029.",
)


def publish(store: Store, week: IsoWeek, *articles: ArticleRevision) -> Digest:
    """Put articles into the store, then make and publish the digest of a week on its Monday."""
    save(store, *articles)
    update_stories(reading(store), settings(), MONDAYS[week])
    return publish_as_placed(store, week)


def publish_as_placed(store: Store, week: IsoWeek) -> Digest:
    """Make and publish the digest of a week from the stories as they are."""
    digest = make_digest(writing(store), week, settings(), MONDAYS[week], torch_version="2.13.0")
    publish_digest(store, digest, store.path.parent / "digests" / f"{week}.json")
    return digest


def lease_of(digest: Digest) -> StoryBrief:
    (found,) = [s for s in digest.stories if "a-lease-chip" in {x.article_id for x in s.sources}]
    return found


def news_of(story: StoryBrief) -> list[str]:
    return [claim.text for claim in story.tldr.what_changed.claims]


def test_an_article_that_retells_adds_a_source_and_no_telling(store: Store) -> None:
    first = publish(store, WEEK, *FIRST_WEEK)
    second = publish(store, W47, REHASH)
    assert second.stories == []
    (kept_back,) = second.withheld
    assert (kept_back.story_id, kept_back.reason) == (lease_of(first).id, "unchanged")
    assert kept_back.detail == "told before; 1 new article (Copycat) without a new fact"
    (story,) = store.stories([lease_of(first).id])
    assert REHASH.article.article_id in story.article_ids


def test_a_changed_fact_leads_with_the_old_one_beside_it(store: Store) -> None:
    publish(store, WEEK, *FIRST_WEEK)
    publish(store, W47)
    story = lease_of(publish(store, W48, RENT_RISES))
    assert story.status == "updated"
    assert story.title.text == RENT_RISES.revision.title
    lead, *others = story.tldr.what_changed.claims
    assert "$55 million" in lead.text
    assert {citation.article_id for citation in lead.citations} == {"a-rent"}
    assert lead.previously is not None
    assert "$40 million" in lead.previously.text
    for place in lead.previously.citations:
        revision = store.revision(place.article_id, place.text_sha256)
        assert revision is not None
        assert revision.text[place.start : place.end] == place.quote
        assert place in citations_of(story)
    assert [claim.previously for claim in others] == [None] * len(others)
    assert not any("18,000" in text for text in news_of(story))


def test_over_three_weeks_no_news_is_told_twice(store: Store) -> None:
    weeks = [
        publish(store, WEEK, *FIRST_WEEK),
        publish(store, W47, REHASH, LEASE_MOVES_ON),
        publish(store, W48, RENT_RISES),
    ]
    stories = [lease_of(digest) for digest in weeks]
    assert [story.status for story in stories] == ["new", "updated", "updated"]
    assert len({story.id for story in stories}) == 1
    news = [text for story in stories for text in news_of(story)]
    assert len(set(news)) == len(news)
    for week, story in zip((W47, W48), stories[1:], strict=True):
        start, _ = week.period(ZoneInfo("UTC"))
        cited = {c.article_id for claim in story.tldr.what_changed.claims for c in claim.citations}
        assert all(store.articles([i])[i].article.moment >= start for i in cited)
    assert stories[1].title.text == LEASE_MOVES_ON.revision.title


def test_remaking_the_weeks_gives_the_same_bytes_whatever_came_after(store: Store) -> None:
    first = publish(store, WEEK, *FIRST_WEEK)
    second = publish(store, W47, LEASE_MOVES_ON, REHASH)
    third = publish(store, W48, RENT_RISES)
    for week, digest in ((W47, second), (W48, third), (WEEK, first)):
        again = digest_of(store, week, now=MONDAYS[week])
        assert again.stories == digest.stories
        assert again.withheld == digest.withheld
        assert again.corrections == digest.corrections
    assert render(digest_of(store, W48, now=MONDAYS[W48])) == render(third)


@pytest.mark.parametrize("title", ["Corvane Labs and its costly chips", ""])
def test_another_headline_over_the_same_text_is_no_news(store: Store, title: str) -> None:
    publish(store, WEEK, *LEASE)
    under = told("a-again", "Copycat", on(17), title, LEASE_CHIP.revision.text)
    digest = publish(store, W47, under)
    assert (digest.stories, [each.reason for each in digest.withheld]) == ([], ["unchanged"])


def test_a_source_that_only_changes_its_headline_is_no_news_and_no_correction(
    store: Store,
) -> None:
    publish(store, WEEK, *LEASE)
    text = LEASE_CHIP.revision.text
    renamed = told(LEASE_CHIP.article.article_id, "Chip Ledger", on(10, 13), "Rent a hall", text)
    digest = publish(store, W47, renamed)
    assert (digest.stories, digest.withheld, digest.corrections) == ([], [], [])


def move(store: Store, *groups: Sequence[ArticleRevision], ids: Sequence[str]) -> None:
    """Make these groups of articles the stories with these ids."""
    stories = [
        Story(
            story_id=story_id,
            first_seen=NOW,
            article_ids=tuple(each.article.article_id for each in group),
        )
        for story_id, group in zip(ids, groups, strict=True)
    ]
    store.save_stories(stories)


def test_a_story_merged_into_another_after_it_was_told_is_not_told_again(store: Store) -> None:
    lease, harvest = publish(store, WEEK, *FIRST_WEEK).stories
    again = told("a-plums", "Copycat", on(17), "Plums and chips", HARVEST.revision.text)
    save(store, again)
    move(store, (*LEASE, HARVEST, again), ids=["s-merged"])
    digest = publish_as_placed(store, W47)
    assert [(each.story_id, each.reason) for each in digest.withheld] == [("s-merged", "unchanged")]
    save(store, RENT_RISES)
    move(store, (*LEASE, HARVEST, again, RENT_RISES), ids=["s-merged"])
    (story,) = publish_as_placed(store, W48).stories
    assert (story.id, story.status) == ("s-merged", "updated")
    assert {lease.id, harvest.id}.isdisjoint({story.id})


def test_a_story_split_from_a_told_one_is_not_told_again(store: Store) -> None:
    publish(store, WEEK, *LEASE)
    save(store, REHASH)
    move(store, LEASE[:2], (LEASE_NORTH, REHASH), ids=["s-one", "s-two"])
    digest = publish_as_placed(store, W47)
    assert digest.stories == []
    assert [(each.story_id, each.reason) for each in digest.withheld] == [("s-two", "unchanged")]


def test_a_late_article_is_new_in_its_own_week_and_known_in_the_next(store: Store) -> None:
    publish(store, WEEK, LEASE_CHIP, LEASE_STACK)
    reissue = lease_of(publish(store, WEEK, LEASE_NORTH))
    assert reissue.status == "new"
    assert len(reissue.sources) == 3
    repeats = told("a-north-again", "Copycat", on(18), "Rents", LEASE_NORTH.revision.text)
    digest = publish(store, W47, repeats)
    assert [each.reason for each in digest.withheld] == ["unchanged"]


def test_a_story_develops_while_sources_join_it_at_the_end_of_the_week(store: Store) -> None:
    opened = told(
        "a-open", "Chip Ledger", on(13), LEASE_CHIP.revision.title, LEASE_CHIP.revision.text
    )
    joined = told(
        "a-join", "Stack Dispatch", on(15), LEASE_STACK.revision.title, LEASE_STACK.revision.text
    )
    (story,) = publish(store, WEEK, opened, joined).stories
    assert story.status == "developing"


def test_an_update_may_repeat_nothing_published_in_what_changed(store: Store) -> None:
    first = lease_of(publish(store, WEEK, *FIRST_WEEK))
    second = lease_of(publish(store, W47, LEASE_MOVES_ON))
    assert not set(news_of(second)) & {claim.text for claim in claims_of(first)}

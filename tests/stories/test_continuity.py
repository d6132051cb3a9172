from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.records import Story
from pipeline.schema import StoryBrief
from pipeline.stories.continuity import (
    ToldBefore,
    first_status,
    told_claims,
)
from tests.fakes import NOW, PUBLISHED, make_article_revision
from tests.publish.samples import make_action, make_brief, make_claim, make_entry, make_source

PAYS = make_claim("Corvane Labs will pay Brightmoor $40 million a month.", "a-1")


def brief(story_id: str, *article_ids: str) -> StoryBrief:
    return make_brief(story_id, sources=[make_source(article_id) for article_id in article_ids])


def story(story_id: str, *article_ids: str) -> Story:
    return Story(story_id=story_id, first_seen=NOW, article_ids=article_ids)


def test_told_claims_are_the_sentences_each_once_latest_first() -> None:
    hook = make_claim("Rents fall.")
    entry = make_entry("2026-11-12", "The hall opened.")
    advice = make_action("Check your lease.").model_copy(update={"basis": "inferred"})
    latest = make_brief(hook=hook, timeline=[entry], actions=[advice])
    before = make_brief(what_changed=[PAYS, make_claim("Rents fall.", claim_id="c-other")])
    assert told_claims([latest, before]) == [hook, entry, PAYS]


def test_a_story_is_told_under_its_id() -> None:
    told = ToldBefore((brief("s-1", "a-1"),))
    assert told.tellings(story("s-1", "a-1", "a-2", "a-3"), ["a-1", "a-2"]) == told.briefs
    assert told.tellings(story("s-2", "a-4"), []) == ()


def test_a_story_that_took_in_told_ones_is_told_if_most_of_its_older_articles_were() -> None:
    told = ToldBefore((brief("s-gone", "a-1", "a-2"), brief("s-other", "a-9")))
    grown = story("s-new", "a-0", "a-1", "a-2", "a-3")
    assert told.tellings(grown, ["a-0", "a-1", "a-2"]) == told.briefs[:1]
    assert told.tellings(grown, ["a-0", "a-2", "a-3", "a-4"]) == ()


def test_both_parts_of_a_split_story_are_told() -> None:
    told = ToldBefore((brief("s-1", "a-1", "a-2"),))
    for part, old in ((story("s-1", "a-1"), "a-1"), (story("s-2", "a-2", "a-3"), "a-2")):
        assert told.tellings(part, [old]) == told.briefs


def test_all_tellings_count_the_latest_first() -> None:
    told = ToldBefore((brief("s-1", "a-1", "a-2"), brief("s-9", "a-9"), brief("s-1", "a-1")))
    assert told.tellings(story("s-1", "a-1"), ["a-1"]) == (told.briefs[0], told.briefs[2])


@pytest.mark.parametrize(
    ("hours", "status"),
    [([0], "new"), ([60, 61], "new"), ([0, 3], "new"), ([0, 60], "developing")],
)
def test_a_story_develops_while_independent_sources_join_it(
    hours: Sequence[int], status: str
) -> None:
    """The week closes 72 hours after the first report."""
    articles = [
        make_article_revision("x", article_id=f"a-{h}", published=PUBLISHED + timedelta(hours=h))
        for h in hours
    ]
    ids = [each.article.article_id for each in articles]
    end = PUBLISHED + timedelta(hours=72)
    assert first_status(articles, {i: i for i in ids}, end) == status
    assert first_status(articles, dict.fromkeys(ids, ids[0]), end) == "new"
    assert first_status(articles, {i: i for i in ids}, datetime(2027, 1, 1, tzinfo=UTC)) == "new"

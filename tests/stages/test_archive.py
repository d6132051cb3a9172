"""Corrections through the real stages: a source edits its text after it was cited."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pipeline.publish.digest import render
from pipeline.records import ArticleRevision
from pipeline.schema import Correction, Digest
from pipeline.stages.digest import publish_digest
from pipeline.store import Store
from pipeline.stories.corrections import GONE
from pipeline.weeks import IsoWeek
from tests.fakes import NOW, make_revision
from tests.stages.stories import HARVEST, LEASE_CHIP, save
from tests.stages.world import WEEK, digest_of

W47, W48 = IsoWeek(2026, 47), IsoWeek(2026, 48)
DAY = timedelta(days=1)
WEDNESDAY = NOW + 2 * DAY


def edit(article: ArticleRevision, old: str, new: str, seen_at: datetime) -> ArticleRevision:
    """Return the article with a part of its text replaced."""
    assert old in article.revision.text
    revision = make_revision(
        article.revision.text.replace(old, new),
        title=article.revision.title,
        article_id=article.article.article_id,
        seen_at=seen_at,
    )
    return article.model_copy(update={"revision": revision})


def publish(store: Store, week: IsoWeek, now: datetime) -> Digest:
    digest = digest_of(store, week, now=now)
    publish_digest(store, digest, store.path.parent / "digests" / f"{week}.json")
    return digest


def texts(corrections: list[Correction]) -> set[tuple[str, str]]:
    return {(each.was, each.now) for each in corrections}


FEWER = edit(HARVEST, "two hundred", "twenty", WEDNESDAY)
FEWEST = edit(HARVEST, "two hundred", "two", WEDNESDAY + 7 * DAY)
HIRED = "The Lindhaven cooperative has hired {} more pickers for August."
CHANGE = (HIRED.format("two hundred"), HIRED.format("twenty"))


@pytest.fixture
def first_week(store: Store) -> Digest:
    """Return the published digest of a week with the harvest and the lease."""
    save(store, HARVEST, LEASE_CHIP)
    digest = publish(store, WEEK, NOW)
    assert digest.corrections == []
    return digest


def test_an_edit_is_a_correction_of_the_next_digest_though_the_story_is_not_retold(
    first_week: Digest, store: Store
) -> None:
    save(store, FEWER)
    second = publish(store, W47, NOW + 7 * DAY)
    assert second.stories == []
    assert texts(second.corrections) == {CHANGE}
    for found in second.corrections:
        assert found.story_id in {story.id for story in first_week.stories}
        assert found.date == "2026-11-18"
        for place in found.citations:
            revision = store.revision(place.article_id, place.text_sha256)
            assert revision is not None
            assert revision.text[place.start : place.end] == place.quote


@pytest.mark.usefixtures("first_week")
def test_each_correction_is_told_once_and_again_where_its_week_is_made_again(
    store: Store,
) -> None:
    save(store, FEWER)
    second = publish(store, W47, NOW + 7 * DAY)
    save(store, FEWEST)
    late = digest_of(store, W47, now=NOW + 12 * DAY)
    assert late.corrections == second.corrections
    third = publish(store, W48, NOW + 14 * DAY)
    assert texts(third.corrections) == {(CHANGE[1], HIRED.format("two"))}
    assert publish(store, IsoWeek(2026, 49), NOW + 21 * DAY).corrections == []


@pytest.mark.usefixtures("first_week")
def test_a_week_that_still_runs_reports_what_has_come_since_its_last_issue(store: Store) -> None:
    assert publish(store, W47, NOW + DAY).corrections == []
    save(store, FEWER)
    thursday = publish(store, W47, NOW + 3 * DAY)
    monday = publish(store, W47, NOW + 7 * DAY)
    assert texts(thursday.corrections) == texts(monday.corrections) == {CHANGE}


@pytest.mark.usefixtures("first_week")
def test_a_reissue_with_the_new_text_does_not_hide_what_the_first_issue_said(
    store: Store,
) -> None:
    save(store, FEWER)
    reissue = publish(store, WEEK, NOW + 3 * DAY)
    assert CHANGE[1] in render(reissue)
    assert reissue.corrections == []
    assert texts(publish(store, W47, NOW + 7 * DAY).corrections) == {CHANGE}


@pytest.mark.usefixtures("first_week")
def test_a_sentence_taken_back_is_a_correction(store: Store) -> None:
    save(store, edit(HARVEST, HIRED.format("two hundred"), "Prices may fall.", WEDNESDAY))
    (correction,) = {c.now: c for c in publish(store, W47, NOW + 7 * DAY).corrections}.values()
    assert (correction.was, correction.now) == (CHANGE[0], GONE)


@pytest.mark.usefixtures("first_week")
@pytest.mark.parametrize(
    "text",
    [
        "  ".join(HARVEST.revision.text.split()),
        "## Harvest\n" + HARVEST.revision.text,
        HARVEST.revision.text + "\nCider may get cheaper.",
        "Log in to read on.",
        "Diese Seite gibt es nicht mehr.",
    ],
)
def test_layout_additions_and_lost_pages_are_no_corrections(store: Store, text: str) -> None:
    save(store, edit(HARVEST, HARVEST.revision.text, text, WEDNESDAY))
    assert publish(store, W47, NOW + 7 * DAY).corrections == []


@pytest.mark.usefixtures("first_week")
def test_articles_that_leave_their_feed_leave_no_trace(store: Store) -> None:
    digest = publish(store, W47, NOW + 7 * DAY)
    assert (digest.stories, digest.withheld, digest.corrections) == ([], [], [])

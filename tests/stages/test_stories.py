from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import pytest

from pipeline.records import ArticleRevision
from pipeline.settings import IngestSettings
from pipeline.stages.stories import encode_once, judge, member_articles, update_stories
from pipeline.store import Store
from tests.fakes import NOW, PUBLISHED, FakeEncoder, make_article_revision
from tests.stages.world import SURFACE_ONLY, reading, settings
from tests.stories.builders import HARVEST, LEASE

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def article(number: int, title: str, text: str, language: str | None = "en") -> ArticleRevision:
    made = make_article_revision(
        text, title=title, article_id=f"a-{number}", published=PUBLISHED + number * HOUR
    )
    return made.model_copy(
        update={"revision": made.revision.model_copy(update={"language": language})}
    )


LEASES = [article(number, *report) for number, report in enumerate(LEASE, start=1)]
OTHER = article(4, *HARVEST)


def save(store: Store, articles: Iterable[ArticleRevision]) -> None:
    for each in articles:
        store.save_article(each.article, each.revision)


@pytest.mark.parametrize(
    ("words", "language", "reason"),
    [
        (40, "en", None),
        (39, "en", "thin"),
        (0, None, "thin"),
        (40, "de", "language"),
        (39, "de", "thin"),
        (40, None, None),
        (40, "fr", None),
    ],
)
def test_which_articles_are_withheld(words: int, language: str | None, reason: str | None) -> None:
    given = IngestSettings(min_words=40, languages=("en", "fr"))
    found = judge(article(1, "A title of five words", "word " * words, language), given)
    assert (found.reason if found else None) == reason
    if found is not None:
        assert found.subject_id == "a-1"
        assert ("min_words = 40" if reason == "thin" else "has en, fr") in found.detail


def test_articles_on_one_event_become_one_story(store: Store) -> None:
    save(store, [*LEASES, OTHER])
    touched = update_stories(reading(store), settings(), NOW)
    stories = store.stories()
    assert touched == sorted(story.story_id for story in stories)
    assert {story.article_ids for story in stories} == {("a-1", "a-2", "a-3"), ("a-4",)}
    assert {story.first_seen for story in stories} == {NOW}


def test_nothing_new_touches_nothing(store: Store) -> None:
    save(store, LEASES)
    encoder = FakeEncoder(SURFACE_ONLY)
    update_stories(reading(store, encoder), settings(), NOW)
    encoder.texts.clear()
    before = store.stories()
    assert update_stories(reading(store, encoder), settings(), NOW + DAY) == []
    assert (store.stories(), encoder.texts) == (before, [])


def test_a_new_article_joins_its_story_which_keeps_id_and_first_seen(store: Store) -> None:
    save(store, LEASES[1:])
    (story_id,) = update_stories(reading(store), settings(), NOW)
    encoder = FakeEncoder(SURFACE_ONLY)
    save(store, [LEASES[0], OTHER])
    update_stories(reading(store, encoder), settings(), NOW + DAY)
    story = next(s for s in store.stories() if s.story_id == story_id)
    assert story.article_ids == ("a-1", "a-2", "a-3")
    assert story.first_seen == NOW
    assert LEASE[1][0] not in encoder.texts  # its vectors were kept


def test_an_article_far_from_its_stories_time_opens_its_own(store: Store) -> None:
    save(store, LEASES[:1])
    update_stories(reading(store), settings(), NOW)
    late = LEASES[1].model_copy(
        update={
            "article": LEASES[1].article.model_copy(
                update={"published": PUBLISHED + 90 * DAY, "first_seen": NOW + 90 * DAY}
            )
        }
    )
    save(store, [late])
    update_stories(reading(store), settings(), NOW + 90 * DAY)
    assert {story.article_ids for story in store.stories()} == {("a-1",), ("a-2",)}


def test_an_article_in_another_language_is_kept_and_withheld_with_its_reason(store: Store) -> None:
    german = article(5, "Ein Titel", "Brightmoor vermietet seine Halle an die Corvane Labs.", "de")
    save(store, [german, LEASES[0]])
    update_stories(reading(store), settings(), NOW)
    assert [story.article_ids for story in store.stories()] == [("a-1",)]
    (withheld,) = store.withholdings()
    assert (withheld.subject_id, withheld.reason) == ("a-5", "language")
    assert "language is de" in withheld.detail
    assert store.articles(["a-5"])["a-5"] == german


def test_a_withheld_article_is_judged_again_when_the_settings_change(store: Store) -> None:
    german = article(5, "Ein Titel", "Brightmoor vermietet seine Halle an die Corvane Labs.", "de")
    save(store, [german])
    assert update_stories(reading(store), settings(), NOW) == []
    both = settings(ingest={"languages": ("en", "de")})
    assert len(update_stories(reading(store), both, NOW)) == 1
    assert store.withholdings() == []


def test_a_withheld_article_is_judged_again_when_its_text_changes(store: Store) -> None:
    save(store, [article(1, LEASE[0][0], "Too short.")])
    update_stories(reading(store), settings(), NOW)
    assert [w.reason for w in store.withholdings()] == ["thin"]
    save(store, [LEASES[0]])
    assert len(update_stories(reading(store), settings(), NOW)) == 1
    assert store.withholdings() == []


def test_the_reason_of_an_article_still_withheld_follows_the_settings(store: Store) -> None:
    save(store, [LEASES[0]])
    for least in (500, 600):
        update_stories(reading(store), settings(ingest={"min_words": least}), NOW)
        assert f"min_words = {least}" in store.withholdings()[0].detail


def test_texts_of_every_run_are_encoded_once_for_each_model(store: Store) -> None:
    encoder = FakeEncoder(SURFACE_ONLY)
    texts = ["one text", "another", "one text"]
    first = encode_once(reading(store, encoder), "topics", texts)
    again = encode_once(reading(store, encoder), "topics", texts)
    assert encoder.texts == texts
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, encoder.encode(texts))
    other = FakeEncoder(8)
    assert encode_once(reading(store, other), "topics", texts).shape == (3, 8)


def test_a_text_that_is_new_among_known_ones_is_encoded(store: Store) -> None:
    encoder = FakeEncoder(SURFACE_ONLY)
    means = reading(store, encoder)
    encode_once(means, "topics", ["one text"])
    found = encode_once(means, "topics", ["a new text", "one text"])
    np.testing.assert_array_equal(found, encoder.encode(["a new text", "one text"]))


def test_the_members_of_a_story_stand_in_order_of_publication(store: Store) -> None:
    save(store, LEASES[::-1])
    update_stories(reading(store), settings(), NOW)
    (story,) = store.stories()
    assert member_articles(store, story) == LEASES
    before = LEASES[2].article.published
    assert member_articles(store, story, before=before) == LEASES[:2]

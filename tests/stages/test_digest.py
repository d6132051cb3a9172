from __future__ import annotations

import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from rich.console import Console

from pipeline.canonical import sha256_text
from pipeline.publish.digest import read, render
from pipeline.publish.terminal import digest_view
from pipeline.records import Feed, FetchState, FetchStatus
from pipeline.resources import shipped_text
from pipeline.schema import Claim, Digest, StoryBrief
from pipeline.settings import Settings
from pipeline.stages.archive import read_past
from pipeline.stages.brief_record import citations_of
from pipeline.stages.digest import publish_digest
from pipeline.store import Store
from pipeline.weeks import IsoWeek
from tests.fakes import NOW, FakeGenerator
from tests.stages.stories import (
    ANSWERS,
    FIRST_WEEK,
    HARVEST,
    LEASE_CHIP,
    LEASE_MOVES_ON,
    LEASE_NORTH,
    LEASE_STACK,
    WRITTEN,
    save,
    told,
)
from tests.stages.world import WEEK, digest_of, settings
from training.pairs import PairSection

SHIPPED_PLAYBOOKS = sha256_text(shipped_text("data/playbooks.toml"))

SCHEMA = Path(__file__).resolve().parents[2] / "data" / "digest.schema.json"
NEXT_WEEK = IsoWeek(2026, 47)
LATER = NOW + timedelta(days=7)


def claims_of(story: StoryBrief) -> list[Claim]:
    insight = story.insight
    return [
        *([story.hook] if story.hook else []),
        *story.tldr.what_changed.claims,
        *story.tldr.why_it_matters.claims,
        *story.tldr.what_to_do_next.claims,
        *insight.key_takeaways.claims,
        *insight.technical.claims,
        *insight.implications.claims,
        *insight.timeline.claims,
    ]


def story_on(digest: Digest, name: str) -> StoryBrief:
    (found,) = [story for story in digest.stories if name in story.title.text]
    return found


@pytest.fixture
def first_week(store: Store) -> Digest:
    """Return the digest of a store with the first week's articles."""
    save(store, *FIRST_WEEK)
    return digest_of(store, generator=FakeGenerator(ANSWERS))


def publish(store: Store, digest: Digest) -> Digest:
    publish_digest(store, digest, store.path.parent / "digests" / f"{digest.week}.json")
    return digest


def test_a_week_has_a_story_for_each_event(first_week: Digest) -> None:
    lease, harvest = first_week.stories
    assert {source.article_id for source in lease.sources} == {
        each.article.article_id for each in (LEASE_CHIP, LEASE_STACK, LEASE_NORTH)
    }
    assert [source.article_id for source in harvest.sources] == ["a-harvest"]
    assert (lease.rank, harvest.rank) == (1, 2)
    assert lease.scores["total"] > harvest.scores["total"]
    assert {lease.status, harvest.status} == {"new"}
    assert harvest.tldr.what_changed.claims[0].text == WRITTEN
    assert harvest.tldr.what_changed.claims[0].basis == "written"


def test_the_advice_of_a_source_is_what_to_do_next(first_week: Digest) -> None:
    (action,) = first_week.stories[0].tldr.what_to_do_next.claims
    assert action.text == (
        "Check your own Brightmoor contract for the sublet clause before December."
    )
    told_before = {claim.id for claim in first_week.stories[0].tldr.what_changed.claims}
    assert set(action.because) <= told_before
    assert first_week.stories[1].tldr.what_to_do_next.reason is not None


def test_where_the_sources_advise_nothing_an_action_is_inferred_and_says_so(store: Store) -> None:
    hole = told(
        "a-hole",
        "Port Protocol",
        datetime(2026, 11, 11, 9, tzinfo=UTC),
        "Vulnerability in the Quayside inference server is a zero-day",
        "A vulnerability in the Quayside inference server is actively exploited in the wild, its "
        "maintainers said on Wednesday. The vulnerability lets anyone who can reach Quayside run "
        "commands on the machine.",
        "Quayside is an open-source inference server, and thousands of Quayside users run it.",
    )
    store.save_article(hole.article, hole.revision)
    (story,) = digest_of(store).stories
    (action,) = story.tldr.what_to_do_next.claims
    assert action.basis == "inferred"
    assert "Quayside" in action.text
    assert "Quayside" in action.audience
    changed = {claim.id: claim for claim in story.tldr.what_changed.claims}
    assert action.because
    assert set(action.because) <= set(changed)
    cited = [citation for claim_id in action.because for citation in changed[claim_id].citations]
    assert action.citations == cited


def test_every_citation_is_found_at_its_place_in_the_stored_revision(
    first_week: Digest, store: Store
) -> None:
    checked = 0
    for story in first_week.stories:
        for citation in citations_of(story):
            revision = store.revision(citation.article_id, citation.text_sha256)
            assert revision is not None
            field = revision.title if citation.field == "title" else revision.text
            assert field[citation.start : citation.end] == citation.quote != ""
            assert citation.article_id in {source.article_id for source in story.sources}
            assert citation.url is not None
            assert citation.url.startswith(f"{store_url(store, citation.article_id)}#:~:text=")
            checked += 1
        listed = {(ref.article_id, ref.text_sha256) for ref in story.revisions}
        assert listed == {(c.article_id, c.text_sha256) for c in citations_of(story)}
    assert checked > 8


def store_url(store: Store, article_id: str) -> str | None:
    return store.articles([article_id])[article_id].article.url


def test_no_claim_is_made_twice_and_none_has_failed_a_check(first_week: Digest) -> None:
    for story in first_week.stories:
        claims = claims_of(story)
        assert len({claim.text for claim in claims}) == len(claims)
        assert len({claim.id for claim in claims}) == len(claims)
        assert not [claim for claim in claims if "fail" in claim.support.checks.values()]


def test_the_terminal_shows_every_claim_with_its_sources(first_week: Digest) -> None:
    out = io.StringIO()
    Console(file=out, width=10_000).print(digest_view(first_week))
    for story in first_week.stories:
        numbers = {source.article_id: n for n, source in enumerate(story.sources, start=1)}
        for claim in claims_of(story):
            cited = sorted({numbers[citation.article_id] for citation in claim.citations})
            (line,) = [line for line in out.getvalue().split("\n") if claim.text in line]
            assert "".join(f"[{n}]" for n in cited) in line


def test_the_file_satisfies_the_published_schema(first_week: Digest) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(render(first_week)))


def test_a_second_run_gives_the_same_bytes_and_asks_no_model(
    first_week: Digest, store: Store
) -> None:
    publish(store, first_week)
    idle = FakeGenerator({})
    assert render(digest_of(store, generator=idle)) == render(first_week)
    assert idle.calls == []


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_the_bytes_do_not_depend_on_the_batch_size(
    first_week: Digest, empty_database: Path, tmp_path: Path, batch_size: int
) -> None:
    with Store.open(Path(shutil.copy(empty_database, tmp_path / "other.db"))) as other:
        save(other, *FIRST_WEEK)
        generator = FakeGenerator(ANSWERS)
        digest = digest_of(other, generator=generator, batch_size=batch_size)
    assert render(digest) == render(first_week)
    assert max(generator.calls) <= batch_size
    assert sum(generator.calls) > 1


def test_the_bytes_do_not_depend_on_the_order_of_arrival(
    first_week: Digest, empty_database: Path, tmp_path: Path
) -> None:
    with Store.open(Path(shutil.copy(empty_database, tmp_path / "other.db"))) as other:
        save(other, *FIRST_WEEK[::-1])
        digest = digest_of(other, generator=FakeGenerator(ANSWERS))
    assert render(digest) == render(first_week)


def test_prompts_go_out_in_one_batch_for_all_stories(store: Store) -> None:
    save(store, *FIRST_WEEK)
    generator = FakeGenerator()
    digest_of(store, generator=generator)
    assert len(generator.calls) == 1
    assert len(set(generator.prompts)) == len(generator.prompts) > 1


def test_what_is_withheld_in_the_week_is_listed_with_its_reason(
    first_week: Digest, store: Store
) -> None:
    (german,) = [each for each in first_week.withheld if each.article_id]
    assert (german.article_id, german.reason) == ("a-german", "language")
    assert digest_of(store, NEXT_WEEK).withheld == []


def test_a_week_without_news_is_an_empty_digest(store: Store) -> None:
    save(store, *FIRST_WEEK)
    empty = digest_of(store, IsoWeek(2026, 20))
    assert (empty.stories, empty.tags, empty.withheld) == ([], [], [])
    assert empty.counts["articles"] == len(FIRST_WEEK)
    assert read(render(empty), label="x") == empty


@pytest.mark.parametrize(
    ("published", "zone", "week"),
    [
        ("2026-11-08T23:30:00+00:00", "UTC", "2026-W45"),
        ("2026-11-08T23:30:00+00:00", "Europe/Berlin", "2026-W46"),
        ("2026-11-09T04:59:59+00:00", "America/New_York", "2026-W45"),
        ("2026-11-09T05:00:00+00:00", "America/New_York", "2026-W46"),
        ("2026-11-15T10:59:59+00:00", "Pacific/Auckland", "2026-W46"),
        ("2026-11-15T11:00:00+00:00", "Pacific/Auckland", "2026-W47"),
    ],
)
def test_weeks_end_at_midnight_of_the_configured_zone(
    store: Store, published: str, zone: str, week: str
) -> None:
    article = HARVEST.article.model_copy(update={"published": datetime.fromisoformat(published)})
    store.save_article(article, HARVEST.revision)
    given = settings(digest={"timezone": zone})
    found = [
        str(each)
        for each in (IsoWeek(2026, 45), WEEK, NEXT_WEEK)
        if digest_of(store, each, given=given).stories
    ]
    assert found == [week]


def test_an_undated_article_belongs_to_the_week_it_was_first_seen_in(store: Store) -> None:
    save(store, told("a-1", "Paper", None, HARVEST.revision.title, HARVEST.revision.text))
    assert digest_of(store, WEEK).stories == []
    (story,) = digest_of(store, NEXT_WEEK).stories
    assert story.sources[0].published is None


def test_a_late_article_reissues_its_week(store: Store) -> None:
    save(store, LEASE_CHIP, LEASE_STACK)
    before = publish(store, digest_of(store))
    save(store, LEASE_NORTH)
    after = publish(store, digest_of(store, now=LATER))
    assert after.stories[0].id == before.stories[0].id
    assert after.stories[0].status == "new"
    assert len(after.stories[0].sources) == len(before.stories[0].sources) + 1
    assert after.inputs_sha256 != before.inputs_sha256
    assert store.digest(after.week) == render(after)


def test_a_story_told_before_is_updated_by_what_its_new_articles_say(
    first_week: Digest, store: Store
) -> None:
    publish(store, first_week)
    save(store, LEASE_MOVES_ON)
    later = digest_of(store, NEXT_WEEK, now=LATER)
    (story,) = later.stories
    assert story.id == first_week.stories[0].id
    assert (story.status, story.first_seen) == ("updated", first_week.stories[0].first_seen)
    assert story.title.text == LEASE_MOVES_ON.revision.title
    assert len(story.sources) == 4
    news = story.tldr.what_changed.claims
    assert news
    assert {c.article_id for claim in news for c in claim.citations} == {"a-lease-later"}


def test_the_first_telling_is_new_however_old_the_story_is(
    first_week: Digest, store: Store
) -> None:
    save(store, LEASE_MOVES_ON)  # the first week's digest was never published
    (story,) = digest_of(store, NEXT_WEEK, now=LATER).stories
    assert story.status == "new"


def test_a_week_made_again_does_not_know_of_the_weeks_after_it(
    first_week: Digest, store: Store
) -> None:
    publish(store, first_week)
    save(store, LEASE_MOVES_ON)
    publish(store, digest_of(store, NEXT_WEEK, now=LATER))
    again = digest_of(store, generator=FakeGenerator(ANSWERS))
    assert {story.status for story in again.stories} == {"new"}
    assert story_on(again, "Corvane Labs").sources == first_week.stories[0].sources


def test_an_update_that_only_repeats_is_withheld(first_week: Digest, store: Store) -> None:
    publish(store, first_week)
    save(
        store,
        told(
            "a-copy",
            "Copycat",
            datetime(2026, 11, 17, 9, tzinfo=UTC),
            HARVEST.revision.title,
            HARVEST.revision.text,
        ),
    )
    later = digest_of(store, NEXT_WEEK, now=LATER)
    assert later.stories == []
    (reason,) = later.withheld
    assert (reason.story_id, reason.reason) == (first_week.stories[1].id, "unchanged")
    assert reason.detail == "told before; 1 new article (Copycat) without a new fact"


def test_stories_beyond_the_cap_are_withheld(store: Store) -> None:
    save(store, *FIRST_WEEK)
    digest = digest_of(store, given=settings(digest={"max_stories": 1}))
    assert [story.rank for story in digest.stories] == [1]
    (capped,) = [each for each in digest.withheld if each.reason == "cap"]
    assert capped.story_id is not None
    assert "max_stories = 1" in capped.detail
    assert {tag.story_ids[0] for tag in digest.tags} == {digest.stories[0].id}


def test_a_reprint_counts_as_a_source_but_not_as_an_origin(store: Store) -> None:
    reprint = told(
        "a-reprint",
        "Copycat",
        datetime(2026, 11, 12, 9, tzinfo=UTC),
        LEASE_CHIP.revision.title,
        LEASE_CHIP.revision.text,
    )
    save(store, LEASE_CHIP, LEASE_STACK, reprint)
    (story,) = digest_of(store).stories
    origins = {source.article_id: source.origin for source in story.sources}
    assert origins["a-reprint"] == "a-lease-chip"
    assert len(set(origins.values())) == 2
    cited = {c.article_id for claim in claims_of(story) for c in claim.citations}
    assert "a-reprint" not in cited


def test_related_updates_reach_back_to_earlier_digests(first_week: Digest, store: Store) -> None:
    publish(store, first_week)
    save(
        store,
        told(
            "a-cider",
            "Northgate Review",
            datetime(2026, 11, 18, 9, tzinfo=UTC),
            "Cider press of Oldbury burns down",
            "The cider press of Oldbury burned down on Wednesday. Nobody was hurt at Oldbury.",
        ),
    )
    (story,) = digest_of(store, NEXT_WEEK, now=LATER).stories
    related = {update.story_id for update in story.related.same_source}
    assert related == {each.id for each in first_week.stories}


def test_the_state_of_the_feeds_is_told_without_their_secrets(store: Store) -> None:
    failed = FetchState(
        status=FetchStatus.FAILED,
        fetched_at=NOW,
        ok_at=NOW - timedelta(days=1),
        failures=3,
        error="https://private.example/feed?token=s3cret: the server answered 500; wait",
    )
    address = "https://me:word@private.example/feed?token=s3cret"
    store.save_feed(Feed(feed_id="f-1", url=address, added_at=NOW, state=failed))
    once = Feed(feed_id="f-0", url="https://once.example/f", added_at=NOW, subscribed=False)
    store.save_feed(once)
    digest = digest_of(store)
    (health,) = digest.health.feeds
    assert (health.feed_id, health.title) == ("f-1", "private.example")
    assert (health.status, health.last_ok) == ("failed", "2026-11-15T06:00:00Z")
    assert health.error is not None
    assert "answered 500" in health.error
    assert "s3cret" not in render(digest)
    assert "word" not in health.url


def test_publishing_writes_the_file_and_remembers_it(first_week: Digest, store: Store) -> None:
    path = store.path.parent / "elsewhere" / "week.json"
    assert publish_digest(store, first_week, path) == path
    assert path.read_text(encoding="utf-8") == store.digest("2026-W46") == render(first_week)
    assert read_past(store, NEXT_WEEK).in_force == (first_week,)
    assert read_past(store, WEEK).in_force == ()


def test_what_made_the_digest_is_stated(first_week: Digest) -> None:
    generator = first_week.generator
    assert [(model.role, model.id) for model in generator.models] == [
        ("encoder", "fake-encoder"),
        ("generator", "fake-generator"),
    ]
    assert generator.torch == "2.13.0"
    own = settings().text_sha256(playbooks_sha256=SHIPPED_PLAYBOOKS)
    assert generator.settings_sha256 == own != settings().text_sha256()
    assert [prompt.name for prompt in generator.prompts] == sorted(get_args(PairSection))
    assert first_week.generated_at == "2026-11-16T06:00:00Z"


def test_settings_that_change_no_text_change_no_hash() -> None:
    base = Settings()
    faster = base.model_copy(
        update={"models": base.models.model_copy(update={"batch_size": 1, "device": "cpu"})}
    )
    assert faster.text_sha256() == base.text_sha256()
    assert settings(digest={"timezone": "Europe/Berlin"}).text_sha256() != settings().text_sha256()

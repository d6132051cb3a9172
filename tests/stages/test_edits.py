"""The reader's hand from the edit to the digest, over two runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.publish import digest as files
from pipeline.schema import Digest, StoryBrief
from pipeline.stages.digest import publish_digest
from pipeline.stages.edits import (
    edit_log,
    merge_stories,
    retag_story,
    retitle_story,
    split_story,
    undo_edit,
    withhold_claim,
)
from pipeline.stages.naming import find_story, story_parts
from pipeline.stages.stories import update_stories
from pipeline.store import Store
from tests.fakes import NOW
from tests.stages.stories import HARVEST, LEASE_CHIP, LEASE_NORTH, LEASE_STACK, save
from tests.stages.world import WEEK, digest_of, reading, settings

LATER = NOW + timedelta(hours=1)
LEASES = (LEASE_CHIP, LEASE_STACK, LEASE_NORTH)
LEASE_IDS = {each.article.article_id for each in LEASES}


@pytest.fixture
def week(store: Store, tmp_path: Path) -> Digest:
    """Return the published digest of one event in two articles, and of another in one."""
    save(store, LEASE_CHIP, LEASE_STACK, HARVEST)
    return publish(store, tmp_path)


def publish(store: Store, folder: Path) -> Digest:
    """Make and publish the digest of the week from what is stored."""
    digest = digest_of(store, WEEK)
    publish_digest(store, digest, folder / "digest.json")
    return digest


def members(store: Store) -> dict[str, set[str]]:
    """Return story id → article ids."""
    return {story.story_id: set(story.article_ids) for story in store.stories()}


def told_by(digest: Digest, article_id: str) -> StoryBrief:
    """Return the story that lists an article."""
    (story,) = [
        story for story in digest.stories if article_id in {s.article_id for s in story.sources}
    ]
    return story


# --- merge and split -----------------------------------------------------------------------------


def test_a_merge_outlives_what_is_clustered_later(store: Store, week: Digest) -> None:
    lease, harvest = told_by(week, "a-lease-chip"), told_by(week, "a-harvest")
    edit = merge_stories(store, [lease.id, harvest.slug], LATER)
    everything = {"a-lease-chip", "a-lease-stack", "a-harvest"}
    assert members(store) == {lease.id: everything}
    save(store, LEASE_NORTH)
    digest = digest_of(store)
    assert members(store) == {lease.id: {*everything, "a-lease-north"}}
    (story,) = digest.stories
    assert [(each.id, each.kind, each.detail) for each in story.edits] == [
        (edit.edit_id, "merge", "2 stories joined")
    ]


def test_a_split_outlives_what_is_clustered_later(store: Store, week: Digest) -> None:
    lease = told_by(week, "a-lease-chip")
    assert LEASE_STACK.article.url
    split_story(store, lease.id, [LEASE_STACK.article.url], LATER)
    apart = members(store)
    assert apart[lease.id] == {"a-lease-chip"}
    assert sorted(map(sorted, apart.values())) == [
        ["a-harvest"],
        ["a-lease-chip"],
        ["a-lease-stack"],
    ]
    save(store, LEASE_NORTH)
    digest = digest_of(store)
    story_of = store.story_of(["a-lease-chip", "a-lease-stack", "a-lease-north"])
    assert story_of["a-lease-chip"] != story_of["a-lease-stack"]
    assert story_of["a-lease-north"] in (story_of["a-lease-chip"], story_of["a-lease-stack"])
    assert [each.kind for each in told_by(digest, "a-lease-stack").edits] == ["split"]
    assert [each.kind for each in told_by(digest, "a-lease-chip").edits] == ["split"]


@pytest.mark.parametrize("kind", ["merge", "split"])
def test_undone_the_stories_and_the_digest_are_as_before(
    store: Store, week: Digest, kind: str
) -> None:
    before = members(store)
    lease, harvest = told_by(week, "a-lease-chip"), told_by(week, "a-harvest")
    if kind == "merge":
        edit = merge_stories(store, [harvest.id, lease.id], LATER)
    else:
        edit = split_story(store, lease.id, ["a-lease-chip"], LATER)
    assert members(store) != before
    undo_edit(store, edit.edit_id, LATER)
    assert members(store) == before
    assert files.render(digest_of(store)) == files.render(week)


def test_an_edit_that_another_builds_on_is_undone_after_it(store: Store, week: Digest) -> None:
    lease, harvest = told_by(week, "a-lease-chip"), told_by(week, "a-harvest")
    before = members(store)
    first = merge_stories(store, [lease.id, harvest.id], LATER)
    second = split_story(store, lease.id, ["a-lease-stack"], LATER)
    with pytest.raises(UsageError, match=second.edit_id):
        undo_edit(store, first.edit_id, LATER)
    undo_edit(store, second.edit_id[:8], LATER)
    undo_edit(store, first.edit_id[:8], LATER)
    assert members(store) == before
    assert [(line.kind, line.in_force) for line in edit_log(store)] == [
        ("merge", False),
        ("split", False),
        ("undo", True),
        ("undo", True),
    ]


def test_a_run_without_new_articles_leaves_the_stories_alone(store: Store, week: Digest) -> None:
    lease, harvest = told_by(week, "a-lease-chip"), told_by(week, "a-harvest")
    merge_stories(store, [lease.id, harvest.id], LATER)
    before = members(store)
    assert update_stories(reading(store), settings(), LATER) == []
    assert members(store) == before


# --- what is published ---------------------------------------------------------------------------


def test_a_headline_of_the_readers_own_can_be_told_from_a_sources(
    store: Store, week: Digest
) -> None:
    harvest = told_by(week, "a-harvest")
    retitle_story(store, harvest.slug, "  Plums,\nplums ", LATER)
    story = told_by(digest_of(store), "a-harvest")
    assert (story.title.text, story.title.edited) == ("Plums, plums", True)
    assert story.title.citation == harvest.title.citation
    assert story.slug.startswith("plums-plums-")
    assert not harvest.title.edited


def test_tags_are_the_readers_in_the_digest_and_its_list(store: Store, week: Digest) -> None:
    harvest = told_by(week, "a-harvest")
    taken = harvest.tags[0].slug
    retag_story(store, harvest.id, ["gpu-shortage", "product:Plum 2"], [f"#{taken}"], LATER)
    digest = digest_of(store)
    slugs = [tag.slug for tag in told_by(digest, "a-harvest").tags]
    assert {"gpu-shortage", "plum-2"} <= set(slugs)
    assert taken not in slugs
    (listed,) = [tag for tag in digest.tags if tag.slug == "plum-2"]
    assert (listed.name, listed.kind, listed.story_ids) == ("Plum 2", "product", [harvest.id])


def test_a_withheld_sentence_does_not_come_back_in_any_section(store: Store, week: Digest) -> None:
    lease = told_by(week, "a-lease-chip")
    claim = lease.tldr.what_changed.claims[0]
    withhold_claim(store, claim.id, LATER)
    digest = digest_of(store)
    story = told_by(digest, "a-lease-chip")
    said = story.model_dump_json(exclude={"title", "related", "sources"})
    assert claim.text not in said
    for citation in claim.citations:
        assert citation.quote not in said
    assert story.tldr.what_changed.claims  # the next best takes its place
    assert [each.detail for each in story.edits] == ["a sentence withheld"]
    assert claim.text not in files.render(digest)


def test_the_same_edits_give_the_same_bytes(store: Store, week: Digest) -> None:
    claim = told_by(week, "a-lease-chip").tldr.what_changed.claims[0]
    withhold_claim(store, claim.id, LATER)
    retitle_story(store, told_by(week, "a-harvest").id, "Plums", LATER)
    once = files.render(digest_of(store))
    assert files.render(digest_of(store)) == once
    assert once != files.render(week)


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["Plum harvest", "#northgate-review"])
def test_a_muted_story_is_withheld_with_its_rule(store: Store, week: Digest, rule: str) -> None:
    digest = digest_of(store, given=settings(reader={"mute": (rule,)}))
    harvest = told_by(week, "a-harvest")
    assert [story.id for story in digest.stories] == [told_by(week, "a-lease-chip").id]
    (note,) = [each for each in digest.withheld if each.reason == "muted"]
    assert (note.story_id, note.article_id) == (harvest.id, None)
    assert note.detail == f"reader.mute has {rule!r}"
    assert digest.generator.settings_sha256 != week.generator.settings_sha256


def test_a_muted_source_tells_nothing(store: Store, week: Digest) -> None:
    rule = "source:Northgate Review"
    save(store, LEASE_NORTH)
    digest = digest_of(store, given=settings(reader={"mute": (rule,)}))
    (story,) = digest.stories
    assert {source.article_id for source in story.sources} == {"a-lease-chip", "a-lease-stack"}
    notes = [each for each in digest.withheld if each.reason == "muted"]
    assert [(each.article_id, each.detail) for each in notes] == [
        ("a-harvest", f"reader.mute has {rule!r}"),
        ("a-lease-north", f"reader.mute has {rule!r}"),
    ]
    assert len(digest_of(store).stories) == 2


def test_the_cap_leaves_out_what_is_followed_last(store: Store, week: Digest) -> None:
    assert [story.scores["interest"] for story in week.stories] == [0.0, 0.0]
    first, last = week.stories
    followed = {"follow": (last.title.text,)}
    digest = digest_of(store, given=settings(reader=followed, digest={"max_stories": 1}))
    (story,) = digest.stories
    assert (story.id, story.rank, story.scores["interest"]) == (last.id, 1, 1.0)
    assert [(each.story_id, each.reason) for each in digest.withheld] == [(first.id, "cap")]


# --- names ---------------------------------------------------------------------------------------


def test_a_story_is_found_by_the_beginning_of_its_name(store: Store, week: Digest) -> None:
    harvest = told_by(week, "a-harvest")
    for name in (harvest.id, harvest.id[:9], harvest.slug, harvest.slug[:12]):
        assert find_story(store, name).story_id == harvest.id
    story, articles, claims = story_parts(store, harvest.id)
    assert story.story_id == harvest.id
    assert [each.article.article_id for each in articles] == ["a-harvest"]
    assert harvest.tldr.what_changed.claims[0] in claims


def test_a_story_that_was_joined_to_another_is_found_by_its_old_names(
    store: Store, week: Digest
) -> None:
    lease, harvest = told_by(week, "a-lease-chip"), told_by(week, "a-harvest")
    merge_stories(store, [lease.id, harvest.id], LATER)
    assert find_story(store, harvest.slug).story_id == lease.id
    assert find_story(store, harvest.id).story_id == lease.id


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("s-", "begins the name of 2: s-"),
        ("plum", "did you mean lindhaven"),
        ("zzz", "see halfminute show"),
    ],
)
def test_a_name_that_is_no_story_is_answered_with_what_is_near(
    store: Store, week: Digest, name: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        find_story(store, name)


def test_what_cannot_be_done_is_told(store: Store, week: Digest) -> None:
    harvest = told_by(week, "a-harvest").id
    refused: dict[str, Callable[[], object]] = {
        "name two or more": lambda: merge_stories(store, [harvest, harvest], LATER),
        "no article of that story": lambda: split_story(store, harvest, ["a-lease-chip"], LATER),
        "leave one where it is": lambda: split_story(store, harvest, ["a-harvest"], LATER),
        "1 to 200": lambda: retitle_story(store, harvest, " \u200b", LATER),
        "say --add TAG": lambda: retag_story(store, harvest, [], [], LATER),
        "is no tag; write": lambda: retag_story(store, harvest, ["source:X"], [], LATER),
        "is no tag of that story": lambda: retag_story(store, harvest, [], ["zzz"], LATER),
        "is no published claim": lambda: withhold_claim(store, "c-zzz", LATER),
        "is no edit in force": lambda: undo_edit(store, "e-zzz", LATER),
    }
    for said, edit in refused.items():
        with pytest.raises(UsageError, match=said):
            edit()
    assert store.edits() == []

from __future__ import annotations

import io

import pytest
from rich.console import Console

from pipeline.canonical import sha256_text
from pipeline.errors import UsageError
from pipeline.publish.digest import render
from pipeline.records import Story
from pipeline.schema import Digest, Tag
from pipeline.stages.show import find_view, why_view
from pipeline.store import Decision, Store
from pipeline.weeks import IsoWeek
from tests.fakes import NOW
from tests.publish.samples import make_brief, make_claim, make_digest
from tests.stages.stories import LEASE_CHIP, LEASE_STACK, save

GPU = Tag(slug="gpu-shortage", name="GPU shortage", kind="topic")
OLD = make_digest(
    make_brief("s-00aa11", title="Old rent", tags=[GPU]),
    make_brief("s-00aa22", title="Old harvest", rank=2),
    week=IsoWeek(2026, 45),
)
NEW = make_digest(
    make_brief("s-00aa11", title="New rent", tags=[GPU], takeaways=[make_claim("A takeaway.")])
)


def keep(store: Store, digest: Digest) -> None:
    text = render(digest)
    store.save_digest(digest.week, sha256_text(text), NOW, text)


@pytest.fixture
def told(store: Store) -> Store:
    keep(store, NEW)
    keep(store, OLD)
    return store


def shown(store: Store, what: str | None) -> str:
    out = io.StringIO()
    Console(file=out, width=500).print(find_view(store, what))
    return out.getvalue()


def test_without_a_word_the_latest_week_is_shown(told: Store) -> None:
    assert shown(told, None).startswith("Week 2026-W46")
    assert "New rent" in shown(told, None)


def test_a_week_is_shown_whole(told: Store) -> None:
    text = shown(told, "2026-W45")
    assert "Old rent" in text
    assert "Old harvest" in text
    assert "New rent" not in text


@pytest.mark.parametrize("name", ["s-00aa11", "s-00aa1", "story-s-00aa11"])
def test_a_story_is_shown_as_last_told(told: Store, name: str) -> None:
    text = shown(told, name)
    assert "New rent" in text
    assert "Old rent" not in text
    assert "A takeaway." in text


@pytest.mark.parametrize("name", ["gpu-shortage", "#gpu-shortage", "GPU-shortage"])
def test_a_tag_lists_its_stories_latest_week_first(told: Store, name: str) -> None:
    text = shown(told, name)
    assert text.index("2026-W46: 1") < text.index("New rent") < text.index("2026-W45: 1")
    assert "Old harvest" not in text


@pytest.mark.parametrize("name", ["nothing", "", "s-", "2026-W44", "2026-W4", "#"])
def test_what_was_never_published_is_named(told: Store, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_view(told, name)
    assert caught.value.mend


def test_before_the_first_digest_the_mend_says_how_to_make_one(store: Store) -> None:
    with pytest.raises(UsageError, match="run halfminute digest"):
        find_view(store, None)


def test_why_says_what_opened_and_joined_a_story_and_what_was_kept_out(store: Store) -> None:
    save(store, LEASE_CHIP, LEASE_STACK)
    story = Story(
        story_id="s-00aa11",
        first_seen=NOW,
        article_ids=(LEASE_CHIP.article.article_id, LEASE_STACK.article.article_id),
    )
    lines = [
        ("opened", "s-00aa11", None, LEASE_CHIP, "the earliest report on the event"),
        ("joined", "s-00aa11", None, LEASE_STACK, "similarity 0.52, 0.32 needed"),
        ("kept_apart", "s-00aa99", "s-00aa11", LEASE_CHIP, "their titles name different versions"),
    ]
    store.save_stories(
        [story],
        [
            Decision.model_validate(
                {
                    "at": NOW,
                    "kind": kind,
                    "story_id": home,
                    "other_story_id": other,
                    "article_id": each.article.article_id,
                    "why": why,
                }
            )
            for kind, home, other, each, why in lines
        ],
    )
    out = io.StringIO()
    Console(file=out, width=500).print(why_view(store, "s-00aa11"))
    text = out.getvalue()
    assert text.startswith("s-00aa11: 2 articles")
    assert f"opened by Chip Ledger: {LEASE_CHIP.revision.title}" in text
    assert "joined by Stack Dispatch" in text
    assert "similarity 0.52, 0.32 needed" in text
    assert "kept apart from s-00aa99: Chip Ledger" in text


@pytest.mark.parametrize("name", ["s-none", "", "gpu-shortage"])
def test_why_needs_a_story(told: Store, name: str) -> None:
    with pytest.raises(UsageError, match="is no story"):
        why_view(told, name)

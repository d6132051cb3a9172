"""Make a week's digest from the store and publish it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipeline import __version__
from pipeline.brief.prompts import all_prompts
from pipeline.canonical import sha256_text
from pipeline.protocols import ModelIdentity, Progress, no_progress
from pipeline.publish import digest as files
from pipeline.records import FetchStatus
from pipeline.schema import (
    Digest,
    FeedHealth,
    Generator,
    GeneratorModel,
    Health,
    StoryBrief,
    Withheld,
)
from pipeline.settings import Settings
from pipeline.stages.briefs import Span, Writing, write_briefs
from pipeline.store import Store
from pipeline.stories.related import Card
from pipeline.urls import host_of, redact
from pipeline.weeks import IsoWeek, iso, parse_moment, time_zone

RELATED_DIGESTS = 12
"""Earlier digests searched for related updates: a quarter of a year."""


def make_digest(
    means: Writing,
    week: IsoWeek,
    settings: Settings,
    now: datetime,
    *,
    torch_version: str,
    progress: Progress = no_progress,
) -> Digest:
    """Return the digest of `week` as the store has it at `now`."""
    store = means.reading.store
    start, end = week.period(time_zone(settings.digest.timezone))
    earlier = earlier_digests(store, week)
    published = frozenset(story.id for digest in earlier for story in digest.stories)
    stories = store.stories_between(start, end)
    briefs, composed = write_briefs(
        means,
        stories,
        Span(start, end),
        published=published,
        others=archive_cards(earlier),
        progress=progress,
    )
    kept, withheld = _publishable(briefs, settings.digest.max_stories)
    for story in kept:
        dropped = composed[story.id].unpublished
        if dropped:
            count = len(dropped)
            detail = f"{count} sentence{'s' * (count != 1)} not fit to stand alone"
            withheld.append(Withheld(story_id=story.id, reason="unverified", detail=detail))
    in_week = set(store.article_ids_between(start, end))
    withheld += [
        Withheld(article_id=each.subject_id, reason=each.reason, detail=each.detail)
        for each in store.withholdings()
        if each.subject_id in in_week
    ]
    return files.assemble(
        week=week,
        timezone=settings.digest.timezone,
        now=now,
        generator=_generator(means, settings, torch_version),
        stories=kept,
        corrections=[],
        withheld=withheld,
        health=health(store),
        counts=store.counts(),
    )


def publish_digest(store: Store, digest: Digest, path: Path) -> Path:
    """Write the digest's file, then remember it as published; return the path."""
    text = files.render(digest)
    files.write(digest, path)
    store.save_digest(digest.week, sha256_text(text), parse_moment(digest.generated_at), text)
    return path


def earlier_digests(store: Store, week: IsoWeek) -> list[Digest]:
    """Return the published digests before `week`, the latest first."""
    found = []
    for name in sorted(store.digest_weeks(), reverse=True):
        text = store.digest(name) if name < str(week) else None
        if text is not None:
            found.append(files.read(text, label=f"digest {name}"))
    return found[:RELATED_DIGESTS]


def archive_cards(digests: Sequence[Digest]) -> list[Card]:
    """Return a card of every story told in these digests, its latest telling."""
    cards: dict[str, Card] = {}
    for digest in digests:
        for story in digest.stories:
            cards.setdefault(
                story.id,
                Card(
                    story_id=story.id,
                    title=story.title.text,
                    url=next((s.url for s in story.sources if s.url), None),
                    moment=parse_moment(story.last_updated),
                    tags=tuple(story.tags),
                    origins=frozenset(s.origin for s in story.sources),
                ),
            )
    return [cards[story_id] for story_id in sorted(cards)]


def _publishable(
    briefs: Sequence[StoryBrief], limit: int
) -> tuple[list[StoryBrief], list[Withheld]]:
    """Split off stories without news and those beyond the cap; the rest is ranked anew."""
    kept: list[StoryBrief] = []
    withheld: list[Withheld] = []
    for story in briefs:
        if not story.tldr.what_changed.claims:
            detail = story.tldr.what_changed.reason or "no sentence passed verification"
            withheld.append(Withheld(story_id=story.id, reason="unverified", detail=detail))
        elif len(kept) >= limit:
            detail = f"beyond digest.max_stories = {limit}"
            withheld.append(Withheld(story_id=story.id, reason="cap", detail=detail))
        else:
            kept.append(story.model_copy(update={"rank": len(kept) + 1}))
    return kept, withheld


def health(store: Store) -> Health:
    """Return the state of the subscribed feeds, secrets redacted."""
    found = []
    for feed in sorted(store.feeds(subscribed=True), key=lambda f: f.feed_id):
        state = feed.state
        found.append(
            FeedHealth(
                feed_id=feed.feed_id,
                title=feed.title or host_of(feed.url),
                url=redact(feed.url),
                status=state.status.value if state.status is not FetchStatus.NEVER else "never",
                last_ok=iso(state.ok_at) if state.ok_at else None,
                entries=len(store.entries(feed.feed_id)),
                pages_failed=len(store.failed_pages(feed.feed_id)),
                error=redact(state.error) if state.error else None,
            )
        )
    return Health(feeds=found)


def _generator(means: Writing, settings: Settings, torch_version: str) -> Generator:
    writer, encoder = means.generator.identity, means.reading.encoder.identity
    return Generator(
        name="halfminute",
        version=__version__,
        dtype=writer.dtype,
        device=writer.device,
        torch=torch_version,
        models=[
            _model("encoder", encoder),
            _model("generator", writer),
            *(_model(role, identity) for role, identity in means.checkers),
        ],
        prompts=all_prompts(),
        settings_sha256=settings.text_sha256(playbooks_sha256=means.playbooks.sha256),
    )


def _model(role: str, identity: ModelIdentity) -> GeneratorModel:
    return GeneratorModel.model_validate(
        {
            "role": role,
            "id": identity.id,
            "revision": identity.revision,
            "sha256": identity.sha256,
            "license": identity.license,
        }
    )

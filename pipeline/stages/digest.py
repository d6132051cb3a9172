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
from pipeline.stages.archive import archive_cards, read_past, week_corrections
from pipeline.stages.briefs import Span, Writing, write_briefs
from pipeline.stages.wishes import Wishes, muted_articles
from pipeline.store import Store
from pipeline.stories.continuity import ToldBefore
from pipeline.stories.edits import repeats_withheld
from pipeline.stories.tags import TagArchive
from pipeline.urls import host_of, redact
from pipeline.weeks import IsoWeek, iso, parse_moment, time_zone


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
    past = read_past(store, week)
    stories = store.stories_between(start, end)
    wishes = Wishes.of(settings.reader, store.edits())
    written = write_briefs(
        means,
        stories,
        Span(start, end, now),
        before=past.told,
        others=archive_cards(past.in_force),
        archive=TagArchive.of(past.in_force),
        wishes=wishes,
        progress=progress,
    )
    kept, withheld = _publishable(written.briefs, past.told, settings.digest.max_stories)
    for story in kept:
        dropped = written.composed[story.id].unpublished
        if dropped:
            count = len(dropped)
            detail = f"{count} sentence{'s' * (count != 1)} not fit to stand alone"
            withheld.append(Withheld(story_id=story.id, reason="unverified", detail=detail))
    in_week = set(store.article_ids_between(start, end))
    withheld += [*written.muted, *muted_articles(store, sorted(in_week), wishes)]
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
        corrections=[
            each
            for each in week_corrections(store, past, week, end, now)
            if not repeats_withheld(each, wishes.edits)
        ],
        withheld=withheld,
        health=health(store),
        counts=store.counts(),
        earlier=past.in_force,
    )


def publish_digest(store: Store, digest: Digest, path: Path) -> Path:
    """Write the digest's file, then remember it as published; return the path."""
    text = files.render(digest)
    files.write(digest, path)
    store.save_digest(digest.week, sha256_text(text), parse_moment(digest.generated_at), text)
    return path


def _publishable(
    briefs: Sequence[StoryBrief], before: ToldBefore, limit: int
) -> tuple[list[StoryBrief], list[Withheld]]:
    """Split off stories without news and those beyond the cap; the rest is ranked anew.

    The cap leaves out what the reader follows only where nothing else is left.
    """
    fit: list[StoryBrief] = []
    withheld: list[Withheld] = []
    for story in briefs:
        if story.status == "unchanged":
            detail = _nothing_new(story, before)
            withheld.append(Withheld(story_id=story.id, reason="unchanged", detail=detail))
        elif not story.tldr.what_changed.claims:
            detail = story.tldr.what_changed.reason or "no sentence passed verification"
            withheld.append(Withheld(story_id=story.id, reason="unverified", detail=detail))
        else:
            fit.append(story)
    followed_first = sorted(fit, key=lambda story: story.scores["interest"] == 0)
    cut = {story.id for story in followed_first[limit:]}
    kept = [story for story in fit if story.id not in cut]
    detail = f"beyond digest.max_stories = {limit}"
    withheld += [Withheld(story_id=i, reason="cap", detail=detail) for i in sorted(cut)]
    return [
        story.model_copy(update={"rank": rank}) for rank, story in enumerate(kept, start=1)
    ], withheld


def _nothing_new(story: StoryBrief, before: ToldBefore) -> str:
    joined = [s.source for s in story.sources if not before.lists(s.article_id)]
    articles = f"{len(joined)} new article{'s' * (len(joined) != 1)}"
    return f"told before; {articles} ({', '.join(sorted(set(joined)))}) without a new fact"


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

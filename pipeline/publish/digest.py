"""Put a week's stories together as a digest, and read and write digest files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from pipeline.canonical import canonical_json, compact_json, sha256_text, write_atomically
from pipeline.errors import StoreError
from pipeline.schema import (
    SCHEMA_VERSION,
    Correction,
    Digest,
    DigestTag,
    Generator,
    Health,
    Period,
    StoryBrief,
    TagWeek,
    Withheld,
)
from pipeline.weeks import IsoWeek, iso, time_zone

TREND_WEEKS = 12
"""Digests in a tag's trend, its own included: a quarter of a year."""


def assemble(
    *,
    week: IsoWeek,
    timezone: str,
    now: datetime,
    generator: Generator,
    stories: Sequence[StoryBrief],
    corrections: Sequence[Correction],
    withheld: Sequence[Withheld],
    health: Health,
    counts: Mapping[str, int],
    earlier: Sequence[Digest] = (),
) -> Digest:
    """Return the digest of a week; `stories` are in rank order, `earlier` digests in any."""
    start, end = week.period(time_zone(timezone))
    return Digest(
        schema_version=SCHEMA_VERSION,
        id=str(week),
        week=str(week),
        timezone=timezone,
        period=Period(start=iso(start), end=iso(end)),
        generated_at=iso(now),
        generator=generator,
        inputs_sha256=inputs_sha256(stories),
        stories=list(stories),
        tags=with_trends(digest_tags(stories), str(week), earlier),
        corrections=list(corrections),
        withheld=sorted(
            withheld, key=lambda w: (w.story_id or "", w.article_id or "", w.reason, w.detail)
        ),
        health=health,
        counts=dict(counts),
    )


def inputs_sha256(stories: Sequence[StoryBrief]) -> str:
    """Return the hash of the sorted (article_id, text_sha256) pairs of all sources."""
    pairs = sorted({(s.article_id, s.text_sha256) for story in stories for s in story.sources})
    return sha256_text(compact_json(pairs))


def digest_tags(stories: Sequence[StoryBrief]) -> list[DigestTag]:
    """Return every tag with its stories, by slug and kind."""
    found: dict[tuple[str, str], DigestTag] = {}
    for story in stories:
        for tag in story.tags:
            key = (tag.slug, tag.kind)
            known = found[key].story_ids if key in found else []
            found[key] = DigestTag(
                slug=tag.slug, name=tag.name, kind=tag.kind, story_ids=[*known, story.id]
            )
    return [found[key] for key in sorted(found)]


def with_trends(tags: Sequence[DigestTag], week: str, earlier: Sequence[Digest]) -> list[DigestTag]:
    """Return a week's tags with how many stories of the digests before carry each."""
    before = sorted(earlier, key=lambda digest: digest.week)[-(TREND_WEEKS - 1) :]
    counts = [
        (digest.week, {(tag.slug, tag.kind): len(tag.story_ids) for tag in digest.tags})
        for digest in before
    ]
    return [
        tag.model_copy(
            update={
                "trend": [
                    *(TagWeek(week=w, stories=n.get((tag.slug, tag.kind), 0)) for w, n in counts),
                    TagWeek(week=week, stories=len(tag.story_ids)),
                ]
            }
        )
        for tag in tags
    ]


def render(digest: Digest) -> str:
    """Return the file's canonical text."""
    return canonical_json(digest.model_dump(mode="json"))


def write(digest: Digest, path: Path) -> Path:
    """Write the digest atomically and return its path.

    Raises:
        StoreError: the folder cannot be written.
    """
    try:
        write_atomically(path, render(digest).encode("utf-8"))
    except OSError as error:
        raise StoreError(
            str(path), f"cannot be written ({error.strerror})", "choose another --out or --home"
        ) from error
    return path


def read(text: str, *, label: str) -> Digest:
    """Return the digest in `text`; `label` names it in an error.

    Raises:
        StoreError: it is no digest of this major version.
    """
    try:
        digest = Digest.model_validate_json(text)
    except ValidationError as error:
        raise StoreError(label, "is not a digest file", "write it again") from error
    if digest.schema_version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise StoreError(
            label, f"has schema {digest.schema_version}", "read it with a matching halfminute"
        )
    return digest

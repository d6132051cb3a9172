"""What the command line and the flows both do with a workshop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.assembly import Workshop, torch_version
from pipeline.feed_list import FeedLine
from pipeline.records import Feed
from pipeline.schema import StoryBrief
from pipeline.stages.digest import make_digest, publish_digest
from pipeline.stages.feeds import sync_feeds
from pipeline.stages.ingest import refresh_feeds
from pipeline.stages.ingestion import Ingestion, IngestReport
from pipeline.stages.one_off import brief_articles, ingest_sources
from pipeline.stages.stories import update_stories
from pipeline.stages.tags import write_pages
from pipeline.weeks import IsoWeek, time_zone


def subscribe(workshop: Workshop, lines: Sequence[FeedLine], now: datetime) -> list[Feed]:
    """Subscribe to exactly these feeds and return them by id."""
    return sync_feeds(workshop.store, lines, now)


def refresh(workshop: Workshop, feeds: Iterable[Feed], now: datetime) -> IngestReport:
    """Fetch feeds and their pages into the store."""
    with workshop.ingest_means() as (fetcher, extractor):
        means = Ingestion(workshop.store, fetcher, extractor, workshop.settings.ingest, now)
        return refresh_feeds(means, list(feeds), workshop.progress)


def place_articles(workshop: Workshop, now: datetime) -> list[str]:
    """Place new articles in stories; return the ids of the stories touched."""
    return update_stories(workshop.reading, workshop.settings, now, workshop.progress)


def publish_week(
    workshop: Workshop, week: IsoWeek, now: datetime, path: Path | None = None
) -> Path:
    """Write the digest of a week from all that is stored; return its path."""
    place_articles(workshop, now)
    digest = make_digest(
        workshop.writing,
        week,
        workshop.settings,
        now,
        torch_version=torch_version(),
        progress=workshop.progress,
    )
    written = publish_digest(workshop.store, digest, path or workshop.home.digest(str(week)))
    write_pages(workshop.store, workshop.home.tags)
    return written


def week_of(workshop: Workshop, now: datetime) -> IsoWeek:
    """Return the ISO week that contains `now` in the configured time zone."""
    return IsoWeek.containing(now, time_zone(workshop.settings.digest.timezone))


def ingest_once(
    workshop: Workshop, sources: Sequence[str], now: datetime, stdin: BinaryIO
) -> IngestReport:
    """Take one-off sources into the store."""
    with workshop.ingest_means() as (fetcher, extractor):
        means = Ingestion(workshop.store, fetcher, extractor, workshop.settings.ingest, now)
        return ingest_sources(means, sources, stdin, workshop.progress)


def brief_once(workshop: Workshop, article_ids: Sequence[str], now: datetime) -> list[StoryBrief]:
    """Return the briefs of the stories that these articles belong to."""
    place_articles(workshop, now)
    return brief_articles(workshop.writing, article_ids, now, workshop.progress)

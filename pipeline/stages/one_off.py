"""One-off sources: a feed or page URL, a file, or stdin, through to briefs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO

from pipeline.edits import in_force
from pipeline.errors import SourceError, UsageError
from pipeline.ingest.sources import ReadFeed, read_source
from pipeline.protocols import Progress, no_progress
from pipeline.records import Feed
from pipeline.schema import StoryBrief
from pipeline.stages.articles import make_article
from pipeline.stages.briefs import Span, Writing, write_briefs
from pipeline.stages.ingestion import NOTHING, Ingestion, IngestReport, failure_of
from pipeline.stages.pages import fetch_pages
from pipeline.stages.wishes import Wishes


def ingest_sources(
    means: Ingestion, sources: Sequence[str], stdin: BinaryIO, progress: Progress = no_progress
) -> IngestReport:
    """Take each source into the store; a source that fails leaves the others alone."""
    report = NOTHING
    for source in dict.fromkeys(sources):
        try:
            report += _ingest_source(means, source, stdin, progress)
        except (SourceError, UsageError) as error:
            report += IngestReport((), (failure_of(error),), 1, 1)
    return report


def _ingest_source(
    means: Ingestion, source: str, stdin: BinaryIO, progress: Progress
) -> IngestReport:
    found = read_source(
        source,
        fetcher=means.fetcher,
        extractor=means.extractor,
        settings=means.settings,
        stdin=stdin.read,
    )
    assert found is not None  # without validators nothing counts as unchanged
    if isinstance(found, ReadFeed):
        return _ingest_feed(means, found, progress)
    article, revision = make_article(
        found.extracted,
        url=found.response.final_url if found.response else None,
        feed=None,
        entry=None,
        via=found.via,
        now=means.now,
    )
    means.store.save_article(article, revision)
    return IngestReport((article.article_id,), (), 1, 0)


def _ingest_feed(means: Ingestion, found: ReadFeed, progress: Progress) -> IngestReport:
    """Read a feed once: it is kept without a subscription, unless there already is one."""
    url = found.response.url if found.response else found.source
    feed = means.store.feed(found.feed_id) or Feed(
        feed_id=found.feed_id,
        url=url,
        title=found.feed.title,
        added_at=means.now,
        subscribed=False,
    )
    means.store.save_feed(feed)
    title = feed.title or found.feed.title
    means.store.save_feed_fetch(
        feed.feed_id, state=feed.state, title=title, entries=found.feed.entries
    )
    pages = fetch_pages(means, [(feed, entry) for entry in found.feed.entries], progress)
    nothing = bool(pages.failures) and not pages.article_ids
    return IngestReport((), (), 1, int(nothing)) + pages


def brief_articles(
    means: Writing,
    article_ids: Sequence[str],
    now: datetime,
    progress: Progress = no_progress,
) -> list[StoryBrief]:
    """Return the briefs of the stories that these articles belong to, in rank order."""
    store = means.reading.store
    story_ids = sorted(set(store.story_of(article_ids).values()))
    stories = store.stories(story_ids)
    if not stories:
        return []
    moments = [a.article.moment for a in store.articles(article_ids).values()]
    span = Span(min(moments), max(*moments, now) + timedelta(days=1))
    # nothing is muted: what is named on the command line is wanted
    wishes = Wishes(edits=tuple(in_force(store.edits())))
    written = write_briefs(means, stories, span, wishes=wishes, progress=progress)
    told = [story for story in written.briefs if story.tldr.what_changed.claims]
    return [story.model_copy(update={"rank": rank}) for rank, story in enumerate(told, start=1)]

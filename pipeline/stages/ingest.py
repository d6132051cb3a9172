"""Refresh feeds: fetch them, store their entries, then the pages behind these."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import SourceError
from pipeline.ingest.feeds import parse_feed
from pipeline.ingest.parsed_feed import ParsedFeed
from pipeline.protocols import Progress, Response, no_progress
from pipeline.records import Feed
from pipeline.stages.ingestion import (
    NOTHING,
    Ingestion,
    IngestReport,
    failed,
    failure_of,
    succeeded,
    workers,
)
from pipeline.stages.pages import fetch_pages
from pipeline.urls import redact, url_key


def refresh_feeds(
    means: Ingestion, feeds: Sequence[Feed], progress: Progress = no_progress
) -> IngestReport:
    """Fetch feeds, store their entries, then fetch the pages that are due.

    Documents are fetched side by side and stored in order of the feeds' ids and of their entries,
    so that what two feeds say of one article does not depend on which came first.
    """
    ordered = sorted(feeds, key=lambda feed: feed.feed_id)
    report = NOTHING
    refreshed: list[Feed] = []
    with workers(means.settings.workers, "feeds") as pool:
        fetched = pool.map(lambda feed: _fetch_feed(means, feed), ordered)
        for done, (feed, outcome) in enumerate(zip(ordered, fetched, strict=True), start=1):
            if isinstance(outcome, SourceError):
                state = failed(feed.state, outcome, means.now)
                means.store.save_feed_fetch(feed.feed_id, state=state, title=feed.title, entries=())
                report += IngestReport((), (failure_of(outcome),), 1, 1)
            else:
                _save_feed(means, feed, *outcome)
                refreshed.append(means.store.feed(feed.feed_id) or feed)
                report += IngestReport((), (), 1, 0)
            progress("feeds", done, len(ordered))
    entries = [(feed, entry) for feed in refreshed for entry in means.store.entries(feed.feed_id)]
    return report + fetch_pages(means, entries, progress)


def _fetch_feed(means: Ingestion, feed: Feed) -> tuple[Response, ParsedFeed | None] | SourceError:
    """Return a fetched feed, parsed (None: unchanged), or what went wrong."""
    try:
        response = means.fetcher.fetch(
            feed.url, validators=feed.state.validators, max_bytes=means.settings.feed_bytes
        )
        if response.body is None:
            return response, None
        parsed = parse_feed(
            response.body,
            label=redact(feed.url),
            content_type=response.content_type,
            base_url=response.final_url,
            feed_id=feed.feed_id,
        )
    except SourceError as error:
        return error
    return response, parsed


def _save_feed(means: Ingestion, feed: Feed, response: Response, parsed: ParsedFeed | None) -> None:
    means.store.save_feed_fetch(
        feed.feed_id,
        state=succeeded(response.validators, response.status, means.now),
        title=feed.title or (parsed.title if parsed else None),
        entries=parsed.entries if parsed else (),
    )
    if response.moved_to and url_key(response.moved_to) != url_key(feed.url):
        means.store.add_feed_url(feed.feed_id, response.moved_to, url_key(response.moved_to))

"""The flow `ingest`: feeds and their pages into the store, articles into stories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task, unmapped
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import TypeAdapter

from flows.home_lock import home_lock
from flows.run_log import logged_progress, table_cell
from pipeline import runs
from pipeline.errors import SourceError
from pipeline.options import RunOptions, moment_of
from pipeline.stages.ingestion import NOTHING, IngestReport
from pipeline.urls import redact
from pipeline.weeks import iso

BATCH_FEEDS = 16
"""Feeds a task takes: four rounds of the four that are refreshed side by side, so that one slow
feed idles a small part of a task, and a thousand feeds are some sixty task runs, not a thousand."""
SUPERSEDED_AFTER = timedelta(hours=1)
"""A scheduled run this late is left out: its successor on the hourly schedule is due already. After
a night asleep a laptop fetches once, not once for each hour of it."""
REPORT_FAILURES = 200
"""Failures listed in the report and returned; the rest is counted."""
REPORT_KEY = "ingest-report"

ONE_BATCH_AT_A_TIME = ThreadPoolTaskRunner[Any](max_workers=1)
"""Feeds and pages are fetched side by side within a batch; the limit on requests to one host lives
in a batch's fetcher, so that it holds for the whole run only where batches take turns."""

_REPORT = TypeAdapter(IngestReport)


@task(name="refresh-feeds", cache_policy=NO_CACHE, retries=0, result_serializer="json")
def refresh_batch(options: RunOptions, feed_ids: list[str], now: datetime) -> dict[str, Any]:
    """Fetch some feeds and their pages; return the `IngestReport` as JSON.

    Never retried as a whole: the fetcher tries again where an error says that it may help.
    """
    with options.open(logged_progress(get_run_logger())) as workshop:
        wanted = set(feed_ids)
        feeds = [f for f in workshop.store.feeds(subscribed=True) if f.feed_id in wanted]
        report: dict[str, Any] = _REPORT.dump_python(
            runs.refresh(workshop, feeds, now), mode="json"
        )
        return report


@task(name="place-articles", cache_policy=NO_CACHE, retries=0, result_serializer="json")
def place_articles(options: RunOptions, now: datetime) -> list[str]:
    """Place new articles in stories; return the ids of the stories touched."""
    with options.open(logged_progress(get_run_logger())) as workshop:
        return runs.place_articles(workshop, now)


@flow(
    name="ingest",
    task_runner=ONE_BATCH_AT_A_TIME,  # type: ignore[arg-type]  # Prefect's own runner, its own type
    result_serializer="json",
)
def ingest(
    options: RunOptions, feeds: Path | None = None, now: str | None = None
) -> dict[str, Any] | State[dict[str, Any]]:
    """Fetch all subscribed feeds and place their articles in stories.

    Trigger: hourly, on the hour in the configured time zone (`python -m flows.serve`), or by hand.
    Requires: a writable home, the feeds' hosts, and the encoder (pulled when it is missing).
    Cache: none of Prefect's. The home's store is the truth; it remembers what was fetched, and
    writing the same again changes nothing, so a run may be repeated or killed at any time.

    A feed or page that fails is reported and leaves the others alone; the run fails when every feed
    did. Writes the artifact `ingest-report`.

    Args:
        options: the home and how to work in it.
        feeds: the feed list; default: `feeds.toml` in the home, else the shipped one.
        now: ISO 8601 moment to take for now; default: the time.

    Returns:
        `{now, sources, sources_failed, articles, stories, failures}`: counts, and the first
        failures as `{source, kind, reason, mend, retryable}`.
    """
    moment = moment_of(now)
    if now is None and is_superseded(flow_run.scheduled_start_time, moment):
        return Completed(name="Skipped", message="a later scheduled run is due", data={})
    with home_lock(options.home):
        with options.open() as workshop:
            lines = options.feed_lines(feeds)
            feed_ids = [feed.feed_id for feed in runs.subscribe(workshop, lines, moment)]
        futures = refresh_batch.map(unmapped(options), batches(feed_ids), unmapped(moment))
        reports = [_REPORT.validate_python(future.result()) for future in futures]
        report = sum(reports, start=NOTHING)
        # Without articles there is nothing to place, and no need to load the encoder.
        story_ids = place_articles(options, moment) if report.article_ids else []
    create_markdown_artifact(
        report_markdown(report, len(story_ids), moment),
        key=REPORT_KEY,
        description=f"Feeds fetched into {options.home}",
    )
    require_a_source(report)
    return {
        "now": iso(moment),
        "sources": report.sources,
        "sources_failed": report.sources_failed,
        "articles": len(report.article_ids),
        "stories": len(story_ids),
        "failures": [f.model_dump(mode="json") for f in report.failures[:REPORT_FAILURES]],
    }


def batches(feed_ids: Sequence[str]) -> list[list[str]]:
    """Return the ids in order, cut into batches that depend on nothing but the ids."""
    ordered = sorted(feed_ids)
    return [ordered[i : i + BATCH_FEEDS] for i in range(0, len(ordered), BATCH_FEEDS)]


def is_superseded(scheduled: datetime, now: datetime) -> bool:
    """Return whether a run that was due at `scheduled` starts too late to be of use."""
    return now - scheduled >= SUPERSEDED_AFTER


def require_a_source(report: IngestReport) -> None:
    """Check that something could be used.

    Raises:
        SourceError: every source failed.
    """
    if report.sources and report.sources_failed == report.sources:
        first = report.failures[0]
        raise SourceError(
            f"all {report.sources} feeds",
            f"failed, such as {redact(first.source)}: {first.reason}",
            f"see the artifact {REPORT_KEY}, the feed list and the network",
        )


def report_markdown(report: IngestReport, stories: int, now: datetime) -> str:
    """Return the run report: a table of counts and one of failures, secrets redacted."""
    counts = (
        ("feeds", report.sources),
        ("feeds that failed", report.sources_failed),
        ("articles in them", len(report.article_ids)),
        ("stories touched", stories),
        ("failures", len(report.failures)),
    )
    lines = [f"# Ingest at {iso(now)}", "", "| | |", "|---|---:|"]
    lines += [f"| {name} | {count} |" for name, count in counts]
    if report.failures:
        lines += ["", "| source | kind | reason | mend |", "|---|---|---|---|"]
    for failure in report.failures[:REPORT_FAILURES]:
        cells = (failure.source, failure.kind, failure.reason, failure.mend)
        lines.append("| " + " | ".join(table_cell(redact(cell)) for cell in cells) + " |")
    if len(report.failures) > REPORT_FAILURES:
        lines += ["", f"and {len(report.failures) - REPORT_FAILURES} more"]
    return "\n".join(lines) + "\n"

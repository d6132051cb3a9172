"""The flow `weekly-digest`: one ISO week's digest from what is stored."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from flows.home_lock import home_lock
from flows.run_log import logged_progress, table_cell
from pipeline import runs
from pipeline.options import RunOptions, moment_of
from pipeline.publish import digest as files
from pipeline.schema import Digest
from pipeline.weeks import IsoWeek, time_zone

REPORT_KEY = "weekly-digest"
REPORT_STORIES = 10
"""Headlines in the report: the week at a glance, the file has them all."""


@task(name="write-digest", cache_policy=NO_CACHE, retries=0, result_serializer="json")
def write_digest(options: RunOptions, week: str, now: datetime) -> str:
    """Write a week's digest; return its path."""
    with options.open(logged_progress(get_run_logger())) as workshop:
        return str(runs.publish_week(workshop, IsoWeek.parse(week), now))


@flow(name="weekly-digest", result_serializer="json")
def weekly_digest(options: RunOptions, week: str | None = None, now: str | None = None) -> str:
    """Write the digest of one ISO week and return its path.

    Trigger: each Monday at 06:00 in the configured time zone (`python -m flows.serve`), or by hand.
    Requires: a home that `ingest` has filled, and both models (pulled when they are missing).
    Cache: none of Prefect's. The home's store keeps vectors and drafts by content; the same store,
    settings and `now` give the same bytes, so a run may be repeated or killed at any time.

    Writes the artifact `weekly-digest`.

    Args:
        options: the home and how to work in it.
        week: such as `2026-W32`; default: the week before `now`, or, without that, before the
            moment for which the run was scheduled, however late it starts.
        now: ISO 8601 moment to take for now; default: the time.
    """
    moment = moment_of(now)
    zone = time_zone(options.settings().digest.timezone)
    due = moment if now is not None else flow_run.scheduled_start_time
    wanted = week_to_write(week, due, zone)
    with home_lock(options.home):
        path = Path(write_digest(options, str(wanted), moment))
    digest = files.read(path.read_text(encoding="utf-8"), label=str(path))
    create_markdown_artifact(
        report_markdown(digest, path), key=REPORT_KEY, description=f"Digest of {wanted}"
    )
    return str(path)


def week_to_write(week: str | None, due: datetime, zone: ZoneInfo) -> IsoWeek:
    """Return the named week, else the one before the week that contains `due`.

    Raises:
        UsageError: the name is no ISO week.
    """
    return IsoWeek.parse(week) if week is not None else IsoWeek.containing(due, zone).before()


def report_markdown(digest: Digest, path: Path) -> str:
    """Return the run report: path with link, counts, and the first headlines."""
    counts = {
        "stories told": len(digest.stories),
        "withheld": len(digest.withheld),
        **{f"in store: {name.replace('_', ' ')}": n for name, n in sorted(digest.counts.items())},
    }
    lines = [
        f"# Week {digest.week}",
        "",
        f"[{table_cell(str(path))}](<{path.resolve().as_uri()}>), generated {digest.generated_at}",
        "",
        "| | |",
        "|---|---:|",
        *(f"| {name} | {count} |" for name, count in counts.items()),
        "",
        *(f"{s.rank}. {table_cell(s.title.text)}" for s in digest.stories[:REPORT_STORIES]),
    ]
    return "\n".join(lines) + "\n"

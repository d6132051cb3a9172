"""The commands that make and show digests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.shared import FAILED, PARTIAL, USAGE, NowOption, open_store, open_workshop
from pipeline.errors import UsageError
from pipeline.options import RunOptions, moment_of
from pipeline.weeks import IsoWeek

if TYPE_CHECKING:
    from pipeline.stages.ingestion import IngestReport

app = typer.Typer()


def _leave(report: IngestReport) -> None:
    """Leave with the code that fits what was ingested."""
    if report.sources and report.sources_failed == report.sources:
        misnamed = all(failure.kind == UsageError.kind for failure in report.failures)
        raise typer.Exit(USAGE if misnamed else FAILED)
    if report.failures:
        raise typer.Exit(PARTIAL)


@app.command(
    epilog="Examples: `halfminute ingest https://example.org/feed.xml`, "
    "`halfminute ingest page.html notes.txt --json`, `curl … | halfminute ingest -`"
)
def ingest(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE...", help="Feed or page URLs, files, or - for stdin."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    no_brief: Annotated[bool, typer.Option("--no-brief", help="Store the articles only.")] = False,
    now: NowOption = None,
) -> None:
    """Take sources through to their briefs, once."""
    from pipeline.console import failure_lines, out, say
    from pipeline.publish.terminal import story_view
    from pipeline.runs import brief_once, ingest_once

    moment = moment_of(now)
    with open_workshop(context.obj, models=not no_brief) as workshop:
        report = ingest_once(workshop, sources, moment, sys.stdin.buffer)
        failure_lines(report.failures)
        briefs = []
        if not no_brief and report.article_ids:
            briefs = brief_once(workshop, report.article_ids, moment)
        articles = workshop.store.articles(report.article_ids)
        withheld = [w for w in workshop.store.withholdings() if w.subject_id in articles]
    if as_json:
        shown: dict[str, Any] = {
            "articles": [
                {
                    "article_id": article_id,
                    "text_sha256": each.revision.text_sha256,
                    "title": each.revision.title,
                    "text": each.revision.text,
                    **({"url": each.article.url} if each.article.url else {}),
                }
                for article_id, each in articles.items()
            ],
            "stories": [brief.model_dump(mode="json") for brief in briefs],
            "failed": [failure.model_dump(mode="json") for failure in report.failures],
        }
        typer.echo(json.dumps(shown, ensure_ascii=False, sort_keys=True, indent=2))
    else:
        console = out()
        for brief in briefs:
            console.print(story_view(brief))
        if not briefs:
            typer.echo(f"{len(articles)} articles stored")
    for each in withheld:
        title = articles[each.subject_id].revision.title or each.subject_id
        say(f"{title}: withheld as {each.reason}: {each.detail}")
    _leave(report)


@app.command(epilog="Example: `halfminute run --feeds feeds.toml`")
def run(
    context: typer.Context,
    feeds: Annotated[
        Path | None, typer.Option(help="Feed list; default: feeds.toml in the home, else ours.")
    ] = None,
    now: NowOption = None,
) -> None:
    """Fetch all feeds, then write the digest of this week; print its path."""
    from pipeline.console import failure_lines
    from pipeline.runs import publish_week, refresh, subscribe, week_of

    given: RunOptions = context.obj
    moment = moment_of(now)
    lines = given.feed_lines(feeds)
    with open_workshop(given) as workshop:
        report = refresh(workshop, subscribe(workshop, lines, moment), moment)
        failure_lines(report.failures)
        path = publish_week(workshop, week_of(workshop, moment), moment)
    typer.echo(path)
    _leave(report)


@app.command(epilog="Example: `halfminute digest --week 2026-W32 --out week32.json`")
def digest(
    context: typer.Context,
    week: Annotated[
        str | None,
        typer.Option(metavar="WEEK", help="ISO week; default: the one that contains now."),
    ] = None,
    now: NowOption = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
) -> None:
    """Write the digest of a week from what is stored; print its path."""
    from pipeline.runs import publish_week, week_of

    moment = moment_of(now)
    wanted = IsoWeek.parse(week) if week is not None else None
    with open_workshop(context.obj) as workshop:
        typer.echo(publish_week(workshop, wanted or week_of(workshop, moment), moment, out))


@app.command(
    epilog="Examples: `halfminute show`, `halfminute show 2026-W46`, `halfminute show gpu-shortage`"
)
def show(
    context: typer.Context,
    what: Annotated[
        str | None, typer.Argument(metavar="[STORY|TAG|WEEK]", help="Default: the latest week.")
    ] = None,
    why: Annotated[
        bool, typer.Option("--why", help="Say why a story holds its articles and no others.")
    ] = False,
) -> None:
    """Print a digest, a story, or the stories of a tag, from what was published."""
    from pipeline.console import out
    from pipeline.stages.show import find_view, why_view

    if why and what is None:
        raise UsageError("--why", "names no story", "run halfminute show STORY --why")
    with open_store(context.obj) as store:
        out().print(why_view(store, what) if why and what else find_view(store, what))


@app.command(epilog="Example: `halfminute --home ~/news serve`")
def serve(context: typer.Context) -> None:
    """Run the schedules: hourly ingestion, and each Monday 06:00 the digest of the week before."""
    given: RunOptions = context.obj
    given.settings()  # a typing error is better told now than in an hour
    environment = {
        **os.environ,
        "HALFMINUTE_HOME": str(given.home.resolve()),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    command = [sys.executable, "-m", "flows.serve"]
    for option, value in (
        ("--config", given.config),
        ("--model", given.model),
        ("--encoder", given.encoder),
    ):
        command += [option, str(value)] if value is not None else []
    command += ["--allow-private-hosts"] if given.allow_private_hosts else []
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603


@app.command(epilog="Example: `halfminute schema > digest.schema.json`")
def schema() -> None:
    """Print the JSON Schema of a digest file."""
    from pipeline.canonical import canonical_json
    from pipeline.schema import digest_json_schema

    typer.echo(canonical_json(digest_json_schema()), nl=False)

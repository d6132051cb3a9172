"""The command line: `halfminute --help`. Heavy libraries are loaded where they are needed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from pipeline import __version__
from pipeline.errors import HalfminuteError, UsageError
from pipeline.settings import Settings, cache_home, default_home, load_settings
from pipeline.weeks import IsoWeek, parse_moment

if TYPE_CHECKING:
    from pipeline.assembly import Home, Workshop
    from pipeline.feed_list import FeedList
    from pipeline.stages.ingest import IngestReport

OK, FAILED, USAGE, PARTIAL = 0, 1, 2, 3

app = typer.Typer(
    name="halfminute",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="From feeds to briefs whose every sentence can be checked in one click.",
    epilog="Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 partial.",
)
feeds_app = typer.Typer(no_args_is_help=True, help="The subscribed feeds.")
models_app = typer.Typer(no_args_is_help=True, help="The local models.")
app.add_typer(feeds_app, name="feeds")
app.add_typer(models_app, name="models")

NowOption = Annotated[
    str | None, typer.Option("--now", metavar="ISO", help="Take this moment for now.")
]


@dataclass(frozen=True)
class Globals:
    """The global options."""

    home: Path
    config: Path | None
    model: str | None
    encoder: str | None
    allow_private_hosts: bool

    def settings(self) -> Settings:
        """Read the settings; `--config` goes before the home's own file.

        Raises:
            SettingsError: a file or value makes no sense.
        """
        own = self.home / "halfminute.toml"
        path = self.config or (own if own.is_file() else None)
        names = {"generator": self.model, "encoder": self.encoder}
        given = {field: name for field, name in names.items() if name is not None}
        return load_settings(path, {"models": given} if given else {})


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main_options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(envvar="HALFMINUTE_HOME", help="Folder that holds what a run writes."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings file; default: halfminute.toml in the home.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Generator: registry name, existing path, or hub id.")
    ] = None,
    encoder: Annotated[
        str | None, typer.Option(help="Encoder: registry name, existing path, or hub id.")
    ] = None,
    allow_private_hosts: Annotated[
        bool,
        typer.Option("--allow-private-hosts", help="Fetch from loopback and private addresses."),
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Take the options that every command shares."""
    context.obj = Globals(
        (home or default_home()).expanduser(), config, model, encoder, allow_private_hosts
    )


@contextmanager
def _workshop(given: Globals, *, models: bool = True) -> Iterator[Workshop]:
    from pipeline.assembly import Home, open_workshop
    from pipeline.console import progress_bars
    from pipeline.local_models import resolve

    settings = given.settings()
    if models:  # a typing error is better told now than when all is fetched
        for name in (settings.models.encoder, settings.models.generator):
            resolve(name)
    with (
        progress_bars() as progress,
        open_workshop(
            Home(given.home),
            settings,
            cache_home(dict(os.environ)),
            allow_private_hosts=given.allow_private_hosts,
            progress=progress,
        ) as workshop,
    ):
        yield workshop


def _moment(text: str | None) -> datetime:
    return parse_moment(text) if text is not None else datetime.now(UTC).replace(microsecond=0)


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

    moment = _moment(now)
    with _workshop(context.obj, models=not no_brief) as workshop:
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

    given: Globals = context.obj
    moment = _moment(now)
    lines = _feed_list(given, feeds).lines
    with _workshop(given) as workshop:
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

    moment = _moment(now)
    wanted = IsoWeek.parse(week) if week is not None else None
    with _workshop(context.obj) as workshop:
        typer.echo(publish_week(workshop, wanted or week_of(workshop, moment), moment, out))


@app.command(
    epilog="Examples: `halfminute show`, `halfminute show 2026-W46`, `halfminute show gpu-shortage`"
)
def show(
    context: typer.Context,
    what: Annotated[
        str | None, typer.Argument(metavar="[STORY|TAG|WEEK]", help="Default: the latest week.")
    ] = None,
) -> None:
    """Print a digest, a story, or the stories of a tag, from what was published."""
    from pipeline.assembly import Home
    from pipeline.console import out
    from pipeline.stages.show import find_view
    from pipeline.store import Store

    given: Globals = context.obj
    home = Home(given.home)
    if not home.database.is_file():
        raise UsageError(str(home.path), "nothing is stored here yet", "run halfminute run first")
    with Store.open(home.database) as store:
        out().print(find_view(store, what))


@feeds_app.command("list", epilog="Example: `halfminute feeds list`")
def feeds_list(context: typer.Context) -> None:
    """Print the subscribed feeds, one a line: URL, tab, title."""
    from pipeline.urls import redact

    for line in _feed_list(context.obj, None).lines:
        typer.echo(f"{redact(line.url)}\t{line.title or ''}".rstrip())


@feeds_app.command("add", epilog="Example: `halfminute feeds add https://example.org/feed.xml`")
def feeds_add(
    context: typer.Context,
    url: str,
    title: Annotated[str | None, typer.Option(help="Its name; default: the feed's own.")] = None,
) -> None:
    """Subscribe to a feed."""
    from pipeline.feed_list import FeedLine, FeedList
    from pipeline.urls import is_web_url, redact, url_key

    if not is_web_url(url) or not url.isprintable():
        raise UsageError(redact(url), "is not a web address", "start it with https://")
    home = _home(context.obj)
    lines = FeedList.read(home.feeds_file).lines if home.feeds_file.is_file() else ()
    if any(url_key(line.url) == url_key(url) for line in lines):
        typer.echo(f"{redact(url)} is already there")
        return
    FeedList((*lines, FeedLine(url=url, title=title))).write(home.feeds_file)
    typer.echo(f"added {redact(url)} to {home.feeds_file}")


@feeds_app.command(
    "remove", epilog="Example: `halfminute feeds remove https://example.org/feed.xml`"
)
def feeds_remove(context: typer.Context, url: str) -> None:
    """End a subscription; its articles stay."""
    from pipeline.feed_list import FeedList
    from pipeline.urls import redact, url_key

    home = _home(context.obj)
    lines = FeedList.read(home.feeds_file).lines if home.feeds_file.is_file() else ()
    kept = tuple(line for line in lines if url_key(line.url) != url_key(url))
    if len(kept) == len(lines):
        raise UsageError(redact(url), "is not in your feed list", "see halfminute feeds list")
    FeedList(kept).write(home.feeds_file)
    typer.echo(f"removed {redact(url)}")


def _home(given: Globals) -> Home:
    from pipeline.assembly import Home

    return Home(given.home)


def _feed_list(given: Globals, named: Path | None) -> FeedList:
    """Return the named list, else the home's own, else the shipped one."""
    from pipeline.feed_list import FeedList
    from pipeline.resources import shipped_path

    own = _home(given).feeds_file
    return FeedList.read(named or (own if own.is_file() else shipped_path("data/feeds.toml")))


@models_app.command("list", epilog="Example: `halfminute models list`")
def models_list() -> None:
    """Print the registry: name, role, licence, size, and whether it is here."""
    from pipeline.local_models import status

    for model in status(cache_home(dict(os.environ))):
        here = "here" if model.present else "not pulled"
        size = f"{model.size / 1e6:.0f} MB"
        typer.echo(f"{model.name}\t{model.role}\t{model.license}\t{size}\t{here}")


@models_app.command("pull", epilog="Example: `halfminute models pull smollm2-135m-instruct`")
def models_pull(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Registry names; default: the configured models.")
    ] = None,
) -> None:
    """Download models and check their hashes. Afterwards no network is needed."""
    from pipeline.console import progress_bars
    from pipeline.local_models import pull_model

    models = context.obj.settings().models
    with progress_bars() as progress:
        configured = [models.encoder, models.generator, models.entailment]
        for name in names or filter(None, configured):
            typer.echo(f"{name}: {pull_model(name, cache_home(dict(os.environ)), progress)}")


@app.command(epilog="Example: `halfminute --home ~/news serve`")
def serve(context: typer.Context) -> None:
    """Run the schedules: hourly ingestion, and each Monday 06:00 the digest of the week before."""
    given: Globals = context.obj
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


def main() -> None:
    """Run the command line; every error is one line on stderr and has its own exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal without UTF-8 shows what it can
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = app(prog_name=app.info.name, standalone_mode=False)
        sys.stdout.flush()
    except HalfminuteError as error:
        _fail(str(error), error.exit_code)
    except typer.TyperException as error:
        _fail(_usage(error), USAGE)
    except typer.Abort:
        _fail("", 130)
    except BrokenPipeError:
        # the reader is gone, and Python would try once more to flush when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _fail("", FAILED)
    except OSError as error:
        what = error.strerror or str(error)
        _fail(f"{error.filename or 'system'}: {what}; check the disk and the permissions", FAILED)
    sys.exit(code if isinstance(code, int) else OK)


def _usage(error: typer.TyperException) -> str:
    """Return what is wrong with the arguments; nothing where there were none: then help came."""
    what = error.format_message().strip()
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else app.info.name
    return f"{what} See {command} --help" if what else ""


def _fail(line: str, code: int) -> NoReturn:
    if line:
        from pipeline.console import say

        say(line)
    sys.exit(code)


if __name__ == "__main__":
    main()

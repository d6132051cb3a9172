"""`halfminute feeds`: the subscribed feeds."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.errors import UsageError
from pipeline.feed_list import FeedLine, FeedList
from pipeline.home import Home
from pipeline.urls import is_web_url, redact, url_key

app = typer.Typer(no_args_is_help=True, help="The subscribed feeds.")


@app.command("list", epilog="Example: `halfminute feeds list`")
def feeds_list(context: typer.Context) -> None:
    """Print the subscribed feeds, one a line: URL, tab, title."""
    for line in context.obj.feed_lines(None):
        typer.echo(f"{redact(line.url)}\t{line.title or ''}".rstrip())


@app.command("add", epilog="Example: `halfminute feeds add https://example.org/feed.xml`")
def feeds_add(
    context: typer.Context,
    url: str,
    title: Annotated[str | None, typer.Option(help="Its name; default: the feed's own.")] = None,
) -> None:
    """Subscribe to a feed."""
    if not is_web_url(url) or not url.isprintable():
        raise UsageError(redact(url), "is not a web address", "start it with https://")
    home = Home(context.obj.home)
    lines = FeedList.read(home.feeds_file).lines if home.feeds_file.is_file() else ()
    if any(url_key(line.url) == url_key(url) for line in lines):
        typer.echo(f"{redact(url)} is already there")
        return
    FeedList((*lines, FeedLine(url=url, title=title))).write(home.feeds_file)
    typer.echo(f"added {redact(url)} to {home.feeds_file}")


@app.command("remove", epilog="Example: `halfminute feeds remove https://example.org/feed.xml`")
def feeds_remove(context: typer.Context, url: str) -> None:
    """End a subscription; its articles stay."""
    home = Home(context.obj.home)
    lines = FeedList.read(home.feeds_file).lines if home.feeds_file.is_file() else ()
    kept = tuple(line for line in lines if url_key(line.url) != url_key(url))
    if len(kept) == len(lines):
        raise UsageError(redact(url), "is not in your feed list", "see halfminute feeds list")
    FeedList(kept).write(home.feeds_file)
    typer.echo(f"removed {redact(url)}")

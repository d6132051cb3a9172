"""`halfminute edit`: the reader's hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.shared import NowOption, open_store
from pipeline.options import moment_of
from pipeline.text_cleaning import printable
from pipeline.weeks import iso

if TYPE_CHECKING:
    from pipeline.edits import Edit
    from pipeline.stages.edits import LogLine
    from pipeline.store import Store

app = typer.Typer(
    no_args_is_help=True,
    help="Correct stories by hand: remembered, shown in the digest, kept through later runs.",
    epilog="STORY is an id or slug, or its beginning. `halfminute digest` shows what changed.",
)

StoryArgument = Annotated[str, typer.Argument(metavar="STORY", show_default=False)]


@app.command(epilog="Example: `halfminute edit merge s-3f2a s-91bc`")
def merge(
    context: typer.Context,
    stories: Annotated[list[str], typer.Argument(metavar="STORY STORY...", show_default=False)],
    now: NowOption = None,
) -> None:
    """Join stories that tell one event; the first keeps its name."""
    from pipeline.stages.edits import merge_stories

    _edit(context, now, lambda store, moment: merge_stories(store, stories, moment))


@app.command(epilog="Example: `halfminute edit split s-3f2a a-07d1 https://example.org/other`")
def split(
    context: typer.Context,
    story: StoryArgument,
    articles: Annotated[
        list[str],
        typer.Argument(metavar="ARTICLE...", help="Ids or addresses.", show_default=False),
    ],
    now: NowOption = None,
) -> None:
    """Make some of a story's articles a story of their own."""
    from pipeline.stages.edits import split_story

    _edit(context, now, lambda store, moment: split_story(store, story, articles, moment))


@app.command(epilog="Example: `halfminute edit retitle s-3f2a 'Corvane rents a hall of chips'`")
def retitle(
    context: typer.Context,
    story: StoryArgument,
    title: Annotated[str, typer.Argument(metavar="TITLE", show_default=False)],
    now: NowOption = None,
) -> None:
    """Give a story a headline of your own; the source's stays cited beside it."""
    from pipeline.stages.edits import retitle_story

    _edit(context, now, lambda store, moment: retitle_story(store, story, title, moment))


@app.command(
    epilog="Example: `halfminute edit retag s-3f2a --add gpu-shortage --add 'product:Colossus 2' "
    "--remove climate`"
)
def retag(
    context: typer.Context,
    story: StoryArgument,
    add: Annotated[
        list[str] | None,
        typer.Option(metavar="TAG", help="A topic, or product:NAME, or org:NAME; repeatable."),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="As shown; repeatable.")
    ] = None,
    now: NowOption = None,
) -> None:
    """Give a story tags, or take some away."""
    from pipeline.stages.edits import retag_story

    _edit(
        context,
        now,
        lambda store, moment: retag_story(store, story, add or [], remove or [], moment),
    )


@app.command(epilog="Example: `halfminute edit withhold c-5a01`")
def withhold(
    context: typer.Context,
    claim: Annotated[str, typer.Argument(metavar="CLAIM", show_default=False)],
    now: NowOption = None,
) -> None:
    """Never publish a claim's sentence again for its story, in no section and no other words."""
    from pipeline.stages.edits import withhold_claim

    _edit(context, now, lambda store, moment: withhold_claim(store, claim, moment))


@app.command(epilog="Example: `halfminute edit undo e-7c40`")
def undo(
    context: typer.Context,
    edit: Annotated[str, typer.Argument(metavar="EDIT", show_default=False)],
    now: NowOption = None,
) -> None:
    """Take an edit back."""
    from pipeline.stages.edits import undo_edit

    _edit(context, now, lambda store, moment: undo_edit(store, edit, moment))


@app.command("list", epilog="Examples: `halfminute edit list`, `halfminute edit list --json`")
def edit_list(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """Print the log, one edit a line: id, date, story, what was done."""
    from pipeline.stages.edits import edit_log

    with open_store(context.obj) as store:
        lines = edit_log(store)
    if as_json:
        _print_json([line.model_dump(mode="json") for line in lines])
        return
    for line in lines:
        _print_line(line)


@app.command(epilog="Examples: `halfminute edit ids s-3f2a`, `halfminute edit ids s-3f2a --json`")
def ids(
    context: typer.Context,
    story: StoryArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print a story's articles and published claims, one a line, with the ids that edits take."""
    from pipeline.stages.naming import story_parts

    with open_store(context.obj) as store:
        found, articles, claims = story_parts(store, story)
    if as_json:
        _print_json(
            {
                "story_id": found.story_id,
                "articles": {a.article.article_id: a.revision.title for a in articles},
                "claims": {claim.id: claim.text for claim in claims},
            }
        )
        return
    _print_row(found.story_id)
    for each in articles:
        _print_row(each.article.article_id, each.article.source, each.revision.title)
    for claim in claims:
        _print_row(claim.id, claim.text)


def _edit(context: typer.Context, now: str | None, make: Callable[[Store, datetime], Edit]) -> None:
    """Make an edit and print its line of the log."""
    from pipeline.stages.edits import edit_log

    moment = moment_of(now)
    with open_store(context.obj) as store:
        made = make(store, moment)
        (line,) = [line for line in edit_log(store) if line.edit_id == made.edit_id]
    _print_line(line)


def _print_line(line: LogLine) -> None:
    state = [] if line.in_force else ["undone"]
    _print_row(line.edit_id, iso(line.at), line.kind, line.story_id or "-", line.detail, *state)


def _print_row(*fields: str) -> None:
    typer.echo("\t".join(map(printable, fields)))


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2))

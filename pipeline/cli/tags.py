"""`halfminute tags`: what the digests are about, over the weeks."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from pipeline.cli.shared import open_store

app = typer.Typer()


@app.command(
    epilog="Examples: `halfminute tags`, `halfminute tags gpu-shortage`, "
    "`halfminute tags --kind product --json`"
)
def tags(
    context: typer.Context,
    tag: Annotated[
        str | None, typer.Argument(metavar="[TAG]", help="Such as gpu-shortage; default: all.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="List only one kind: topic, product, org or source.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print all tags with their trends, or the stories of one week by week."""
    from pipeline.console import out
    from pipeline.publish.tag_pages import index_view, page_view
    from pipeline.stages.tags import find_page, published_pages

    with open_store(context.obj) as store:
        pages = published_pages(store)
    if tag is not None:
        page = find_page(pages, tag)
        if as_json:
            typer.echo(_json(page.model_dump(mode="json")))
        else:
            out().print(page_view(page))
        return
    listed = [page for page in pages if kind in (None, page.kind)]
    if as_json:
        fields = {"slug", "name", "kind", "told", "trend"}
        typer.echo(_json([page.model_dump(mode="json", include=fields) for page in listed]))
    else:
        out().print(index_view(listed))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2)

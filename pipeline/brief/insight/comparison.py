"""The comparison table: entities × attributes, each cell a cited value or not stated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pipeline.analysis.names import name_key
from pipeline.brief.evidence import Field
from pipeline.brief.insight.grid import Cell, Grid, Quoted
from pipeline.brief.insight.parallels import parallel_grid
from pipeline.brief.insight.tables import table_grids
from pipeline.brief.verify import verify
from pipeline.brief.write import Writer
from pipeline.canonical import make_id
from pipeline.records import ArticleRevision
from pipeline.schema import Citation, Claim, Comparison, ComparisonColumn, ComparisonRow, Support
from pipeline.urls import text_fragment_url

EMPTY = "the sources compare no two named things by their values"


def compared(around: Field, articles: Sequence[ArticleRevision]) -> Grid | None:
    """Return what the sources compare: their fullest table, else parallel statements, else None.

    `articles` are those of the field.
    """
    known = frozenset(name for candidate in around.candidates for name in candidate.names)
    publishers = frozenset(name_key(a.article.source) for a in articles)
    ordered = sorted(articles, key=lambda a: a.article.article_id)
    grids = [grid for article in ordered for grid in table_grids(article, known - publishers)]
    if grids:
        return max(grids, key=lambda grid: grid.filled)
    return parallel_grid(around.candidates, publishers)


def tell_comparison(grid: Grid | None, writer: Writer) -> Comparison:
    """Return the table with its claims; empty with a reason without a grid."""
    if grid is None:
        return Comparison(columns=[], rows=[], reason=EMPTY)
    return Comparison(
        columns=[ComparisonColumn(entity=entity) for entity in grid.entities],
        rows=[
            ComparisonRow(
                attribute=row.attribute,
                cells=[
                    _claim(cell, f"{row.attribute}/{entity}", writer)
                    for entity, cell in zip(grid.entities, row.cells, strict=True)
                ],
            )
            for row in grid.rows
        ],
    )


def _claim(
    cell: Cell | None, place: str, writer: Writer
) -> Claim | dict[Literal["not_stated"], Literal[True]]:
    """Return a cell; one value may stand in several, so their ids count the place in."""
    if cell is None:
        return {"not_stated": True}
    verdict = verify(cell.text, [cell.text])
    return Claim(
        id=make_id("c", writer.story_id, f"comparison/{place}", cell.text),
        text=cell.text,
        basis="quoted",
        citations=[_citation(quoted, writer) for quoted in cell.places],
        support=Support(score=verdict.score, checks=verdict.checks),
    )


def _citation(quoted: Quoted, writer: Writer) -> Citation:
    url = writer.urls[quoted.article_id]
    return Citation(
        article_id=quoted.article_id,
        text_sha256=quoted.text_sha256,
        field="text",
        quote=quoted.quote,
        start=quoted.start,
        end=quoted.end,
        url=text_fragment_url(url, quoted.quote) if url else None,
    )

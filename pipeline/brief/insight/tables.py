"""Tables in an article's text that compare named things, read into grids.

A row is a line whose cells are joined by ` | ` (see `pipeline.ingest.render`); plain text files may
hold rows with a bar at both ends as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.analysis.names import names_in
from pipeline.analysis.quality import UNFIT, text_flaws
from pipeline.brief.insight.grid import Cell, Grid, Quoted, Row, trimmed
from pipeline.records import ArticleRevision
from pipeline.text import blocks, words

MIN_TABLE_ROWS = 2
CELL_WORDS = 12
"""A longer cell is prose: the specifications and prices of product tables have fewer words."""

_RULE = re.compile(r"[\s|:\-–—]+")
_NOTHING = re.compile(
    r"[-–—?.*]*|n/?a|none stated|not (?:stated|disclosed|available)|tb[ad]", re.IGNORECASE
)
_MODEL_CODE = re.compile(
    r"(?=\S*\d)[A-Za-z][\w.+/-]*|[a-z]*[A-Z]+[a-z0-9]+[A-Z]\w*"  # GB300, CoreWeave
)
_NO_ENTITY = re.compile(
    r"\b(?:Q[1-4]|H[12]|FY\d+|20\d\d|19\d\d)\b|[$€£%]|\bper\b|"
    r"\((?:[A-Z]{3}|[kMGT]?[BWs]|[km]?[gms]|[MG]Hz|hours?|days?)\)|"
    r"^\s*(?:before|after|old|new|total)\b",
    re.IGNORECASE,
)
"""Headings of periods, units and states, which are no names."""
_ATTRIBUTE_CORNER = re.compile(
    r"\b(?:attribute|aspect|benchmark|category|characteristic|criterion|criteria|dimension|feature|"
    r"item|measure|metric|parameter|property|spec|specification|task|test)s?\b|^$",
    re.IGNORECASE,
)
"""Top left cells above a column of attributes: the other headings are the entities."""


@dataclass(frozen=True)
class _Line:
    """A table row at its place in the text."""

    quoted: Quoted
    cells: tuple[str, ...]


def table_grids(revision: ArticleRevision, known_names: frozenset[str]) -> list[Grid]:
    """Return the comparisons among the tables of an article, in reading order.

    `known_names` are keys of names that the story's sentences hold: what else is called a heading
    must look like a model's name.
    """
    grids = (_grid(table, known_names) for table in _tables(revision))
    return [grid for grid in grids if grid is not None]


def _tables(revision: ArticleRevision) -> Iterator[list[_Line]]:
    lines = [
        _line(revision, offset, content) for offset, content, _ in blocks(revision.revision.text)
    ]
    for is_row, group in groupby(lines, key=lambda line: line is not None):
        if is_row:
            yield [line for line in group if line is not None and line.cells]


def _line(revision: ArticleRevision, offset: int, content: str) -> _Line | None:
    """Return the row on a line, without cells for a rule below a heading; None for other text."""
    if " | " not in content and not content.startswith("|"):
        return None
    quote = content.strip()
    start = offset + content.index(quote)
    bare = quote.strip("|")
    cells = () if _RULE.fullmatch(quote) else tuple(c.strip() for c in bare.split("|"))
    place = Quoted(
        article_id=revision.article.article_id,
        text_sha256=revision.revision.text_sha256,
        quote=quote,
        start=start,
        end=start + len(quote),
    )
    return _Line(place, cells)


def _grid(table: Sequence[_Line], known_names: frozenset[str]) -> Grid | None:
    if len(table) < 1 + MIN_TABLE_ROWS:
        return None
    head, *body = table
    width = len(head.cells)
    whole = [line for line in body if len(line.cells) == width]
    if width < 2 or len(whole) < len(body) or any(_is_unfit(line.quoted.quote) for line in table):
        return None
    names, labels = head.cells[1:], [line.cells[0] for line in whole]
    by_attribute = bool(_ATTRIBUTE_CORNER.search(head.cells[0]))
    across = all(_is_entity(name, known_names, acronym=by_attribute) for name in names)
    down = all(_is_entity(label, known_names, acronym=False) for label in labels)
    if len(set(names)) < len(names) or len(set(labels)) < len(labels) or "" in (*names, *labels):
        return None
    if across and (by_attribute or not down):
        rows = [
            Row(line.cells[0], tuple(_cell(text, line, head) for text in line.cells[1:]))
            for line in whole
        ]
        return trimmed(names, rows, min_rows=MIN_TABLE_ROWS)
    if down and not by_attribute:
        rows = [
            Row(name, tuple(_cell(line.cells[column], line, head) for line in whole))
            for column, name in enumerate(names, start=1)
        ]
        return trimmed(labels, rows, min_rows=MIN_TABLE_ROWS)
    return None


def _cell(text: str, line: _Line, head: _Line) -> Cell | None:
    """Return the value; its row and the heading together say of whom and what it is."""
    if _NOTHING.fullmatch(text) or len(words(text)) > CELL_WORDS:
        return None
    return Cell(text, (line.quoted, head.quoted))


def _is_entity(cell: str, known_names: frozenset[str], *, acronym: bool) -> bool:
    """Whether a heading names a thing: in the story's sentences, or by the look of a model name."""
    if _NO_ENTITY.search(cell) or len(words(cell)) > CELL_WORDS // 2:
        return False
    if any(name.key in known_names for name in names_in(cell)):
        return True
    tokens = cell.split()
    shouted = acronym and any(token.isupper() and len(token) > 1 for token in tokens)
    return shouted or any(_MODEL_CODE.fullmatch(token.strip(",;()")) for token in tokens)


def _is_unfit(quote: str) -> bool:
    return bool(text_flaws(quote) & (UNFIT | {"link"}))

"""What a comparison is made of before it is told: entities, attributes, cells with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_COLUMNS = 4
MAX_ROWS = 6
MIN_FILLED = 2
"""Cells that a row needs: one value is compared with nothing."""


@dataclass(frozen=True)
class Quoted:
    """Words of a revision's text at their place."""

    article_id: str
    text_sha256: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class Cell:
    """A value as the source writes it, and the places that bear it out, the best first."""

    text: str
    places: tuple[Quoted, ...]


@dataclass(frozen=True)
class Row:
    """One attribute; a cell is None where no source states it."""

    attribute: str
    cells: tuple[Cell | None, ...]

    @property
    def filled(self) -> int:
        """How many cells hold a value."""
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """Entities and their rows."""

    entities: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def filled(self) -> int:
        """How many cells hold a value."""
        return sum(row.filled for row in self.rows)


def trimmed(entities: Sequence[str], rows: Sequence[Row], *, min_rows: int) -> Grid | None:
    """Return the grid within its bounds, None where too little is left to compare.

    Rows with fewer than two values go, then columns that are empty.
    """
    cut = [Row(row.attribute, row.cells[:MAX_COLUMNS]) for row in rows]
    kept = [row for row in cut if row.filled >= MIN_FILLED][:MAX_ROWS]
    used = [
        column
        for column in range(min(len(entities), MAX_COLUMNS))
        if any(row.cells[column] is not None for row in kept)
    ]
    if len(kept) < min_rows or len(used) < MIN_FILLED:
        return None
    return Grid(
        tuple(entities[column] for column in used),
        tuple(Row(row.attribute, tuple(row.cells[column] for column in used)) for row in kept),
    )

"""Sentences with their offsets. A revision's text has one block a line (see `Extracted`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import sentencex

SPLITTER_VERSION = "2"
"""Part of every cache key that depends on sentence borders: raise it when they change."""

BlockKind = Literal["title", "paragraph", "heading", "list_item", "quotation", "table_row"]

_MARKS: tuple[tuple[str, BlockKind], ...] = (
    ("## ", "heading"),
    ("- ", "list_item"),
    ("> ", "quotation"),
)
WORD = re.compile(r"[^\W_]+(?:['’\-.&/][^\W_]+)*", re.UNICODE)
_MAX_BLOCK = 20_000
"""Code points handed to the splitter at once: a page without line breaks stays bounded."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a revision; `start` and `end` are code points of `field`."""

    field: Literal["title", "text"]
    start: int
    end: int
    text: str
    kind: BlockKind
    block: int
    """Index of its block in the text; the title has -1."""
    index: int
    """Index among the revision's sentences, the title first."""


def words(text: str) -> list[str]:
    """Return the words of `text`, with inner hyphens, apostrophes and dots kept."""
    return WORD.findall(text)


def fold(text: str) -> str:
    """Return `text` in lower case with typographic quotes made plain, for comparison only."""
    return plain_marks(text).casefold()


def plain_marks(text: str) -> str:
    """Return `text` with typographic quotes, dashes and spaces made plain."""
    return text.translate(_PLAIN)


_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


def blocks(text: str) -> Iterator[tuple[int, str, BlockKind]]:
    """Yield (offset of the content, content, kind) of each block, its mark left out."""
    offset = 0
    for line in text.split("\n"):
        kind: BlockKind = "table_row" if " | " in line else "paragraph"
        skip = 0
        for mark, marked in _MARKS:
            if line.startswith(mark):
                kind, skip = marked, len(mark)
                break
        if line.strip():
            yield offset + skip, line[skip:], kind
        offset += len(line) + 1


def split_sentences(title: str, text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a revision in reading order, the title first.

    Offsets recover the sentence: `text[s.start:s.end] == s.text` for those of the text.
    """
    found: list[Sentence] = []
    if title.strip():
        start = len(title) - len(title.lstrip())
        found.append(
            Sentence("title", start, start + len(title.strip()), title.strip(), "title", -1, 0)
        )
    for block, (offset, content, kind) in enumerate(blocks(text)):
        for start, end in _borders(content, kind):
            found.append(
                Sentence(
                    "text",
                    offset + start,
                    offset + end,
                    content[start:end],
                    kind,
                    block,
                    len(found),
                )
            )
    return tuple(found)


def _borders(content: str, kind: BlockKind) -> Iterator[tuple[int, int]]:
    if kind in ("heading", "table_row"):
        pieces = [content]
    else:
        pieces = [
            piece
            for cut in range(0, len(content), _MAX_BLOCK)
            for piece in _mended(sentencex.segment("en", content[cut : cut + _MAX_BLOCK]))
        ]
    position = 0
    for piece in pieces:
        start = content.index(piece, position)
        position = start + len(piece)
        stripped = piece.strip()
        if stripped:
            begin = start + piece.index(stripped)
            yield begin, begin + len(stripped)


_ABBREVIATION = re.compile(r"\b(?:Ms|Mx|Ft|approx)\.\s*$")
"""At the end of a piece: the splitter knows Mr. and Mrs., but not these."""
_OPENING = re.compile(r"(?<=\s)[\"“]\s*$")
"""A mark that opens the next sentence: where its partner is missing the splitter leaves it here."""


def _mended(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the splitter's pieces with their borders put right."""
    before = ""
    for piece in pieces:
        if _ABBREVIATION.search(before):
            before += piece
            continue
        opening = _OPENING.search(before)
        cut = opening.start() if opening else len(before)
        if before[:cut]:
            yield before[:cut]
        before = before[cut:] + piece
    if before:
        yield before

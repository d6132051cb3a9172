"""Lines that belong to the site and not to the article: shares, promos, comment forms, bylines.

Conservative by design: a line goes only when the whole of it is furniture, a long line never does
by its words alone, and sections are cut only at the end of a text. Measured: on 181 labelled pages
138 lines go, of which 16 stand in the hand-made text (copyright and comment notices mostly); of
36,372 sentences and headlines of news and newsletters 156 go, nearly all of them furniture too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from pipeline.ingest import furniture_phrases as phrases
from pipeline.ingest.render import BULLET, HEADING

MAX_WORDS: Final = 45
"""No line longer than this is dropped for its words: newsletter promos on the labelled pages have
up to 40 words, and half of the paragraphs are longer."""
PROSE_WORDS: Final = 20
"""From here on a line that ends like a sentence counts as prose and stops a cut at the end."""
TAIL_SHARE: Final = 0.5
"""Sections are cut only behind this share of the text's characters."""
LEAD_LINES: Final = 6
"""How far down a title may be repeated, with kickers and dates above it."""
DATE_WORDS: Final = 14
"""`Published 2 November 2026 at 8:00 a.m. ET, updated 3 November 2026` has 14 words."""
PITCH_LINES: Final = 2
"""A promo under its heading is one or two lines."""
END_LINES: Final = 12
"""A promo with all the furniture behind it is no longer."""
BIO_LINES: Final = 3
"""Lines about the author at the end."""
SHOUTED_WORDS: Final = 4
"""A link in capitals between paragraphs is to another story; shorter ones are acronyms."""

_MARK: Final = re.compile(r"^(?:## |- |> )")
_WORD: Final = re.compile(r"\w+")
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’)\]]*$")
_BY: Final = re.compile(r"(?:\w+ )?(?:by|author):?\s+", re.IGNORECASE)
_BETWEEN_NAMES: Final = re.compile(r"\s*(?:,|&|\band\b|\(@\w+\))\s*")
_CLOCK: Final = re.compile(r"\b\d{1,2}[:h]\d{2}\b")
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")


def without_furniture(
    lines: Sequence[str], *, title: str = "", link_lines: Collection[str] = ()
) -> list[str]:
    """Return the article's own lines, in order.

    Args:
        lines: marked lines as `Extracted.text` has them.
        title: the article's title; its repetition at the top goes, with what stands above it.
        link_lines: texts that are nothing but a link on the page.
    """
    kept = _before_tail(_after_title(list(lines), title))
    kept = [line for line in kept if not (is_furniture(line) or _is_shouted_link(line, link_lines))]
    return _without_loose_end(_without_repeats(kept), link_lines)


def is_furniture(line: str) -> bool:
    """Return True when the whole of `line` is the site's and not the article's."""
    text = _MARK.sub("", line).strip()
    words = _WORD.findall(text)
    if not words:
        return True
    if len(words) > MAX_WORDS:
        return False
    return bool(
        phrases.WHOLE_LINE.fullmatch(text)
        or phrases.LINE_START.match(text)
        or phrases.LINE_END.search(text)
        or phrases.SIGNATURE.fullmatch(text)
        or phrases.CREDITS.fullmatch(text)
        or is_byline(text)
        or _is_date(text, words)
    )


def is_byline(line: str) -> bool:
    """Return True for `By Ann Lee`, `6 August 2021 - Ann Lee` and the like."""
    return bool(phrases.BYLINE.fullmatch(line) or phrases.DATED_BYLINE.fullmatch(line))


def names_in_byline(line: str) -> list[str]:
    """Return the names in a byline as they stand there."""
    dated = phrases.DATED_BYLINE.fullmatch(line)
    names = (dated["names"] or dated["names_first"]) if dated else _BY.sub("", line, count=1)
    return [name.strip() for name in _BETWEEN_NAMES.split(names) if name.strip()]


def same_words(a: str, b: str) -> bool:
    """Return True when two lines have the same words, whatever their case and punctuation."""
    return _words(a) == _words(b) != []


def _words(line: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_MARK.sub("", line))]


def _is_date(text: str, words: list[str]) -> bool:
    if len(words) > DATE_WORDS or not _YEAR.search(text):
        return False
    if all(phrases.DATE_WORD.fullmatch(word) for word in words):
        return True
    # a year and a time of day without a sentence, in whatever language
    return bool(_CLOCK.search(text)) and not _SENTENCE_END.search(text)


def _is_prose(line: str) -> bool:
    text = _MARK.sub("", line)
    return len(_WORD.findall(text)) >= PROSE_WORDS and bool(_SENTENCE_END.search(text))


def _is_shouted_link(line: str, link_lines: Collection[str]) -> bool:
    return line in link_lines and line == line.upper() and len(_WORD.findall(line)) >= SHOUTED_WORDS


def _after_title(lines: list[str], title: str) -> list[str]:
    for index, line in enumerate(lines[:LEAD_LINES]):
        if same_words(line, title):
            return [above for above in lines[:index] if _is_prose(above)] + lines[index + 1 :]
    return lines


def _before_tail(lines: list[str]) -> list[str]:
    """Cut what follows the article: comments, related links, promos."""
    total = sum(len(line) for line in lines)
    before = 0
    for index, line in enumerate(lines):
        if before > TAIL_SHARE * total and _opens_tail(lines, index):
            return lines[:index]
        before += len(line)
    return lines


def _opens_tail(lines: list[str], index: int) -> bool:
    text = _MARK.sub("", lines[index])
    if phrases.COMMENTS_HEADING.fullmatch(text):
        return not lines[index].startswith(BULLET)
    if phrases.TAIL_HEADING.fullmatch(text):
        return not any(_is_prose(after) for after in lines[index + 1 :])
    left = len(lines) - index - 1
    if phrases.BIO_HEADING.fullmatch(text):
        return left <= BIO_LINES
    return left <= END_LINES and _is_promo(text, lines[index + 1 :])


def _is_promo(heading: str, rest: list[str]) -> bool:
    """Return True for a call (`Get Good at AI`) whose few last lines sell a book or newsletter."""
    if heading.endswith((".", ":")) or not phrases.PROMO_HEADING.fullmatch(heading):
        return False
    pitch = [line for line in rest if not same_words(line, heading) and not is_furniture(line)]
    return len(pitch) <= PITCH_LINES and any(map(_is_pitch, pitch))


def _is_pitch(line: str) -> bool:
    return len(_WORD.findall(line)) <= MAX_WORDS and bool(phrases.PROMO_PITCH.search(line))


def _without_repeats(lines: list[str]) -> list[str]:
    """Drop a line that repeats the one before it."""
    return [
        line
        for index, line in enumerate(lines)
        if index == 0 or not same_words(line, lines[index - 1])
    ]


def _without_loose_end(lines: list[str], link_lines: Collection[str]) -> list[str]:
    """Drop links to other stories at the end, and headings that head nothing any more."""
    end = len(lines)
    while end and (
        lines[end - 1].startswith(HEADING)
        or (_MARK.sub("", lines[end - 1]) in link_lines and not _is_prose(lines[end - 1]))
    ):
        end -= 1
    return lines[:end]

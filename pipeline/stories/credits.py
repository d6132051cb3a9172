"""Credits: whose text an article says it is. A suspicion of a reprint, never proof of one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pipeline.records import ArticleRevision
from pipeline.text import blocks, fold

AGENCIES: Final = {
    "ap": "associatedpress",
    "afp": "agencefrancepresse",
    "dpa": "deutschepresseagentur",
    "pa": "pamedia",
    "cp": "canadianpress",
    "upi": "unitedpressinternational",
    "efe": "agenciaefe",
    "sid": "sportinformationsdienst",
}
"""Short forms of agencies that credit themselves under both names."""
ENDS: Final = (3, 5)
"""Blocks at the start and at the end of a text that are searched: a credit opens or closes it, and
what stands between may talk of any agency."""
CREDIT_CHARS: Final = 240
"""A dateline opens a block of any length; any other credit is a short line."""

_WORD = r"(?:[\w&'/-]|\.(?=\w)){0,40}"
_NAME = (
    rf"(?P<name>(?:dpa|sid|[A-ZÄÖÜ]){_WORD}"
    rf"(?:,? (?:(?:of|and|der|und|for) )?[A-ZÄÖÜ&]{_WORD}){{0,5}})"
)
_DATELINE: Final = re.compile(
    r"^(?:[A-ZÄÖÜ][\w.,'/ -]{1,60} )?\((?P<name>[^\W\d_][\w&'./ -]{1,40})\)(?: ?[-:.]|$)"
)
_BYLINE: Final = re.compile(rf"^(?i:by|von|from|par) (?i:the )?{_NAME}\W*$")
_LABEL: Final = re.compile(
    r"^(?i:original )?(?i:source|quelle|via|credit|agency|agentur) ?: ?(?i:the )?" rf"{_NAME}\W*$"
)
_RIGHTS: Final = re.compile(
    r"(?i:\(c\)|©|\bcopyright)[ ,]*(?:©|\(c\))?[ ,]*(?:\d{4},? )?(?i:by )?(?i:the )?" + _NAME
)
_FIRST_PRINT: Final = re.compile(
    r"\b(?:(?i:originally|first) (?:published|appeared|posted)(?: (?:by|on|in|at))?|"
    r"(?i:republished|reprinted|syndicated|reproduced|adapted) (?:with permission )?from|"
    r"(?i:with|mit) (?i:files|material|reporting) (?:from|by|von(?: der)?)|"
    r"(?:erschien(?:en)?|veröffentlicht|ist) (?:zuerst|ursprünglich) (?:bei|auf|in|im|von)) "
    r"(?i:the )?" + _NAME
)
_SHORT_LINES: Final = (_BYLINE, _LABEL, _RIGHTS, _FIRST_PRINT)
_WIRE: Final = re.compile(
    r"\b(?:wires?|newswire|press|agency|agencies|news service|presse-agentur|agentur)\b|reuters",
    re.IGNORECASE,
)
_HOST: Final = re.compile(r"^(?:www\.)?([\w-]+)(?:\.[\w-]+)+$")


def credits_of(article: ArticleRevision) -> frozenset[str]:
    """Return the keys (`name_key`) of the agencies and publishers that an article credits.

    A dateline, byline or credit line at the text's ends counts, and an author that is an agency.
    """
    return _credits(article.revision.text, article.revision.authors)


@lru_cache(maxsize=1024)
def _credits(text: str, authors: tuple[str, ...]) -> frozenset[str]:
    """Cached for the sake of ten thousand copies of one text."""
    found = {name for name in authors if _is_agency(name)}
    lines = [plain for _, content, _ in blocks(text) if (plain := _plain(content))]
    for line in lines[: ENDS[0]] + lines[ENDS[0] :][-ENDS[1] :]:
        patterns = _SHORT_LINES if len(line) <= CREDIT_CHARS else ()
        matches = [_DATELINE.match(line), *(pattern.search(line) for pattern in patterns)]
        found.update(match["name"] for match in matches if match)
    return frozenset(key for name in found for key in _keys(name) if key)


def name_key(name: str) -> str:
    """Return what names of one publisher share: `The Chip Ledger` and `chipledger.example`."""
    host = _HOST.match(name.strip())
    plain = fold(host[1] if host else name.strip())
    letters = "".join(c for c in plain.removeprefix("the ") if c.isalnum())
    return AGENCIES.get(letters, letters)


def _keys(name: str) -> set[str]:
    """`dpa/tmn` and `AP, Reuters` are two each; a sentence's full stop is no part of a name."""
    return {name_key(part.strip(" .")) for part in re.split(r"/|, ", name)}


def _plain(line: str) -> str:
    return re.sub(r"[–—]", "-", line).replace("’", "'").strip(" *_")


def _is_agency(author: str) -> bool:
    return name_key(author) in AGENCIES.values() or bool(_WIRE.search(author))

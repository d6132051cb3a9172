"""Text as it should be stored: mojibake repaired, invisible characters gone, whitespace folded.

Typographic characters (curly quotes, dashes, ligatures) stay as the author set them: quotes must
be found again on the page.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ftfy import fix_encoding

_INVISIBLE: Final = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls that are no whitespace
    "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # lone surrogates and noncharacters cannot be encoded
    "\ue000-\uf8ff"  # private use: glyphs of icon fonts
    "\U000e0000-\U000e007f"  # tag characters, which hide text from readers
    "]+"
)
_JOINER: Final = re.compile(
    "(?<=[\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\x7f])|"
    "^[\u200c\u200d]+|[\u200c\u200d]+$"
)
"""Zero-width joiners beside ASCII; between other letters and in emoji they have a meaning."""

_SUSPECT: Final = re.compile(r"[^\x00-\x7f]{2}|[\u00c2-\u00f4]\s")
"""Every byte of a UTF-8 sequence becomes one character of mojibake, so two stand side by side (or
one and a space that was a no-break space). Asking this first is 50 times faster."""
_LOST_CLOSING_QUOTE: Final = re.compile(r"â€(?=[ \t\n.,;:!?)\]]|$)")
"""A closing quote in UTF-8 read as Windows-1252 ends in an invisible control that is often lost."""

_STEERING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What a terminal obeys instead of showing it (escapes, C1 controls, changes of direction), and
halves of characters, which cannot be printed at all."""


def printable(text: str) -> str:
    """Return `text` as one line that is safe to print: what steers a terminal is gone."""
    return " ".join(_STEERING.sub(" ", text).split())


def repair_mojibake(text: str) -> str:
    """Return `text` with UTF-8 that was read as another charset put right."""
    if not _SUSPECT.search(text):
        return text
    return fix_encoding(_LOST_CLOSING_QUOTE.sub("â€\x9d", text))


def clean_text(text: str) -> str:
    """Return `text` as one line: repaired, NFC, single spaces, nothing invisible.

    `clean_text(clean_text(x)) == clean_text(x)`.
    """
    while True:
        clean = " ".join(_visible(repair_mojibake(text)).split())
        if clean == text:
            return clean
        text = clean  # what was invisible may have stood between two halves of mojibake


def clean_lines(text: str) -> str:
    """Return `text` with each line as by `clean_text`, and without empty lines."""
    lines = (clean_text(line) for line in repair_mojibake(text).splitlines())
    return "\n".join(line for line in lines if line)


def _visible(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    if "\u200c" in text or "\u200d" in text:
        text = _JOINER.sub("", text)
    return unicodedata.normalize("NFC", text)

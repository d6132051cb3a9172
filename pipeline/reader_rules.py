"""What the reader follows and mutes: one rule a line of the settings.

::

    #gpu-shortage          a tag
    source:Harbour Wire    a publisher
    kubernetes             a word, or a phrase: `data centre`

Rules and texts are compared by whole words, whatever their case, accents and punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from slugify import slugify

_WORD = re.compile(r"[^\W_]+[+#]*")
"""The signs of C++ and C# belong to the word: without them it is another."""
_PREFIX = re.compile(r"([A-Za-z]+):(?=\S)|source:", re.IGNORECASE)
"""A kind before a colon. `Mission: Impossible` has none, for a space follows."""


@dataclass(frozen=True)
class Rule:
    """What a story must have to be meant."""

    kind: Literal["tag", "source", "words"]
    wanted: tuple[str, ...]
    """Folded words, in order."""
    written: str
    """As the settings have it."""


def parse_rule(written: str) -> Rule:
    """Return the rule that a line of the settings states.

    Raises:
        ValueError: it is none; after a semicolon the message says how to write it.
    """
    text = written.strip()
    kind: Literal["tag", "source", "words"] = "words"
    if text.startswith("#"):
        kind, text = "tag", text[1:]
        if text != slugify(text) or not text:
            near = f"#{slugify(text)}" if slugify(text) else "#gpu-shortage"
            raise ValueError(f"{written!r} is no tag; write it as {near}")
    elif prefix := _PREFIX.match(text):
        if prefix[0].casefold() != "source:":
            raise ValueError(
                f"{written!r} begins with {prefix[0]!r}, which is no kind of rule; "
                "write #tag, source:NAME, or words alone"
            )
        kind, text = "source", text[prefix.end() :]
    wanted = word_keys(text)
    if not wanted:
        raise ValueError(f"{written!r} holds no word; write #tag, source:NAME, or words alone")
    return Rule(kind, wanted, written.strip())


def word_keys(text: str) -> tuple[str, ...]:
    """Return the words of `text` as they are compared: no case, no accents."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    )
    return tuple(_WORD.findall(plain.casefold()))


def holds(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Return whether `phrase` stands in `words`, its words side by side."""
    size = len(phrase)
    return any(words[at : at + size] == phrase for at in range(len(words) - size + 1))

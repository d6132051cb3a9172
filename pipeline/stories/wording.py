"""The words of a text, for comparing two texts whatever their layout."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.text import WORD, fold

_TOKEN = re.compile(rf"{WORD.pattern}|[$€£¥₹%]|(?<!\w)-(?=[\d$€£¥₹])")
"""Words, and the signs that are part of a value."""
_LIGHT = frozenset({"a", "an", "the", "and", "that"})
"""Words that come and go without a change of what is said."""


@dataclass(frozen=True)
class Wording:
    """The folded words of a text in order, without layout, punctuation and articles."""

    text: str
    """Each after a space, and a space at the end."""

    @classmethod
    def of(cls, text: str) -> Wording:
        """Return the wording of a text."""
        kept = (word for word in _TOKEN.findall(fold(text)) if word not in _LIGHT)
        return cls("".join(f" {word}" for word in kept) + " ")

    def stands_in(self, other: Wording) -> bool:
        """Return whether all words stand in the other text, in order and unbroken."""
        return self.text in other.text

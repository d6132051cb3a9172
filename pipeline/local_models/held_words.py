"""Hold a completion's words to those of a text, token by token.

A word may only go on as a word of the text does. One with a capital or a digit has to stand there
letter by letter; but the capital of a completion's first word tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_MARKS = ".,;:!?()[]\"'“”‘’"
_BETWEEN_WORDS = re.compile(r"[\s—–]+")
_GENITIVE = re.compile(r"['’]s?$")
CHOICES = 64
"""The likeliest tokens of which one must fit; else the completion ends there, and where that is in
a word there is none."""


class HeldWords:
    """What a completion may say; `spell` turns tokens into text."""

    def __init__(self, text: str, spell: Callable[[Sequence[int]], str]) -> None:
        self._spell = spell
        self._words = frozenset(map(_bare, _BETWEEN_WORDS.split(text)))
        self._folded = frozenset(word.lower() for word in self._words)
        self._starts = _starts(self._words)
        self._folded_starts = _starts(self._folded)

    def allows(self, written: Sequence[int], token: int) -> bool:
        """Return whether `token` may follow the tokens `written`."""
        words = _BETWEEN_WORDS.split(self._spell([*written, token]).lstrip())
        behind = len(words) - 2  # the last word may still grow, the one before is whole
        if behind >= 0 and not self._is_whole(words[behind], first=behind == 0):
            return False
        return self._may_grow(words[-1], first=len(words) == 1)

    def may_end(self, written: Sequence[int]) -> bool:
        """Return whether the completion may end after the tokens `written`."""
        words = _BETWEEN_WORDS.split(self._spell(written).strip())
        return self._is_whole(words[-1], first=len(words) == 1)

    def _is_whole(self, word: str, *, first: bool) -> bool:
        bare = _bare(word)
        plain = bare.lower()
        if not bare or bare in self._words:
            return True
        if first and bare[1:] == plain[1:] and not bare[0].isdigit():
            return plain in self._folded
        return plain in self._folded and not _is_shaped(bare)

    def _may_grow(self, word: str, *, first: bool) -> bool:
        open_word = word.lstrip(_MARKS)
        plain = open_word.lower()
        if open_word in self._starts or self._is_whole(word, first=first):
            return True
        lowered = open_word == plain or (first and open_word[1:] == plain[1:])
        return lowered and plain in self._folded_starts


def choose(
    held: HeldWords | None, written: Sequence[int], logits: torch.Tensor, stops: frozenset[int]
) -> int | None:
    """Return the likeliest token, of those that may follow `written`; None where none may.

    `logits` has the shape (vocabulary,).
    """
    likeliest = int(logits.argmax())
    if held is None or _fits(held, written, likeliest, stops):
        return likeliest
    # sorting the vocabulary takes ten times as long as its maximum, which mostly fits
    choices: list[int] = logits.topk(min(CHOICES, len(logits))).indices.tolist()
    return next((token for token in choices if _fits(held, written, token, stops)), None)


def _fits(held: HeldWords, written: Sequence[int], token: int, stops: frozenset[int]) -> bool:
    return held.may_end(written) if token in stops else held.allows(written, token)


class Holding:
    """A logits processor of transformers that leaves each row the one token of `choose`.

    `start` is where the completions begin in the rows; rows beyond those of `held` are free.
    """

    def __init__(self, held: Sequence[HeldWords | None], start: int, stops: frozenset[int]) -> None:
        self._held = held
        self._start = start
        self._stops = stops

    def __call__(self, ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return `scores`, shape (rows, vocabulary), with nothing left but the tokens chosen."""
        for row, held in enumerate(self._held):
            if held is None:
                continue
            written = ids[row, self._start :].tolist()
            token = choose(held, written, scores[row], self._stops)
            scores[row] = -float("inf")
            scores[row, min(self._stops, default=0) if token is None else token] = 0
        return scores


def _bare(word: str) -> str:
    """Return a word without the marks around it and without a genitive's s."""
    return _GENITIVE.sub("", word.strip(_MARKS))


def _is_shaped(word: str) -> bool:
    return word != word.lower() or any(map(str.isdigit, word))


def _starts(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word[:end] for word in words for end in range(1, len(word) + 1))

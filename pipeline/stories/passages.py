"""What two texts share: runs of words outside quotations, and how far their facts agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from pipeline.text import WORD, fold, plain_marks

Hashes = NDArray[np.uint64]
Mask = NDArray[np.bool_]

SHINGLE_WORDS = 5
LEAD_WORDS = 12
"""Words by which a lead is known. A block shorter than this (a dateline, a caption) is none."""
GAP_WORDS = 30
"""Up to here what stands between two shared runs is the same sentence, put otherwise."""
FEW_FACTS = 3
"""Facts that count as kept in every text, so that one corrected number in an essay is no template;
notes from a template differ in ten."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""Odd, so that no word of a shingle loses bits (Knuth's 2**64 / golden ratio)."""
_QUOTED = re.compile(
    r"""(?x) ^>\ .*$ | ["„«»'] (?<!\w["']) (?:
        (?<=["„]) (?=\S) [^"\n]* (?:"|$)    # an open quotation ends with its block
      | (?<=«) [^»\n]* (?:»|$)
      | (?<=») [^«\n]* «
      | (?<=') (?=\w) (?: [^\n]{0,600}?[.,!?…] | [^'\n]{1,80} ) ' (?!\w) ) """,
    re.MULTILINE,
)
"""In a text with plain marks."""
_SENTENCE_END = ".!?:\n"


@dataclass(frozen=True, eq=False)
class Passages:
    """A text's words and its runs of five words (shingles), each by a hash, in reading order."""

    words: Hashes
    facts: Mask
    """Of each word: whether it is a number or, inside a sentence, a name."""
    shingles: Hashes
    quoted: Mask
    """Of each shingle: whether most of its words stand in quotation marks."""
    lead: bytes
    """The first words of its first paragraph."""


@dataclass(frozen=True)
class Overlap:
    """What two texts share outside quotations and boilerplate, in shingles."""

    shared: int
    sizes: tuple[int, int]
    """Of the first text and of the other."""

    @property
    def shares(self) -> tuple[float, float]:
        """The share of each text that stands in the other, 0 to 1."""
        one, other = (round(self.shared / size, 4) if size else 0.0 for size in self.sizes)
        return one, other

    @property
    def mean(self) -> float:
        """The mean of the two shares: 0.5 and more where one text is part of the other."""
        return round(sum(self.shares) / 2, 4)


def passages(text: str) -> Passages:
    """Return the words and shingles of a revision's text."""
    plain = plain_marks(text)
    found = [(match.start(), *_word(match[0])) for match in WORD.finditer(plain)]
    starts, hashes, is_number, is_name = zip(*found, strict=True) if found else ((),) * 4
    words, at = np.array(hashes, np.uint64), np.array(starts, np.int64)
    names = [
        name and not _opens_sentence(plain, n) for n, name in zip(starts, is_name, strict=True)
    ]
    spans = np.array([match.span() for match in _QUOTED.finditer(plain)], np.int64).reshape(-1, 2)
    inside = np.searchsorted(spans[:, 0], at, "right") - np.searchsorted(spans[:, 1], at, "right")
    return Passages(
        words=words,
        facts=np.array(is_number, np.bool_) | np.array(names, np.bool_),
        shingles=_shingles(words),
        quoted=_runs(inside) > SHINGLE_WORDS // 2,
        lead=_lead(words, np.searchsorted(_line_ends(plain), at)),
    )


def overlap(one: Passages, other: Passages, own: Mask, other_own: Mask) -> Overlap:
    """Return what two texts share; `own` says of each shingle whether it is no boilerplate.

    What either text puts in quotation marks counts for neither.
    """
    a = _open(one, other, own)
    b = _open(other, one, other_own)
    short, long = sorted((a, b), key=len)
    return Overlap(shared=int(np.isin(short, long).sum()), sizes=(len(a), len(b)))


def exchanged(one: Passages, other: Passages) -> float:
    """Return the share of names and numbers that differ where two texts run in parallel, 0 to 1.

    A reprint keeps them; two notes made from one template have the words in common and differ in
    these.
    """
    _, starts, other_starts = np.intersect1d(one.shingles, other.shingles, return_indices=True)
    order = np.argsort(starts)
    a = np.concatenate(([-SHINGLE_WORDS], starts[order], [len(one.words)]))
    b = np.concatenate(([-SHINGLE_WORDS], other_starts[order], [len(other.words)]))
    gap, other_gap = np.diff(a) - SHINGLE_WORDS, np.diff(b) - SHINGLE_WORDS
    parallel = (gap > 0) & (gap <= GAP_WORDS) & (other_gap > 0) & (other_gap <= GAP_WORDS)
    covered = np.zeros(len(one.words), np.bool_)
    for step in range(SHINGLE_WORDS):
        covered[starts + step] = True
    kept = len(np.unique(one.words[covered & one.facts]))
    changed = 0
    for at in np.flatnonzero(parallel):
        here = _facts(one, a[at] + SHINGLE_WORDS, a[at + 1])
        there = _facts(other, b[at] + SHINGLE_WORDS, b[at + 1])
        changed += min(len(here - there), len(there - here))
        kept += len(here & there)
    return round(changed / (changed + kept + FEW_FACTS), 4)


def _facts(text: Passages, start: int, end: int) -> set[int]:
    return set(text.words[start:end][text.facts[start:end]].tolist())


def _open(text: Passages, other: Passages, own: Mask) -> Hashes:
    quoted_there = other.shingles[other.quoted]
    return text.shingles[own & ~text.quoted & ~np.isin(text.shingles, quoted_there)]


def _shingles(words: Hashes) -> Hashes:
    total = np.zeros(max(0, len(words) - SHINGLE_WORDS + 1), np.uint64)
    for step in range(SHINGLE_WORDS):
        total = total * _MULTIPLIER + words[step : step + len(total)]
    return total


def _runs(flags: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return of each run of five words how many of them are flagged."""
    sums = np.concatenate(([0], np.cumsum(flags)))
    return sums[SHINGLE_WORDS:] - sums[:-SHINGLE_WORDS] if len(flags) >= SHINGLE_WORDS else sums[:0]


def _lead(words: Hashes, lines: NDArray[np.int64]) -> bytes:
    """Return the first words of the first line that has enough; `lines` numbers each word's."""
    long = np.flatnonzero(np.bincount(lines) >= LEAD_WORDS) if len(lines) else lines
    first = int(np.searchsorted(lines, long[0])) if len(long) else 0
    return words[first : first + LEAD_WORDS].tobytes()


def _line_ends(text: str) -> list[int]:
    return [match.start() for match in re.finditer("\n", text)]


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \"'")[-1:]
    return not before or before in _SENTENCE_END


@lru_cache(maxsize=1 << 16)
def _word(word: str) -> tuple[int, bool, bool]:
    """Return a word's hash, whether it is a number and whether it is written like a name."""
    digest = blake2b(fold(word).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest), any(c.isdigit() for c in word), word[0].isupper()

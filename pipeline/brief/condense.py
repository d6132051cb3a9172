"""Deletion-only compression: what remains is a subsequence of the sentence.

Only parts that a sentence can lose whole are cut: a leading connective, label or dateline, a
parenthesis, an appositive, a relative or participial clause at the end, a leading circumstance, a
filler adverb. Inside what is kept, nothing is touched, so numbers, names, negations and hedges stay
with their verb. A part that limits the statement, or says who makes it, stays as well.
"""

from __future__ import annotations

import re

from pipeline.analysis.quality import text_flaws
from pipeline.brief.deletions import OPEN_END, Cut, Deletion, deletions
from pipeline.text import words

MIN_KEPT_WORDS = 7
"""A shorter remainder has usually lost its object (seen in the sample week and the seeds)."""

_PARTNERS = tuple(
    (re.compile(rf"\b{first}\b", re.IGNORECASE), re.compile(rf"\b{second}\b"))
    for first, second in (
        ("not only", "but"),
        ("not just", "but"),
        ("either", "or"),
        ("neither", "nor"),
        ("both", "and"),
        ("between", "and"),
        ("whether", "or"),
        ("from", "to"),
        ("so", "that"),
        ("such", "that"),
        ("rather", "than"),
    )
)
_SUBORDINATE = re.compile(
    r"(?:If|When|While|Although|Though|As|Because|Since|Until|Unless|Once|After|Before|Where|"
    r"Whether)\b[^,]*$"
)
_END = re.compile(r"[.!?…][\"”’')\]]*$")


def condense(sentence: str, *, target_words: int, keep: tuple[str, ...] = ()) -> str:
    """Return `sentence` with parts deleted until it has at most `target_words` words if it can.

    Strings of `keep` (names, values the story is about) are never deleted. The result reads as a
    sentence: it starts with a capital and ends with a stop. Without a fitting deletion the
    sentence comes back as it was.
    """
    kept = sentence
    gone: list[Deletion] = []
    for deletion in deletions(sentence):
        if deletion.cut > Cut.LABEL and len(words(kept)) <= target_words:
            break
        part = sentence[deletion.start : deletion.end]
        if any(name in part for name in keep):
            continue
        if any(deletion.start < d.end and deletion.end > d.start for d in gone):
            continue
        trial = _apply(sentence, [*gone, deletion])
        if _reads(trial, sentence):
            gone.append(deletion)
            kept = trial
    return kept


def is_subsequence(claim: str, sentence: str) -> bool:
    """Return whether the words of `claim` stand in `sentence` in that order."""
    rest = iter(word.casefold() for word in words(sentence))
    return all(word.casefold() in rest for word in words(claim))


def _apply(sentence: str, gone: list[Deletion]) -> str:
    pieces, position = [], 0
    for deletion in sorted(gone, key=lambda d: d.start):
        pieces.append(sentence[position : deletion.start])
        if re.search(r"\w$", pieces[-1]) and re.match(r"\w", sentence[deletion.end :]):
            pieces.append(" ")
        position = deletion.end
    pieces.append(sentence[position:])
    text = re.sub(r"\s+", " ", "".join(pieces)).strip(" ,;—–")
    text = re.sub(r"\s+([,.;:!?](?:\s|$))", r"\1", text)
    text = re.sub(r"(?<!\.)\.\.$", ".", text)  # "at 5 p.m.."
    if text and not _END.search(text):
        text += "."
    return text[:1].upper() + text[1:]


def _reads(text: str, whole: str) -> bool:
    """Whether what is left of `whole` still looks like a sentence."""
    body = text.rstrip(".!?…”\"’' ")
    if len(words(text)) < MIN_KEPT_WORDS or OPEN_END.search(body) or body.endswith(":"):
        return False
    if _SUBORDINATE.match(body) or _widows(text, whole):
        return False
    return not text_flaws(text) & {"anaphora", "quote", "short", "colon"}


def _widows(text: str, whole: str) -> bool:
    """Whether `not only`, `both`, `from` … lost the partner that it had."""
    for first, second in _PARTNERS:
        if (had := first.search(whole)) and second.search(whole, had.end()):
            left = first.search(text)
            if left and not second.search(text, left.end()):
                return True
    return False

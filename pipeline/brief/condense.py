"""Deletion-only compression: what remains is a subsequence of the sentence.

Only parts that a sentence can lose whole are cut: a leading connective or label, a parenthesis, an
appositive, a relative or participial clause at the end, a leading circumstance, a filler adverb.
Inside what is kept, nothing is touched, so numbers, names, negations and hedges stay with their
verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from pipeline.analysis.names import names_in
from pipeline.analysis.quality import starts_with_connective, text_flaws
from pipeline.analysis.values import values_in
from pipeline.text import words

MIN_KEPT_WORDS = 7
"""A shorter remainder has usually lost its object (seen in the sample week and the seeds)."""


class Cut(IntEnum):
    """Kinds of deletion, the safest first."""

    CONNECTIVE = 0
    LABEL = 1
    PARENTHESIS = 2
    TRAILING_PARTICIPLE = 3
    TRAILING_RELATIVE = 4
    TRAILING_CLAUSE = 5
    APPOSITIVE = 6
    RELATIVE = 7
    FILLER = 8
    CIRCUMSTANCE = 9


@dataclass(frozen=True)
class Deletion:
    """Code points `start` to `end` of the sentence may go."""

    start: int
    end: int
    cut: Cut


_LABEL = re.compile(r"[A-Z][\w’'\-/& ]{2,48}:\s+(?=[A-Z“\"])")
_DATELINE = re.compile(
    r"[A-Z][A-Z.’'\- ]{2,30}(?:,\s[A-Z][\w.]+(?:\s\d{1,2})?)*\s(?:\([^)]{2,30}\)\s)?[—–-]+\s"
    r"(?=[A-Z“\"])"
)
_PARENTHESIS = re.compile(r"\s*\([^()]{1,120}\)|\s*\[\d{1,3}\]")
_DASHED = re.compile(r"\s*[—–]\s*[^—–]{3,140}?\s*[—–]\s*(?=\w)|—[^—–]{3,140}—(?=\w)")
_FILLERS = re.compile(
    r"\b(?:also|officially|effectively|significantly|currently|recently|really|actually|very|"
    r"simply|largely|increasingly|notably|quickly|rapidly|specifically|essentially|ultimately|"
    r"truly|particularly|especially|clearly|obviously|in turn|as well|of course|in fact|today)\s+"
    r"(?=[a-z])"
)
_ARTICLE_OR_COMMA = re.compile(r"(?:\ban?\s|,\s?)$", re.IGNORECASE)
_TRAILING = re.compile(
    r"[,;—–]\s+(?P<word>(?:(?:potentially|thus|thereby|further|possibly|partly|effectively|"
    r"ultimately|also)\s+)?[a-z]+ing\b|which\b|who\b|whose\b|where\b|while\b|whereas\b|although\b|"
    r"though\b|as\b(?! (?:well|of|many|much|long|soon|far))|with\b|a move\b|a step\b|making it\b|"
    r"because\b|so that\b|since\b|given\b|amid\b|even as\b|even though\b|but\b|and\b|so\b|"
    r"up from\b|down from\b|compared with\b|thanks to\b|due to\b|including\b|such as\b|"
    r"an? [a-z-]+\b|"
    r"the (?:first|latest|largest|biggest|most)\b)"
)
_APPOSITIVE = re.compile(
    r",\s+(?=(?:the|an?|its|one of|formerly|part of|maker of)\s)([^,;:]{4,90}),(?=\s)"
)
_RELATIVE = re.compile(r",\s+(?=(?:which|who|whose|where)\s)([^,;:]{4,110}),(?=\s)")
_CIRCUMSTANCE = re.compile(
    r"(?:In|On|At|With|By|Through|After|Before|During|Under|As|For|Following|Despite|Since|While|"
    r"When|Although|Though|Beyond|Alongside|From|Over|Amid|Given|To|Throughout|Within|Based on|"
    r"According to this|Building on|Thanks to|Like|Unlike|[A-Z][a-z]+ing|[A-Z][a-z]+ly|If|Once|"
    r"Until|Unless|Because|Whereas|Whether|Where)\b"
    r"[^,;:“”\"]{2,120},\s+(?=\S)"
)
_NOT_PARTICIPLES = frozenset({"including", "according", "pending", "during", "concerning"})
_INDEPENDENT = re.compile(
    r"(?:it|they|he|she|we|the|this|that|these|its|their|an?)\b", re.IGNORECASE
)
_PREPOSITION_END = re.compile(
    r"\b(?:of|to|in|on|at|by|for|with|from|and|or|but|the|a|an|that|which|as|than|into|over|its|"
    r"their|is|are|was|were|be|has|have|had|will|would|can|could|may|might|not|said|says|if|"
    r"because|while|when|where|who|whose|between|both|either|such|like|about|under)$",
    re.IGNORECASE,
)


def deletions(sentence: str) -> list[Deletion]:
    """Return the parts that `sentence` can lose, the safest first."""
    protected = [m.span() for m in re.finditer(r"[“\"][^”\"]*[”\"]", sentence)]

    def free(start: int, end: int) -> bool:
        return not any(start < stop and end > begin for begin, stop in protected)

    found = [d for d in _candidates(sentence) if d.start < d.end and free(d.start, d.end)]
    return sorted(found, key=lambda d: (d.cut, d.start))


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
        if _reads(trial):
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
        position = deletion.end
    pieces.append(sentence[position:])
    text = re.sub(r"\s+", " ", "".join(pieces)).strip(" ,;—–")
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    if text and text[-1] not in '.!?”"’':
        text += "."
    return text[:1].upper() + text[1:]


def _reads(text: str) -> bool:
    """Whether what is left still looks like a sentence."""
    body = text.rstrip('.!?”"’ ')
    if len(words(text)) < MIN_KEPT_WORDS or _PREPOSITION_END.search(body):
        return False
    return not text_flaws(text) & {"anaphora", "quote", "short", "colon"}


def _candidates(sentence: str) -> Iterator[Deletion]:
    yield from _openings(sentence)
    yield from _insertions(sentence)
    end = len(sentence.rstrip('.!?”"’ '))
    for match in _TRAILING.finditer(sentence):
        if (cut := _trailing_kind(sentence, match)) is not None:
            yield Deletion(match.start(), end, cut)
    for match in _FILLERS.finditer(sentence):
        if not _ARTICLE_OR_COMMA.search(sentence, 0, match.start()):
            # "an increasingly complex" would become "an complex"
            yield Deletion(match.start(), match.end(), Cut.FILLER)


def _openings(sentence: str) -> Iterator[Deletion]:
    """What may go at the beginning: connective, label, circumstance."""
    connective = starts_with_connective(sentence)
    if connective:
        yield Deletion(0, connective, Cut.CONNECTIVE)
    if match := _DATELINE.match(sentence) or _LABEL.match(sentence):
        yield Deletion(0, match.end(), Cut.LABEL)
    match = _CIRCUMSTANCE.match(sentence, connective)
    if match and _is_circumstance(match[0], sentence[match.end() :]):
        yield Deletion(match.start(), match.end(), Cut.CIRCUMSTANCE)


_CONDITIONS = ("If ", "Once ", "Until ", "Unless ", "Because ", "Whereas ", "Whether ", "Where ")
_SUBJECT_START = re.compile(r"(?:the|an?|its|their|this|that|it|they)\b|[A-Z]")


def _is_circumstance(opening: str, after: str) -> bool:
    """Whether an opening may go: no condition of the statement, no subject, no part of a list."""
    if opening.startswith(_CONDITIONS) or re.match(r"(?:and|or|but)\b", after):
        return False
    if re.match(r"[A-Z][a-z]+ing\b", opening) and ("," in after or not _SUBJECT_START.match(after)):
        return False  # "Using two buffers, one filling while …, took" has the gerund as subject
    return not _in_list(opening, after)


def _insertions(sentence: str) -> Iterator[Deletion]:
    """What may go in the middle: parentheses without values, appositives, relative clauses."""
    for pattern in (_PARENTHESIS, _DASHED):
        for match in pattern.finditer(sentence):
            if not values_in(match[0]):
                yield Deletion(match.start(), _keep_space(sentence, match), Cut.PARENTHESIS)
    for match in _APPOSITIVE.finditer(sentence):
        if _follows_name(sentence, match.start()):
            yield Deletion(match.start(), match.end(), Cut.APPOSITIVE)
    for match in _RELATIVE.finditer(sentence):
        yield Deletion(match.start(), match.end(), Cut.RELATIVE)


def _keep_space(sentence: str, match: re.Match[str]) -> int:
    """A dashed part between two words leaves one space behind."""
    return (
        match.end() - 1 if match[0].endswith(" ") and match.end() < len(sentence) else match.end()
    )


def _trailing_kind(sentence: str, match: re.Match[str]) -> Cut | None:
    word = match["word"].split()[-1].lower() if match["word"] else ""
    tail = sentence[match.start() + 1 :].strip()
    head = sentence[: match.start()]
    rest = sentence[match.end() :]
    opening = _CIRCUMSTANCE.match(sentence, starts_with_connective(sentence))
    if opening is not None and opening.end() > match.start():
        return None  # the comma ends the opening: what follows is the statement itself
    if "," in rest and word in {"and", "but", "so"}:
        return None
    if word in {"and", "but", "so"}:
        clause = tail.split(" ", 1)[1] if " " in tail else ""
        return Cut.TRAILING_CLAUSE if _INDEPENDENT.match(clause) and "," not in head[-40:] else None
    if match["word"].split()[0] in {"a", "an"} and not match["word"].startswith(
        ("a move", "a step")
    ):
        # a closing appositive (", a lab founded in 2024"), not the middle of a list
        if _in_list(head[-60:], rest) or "," in rest:
            return None
        return Cut.TRAILING_RELATIVE
    if word.endswith("ing") and word not in _NOT_PARTICIPLES:
        if re.search(r",\s[^,]{1,40}$", head) or re.search(r"\b(?:and|or)\s+\w+ing\b", rest):
            return None
        return Cut.TRAILING_PARTICIPLE
    if word in {"according", "pending", "concerning"}:
        return None  # an attribution or a condition belongs to the statement
    if re.search(r"\b(?:and|or)\s(?:who|what|where|when|how|why|which|whether)\b", rest):
        return None
    if word in {"which", "who", "whose", "where", "move", "step"}:
        return Cut.TRAILING_RELATIVE
    return Cut.TRAILING_CLAUSE


def _in_list(before: str, after: str) -> bool:
    """True inside an enumeration: `A, B, and C`."""
    return bool(re.match(r"[^,]{1,40},?\s(?:and|or)\s", after)) and "," in before


def _follows_name(sentence: str, position: int) -> bool:
    return any(name.end == position for name in names_in(sentence))

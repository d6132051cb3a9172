"""The subject of a clause: its own noun phrase, or what a pronoun or a relative stands for.

Without a parser: several nouns may head a phrase, and each is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from pipeline.analysis.clauses import starts_with_verb
from pipeline.analysis.names import names_in
from pipeline.analysis.stems import is_content, stem
from pipeline.analysis.values import values_in
from pipeline.brief.hedging import CALENDAR
from pipeline.brief.parts import (
    CONJUNCTIONS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    Part,
    heads_of,
    means,
    points,
    stems_of,
    trimmed,
)
from pipeline.text import fold, words

SAYING = frozenset("say says said saying told tells".split())
_QUANTIFIERS = frozenset("each few many most others some all none several".split())
"""Words that stand for what was named before, where they are a whole subject."""
_PRONOUNS = frozenset("it they he she we".split())
_DIRECTIONS = frozenset("to from by against".split())
_ACTIVE_LEADS = frozenset({"with", "without"})


@dataclass(frozen=True)
class Subject:
    """What may be the subject of a verb."""

    heads: frozenset[str]
    """Stems that may head it."""
    common: frozenset[str]
    """Stems of its words without a capital: a common noun may have lost what it belongs to.

    Of `the link to an archive` the archive is none of them.
    """
    points: bool
    """Whether it, or a part of it, stands for something named elsewhere."""


def claimed_subject(parts: Sequence[Part], index: int) -> Subject:
    """Return the subject of a claim's part: its own, or that of a part before it."""
    part = parts[index]
    own = part.subject if part.place is not None else ()
    if index and _is_pronoun(part):  # any noun before it may be meant
        return Subject(
            frozenset(s for p in parts[:index] for s in p.stems), frozenset(), points=True
        )
    if any(map(is_content, own)):
        subject = subject_of(own)
        return Subject(subject.heads | _outer(parts, index), subject.common, subject.points)
    if index == 0:
        return Subject(frozenset(), frozenset(), bool(own))
    if part.lead in RELATIVES:
        return Subject(antecedents(parts, index), frozenset(), points=False)
    return Subject(_heads_before(parts, index), frozenset(), points=False)


def _heads_before(parts: Sequence[Part], index: int) -> frozenset[str]:
    """Return the heads of the subjects that a part without one may take over."""
    part = parts[index]
    heads: set[str] = set()
    for earlier in range(index - 1, -1, -1):
        lead = parts[earlier].lead
        if part.marked and _says(parts[earlier]):
            continue
        if parts[earlier].place is None and earlier:
            heads |= antecedents(parts, earlier) if lead in RELATIVES else frozenset()
            continue
        heads |= claimed_subject(parts, earlier).heads or heads_of(parts[earlier].subject)
        # behind a mark a clause inserted is over
        if lead not in RELATIVES and not (part.marked and lead in SUBORDINATORS):
            break
    if is_inverted(part):
        heads |= heads_of(part.tokens[1:])
    if part.marked:  # a participle
        heads |= antecedents(parts, index)
    return frozenset(heads)


def _is_pronoun(part: Part) -> bool:
    """Whether the subject of a part stands for what was named before: `few`, `that of Acme`."""
    own = part.subject if part.place is not None else ()
    start = [fold(token) for token in part.tokens[: part.place]]
    if own:
        return fold(own[-1]) in _PRONOUNS or start[:2] in (["that", "of"], ["those", "of"])
    return bool({*start} & _QUANTIFIERS)


def subject_of(tokens: Sequence[str]) -> Subject:
    """Return what a noun phrase may be as a subject."""
    names = [name.text for name in names_in(f". {' '.join(tokens)}")]
    named = {word for name in names if not values_in(name) for word in words(name)}
    own = tokens[: _direction(tokens)]
    common = frozenset(stem(t) for t in own if is_content(t) and t not in named)
    return Subject(heads_of(tokens), common, points(tokens))


def _direction(tokens: Sequence[str]) -> int:
    """Return where a phrase that only belongs to a noun begins: `the link | to an archive`."""
    folded = [fold(token) for token in tokens]
    return next(
        (
            index
            for index, word in enumerate(folded)
            if index and word in PREPOSITIONS - {"of"} and folded[index - 1] != "of"  # of at least
        ),
        len(folded),
    )


def _says(part: Part) -> bool:
    """Whether a part between marks only tells who says so."""
    return part.marked and part.place is not None and fold(part.tokens[-1]) in SAYING


def is_inverted(part: Part) -> bool:
    """Whether the subject stands behind the verb: `said its chief`."""
    return part.lead == "," and part.place == 0 and fold(part.tokens[0]) in SAYING


def _outer(parts: Sequence[Part], index: int) -> frozenset[str]:
    """Return the heads before a phrase that ends in the verb of another: `nights with Tallis are`.

    Of what a relative clause belongs to, where the main verb stands in its part: `who left may`.
    """
    part = parts[index]
    if not index or part.marked or part.place is None:
        return frozenset()
    before = parts[index - 1]
    if part.lead in _ACTIVE_LEADS and before.place is None:
        return heads_of(before.tokens)
    if part.lead in SUBORDINATORS and all(_is_date(t) for t in part.subject):
        return heads_of(before.subject) | antecedents(parts, index - 1)
    if part.lead in RELATIVES and starts_with_verb(part.text):
        return antecedents(parts, index)
    if part.lead == "and" and before.place is None and not before.marked:
        heads = heads_of(before.tokens)  # `unions in Latvia and Estonia`, not `Acme and Estonia`
        return frozenset() if heads & frozenset(_last(before.tokens)) else heads
    return frozenset()


def _is_date(token: str) -> bool:
    return token[0].isdigit() or bool(CALENDAR.fullmatch(token))


def antecedents(parts: Sequence[Part], index: int) -> frozenset[str]:
    """Return the heads of the noun phrase before a part, and of what it is an apposition to."""
    found: frozenset[str] = frozenset()
    for earlier in reversed(parts[:index]):
        behind = earlier.tokens[earlier.place + 1 :] if earlier.place is not None else ()
        found |= heads_of(behind or earlier.tokens) | _last_names(earlier.tokens)
        found |= heads_of(_behind_last(earlier.tokens)) | frozenset(_last(earlier.tokens))
        inserted = earlier.marked or earlier.lead in CONJUNCTIONS | _ACTIVE_LEADS
        if earlier.place is not None or not inserted:
            break
    return found


def _behind_last(tokens: Sequence[str]) -> Sequence[str]:
    """Return the tokens behind the last `to`, `from`, `by` or `against`."""
    at = [n for n, token in enumerate(tokens) if fold(token) in _DIRECTIONS]
    return tokens[at[-1] + 1 :] if at else ()


def _last(tokens: Sequence[str]) -> list[str]:
    """Return the stem of the last word with meaning."""
    return [stem(token) for token in tokens if means(token)][-1:]


def _last_names(tokens: Sequence[str]) -> frozenset[str]:
    """Return the stems of the names that stand in the last noun phrase: `the Argus telescope`."""
    run = takewhile(is_content, reversed(tokens))
    return frozenset(stem(token) for token in run if token[:1].isupper())


def told_subject(parts: Sequence[Part], index: int, place: int) -> Subject:
    """Return what may be the subject of the word at `place`.

    The nearest noun phrase, that of the part, and without these that of the parts before it.
    """
    part = parts[index]
    nearest = trimmed(part.tokens[:place])
    first = part.subject if part.place is not None and part.place < place else ()
    close, own = subject_of(nearest), subject_of(first)
    heads, common = close.heads | own.heads | _outer(parts, index), close.common | own.common
    pointing = bool(nearest) and (close.points or own.points)
    later = part.place is not None and part.place < place
    if later and part.lead in RELATIVES:  # children whose parents had named fewer | were placed
        beyond = part.place is not None and place > part.place + 1
        if beyond and any(map(is_content, first)) and fold(part.tokens[place - 1]) != "to":
            return Subject(antecedents(parts, index), frozenset(), points=False)
        heads |= antecedents(parts, index)
    if any(map(is_content, first or nearest)):
        # an apposition between marks: the maker of the app, Bramble, will
        if part.marked and index and part.place is not None and not part.lead.isalpha():
            heads |= heads_of(parts[index - 1].tokens)
        return Subject(heads, common, pointing)
    heads |= _inherited(parts, index)
    return Subject(heads, common, pointing or _points_back(parts, index))


def _inherited(parts: Sequence[Part], index: int) -> frozenset[str]:
    if parts[index].lead in RELATIVES:
        return antecedents(parts, index)
    found: frozenset[str] = frozenset()
    if parts[index].marked:
        found = antecedents(parts, index) - _inside_apposition(parts, index)
    for at, earlier in enumerate(parts[:index]):
        if earlier.lead in RELATIVES and not earlier.subject and not parts[index].marked:
            found |= antecedents(parts, at)
        # behind a mark the relative clause is over
        if earlier.lead not in RELATIVES - {"that"} or not parts[index].marked:
            found |= heads_of(earlier.subject)
    return found


def _inside_apposition(parts: Sequence[Part], index: int) -> frozenset[str]:
    """Return the stems behind a preposition of the apposition that ends before a part.

    `Mark Warner, top Democrat on the committee, | offered`: it was not the committee.
    """
    before = parts[index - 1] if index > 1 else None
    if before is None or before.place is not None or not before.marked:
        return frozenset()
    at = next((n for n, t in enumerate(before.tokens) if n and fold(t) in PREPOSITIONS), None)
    return frozenset(stems_of(before.tokens[at:])) if at else frozenset()


def _points_back(parts: Sequence[Part], index: int) -> bool:
    return any(
        points(p.subject) for n, p in enumerate(parts[:index]) if p.place is not None or not n
    )

"""Who did what: whether a rewritten clause keeps the subject that its evidence gave to its verb.

Without a parser, so it errs towards failing: a sentence that tells the same in another voice is
not believed, and the source's own words are published in its place.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile

from pipeline.analysis.names import names_in
from pipeline.analysis.stems import is_content, stem
from pipeline.analysis.values import values_in
from pipeline.brief.parts import (
    CONJUNCTIONS,
    MARKS,
    PARTICIPLE,
    PREPOSITIONS,
    RELATIVES,
    Part,
    heads_of,
    means,
    parts_of,
    stems_of,
)
from pipeline.brief.subjects import (
    SAYING,
    Subject,
    antecedents,
    claimed_subject,
    is_inverted,
    subject_of,
    told_subject,
)
from pipeline.text import fold, words

_BE = frozenset("is are was were be been being".split())
_TURNS = frozenset({"from", "to"})
STATING = SAYING | frozenset(
    """
    advised advises added announced argued argues asserted confirmed disclosed explained explains
    found finds noted notes predicted reported reports stated warned warns wrote writes
    """.split()
)
"""Verbs for which a claim may have `said`."""

_Key = tuple[str, ...]
"""Kind and normal form of a name or an amount."""


@dataclass(frozen=True)
class _Use:
    """A verb at its place in an evidence sentence."""

    subject: Subject
    passive: bool | None
    objects: frozenset[str]
    """Heads of what is named right behind it."""
    before: frozenset[str]
    """Of its own part: the stems before and behind it."""
    after: frozenset[str]
    earlier: frozenset[str]
    """Stems of the parts before its own."""


def agrees(parts: Sequence[Part], index: int, sentence: str, known: frozenset[str]) -> bool:
    """Return whether `sentence` gives the verb of a claim's part the same subject.

    `parts` are those of the claim; `known` are the stems of the other evidence sentences, which
    may name what `sentence` only points at.
    """
    part = parts[index]
    if part.place is None:
        return True
    claimed = claimed_subject(parts, index)
    if not claimed.heads and not claimed.points:
        return True
    verb = verb_key(part.tokens[part.place])
    passive = _is_passive(part.tokens, part.place)
    if part.lead == "with" and PARTICIPLE.fullmatch(fold(part.tokens[part.place])):
        passive = passive or None  # with two sites sold
    before = frozenset(stems_of(part.tokens[: part.place]))
    after = frozenset(stems_of(part.tokens[part.place + 1 :]))
    if is_inverted(part):
        before, after = after, before
    uses = _uses(sentence, verb)
    return any(
        (passive is None or use.passive in (None, passive))
        and _same_subject(claimed, use.subject, known | use.earlier)
        and _on_its_side(part, before, after, use)
        for use in uses
    ) or any(
        passive
        and use.passive is False
        and claimed.heads & use.objects
        and _on_its_side(part, after, before, use)
        for use in uses
    )


def objects_of(part: Part, place: int) -> frozenset[str]:
    """Return the heads of what is named right behind the verb at `place`."""
    behind = part.tokens[place + 1 :]
    return heads_of(list(takewhile(lambda t: fold(t) not in PREPOSITIONS - {"of"}, behind)))


def _same_subject(claimed: Subject, held: Subject, known: frozenset[str]) -> bool:
    if claimed.heads & (held.heads | held.common):
        return True
    return held.points and (not claimed.heads or bool(claimed.heads & known))


@lru_cache(maxsize=65_536)
def _uses(sentence: str, verb: str) -> tuple[_Use, ...]:
    parts = parts_of(sentence)
    says = verb == verb_key("said")
    uses = [
        _use(parts, index, place)
        for index, part in enumerate(parts)
        for place, token in enumerate(part.tokens)
        if verb in {verb_key(piece) for piece in [token, *token.split("-")]}
        or (says and fold(token) in STATING)
    ]
    return (*uses, *_sources(parts)) if says else tuple(uses)


def _sources(parts: Sequence[Part]) -> Iterator[_Use]:
    """Yield as a subject of `said` what `said` or `according to` stands before."""
    for part in parts:
        if part.lead == "according":
            source = part.tokens[1 : part.place]
        elif part.place is not None and fold(part.tokens[0]) in SAYING:
            source = part.tokens[1:]
        else:
            continue
        before = frozenset(stems_of(source))
        none: frozenset[str] = frozenset()
        yield _Use(subject_of(source), False, none, before, none, none)


def _use(parts: Sequence[Part], index: int, place: int) -> _Use:
    part = parts[index]
    objects = objects_of(part, place)
    if part.lead in RELATIVES and part.subject:  # deposits which the firm spent
        objects |= antecedents(parts, index)
    return _Use(
        told_subject(parts, index, place),
        _told_voice(parts, index, place),
        objects,
        frozenset(stems_of(part.tokens[:place])),
        frozenset(stems_of(part.tokens[place + 1 :])),
        frozenset(s for other in parts[:index] for s in other.stems),
    )


def verb_key(token: str) -> str:
    """Return the stem under which a verb is compared; `says` is `said`."""
    return "say" if fold(token) in SAYING else stem(token)


def _told_voice(parts: Sequence[Part], index: int, place: int) -> bool | None:
    """Return whether evidence has a passive at `place`, None where it may be one.

    `Bottles are washed and filled`, and a participle of a noun: `found in fish caught at`.
    """
    part = parts[index]
    passive = _is_passive(part.tokens, place)
    if passive:
        return True
    before = parts[index - 1] if index and part.lead in CONJUNCTIONS else None
    if passive is None and before and before.place is not None and place == part.place:
        return bool(_is_passive(before.tokens, before.place))
    later = part.place is not None and part.place < place
    behind = fold("".join(part.tokens[place + 1 : place + 2]))
    participle = PARTICIPLE.fullmatch(fold(part.tokens[place]))
    return None if later and behind in PREPOSITIONS and participle else False


def _is_passive(tokens: Sequence[str], place: int) -> bool | None:
    """Return whether the word at `place` is a passive; None of a bare participle."""
    if not PARTICIPLE.fullmatch(fold(tokens[place])):
        return False
    behind = [fold(t) for t in tokens[place + 1 : place + 3]]
    if behind[:1] == ["by"] and not behind[-1][0].isdigit():
        return True
    ahead = [fold(t) for t in tokens[max(0, place - 4) : place] if t not in MARKS]
    group = [t for t in ahead if t in _BE or t == "not" or t.endswith("ly") or is_content(t)]
    last = next((t for t in reversed(group) if t != "not" and not t.endswith("ly")), "")
    if last in _BE:
        return True
    if behind[:1] == ["by"]:  # a suit brought by 41 tenants, costs cut by 4%
        return None
    return None if not any(map(means, tokens[:place])) and not ahead else False


def _on_its_side(part: Part, before: frozenset[str], after: frozenset[str], use: _Use) -> bool:
    """Whether the names of a part stand on the same side of its verb as in the evidence."""
    named = {stem(t) for t in part.tokens if t[:1].isupper() and is_content(t)}
    return all(
        name in use.before or name not in use.after for name in named & before - after
    ) and all(name in use.after or name not in use.before for name in named & after - before)


def same_order(claim: str, evidence: Sequence[str]) -> bool:
    """Whether names and amounts within one part follow each other as in a part of the evidence."""
    told = [part for sentence in evidence for part in _entities_by_part(sentence)]
    for claimed in _entities_by_part(claim):
        for (one, _), (other, _) in pairwise(claimed):
            orders = [
                [key for key, _ in entities]
                for entities in told
                if {one, other} <= {key for key, _ in entities}
            ]
            if orders and one != other and not any(_precedes(one, other, o) for o in orders):
                return False
        for key, before in claimed:
            turns = {b for entities in told for k, b in entities if k == key and b in _TURNS}
            if before in _TURNS and turns and before not in turns:
                return False
    return True


def _precedes(one: _Key, other: _Key, order: Sequence[_Key]) -> bool:
    return order.index(one) < len(order) - 1 - order[::-1].index(other)


def _entities_by_part(text: str) -> list[list[tuple[_Key, str]]]:
    """Return (key, preposition before it) of the names and amounts of each part."""
    borders = [part.start for part in parts_of(text)]
    found: list[list[tuple[_Key, str]]] = [[] for _ in range(len(borders) + 1)]
    for key, before, start in _entities(text):
        found[bisect(borders, start)].append((key, before))
    return found


def _entities(text: str) -> list[tuple[_Key, str, int]]:
    """Return (key, preposition before it, start) of each name and amount, left to right."""
    places: list[tuple[int, _Key]] = [(n.start, ("name", n.key)) for n in names_in(text)]
    values = [v for v in values_in(text) if v.kind != "date" and fold(v.text) != "one"]
    places += [(v.start, ("value", *v.key)) for v in values]
    found: list[tuple[_Key, str, int]] = []
    for start, key in sorted(places):
        ahead = words(text[max(0, start - 20) : start])[-1:]
        found.append((key, fold(ahead[0]) if ahead else "", start))
    return found

"""Where independent origins contradict each other on a value, and the dates that they give.

Two values contradict each other if they surely state one attribute and cannot both be true. In
doubt they do not: what an origin knows of the other's value, a count that grows, a value that was
revised, somebody's quoted word are no contradictions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from math import isinf

from pipeline.analysis.facts import LIGHT, TOLLS, Fact, agree, same_attribute
from pipeline.analysis.facts.attributes import AUXILIARIES
from pipeline.analysis.stems import stem
from pipeline.text import fold

SAME_NEWS = timedelta(days=7)
"""Reports further apart tell what has changed since, not what they disagree on."""
SAME_COUNT = timedelta(hours=3)
"""Two counts of what still grows (a toll, votes, `so far`) contradict each other only if they were
published this close together, both with a known time."""
GROWING = TOLLS | {"vote", "miss", "arrest", "evacuat", "infect", "detain"}
UNDERTAKINGS = {
    stem(word): family
    for family, members in {
        "deal": "deal agreement contract partnership pact lease acquisition takeover merger",
        "law": "law rule rules regulation act bill ban order",
    }.items()
    for word in members.split()
}
"""Nouns of what is announced, signed, in effect and over on days of their own."""
STEPS = frozenset({"announce", "sign", "effect", "start", "end", "launch", "vote", "publish"})
"""Classes of the verbs that tell these steps."""


@dataclass(frozen=True)
class Telling:
    """A fact as one article of an origin tells it."""

    article_id: str
    text_sha256: str
    origin: str
    fact: Fact
    moment: datetime | None = None
    """When it was published."""
    day_only: bool = False
    """Of the moment only the day is known."""

    @property
    def key(self) -> tuple[str, str, int, int]:
        """Its place in the world, the origin's own article first."""
        reprint = "" if self.article_id == self.origin else self.article_id
        return (self.origin, reprint, self.fact.sentence.index, self.fact.value.start)


@dataclass(frozen=True)
class Contradiction:
    """An attribute with what each origin says of it; sides differ, in order of their origins."""

    attribute: str
    sides: tuple[Telling, ...]


def contradictions(tellings: Sequence[Telling]) -> tuple[Contradiction, ...]:
    """Return what a story's origins contradict each other on; order of `tellings` is irrelevant."""
    of_origin: dict[str, list[Telling]] = {}
    for telling in sorted(tellings, key=lambda t: t.key):
        of_origin.setdefault(telling.origin, []).append(telling)
    pairs = [
        (one, other)
        for one, other in _comparable(of_origin)
        if _contradict(one, other)
        and not _knows(of_origin[one.origin], other.fact)
        and not _knows(of_origin[other.origin], one.fact)
        and all(_is_clear(of_origin[t.origin], t.fact) for t in (one, other))
    ]
    found = []
    for group in _joined(pairs):
        sides = _sides(group, of_origin)
        if any(not agree(a.fact, b.fact) for a, b in combinations(sides, 2)):
            found.append(Contradiction(_label([side.fact for side in sides]), sides))
    found.sort(key=lambda each: (each.sides[0].key, each.attribute))
    return tuple(found)


def _comparable(of_origin: Mapping[str, Sequence[Telling]]) -> Iterator[tuple[Telling, Telling]]:
    """Yield the pairs of two origins that have a kind, a unit and a word of the attribute alike."""
    alike: dict[tuple[str, ...], list[Telling]] = {}
    for origin in sorted(of_origin):
        for telling in of_origin[origin]:
            fact = telling.fact
            for word in sorted(set(fact.attribute) - {""}):
                alike.setdefault((fact.value.kind, fact.unit, fact.rate, word), []).append(telling)
    for tellings in alike.values():
        yield from (pair for pair in combinations(tellings, 2) if pair[0].origin != pair[1].origin)


def dates_given(tellings: Sequence[Telling]) -> tuple[Telling, ...]:
    """Return the dates of one undertaking that origins give with different verbs, in order.

    Neighbours, no contradiction: `finalized on 22 June` beside `takes effect on 1 July`. Each day
    and verb is told once; empty unless two origins give two days.
    """
    dated = [t for t in sorted(tellings, key=lambda t: t.key) if _is_step(t.fact)]
    for family in sorted(set(UNDERTAKINGS.values())):
        told: dict[tuple[str, str], Telling] = {}
        for telling in dated:
            if UNDERTAKINGS.get(stem(telling.fact.noun)) == family:
                told.setdefault((telling.fact.value.form, telling.fact.attribute[1]), telling)
        origins = {telling.origin for telling in told.values()}
        days, verbs = ({place[n] for place in told} for n in (0, 1))
        if min(len(origins), len(days), len(verbs)) > 1:
            return tuple(told[place] for place in sorted(told))
    return ()


def _is_step(fact: Fact) -> bool:
    day = fact.value.kind == "date" and fact.attribute[0] == "on"
    return day and not fact.quoted and fact.attribute[1] in STEPS


def _label(facts: Sequence[Fact]) -> str:
    """Return what facts state in the first one's words: `employees, laid off`.

    The verb is left out where the noun tells, and the sides do not share it or it says nothing.
    """
    first = facts[0]
    if first.value.kind == "date":
        when = "date" if first.attribute[0] == "on" else first.attribute[0]
        return f"{bare_verb(first.verb)}, {when}"
    noun = first.noun
    told = {fact.attribute[1] for fact in facts}
    verb = bare_verb(first.verb) if not noun or (len(told) == 1 and not told & LIGHT) else ""
    return ", ".join(part for part in (noun, verb) if part)


def bare_verb(verb: str) -> str:
    """Return a verb group without the auxiliaries before it: `laid off` of `were laid off`."""
    parts = verb.split()
    while len(parts) > 1 and fold(parts[0]) in AUXILIARIES:
        parts = parts[1:]
    return " ".join(parts)


def _contradict(one: Telling, other: Telling) -> bool:
    if not (_is_stated(one.fact) and _is_stated(other.fact)):
        return False
    if not same_attribute(one.fact, other.fact) or agree(one.fact, other.fact):
        return False
    moments = [t.moment for t in (one, other) if t.moment is not None]
    if len(moments) == 2 and abs(moments[0] - moments[1]) > SAME_NEWS:
        return False
    return not (_grows(one.fact) or _grows(other.fact)) or _at_one_time(one, other)


def _is_stated(fact: Fact) -> bool:
    """Whether the source itself states the value as that of its news."""
    return not fact.quoted and not fact.scope & {"baseline", "revised", "previous"}


def _grows(fact: Fact) -> bool:
    return fact.so_far or fact.unit == "score" or bool(GROWING & set(fact.attribute))


def _at_one_time(one: Telling, other: Telling) -> bool:
    if one.moment is None or other.moment is None or one.day_only or other.day_only:
        return False
    return abs(one.moment - other.moment) <= SAME_COUNT


def _knows(tellings: Sequence[Telling], fact: Fact) -> bool:
    """Whether an origin tells the value too: then the two speak of two things, or both say so."""
    return any(_is_same_value(telling.fact, fact) for telling in tellings)


def _is_clear(tellings: Sequence[Telling], fact: Fact) -> bool:
    """Whether an origin tells no other value of the attribute: else which it holds is open."""
    return all(agree(t.fact, fact) or not same_attribute(t.fact, fact) for t in tellings)


def _is_same_value(one: Fact, fact: Fact) -> bool:
    if (one.value.kind, one.unit, one.rate) != (fact.value.kind, fact.unit, fact.rate):
        return False
    whats = {f.attribute[0] for f in (one, fact) if f.attribute} - {""}
    if fact.value.kind == "quantity" and len(whats) > 1:
        return False
    exact = one.value.amount is None or (one.low > 0 and not isinf(one.high))
    return exact and agree(one, fact)


def _joined(pairs: Sequence[tuple[Telling, Telling]]) -> list[list[Telling]]:
    """Return the tellings that contradictions connect, group by group."""
    groups: list[list[Telling]] = []
    for pair in pairs:
        touched = [group for group in groups if any(t in group for t in pair)]
        merged = [t for group in touched for t in group]
        merged += [t for t in pair if t not in merged]
        groups = [group for group in groups if group not in touched] + [merged]
    return groups


def _sides(
    group: Sequence[Telling], of_origin: Mapping[str, Sequence[Telling]]
) -> tuple[Telling, ...]:
    """Return one telling an origin, with the origins that agree with one side.

    An origin whose own values differ does not tell which it holds, so it is no side.
    """
    sides = []
    for origin in sorted(of_origin):
        own = [t for t in of_origin[origin] if t in group]
        own = own or [t for t in of_origin[origin] if _joins(t, group)]
        if own and all(_is_clear(of_origin[origin], t.fact) for t in own):
            sides.append(own[0])
    return tuple(sides)


def _joins(telling: Telling, group: Sequence[Telling]) -> bool:
    """Whether an origin takes a side: with a side's very value, its noun is enough."""
    fact = telling.fact
    return _is_stated(fact) and any(
        agree(fact, t.fact)
        and (
            same_attribute(fact, t.fact)
            or (fact.value.key == t.fact.value.key and _counts(fact) == _counts(t.fact) != "")
        )
        for t in group
    )


def _counts(fact: Fact) -> str:
    return fact.attribute[0] if fact.attribute and fact.value.kind == "quantity" else ""

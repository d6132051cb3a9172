"""When the event of a sentence is: the date that its main verb goes with.

Without a parser, so it errs towards None: a date in a subordinate clause, in a quotation, or of
something else than the verb (`$5 billion, from $4 billion in 2024`) dates no event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.analysis.clauses import finite_verb, main_verb
from pipeline.analysis.date_places import Place, places
from pipeline.analysis.dates import Day, Shift, Tense, resolve
from pipeline.analysis.quality import is_anaphoric
from pipeline.text import words

CLOSE = 2
"""Words between a verb and a date that surely belongs to it: `said in Oslo on Tuesday`."""

_SUBORDINATE = re.compile(
    r"\b(?:which|who|whose|whom|where|when|while|because|if|although|though|since|until|unless|"
    r"once|after|before|whether|as|so that|than|in case)\b",
    re.IGNORECASE,
)
_LEADING_SUBORDINATE = re.compile(
    r"(?:If|When|While|Although|Though|As|Because|Since|Until|Unless|Once|After|Before|Whether|"
    r"Where|By the time)\b"
)
_RELATIVE = re.compile(r"\b(?:that|which|who|whom|whose|where)\b")
_CLAUSE_END = re.compile(
    r"[:—–()]|,\s+(?:and|but|or|so|yet)\b|,\s+\w+(?:ing|ed)\b|"
    r"\b(?:for|by|of|from|after|before|while|without|despite|about)\s+\w+ing\b|"
    r"\b(?:from|than|against|versus|compared (?:with|to)|instead of|rather than)\s",
)
"""Between the verb and a date, any of these gives the date to something else than the verb."""
_OTHER_EVENT = re.compile(
    r"\b(?:ahead of|in advance of|prior to|following|for|about|on|to|of|over|into|against|from|by)"
    r" (?:an?|the|his|her|its|their|[\w’']+[’']s?)(?: [\w’'-]+){0,3}? "
    r"(?:announcement|appearance|attacks?|breach|briefing|call|caucus(?:es)?|ceremony|claim|"
    r"conference|convention|crash|deadline|debate|decision|elections?|events?|game|hearing|"
    r"incident|interview|launch|march|match|meeting|outage|primary|protest|race|rally|release|"
    r"report|ruling|shooting|speech|statement|summit|testimony|trial|victory|visit|vote)\b",
    re.IGNORECASE,
)
"""A noun that has a date of its own: `sent a letter ahead of the hearing on Thursday`."""
_INFINITIVE = re.compile(r"\bto (?!the\b|an?\b|its\b|their\b|his\b|her\b)[a-z]+")
""""Asked members to join a call on Monday" dates the call, not the asking."""
_NOUN_BEHIND = re.compile(r"\s(?:that|when|where|(?:in|at|on|during) which)\b")
"""The date is that of the noun before it: `dismissed a remark in March that …`."""
_SAYING = re.compile(
    r"\b(?:said|says?|told|tells|announced|announces|confirmed|confirms|warned|warns|reported|"
    r"reports|disclosed|predicted|predicts|expects?|expected|estimated|estimates|believes?|argued|"
    r"wrote|writes|added|adds|revealed|claimed|claims|hopes?|thinks?|suggested|suggests)\b"
)
_TELLING = re.compile(
    r"said|says?|told|tells|wrote|writes|added|adds|argued|believes?|claimed|claims"
)
"""Verbs of saying that are no event by themselves."""
_STARTS = re.compile(
    r"\b(?:begins?|starts?|ends?|opens?|closes?|expires?|launch(?:es)?|resumes?|ships?|arrives?|"
    r"takes? (?:effect|place)|comes? into (?:force|effect)|goes? (?:live|on sale|into effect))\s$"
)
"""Verbs in the present that mark an event without an ending: `rules take effect on 1 July`."""
_NEWS = re.compile(
    r"^[^,]+, (?:announced|released|published|unveiled|disclosed|signed|made public|filed|issued|"
    r"handed down|finali[sz]ed|completed|adopted|agreed)\s$"
)
"""A participle behind the subject that tells when the thing came about."""
_STATES = re.compile(
    r"(?:had|has|have|stood|costs?|remained|remains|lived|knew|owned|wanted|needed|used|meant)|"
    r"(?:had|was|were) (?:\w+ly )?(?:planned|expected|hoped|intended|due|scheduled|supposed|set)"
)
"""Verbs of what lasts, and plans that were overtaken: no events."""
_COPULA = re.compile(r"is|are|was|were")
_NEGATED = re.compile(
    r"\b(?:not|never|no longer|cannot|refused|declined|failed)\b|n['’]t\b", re.IGNORECASE
)
_FUTURE = re.compile(
    r"\b(?:will|would|shall|may|might|could|should|must|expects? to|expected|plans?|planned to|"
    r"aims? to|hopes? to|intends? to|set to|due|scheduled|slated|about to|going to|is to|are to|"
    r"to be)\b|['’]ll\b",
    re.IGNORECASE,
)
_FUTURE_BEHIND = re.compile(r"\b(?:due|set|scheduled|slated|planned|expected)\b")
_PAST = re.compile(
    r"\b(?:was|were|had|has|have|did|[a-z]{3,}ed|made|gave|took|ran|rose|fell|grew|cut|met|led|won|"
    r"lost|found|held|kept|set|went|came|said|told|sold|bought|built|wrote|saw|began|became|drew|"
    r"threw|left|spent|paid|put|hit|shut|sent|struck|broke|spoke|chose|drove|beat|quit|sought|"
    r"withdrew|laid|fought|brought|stole|sank|shot|overtook|fled)\b"
)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)‘(?:[^’]|’(?=\w))*(?:’|$)")
_ASIDE = re.compile(r"(?<=\w), (?:which|who|whose|where)\b[^,;]*,(?= )")
"""A relative clause between the subject and its verb."""
_NOTE = re.compile(r"(?:Updated?|Correction|Published|Posted|Editor)\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"\b(?:an?|the|its|their|his|her|our|this|that|these|those|of|with|more|most|some|all|any|no|"
    r"other|new|first|by|for|in|on|under|\w+[’']s)(?: \w+ly)?[ -]$",
    re.IGNORECASE,
)
"""Before a word in -ed that is no verb: `an updated schedule`."""
_PERFECT = re.compile(r"(?:has|have)\b")
_LASTING = frozenset(Shift(unit, 0) for unit in ("day", "week", "month", "year"))
"""The only dates that go with a perfect: `has laid off 40 people this week`."""
_AUXILIARY = re.compile(
    r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|did|does|do)(?:n['’]t)?$"
)
_INSIDE_VERBS = frozenset("be been being not also now then already still only to have".split())

Span = tuple[int, int]


@dataclass(frozen=True)
class Happening:
    """When a sentence's event is, and by which words."""

    day: Day
    words: str
    """The date as the sentence writes it."""
    is_statement: bool
    """What happened then is that somebody said something."""
    verb: str = ""
    """The verbs that the date goes with, as written: `will take effect`."""


def happening(text: str, days: Sequence[date]) -> Happening | None:
    """Return when the event of a sentence is; None where that is not stated or not clear.

    `days` are the possible days of publication, none for an undated article.
    """
    if _NOTE.match(text):
        return None
    plain = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    plain = _ASIDE.sub(lambda aside: " " * len(aside[0]), plain)
    found = [each for clause in plain.split("; ") if (each := _in_clause(clause, days)) is not None]
    mostly_quoted = plain.startswith("_") or 2 * plain.count("_") > len(plain)
    if len(found) != 1 or (found[0].is_statement and mostly_quoted):
        return None  # who said a sentence is no event
    return found[0]


@dataclass(frozen=True)
class _Governed:
    """A date with the verbs that it goes with."""

    place: Place
    verbs: Span
    rank: int
    """0 opens the sentence, 1 stands right at the main verb, 2 elsewhere, 3 in an attribution."""


def _in_clause(clause: str, days: Sequence[date]) -> Happening | None:
    governed = [each for place in places(clause) if (each := _governing(clause, place)) is not None]
    best = min((each.rank for each in governed), default=None)
    chosen = [each for each in governed if each.rank == best]
    if len(chosen) != 1:
        return None
    place, (start, end) = chosen[0].place, chosen[0].verbs
    verb = clause[start:end]
    if _NOUN_BEHIND.match(clause, place.phrase.end) and not _SAYING.search(verb):
        return None
    if _STATES.fullmatch(verb) or _NEGATED.search(clause[max(0, start - 12) : end + 5]):
        return None
    if _PERFECT.match(verb) and place.phrase.meaning not in _LASTING:
        return None
    tense = _tense(clause, chosen[0])
    if place.ends_something and tense != "future":
        return None
    if tense == "past" and _INFINITIVE.search(clause[end : place.lead]):
        return None
    day = resolve(place.phrase.meaning, days, tense)
    if day is None or not _fits(day, days, tense):
        return None
    if day.precision != "day" and _COPULA.fullmatch(verb):
        return None  # "was a supporter in 2008"
    said = bool(_TELLING.fullmatch(verb))
    return Happening(day, place.phrase.text, is_statement=said, verb=verb)


def _governing(clause: str, place: Place) -> _Governed | None:
    """Return the verbs that the date goes with, None where it is not the main clause's date."""
    groups = list(_verb_groups(clause))
    main = _main_group(clause, groups)
    if main is not None and not words(clause[: place.lead]) and place.phrase.end <= main[0]:
        told = clause[place.phrase.end :].lstrip(" ,")
        dangling = is_anaphoric(told[:1].upper() + told[1:])
        return None if dangling else _Governed(place, main, 0)
    if (starts := _STARTS.search(clause[: place.lead])) is not None:
        segment = re.split(r"[,:()—–]|\band\b", clause[: starts.start()])[-1]
        if not _SUBORDINATE.search(segment) and not _RELATIVE.search(segment):
            return _Governed(place, (starts.start(), starts.end() - 1), 1)
    if (news := _NEWS.search(clause[: place.lead])) is not None:
        comma = clause.index(", ", 0, place.lead)
        goes_on = re.match(r",\s(?!is\b|are\b|was\b|were\b)", clause[place.phrase.end :])
        if finite_verb(clause[:comma]) is None:
            return _Governed(place, (comma + 2, news.end() - 1), 2) if goes_on else None
    if main is None or (_LEADING_SUBORDINATE.match(clause) and "," not in clause[: main[0]]):
        return None
    if place.phrase.end <= main[0]:
        return _before_verb(clause, place, main)
    return _behind_verb(clause, place, main, groups) or _in_attribution(clause, place)


def _before_verb(clause: str, place: Place, main: Span) -> _Governed | None:
    """`Acme on Tuesday unveiled`: between the subject and its verb."""
    subject, gap = clause[: place.lead], clause[place.phrase.end : main[0]]
    bare = finite_verb(subject) is None and not _SUBORDINATE.search(subject)
    bare = bare and not re.search(r"\b(?:during|at|in|by|with)\b", subject)
    at_verb = len(words(gap)) <= 1 and "," not in gap and not subject.rstrip().endswith(",")
    return _Governed(place, main, 1) if bare and at_verb else None


def _behind_verb(clause: str, place: Place, main: Span, groups: Sequence[Span]) -> _Governed | None:
    between = clause[main[1] : place.lead]
    if any(p.search(between) for p in (_SUBORDINATE, _CLAUSE_END, _OTHER_EVENT)):
        return None
    if re.search(r"\b(?:was|were)$", clause[: main[1]]) and re.match(r"\s+\w+ing\b", between):
        return None  # "was referring to a remark on Monday"
    inner = [group for group in groups if main[1] <= group[0] < place.lead]
    if not inner:
        return _Governed(place, main, 1 if len(words(between)) <= CLOSE else 2)
    # "Acme said it will open a plant in March": the date goes with what was said
    said = len(inner) == 1 and _SAYING.search(clause[main[0] : main[1]])
    if said and not clause.startswith(" by ", inner[0][1]):
        return _Governed(place, inner[0], 2)
    return None


def _in_attribution(clause: str, place: Place) -> _Governed | None:
    """`…, the operator said in a filing on Tuesday.`: the day on which it became known."""
    start = clause.rfind(", ", 0, place.lead) + 2
    segment = clause[start : place.lead]
    verb = _SAYING.search(segment)
    if start < 2 or verb is None or _SUBORDINATE.search(segment) or _RELATIVE.search(segment):
        return None
    if words(clause[place.phrase.end :]) or finite_verb(segment[verb.end() :]) is not None:
        return None
    return _Governed(place, (start + verb.start(), start + verb.end()), 3)


def _verb_groups(text: str) -> Iterator[Span]:
    """Yield the spans of finite verbs, those with only adverbs between them joined."""
    group: Span | None = None
    position = 0
    while (found := finite_verb(text[position:])) is not None:
        start, position = position + found[0], position + found[1]
        if text[start:position].endswith("ed") and _ATTRIBUTE.search(text[:start]):
            continue
        gap = text[group[1] : start] if group else ""
        inside = all(word.endswith("ly") or word in _INSIDE_VERBS for word in words(gap))
        if group and inside and "," not in gap and _AUXILIARY.search(text[group[0] : group[1]]):
            group = (group[0], position)
            continue
        if group:
            yield group
        group = (start, position)
    if group:
        yield group


def _main_group(text: str, groups: Sequence[Span]) -> Span | None:
    """Return the main clause's verbs; without a sure one the first, if no clause opens before."""
    certain = main_verb(text)
    if certain is not None:
        main = next((g for g in groups if g[0] <= certain[0] < g[1]), None)
        second = main and re.search(r"\b(?:and|but)\b", text[groups[0][1] : main[0]])
        return None if second else main
    if not groups:
        return None
    ahead = text[: groups[0][0]]
    opened = _RELATIVE.search(ahead) or _SUBORDINATE.search(ahead) or ahead.endswith(", ")
    return None if opened else groups[0]


def _tense(clause: str, governed: _Governed) -> Tense:
    start, end = governed.verbs
    verb = clause[start:end]
    behind = clause[end : governed.place.lead]
    if _FUTURE.search(f"{verb} {' '.join(words(behind)[:1])}") or _FUTURE_BEHIND.search(behind):
        return "future"
    return "past" if _PAST.search(verb) else "unknown"


def _fits(day: Day, days: Sequence[date], tense: Tense) -> bool:
    """Whether the date lies on the side of the publication that its verb says."""
    if not days or tense == "unknown":
        return True
    return day.first <= max(days) if tense == "past" else day.last >= min(days)

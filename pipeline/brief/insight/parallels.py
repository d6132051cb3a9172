"""Statements that say the same of several named things, with a value each.

`Alder raised $20 million` beside `Birch raised $15 million`; `Alder draws 40 kW, against 65 kW for
Birch`. Statements are parallel when all words between name and value, the unit, what is counted
and the dates are the same, so that nothing else than the value differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from pipeline.analysis.clauses import finite_verb, states_condition
from pipeline.analysis.dates import date_phrases
from pipeline.analysis.names import Name, names_in
from pipeline.analysis.quality import text_flaws
from pipeline.analysis.stems import stem
from pipeline.analysis.values import Value, values_in
from pipeline.brief.evidence import Candidate
from pipeline.brief.insight.grid import Cell, Grid, Quoted, Row, trimmed
from pipeline.brief.verify import verify
from pipeline.stories.name_kinds import bare_key, kinds_of
from pipeline.text import fold, words

LABEL_WORDS = 6
"""Words between name and value; more are a clause of their own."""

_BORDER = re.compile(
    r";\s+|,\s+(?:while|whereas|and|but)\s+|,?\s+(?=(?:against|compared with|compared to|versus)\s)"
)
_AGAINST = re.compile(r"(?:against|compared (?:with|to)|versus)\s+")
_OF_WHOM = re.compile(r"\s(?:for|on|in|by|at|with)\s(?:the\s)?$")
_HEDGE = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|some|up to|at least|at most|more than|"
    r"over|under|fewer than|less than|an estimated)\s$",
    re.IGNORECASE,
)
_RATE = re.compile(r"\s(?:an?|per|each)\s[a-z]+\b|/[a-z]+\b")
_COUNTED = re.compile(
    r"(?:\s(?!(?:and|or|in|on|to|for|by|at|of|with|from|than|as|that|which|a|an|the|its|is|are|was|"
    r"were|will|per|each|over|after|before|when|while|if|against)\b)[A-Za-z][\w’'-]*){1,3}"
)
_MEASURED = frozenset({"money", "percent", "quantity", "version"})
_BARS = frozenset({"quote", "question", "machine", "site", "code", "link", "shouting", "narrator"})

_LOSABLE = ("values", "negation", "hedges")
"""Checks that show what a value would lose without its sentence; its words are verbatim."""

_OPENS = re.compile(r"[,:;(]|\b(?:that|which|who|there|when|if)\b")
"""What opens another clause between a name and a value."""
_BE = frozenset({"is", "are", "was", "were", "will", "be"})

_Key = tuple[str, ...]


@dataclass(frozen=True)
class _Statement:
    """A named thing's value of one attribute."""

    entity: str
    entity_key: str
    attribute: str
    key: _Key
    """Equal in parallel statements."""
    value: tuple[str, str, str]
    cell: Cell
    clause: int = 0
    """Number of its clause in the sentence."""

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it stands, for a stable order."""
        quoted = self.cell.places[0]
        return (quoted.article_id, quoted.start, self.clause)


def parallel_grid(candidates: Sequence[Candidate], shunned: frozenset[str]) -> Grid | None:
    """Return the parallel statements of a story as a grid, None where there are none.

    `shunned` are keys of names that are not compared.
    """
    told: dict[_Key, dict[str, list[_Statement]]] = {}
    sure = _sure_names(candidates) - shunned
    for candidate in candidates:
        for statement in _statements(candidate):
            if statement.entity_key in sure:
                sides = told.setdefault(statement.key, {})
                sides.setdefault(statement.entity_key, []).append(statement)
    agreed = {key: _agreed(sides) for key, sides in told.items()}
    rows = {key: sides for key, sides in agreed.items() if len(sides) > 1}
    if not rows:
        return None
    fullest = min(rows, key=lambda key: (-len(rows[key]), key))
    columns = sorted(rows[fullest].values(), key=lambda s: s.place)
    keys = [column.entity_key for column in columns]
    if not _comparable(keys, [c.sentence.text for c in candidates]):
        return None
    ordered = [fullest, *sorted(key for key in rows if key != fullest)]
    return trimmed(
        [column.entity for column in columns],
        [_row(rows[key], keys) for key in ordered],
        min_rows=1,
    )


def _sure_names(candidates: Sequence[Candidate]) -> frozenset[str]:
    """Return the keys of names that are no ordinary words with a sentence's first capital."""
    return frozenset(
        name.key
        for candidate in candidates
        for name in names_in(candidate.sentence.text)
        if name.start > 0 or " " in name.key
    )


def _row(sides: Mapping[str, _Statement], keys: Sequence[str]) -> Row:
    first = min(sides.values(), key=lambda s: s.place)
    cells = tuple(sides[key].cell if key in sides else None for key in keys)
    return Row(first.attribute, cells)


def _agreed(sides: Mapping[str, Sequence[_Statement]]) -> dict[str, _Statement]:
    """Return each entity's statement, without those of whom two values are told."""
    return {
        key: min(statements, key=lambda s: s.place)
        for key, statements in sides.items()
        if len({s.value for s in statements}) == 1
    }


def _comparable(keys: Sequence[str], sentences: Sequence[str]) -> bool:
    """Whether the names stand side by side: none part of another, none of another kind."""
    nested = any(f" {a} " in f" {b} " or f" {b} " in f" {a} " for a, b in combinations(keys, 2))
    kinds = kinds_of(keys, sentences)
    return not nested and len({kinds[bare_key(k)] for k in keys if bare_key(k) in kinds}) < 2


def _statements(candidate: Candidate) -> Iterator[_Statement]:
    sentence = candidate.sentence.text
    if text_flaws(sentence) & _BARS or any(mark in sentence for mark in '“”"'):
        return
    before: _Statement | None = None
    for number, clause in enumerate(_BORDER.split(sentence)):
        if states_condition(clause):
            before = None
            continue
        said = _stated(clause, candidate)
        if said is None and before is not None:
            said = _set_against(clause, before, candidate)
        if said is not None:
            yield replace(said, clause=number)
        before = said


def _stated(clause: str, candidate: Candidate) -> _Statement | None:
    """`Alder draws 40 kW`: a name, words with a verb, the clause's only value."""
    names = [n for n in names_in(clause) if fold(clause[: n.start]).strip() in ("", "the")]
    values = _measured(clause)
    if not names or clause.startswith(("'s", "’s"), names[0].end):
        return None
    name = names[0]
    values = [v for v in values if v.start >= name.end]
    if len(values) != 1:
        return None
    value = values[0]
    hedge = _HEDGE.search(clause[: value.start])
    label = clause[name.end : hedge.start() if hedge else value.start]
    if finite_verb(label) is None or len(words(label)) > LABEL_WORDS or _OPENS.search(label):
        return None
    if all(word in _BE for word in words(label)):
        return None  # "is 40%" does not say of what
    start = hedge.start() if hedge else value.start
    return _statement(clause, name, value, start, words(label), label.strip(), candidate)


def _measured(clause: str) -> list[Value]:
    """Return the values of a clause without those inside a name (`FX-10`)."""
    names = names_in(clause)
    return [
        value
        for value in values_in(clause)
        if value.kind in _MEASURED
        and not any(n.start <= value.start < n.end for n in names)
        and clause[max(0, value.start - 1) : value.start] != "-"
    ]


def _set_against(clause: str, before: _Statement, candidate: Candidate) -> _Statement | None:
    """`against 65 kW for Birch`: the same of another thing."""
    opening = _AGAINST.match(clause)
    values = _measured(clause)
    names = names_in(clause)
    if opening is None or len(values) != 1 or not names:
        return None
    value, name = values[0], names[-1]
    if value.start != opening.end() or not _OF_WHOM.search(clause[: name.start]):
        return None
    if words(clause[name.end :]) or name.start <= value.end:
        return None
    text = value.text
    found = _made(name, value, text, before.attribute, before.key, candidate)
    same = before.value[:2] == value.key[:2]
    return found if same and found is not None and name.key != before.entity_key else None


def _statement(
    clause: str,
    name: Name,
    value: Value,
    start: int,
    between: Sequence[str],
    label: str,
    candidate: Candidate,
) -> _Statement | None:
    behind = _RATE.match(clause, value.end) if value.kind == "money" else None
    if value.kind == "quantity" and not value.unit:
        behind = _COUNTED.match(clause, value.end)
        if behind is None:
            return None
    tail = behind[0] if behind else ""
    counted = [stem(word) for word in words(tail)[-1:]]
    dates = sorted(fold(phrase.text) for phrase in date_phrases(clause))
    key = (value.kind, value.unit, *(stem(word) for word in between), "|", *counted, "|", *dates)
    text = clause[start : value.end] + tail
    return _made(name, value, text, label, key, candidate)


def _made(
    name: Name, value: Value, text: str, label: str, key: _Key, candidate: Candidate
) -> _Statement | None:
    sentence = candidate.sentence
    checks = verify(text, [sentence.text]).checks
    if any(checks[check] == "fail" for check in _LOSABLE):
        return None
    quoted = Quoted(
        article_id=candidate.article_id,
        text_sha256=candidate.text_sha256,
        quote=sentence.text,
        start=sentence.start,
        end=sentence.end,
    )
    return _Statement(name.text, name.key, label, key, value.key, Cell(text, (quoted,)))

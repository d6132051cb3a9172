"""Who did what: whether a rewritten sentence keeps the parts that its evidence gave to each name.

Without a parser, so it errs towards failing: a sentence that tells the same in another order or
voice is not believed, and the source's own words are published in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.analysis.clauses import finite_verb, main_verb
from pipeline.analysis.names import names_in
from pipeline.analysis.stems import is_content, stem
from pipeline.analysis.values import values_in
from pipeline.schema import CheckResult
from pipeline.text import fold, words

_TOKEN = re.compile(r"[^\W_]+(?:['’\-.&/][^\W_]+)*|[,;:()–—]")
_MARKS = frozenset(",;:()–—")
_BE = frozenset("is are was were be been being".split())
_PREPOSITIONS = frozenset(
    "of in at for near from with to on by under over between across about against among".split()
)
_DETERMINERS = frozenset(
    "the a an its their his her this that these those all each every some any no both our".split()
)
_PARTICIPLE = re.compile(
    r"\w{2,}(?:ed|en)|built|bought|sold|led|made|won|held|found|hit|cut|set|paid|sent|struck|known|"
    r"told|kept|left|lost|put|run|spent|shut|brought|taught|caught|drawn|grown|shown|thrown"
)
_RELATIVE = frozenset("which who whose where that".split())
_WHEN = frozenset("today yesterday tomorrow tonight earlier later".split())
_TURNS = frozenset({"from", "to"})

_Key = tuple[str, ...]
"""Kind and normal form of a name or an amount."""


@dataclass(frozen=True)
class _Predicate:
    """A verb with what stands before it."""

    verb: str
    """Stem of the first word with meaning in its group."""
    heads: frozenset[str]
    """Stems that may head its subject."""
    before: frozenset[str]
    """Stems of all words before it."""
    passive: bool


def check_actors(claim: str, evidence: Sequence[str]) -> CheckResult:
    """Return whether one evidence sentence gives the claim's verb to the same subject.

    Fails as well when names and amounts stand in an order that no evidence sentence has, when a
    passive became active, or when two names meet that no evidence sentence brings together.
    """
    if claim in evidence:
        return "pass"
    if not _same_order(claim, evidence):
        return "fail"
    tokens = _TOKEN.findall(claim)
    place = _verb_place(claim, tokens)
    if place is None:
        return "n/a"
    predicate = _predicate(tokens, place, own=True)
    if not predicate.heads:
        return "n/a"
    borne = any(_bears(sentence, predicate, claim) for sentence in evidence)
    return "pass" if borne else "fail"


def _verb_place(text: str, tokens: Sequence[str]) -> int | None:
    """Return the index of the word that carries the meaning of the first verb group.

    Where no verb is found, it is the first word with meaning after a leading name.
    """
    span = main_verb(text) or finite_verb(text)
    names = names_in(text)
    if span is not None:
        start = len(_TOKEN.findall(text[: span[0]]))
    elif names and not text[: names[0].start].strip():
        start = len(_TOKEN.findall(text[: names[0].end]))
    else:
        return None
    return next((i for i in range(max(1, start), len(tokens)) if _means(tokens[i])), None)


def _means(token: str) -> bool:
    return token not in _MARKS and is_content(token) and not token.endswith("ly")


def _predicate(tokens: Sequence[str], place: int, *, own: bool) -> _Predicate:
    chunks = list(_chunks(tokens[:place]))
    if own:  # the claim's subject is its first part that is no circumstance
        chunks = [c for c in chunks if fold(c[0]) not in _PREPOSITIONS][:1] or chunks[-1:]
    elif chunks:
        behind = next((t for t in reversed(tokens[:place]) if t in _MARKS or _means(t)), "")
        chunks = _antecedents(chunks, closed=behind in _MARKS)
    heads = frozenset(_head(chunk) for chunk in chunks)
    ahead = [fold(t) for t in tokens[max(0, place - 4) : place] if t not in _MARKS]
    group = [t for t in ahead if t in _BE or t == "not" or t.endswith("ly") or is_content(t)]
    passive = bool(_PARTICIPLE.fullmatch(fold(tokens[place]))) and (
        bool(group and _last_auxiliary(group) in _BE)
        or [fold(t) for t in tokens[place + 1 : place + 2]] == ["by"]
    )
    before = frozenset(stem(part) for t in tokens[:place] for part in [t, *t.split("-")])
    return _Predicate(stem(tokens[place]), heads, before, passive)


def _antecedents(chunks: Sequence[list[str]], *, closed: bool) -> list[list[str]]:
    """Return the parts that may hold the subject of the verb behind them.

    In `Acme, which Inkwell | bought` that is the relative clause's own subject; in `Acme, which
    Inkwell bought, | sold`, where a comma has `closed` it, the part before.
    """
    if not closed and fold(chunks[-1][0]) in _RELATIVE:
        return [chunks[-1][1:]]
    return [chunk for chunk in chunks if fold(chunk[0]) not in _RELATIVE] or list(chunks[-1:])


def _last_auxiliary(group: Sequence[str]) -> str:
    """Return the auxiliary right before the verb, adverbs and `not` skipped."""
    return next((t for t in reversed(group) if t != "not" and not t.endswith("ly")), "")


def _chunks(tokens: Sequence[str]) -> Iterator[list[str]]:
    """Yield the comma-delimited parts, what leads over to the verb left out."""
    part: list[str] = []
    for token in [*tokens, ","]:
        if token not in _MARKS:
            part.append(token)
            continue
        while part and (not _means(part[-1]) or fold(part[-1]) in _WHEN):
            part.pop()
        if part:
            yield part
        part = []


def _head(chunk: Sequence[str]) -> str:
    """Return the stem of the noun that heads the last noun phrase: `operators of data centers`."""
    end = max(i for i, token in enumerate(chunk) if is_content(token))
    while True:
        start = end
        while start > 0 and is_content(chunk[start - 1]):
            start -= 1
        border = start - 1
        if border >= 0 and fold(chunk[border]) in _DETERMINERS:
            border -= 1
        outer = [i for i in range(max(border, 0)) if is_content(chunk[i])]
        if border < 0 or fold(chunk[border]) not in _PREPOSITIONS or not outer:
            return stem(chunk[end])
        end = outer[-1]


def _bears(sentence: str, claimed: _Predicate, claim: str) -> bool:
    tokens = _TOKEN.findall(sentence)
    named = [_name_stems(name.text) for name in names_in(claim)]
    for place, token in enumerate(tokens):
        if claimed.verb not in {stem(part) for part in [token, *token.split("-")]}:
            continue
        found = _predicate(tokens, place, own=False)
        if not claimed.heads & found.heads or claimed.passive != found.passive:
            continue
        after = frozenset(stem(t) for t in tokens[place + 1 :] if t not in _MARKS)
        if all(_on_its_side(name, claimed.before, found.before, after) for name in named):
            return True
    return False


def _name_stems(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(name) if is_content(word))


def _on_its_side(
    name: frozenset[str], claimed: frozenset[str], before: frozenset[str], after: frozenset[str]
) -> bool:
    """Whether a name stands before the verb in both sentences, or behind it in both."""
    if not name <= before | after:
        return True  # another evidence sentence brings it
    return name <= (before if name <= claimed else after)


def _same_order(claim: str, evidence: Sequence[str]) -> bool:
    """Whether names and amounts follow each other as in the evidence."""
    held = [_Order(_entities(sentence)) for sentence in evidence]
    known = {key for order in held for key in order.first}
    # the capital of a sentence's first word does not make it a name
    claimed = [(key, before) for key, before in _entities(claim) if before or key in known]
    for (one, _), (other, _) in pairwise(claimed):
        together = [order for order in held if one in order.first and other in order.first]
        if not together and one[0] == other[0] == "name" and one != other:
            return False
        if together and one != other and not any(o.first[one] < o.last[other] for o in together):
            return False
    for key, before in claimed:
        turns = {turn for order in held for turn in order.turns.get(key, ())}
        if before in _TURNS and turns and before not in turns:
            return False
    return True


class _Order:
    """Where each name and amount of a sentence first and last stands, and after `from` or `to`."""

    def __init__(self, entities: Sequence[tuple[_Key, str]]) -> None:
        self.first: dict[_Key, int] = {}
        self.last: dict[_Key, int] = {}
        self.turns: dict[_Key, set[str]] = {}
        for index, (key, before) in enumerate(entities):
            self.first.setdefault(key, index)
            self.last[key] = index
            if before in _TURNS:
                self.turns.setdefault(key, set()).add(before)


def _entities(text: str) -> list[tuple[_Key, str]]:
    """Return (key, preposition before it) of each name and amount, left to right."""
    places: list[tuple[int, _Key]] = [(n.start, ("name", n.key)) for n in names_in(text)]
    places += [(v.start, ("value", *v.key)) for v in values_in(text) if v.kind != "date"]
    found: list[tuple[_Key, str]] = []
    for start, key in sorted(places):
        ahead = words(text[max(0, start - 20) : start])[-1:]
        found.append((key, fold(ahead[0]) if ahead else ""))
    return found

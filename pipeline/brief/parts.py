"""A sentence cut at its borders into parts, each with its verb and its subject.

Without a parser: marks, conjunctions, relatives and subordinators are borders, the noun phrase
before a part's verb is its subject, and a part without one takes that of a part before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.analysis.clauses import finite_verb, main_verb, starts_with_verb
from pipeline.analysis.names import names_in
from pipeline.analysis.stems import is_content, stem
from pipeline.text import fold

TOKEN = re.compile(r"[^\W_]+(?:['’\-.&/,][^\W_]+)*|[,;:()–—]")
MARKS = frozenset(",;:()–—")
RELATIVES = frozenset("which who whose whom where that".split())
SUBORDINATORS = frozenset(
    """
    because after before as when while if unless until since although though so whether once
    whereas
    """.split()
)
CONJUNCTIONS = frozenset("and but or nor".split())
PREPOSITIONS = frozenset(
    """
    of in at for near from with to on by under over between across about against among than
    during within without into through according despite amid like until since per
    """.split()
)
MAX_CHARS = 1_000
"""Code points of a claim that is read part by part: the longest sentence that may be published has
60 words, about 400. What is longer is refused at once, as the work grows with the square."""
PARTICIPLE = re.compile(
    r"\w{2,}(?:ed|en)|built|bought|sold|led|made|won|held|found|hit|cut|set|paid|sent|struck|known|"
    r"told|heard|kept|left|lost|put|run|spent|shut|brought|taught|caught|drawn|grown|shown|thrown"
)
_BORDERS = RELATIVES | SUBORDINATORS | CONJUNCTIONS | {"with", "without", "according"}
_DETERMINERS = frozenset(
    """
    the a an its their his her this that these those all each every some any no both our such
    another my your other
    """.split()
)
_TIMES = frozenset("day week month year morning evening night time way".split())
"""Before these `that` opens no clause: `that day`."""
_SAYS = frozenset("said says say".split())
_PERFECT = frozenset("has have had".split())
_AUXILIARIES = frozenset("is was has does".split())
_TAKES_OBJECT = _PERFECT | _SAYS
_NOUN_BEFORE = frozenset("the a an its their his her our my your these those".split())
"""Behind these no finite verb can stand."""
_POINTING = frozenset(
    """
    it they them he him she we us i this these those that who which both ones one there
    """.split()
)
"""Words that stand for a name of another sentence."""
_OWNERS = frozenset("its their his her our my".split())
"""Words that stand for the owner of what is named behind them."""
_HOLLOW = frozenset(
    map(
        stem,
        """
        city town state republic province government port group most some
        company firm village island university ministry region half none number version family
        """.split(),
    )
)
"""Nouns that say no more than the name behind their `of`: the city of Porto is Porto."""
_ADVERBS = frozenset("therefore otherwise however instead meanwhile".split())
_WHEN = frozenset("today yesterday tomorrow tonight earlier later".split())


@dataclass(frozen=True)
class Part:
    """What stands between two borders."""

    text: str
    start: int
    lead: str
    """The border word or mark before it, folded; empty at the beginning."""
    tokens: tuple[str, ...]
    marked: bool
    """Whether a mark stands before it."""
    place: int | None
    """Index in `tokens` of the word with meaning in its first verb group, None without a verb."""

    @property
    def subject(self) -> tuple[str, ...]:
        """The tokens before the verb, what leads over to it left out; of all where is no verb."""
        return tuple(trimmed(self.tokens[: self.place]))

    @property
    def stems(self) -> tuple[str, ...]:
        """Stems of its words with meaning, left to right."""
        return stems_of(self.tokens)


@lru_cache(maxsize=8_192)
def parts_of(text: str) -> tuple[Part, ...]:
    """Return the parts of a sentence, left to right; those without a word are left out."""
    found: list[Part] = []
    for part in _cut(text):
        last = found[-1] if found else None
        # `since 1.9`, `as chief executive`: a circumstance of the part before it
        if last and part.place is None and part.lead in SUBORDINATORS and not part.marked:
            whole = text[last.start : part.start + len(part.text)]
            tokens = tuple(TOKEN.findall(whole))
            place = last.place if last.place is not None else _verb_place(whole, tokens)
            found[-1] = Part(whole, last.start, last.lead, tokens, last.marked, place)
        else:
            found.append(part)
    return tuple(found)


def _cut(text: str) -> Iterator[Part]:
    found = list(TOKEN.finditer(text))
    begin, lead, marked = 0, "", False
    for index, match in enumerate([*found, None]):
        word = match[0] if match and match[0] in MARKS else fold(match[0]) if match else ""
        told = 0 < index < len(found) and fold(found[index - 1][0]) in _SAYS and index - 1 > begin
        if match and word not in MARKS and word not in _BORDERS and not told:
            continue
        if _binds(word, [fold(m[0]) for m in found[begin : index + 2]], index - begin):
            continue
        span = found[begin:index]
        if span:
            inner = text[span[0].start() : span[-1].end()]
            tokens = tuple(m[0] for m in span)
            yield Part(inner, span[0].start(), lead, tokens, marked, _verb_place(inner, tokens))
            lead, marked = "", False
        if told and match and word not in MARKS and word not in _BORDERS:
            begin, lead = index, "that"  # lawyers said | regulators could demand
            continue
        begin = index + 1
        marked = marked or word in MARKS
        lead = word if word not in MARKS or not lead else lead


def _binds(word: str, around: Sequence[str], place: int) -> bool:
    """Whether a border word at `place` is none: `between May and June`, `that day`, `so far`."""
    before, after = around[:place], "".join(around[place + 1 : place + 2])
    if word == "and":
        return "between" in before and "and" not in before[before.index("between") :]
    if word == "that":
        return after in _TIMES or after == "of"
    if word == "since" and before[-1:] and before[-1] in _PERFECT:
        return True
    return (word == "so" and after == "far") or (word in SUBORDINATORS and after == "now")


def _verb_place(text: str, tokens: Sequence[str]) -> int | None:
    span = main_verb(text) or finite_verb(text)
    if span is None:  # the one plural verb that is known: who says so is never left out
        return len(tokens) - 1 if [fold(t) for t in tokens[1:]][-1:] == ["say"] else None
    start = len(TOKEN.findall(text[: span[0]]))
    end = len(TOKEN.findall(text[: span[1]]))
    if _is_noun(tokens, start, text[span[1] :].strip()):
        rest = TOKEN.findall(text[span[1] :])
        later = _verb_place(text[span[1] :], rest)
        return None if later is None else len(tokens) - len(rest) + later
    for index in range(start, len(tokens)):
        if means(tokens[index]):
            return index
        has_object = fold(tokens[end - 1]) in _TAKES_OBJECT
        if index >= end and has_object and fold(tokens[end]) in _NOUN_BEFORE:
            return end - 1  # has the new engine
        if fold(tokens[index]) in PREPOSITIONS - {"to", "since"} and index >= end:
            return index - 1
    return max(0, end - 1)


def _is_noun(tokens: Sequence[str], place: int, following: str) -> bool:
    """Whether what looks like a verb in -s is a plural: `the cuts`, `tests found`."""
    verb = tokens[place] if place < len(tokens) else ""
    if not verb.endswith("s") or fold(verb) in _AUXILIARIES:
        return False
    if not place:
        return starts_with_verb(following)
    return fold(tokens[place - 1]) in _NOUN_BEFORE | PREPOSITIONS


def means(token: str) -> bool:
    """Return whether a token carries meaning and is no adverb in -ly."""
    adverb = token.endswith("ly") or fold(token) in _ADVERBS
    return token not in MARKS and is_content(token) and not adverb


def stems_of(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return the stems of the words with meaning."""
    return tuple(
        stem(part)
        for token in tokens
        for part in token.split("-")
        if part and part not in MARKS and is_content(part) and fold(part) not in ("'s", "’s")
    )


def trimmed(tokens: Sequence[str]) -> list[str]:
    """Return the tokens up to the last one with meaning, or a pronoun."""
    kept = list(tokens)
    while kept and not (
        (means(kept[-1]) and fold(kept[-1]) not in _WHEN) or fold(kept[-1]) in _POINTING
    ):
        kept.pop()
    return kept


def points(tokens: Sequence[str]) -> bool:
    """Return whether a noun phrase stands for something named elsewhere: `it`, `the company`.

    So does one without a name of its own that has `the`. `Its rival Pellworm` does not.
    """
    folded = [fold(token) for token in tokens]
    if any(word in _POINTING for word in folded):
        return True
    return "the" in folded and not names_in(f". {' '.join(tokens)}")


def has_owner(tokens: Sequence[str]) -> bool:
    """Return whether a noun phrase leaves the name of an owner to another sentence."""
    return any(fold(token) in _OWNERS for token in tokens)


def heads_of(tokens: Sequence[str]) -> frozenset[str]:
    """Return the stems that may head a noun phrase: `operator` in `operators of data centers`.

    With the name behind a hollow head, and all of a run of names.
    """
    if not any(is_content(token) for token in tokens):
        return frozenset()
    found = set()
    end = max(i for i, token in enumerate(tokens) if is_content(token))
    while True:
        found.add(stem(tokens[end].split("-")[-1]))
        start = end
        while start > 0 and (is_content(tokens[start - 1]) or tokens[start - 1][0].isupper()):
            start -= 1
        if start < end and PARTICIPLE.fullmatch(tokens[end]):
            found.add(stem(tokens[end - 1]))  # passengers booked
        border = start - 1
        while border >= 0 and fold(tokens[border]) in _DETERMINERS:
            border -= 1
        outer = [i for i in range(max(border, 0)) if is_content(tokens[i])]
        if border < 0 or fold(tokens[border]) not in PREPOSITIONS or not outer:
            break
        if stem(tokens[outer[-1]]) not in _HOLLOW:
            found.clear()
        end = outer[-1]
    if end > 0 and stem(tokens[end]) in _HOLLOW and tokens[end - 1][:1].isupper():
        found.add(stem(tokens[end - 1]))
    return frozenset(found)

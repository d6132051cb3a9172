"""Whether the phrases of a part keep the order of their words, and the prepositions before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.analysis.stems import content_stems
from pipeline.brief.parts import PREPOSITIONS, SUBORDINATORS, Part, parts_of, stems_of
from pipeline.text import fold

_BINDING = frozenset("than from by into without against".split())
"""Prepositions that no other word may stand for, and that may not be left out."""
_SOFT = frozenset("of in at for on".split())
"""Prepositions whose phrase may stand as an owner or in a compound: `regulators in Texas`."""
_LINKS = PREPOSITIONS | SUBORDINATORS | {"less", "more"}
_OPENERS = frozenset("the a an its their it they he she we".split())
"""With these a new noun phrase begins: `from Monday | the office`, `from July | it will`."""


def in_order(part: Part, sentence: str) -> bool:
    """Whether each phrase of a part has its words in the sentence's order, and its preposition.

    "Less for its scores than for its size" became "less for its size than for its score".
    """
    told = content_stems(sentence)
    leads = _leads(sentence)
    for lead, stems in _phrases(part.tokens, part.lead):
        shared = [s for s in stems if s in told]
        if not all(_comes_in(run, told) for run in _runs(shared, told, leads)):
            return False
        if shared and not any(_same_lead(lead, other) for other in leads.get(shared[0], [lead])):
            return False
    return True


def _runs(
    stems: Sequence[str], told: Sequence[str], leads: dict[str, list[frozenset[str]]]
) -> Iterator[list[str]]:
    """Yield the words between which a compound stands for a phrase: `Texas | regulators fined`."""
    run: list[str] = []
    for word in stems:
        soft = run and any(lead & _SOFT for lead in leads.get(run[-1], ()))
        if soft and told.index(word) < len(told) - told[::-1].index(run[-1]) - 1:
            yield run
            run = []
        run.append(word)
    yield run


def _comes_in(wanted: Sequence[str], told: Sequence[str]) -> bool:
    rest = iter(told)
    return all(stem in rest for stem in wanted)


def _same_lead(own: frozenset[str], other: frozenset[str]) -> bool:
    return own & _BINDING == other & _BINDING and ("less" in own) == ("less" in other)


@lru_cache(maxsize=8_192)
def _leads(sentence: str) -> dict[str, list[frozenset[str]]]:
    found: dict[str, list[frozenset[str]]] = {}
    for part in parts_of(sentence):
        for lead, stems in _phrases(part.tokens, part.lead):
            for word in stems:
                found.setdefault(word, []).append(lead)
    return found


def _phrases(
    tokens: Sequence[str], border: str
) -> Iterator[tuple[frozenset[str], tuple[str, ...]]]:
    """Yield the phrases of a part: the prepositions before each, and its stems.

    An owner is a phrase of its own: `Denmark's | tax office`.
    """
    lead: list[str] = [border]
    words_: list[str] = []
    for token in [*tokens, "of"]:
        word = fold(token)
        if word in _LINKS:
            if words_:
                yield frozenset(lead), stems_of(words_)
                lead, words_ = [], []
            lead.append(word)
            continue
        if words_ and word in _OPENERS and _BINDING & {*lead}:
            yield frozenset(lead), stems_of(words_)
            lead, words_ = [], []
        words_.append(token)
        if re.search(r"['’]s$", token):
            yield frozenset(lead), stems_of(words_)
            words_ = []

"""Where an article names something: what name tags are made from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.analysis.analyse import LEAD_SENTENCES
from pipeline.analysis.names import name_key, names_in
from pipeline.records import ArticleRevision
from pipeline.stories.name_lists import NO_NAMES, ORG_WORDS, ORGS, PLACES, PRODUCTS
from pipeline.stories.profile import TERM_SENTENCES, Profile
from pipeline.text import split_sentences

LONGEST = 5
"""Words of a name: what is longer is a headline in the middle of a text."""
HOUSEHOLD = ORGS | PRODUCTS
"""Names that are names wherever they stand, at the start of a sentence as well."""
_BEFORE = re.compile(r"\b(?:(?:[A-Z][a-z]+ )?National|[A-Z][a-z]+ (?:and|&)) $")
"""What belongs to the name of an organisation though it may begin a sentence otherwise."""
_NOT_WHOLE = re.compile(r".*-(?:[a-z]{4,}|led|era)|.* (?:APIs?|SDK|CEO|CTO|CFO)|.", re.DOTALL)
"""A spelling of something other than the thing: `Quayside-powered`, `Quayside API`, a letter."""
_LOWER = re.compile(r"(?<![\w@#/.\-])[a-z]{2,}(?![\w/]|[.\-]\w)")
"""A word in lower case, no part of an address, a handle or a compound."""

_NO_SHORT_FORM = NO_NAMES | PLACES


@dataclass(frozen=True)
class Mention:
    """A name at its place in a sentence."""

    key: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Naming:
    """The names of one article."""

    title: str
    """As a key, with a space at each end."""
    sentences: tuple[str, ...]
    """Those of its running text that tell the event: in headings every word looks like a name."""
    count: Mapping[str, int]
    """Key → number of sentences with the name."""
    spelling: Mapping[str, str]
    """Key → its most frequent spelling."""
    lead: frozenset[str]
    """Keys of the names in the first sentences."""
    plain: frozenset[str]
    """Words that stand in title or text in lower case."""


@lru_cache(maxsize=65_536)
def mentions_in(sentence: str) -> tuple[Mention, ...]:
    """Return the names of a sentence, those of organisations whole."""
    found = []
    for name in names_in(sentence):
        start = name.start
        if name.key.rpartition(" ")[2] in ORG_WORDS:
            before = _BEFORE.search(sentence[:start])
            start = before.start() if before else start
        text = sentence[start : name.end]
        key = name_key(text)
        if key.count(" ") < LONGEST and not _NOT_WHOLE.fullmatch(text):
            found.append(Mention(key, text, start, name.end))
    return tuple(found)


def naming(article: ArticleRevision, profile: Profile, known: Container[str]) -> Naming:
    """Return the names of an article; `profile` is its profile.

    A word in capitals at the start of a sentence is a name when it is one elsewhere, or `known`.
    """
    title, text = article.revision.title, article.revision.text
    sentences = tuple(
        s.text
        for s in split_sentences(title, text)
        if s.kind in ("paragraph", "list_item", "quotation")
    )[:TERM_SENTENCES]
    spellings: dict[str, Counter[str]] = {}
    count: Counter[str] = Counter()
    lead: set[str] = set()
    for number, sentence in enumerate(sentences):
        keys = set()
        for mention in mentions_in(sentence):
            key = mention.key
            if key in profile.names or key in HOUSEHOLD or key in known or " " in key:
                spellings.setdefault(key, Counter())[mention.text] += 1
                keys.add(key)
        count.update(keys)
        lead |= keys if number < LEAD_SENTENCES else set()
    return Naming(
        title=f" {name_key(title)} ",
        sentences=sentences,
        count=count,
        spelling={key: most_used(each) for key, each in sorted(spellings.items())},
        lead=frozenset(lead),
        plain=frozenset(word for part in (title, text) for word in _LOWER.findall(part)),
    )


def most_used(spellings: Counter[str]) -> str:
    """Return the most frequent spelling, on a tie the first by the alphabet."""
    return min(spellings, key=lambda written: (-spellings[written], written))


def in_title(key: str, title: str) -> bool:
    """Return whether a title has the name, or what an organisation is called in short.

    `Inkwell` is short for `Inkwell Metrics`; `House` is not for `House of Representatives`.
    """
    first, *rest = key.split()
    short = len(first) > 3 and set(rest) <= ORG_WORDS and first not in _NO_SHORT_FORM
    return f" {key} " in title or (short and f" {first} " in title)

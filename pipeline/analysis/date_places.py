"""Where a date stands in its sentence: whether it tells when something is, by the words around it.

`On Tuesday` does; `Monday's announcement`, `the 2026 budget`, `more than in 2023` and `between 2023
and 2025` do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from pipeline.analysis.clauses import finite_verb
from pipeline.analysis.dates import DatePhrase, Fixed, date_phrases
from pipeline.text import words

_PART = (
    r"(?:late|early|mid|about|around|(?:the )?(?:very )?(?:end|start|beginning|middle) of|"
    r"the (?:first|second|third|fourth|last) (?:week|half|quarter|months?|days?) of|"
    r"(?:the )?(?:spring|summer|autumn|fall|winter) of)"
)
_AT = re.compile(
    r"(?:^|[\s(—–])(?:on|in|at|by|(?:starting|beginning|effective)(?: (?:on|in|from))?|"
    r"(?:due|set|scheduled|slated|planned|expected) (?:for|in|on|by|at)|"
    rf"(?P<from>from)|(?P<until>until))\s(?:{_PART}[\s-])*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(rf"(?:^|(?<=\s)){_PART}\s$", re.IGNORECASE)
_NO_ADVERB_AFTER = re.compile(
    r"\b(?:since|until|till?|through|throughout|before|after|than|of|for|the|an?|its|their|his|her|"
    r"our|my|from|between|with|without|like|versus|against|to|as|over|under|about|during|and|or|"
    r"per|every|each|same|that|not|only|on|in|at|by|previous|following|whose)$|[$€£\d/,-]$",
    re.IGNORECASE,
)
"""What a bare `Tuesday` or `last year` stands behind where it is no adverb of time by itself."""
_FOLLOWS = re.compile(
    r"$|[.,;:!?)\]—–\"”_]|\s(?:[—–(\"“_]|(?:an?|the|its|his|her|their|and|but|or|to|for|with|after|"
    r"at|in|on|by|from|when|while|as|through|that|because|if|under|alongside|following|together|"
    r"despite|amid|using|against|over|where|without|about|into|during|between|near|via|within|"
    r"also|again|alone|local|it|they|he|she|some|all|more|each|most|this|these)\b|[A-Z])"
)
"""What stands behind a date that is not the first part of a noun (`the 2026 budget`)."""
_LIST = re.compile(r",?\s(?:and|or)\s(?:(?:on|in|by)\s)?")
"""Between two dates of one event: `will be held on 16 and on 22 October`."""
_TO = re.compile(r"\b(?:to|through|until|till)\b")
RANGE_WORDS = 8
"""Words between the two ends of a period at most: `from 1 May, when the lease ends, to July`."""


@dataclass(frozen=True)
class Place:
    """An adverbial date."""

    phrase: DatePhrase
    lead: int
    """Where its preposition starts."""
    ends_something: bool
    """It is the end of a period: `until March`."""


def places(text: str) -> list[Place]:
    """Return the dates of `text` that tell when something is, left to right."""
    phrases = date_phrases(text)
    listed = {
        phrase
        for pair in pairwise(phrases)
        if _LIST.fullmatch(text, pair[0].end, pair[1].start)
        for phrase in pair
    }
    found = (_place(text, phrase) for phrase in phrases if phrase not in listed)
    return [place for place in found if place is not None]


def _place(text: str, phrase: DatePhrase) -> Place | None:
    if not _is_apart(text, phrase):
        return None
    before = text[: phrase.start]
    at = _AT.search(before)
    if at is not None:
        lead = at.start() + (text[at.start()] in " (—–")
        if at["from"] and _end_is_stated(text, phrase):
            return None
        return Place(phrase, lead, ends_something=at["until"] is not None)
    if isinstance(phrase.meaning, Fixed):
        # a month or year needs its preposition; a full date may do without: "starts 1 May"
        bare = phrase.meaning.day is not None and not _NO_ADVERB_AFTER.search(before.rstrip())
        return Place(phrase, phrase.start, ends_something=False) if bare else None
    about = _ABOUT.search(before)
    lead = about.start() if about else phrase.start
    if _NO_ADVERB_AFTER.search(text[:lead].rstrip()):
        return None
    return Place(phrase, lead, ends_something=False)


def _is_apart(text: str, phrase: DatePhrase) -> bool:
    """Whether the date is no part of a noun phrase that goes on behind it."""
    if text.startswith(("'s", "’s"), phrase.end):
        return False
    if _FOLLOWS.match(text, phrase.end):
        return True
    verb = finite_verb(text[phrase.end :])
    return verb is not None and not text[phrase.end : phrase.end + verb[0]].strip()


def _end_is_stated(text: str, phrase: DatePhrase) -> bool:
    """Whether the period that begins with the date has its end: `from July 2026 through 2029`."""
    gaps = [text[phrase.end : p.start] for p in date_phrases(text) if p.start > phrase.end]
    return any(_TO.search(gap) and len(words(gap)) < RANGE_WORDS for gap in gaps)

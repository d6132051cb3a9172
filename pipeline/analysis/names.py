"""Names in a text, found without a model: casing and patterns.

A name is a run of capitalised words (`Reflection AI`, `Bank of England`), or a token whose shape
gives it away (`GB300`, `GPT-6`, `CVE-2026-9001`, `PyTorch`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipeline.text import fold

_TOKEN = re.compile(r"[^\W_]+(?:[.'’&/\-+][^\W_]+)*\+*", re.UNICODE)
_JOINERS = frozenset({"of", "de", "van", "von", "der", "la", "le", "du", "al"})
_CODE = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Za-z][A-Za-z0-9.\-/+]+")
_NUMERAL = re.compile(r"\d{1,3}(?:\.\d+)*|[IVX]{1,4}|[A-Z]")
_COUNTS = re.compile(r"\s(?:hundred|thousand|million|billion|trillion|per)\b|%")
"""What follows a number that is no part of a name: `will pay Brightmoor 150 million`."""
_CAMEL = re.compile(r"[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*")
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "prof", "sir", "ceo", "cto", "cfo", "president"})

# Words that begin sentences and titles in capitals without being names. Collected from the first
# words of the project's own labelled sentences (data/roles.jsonl) and closed word classes.
_PLAIN_STARTERS = frozenset(
    """
    a about above according across after again against all almost along already also
    although always among an and another any anyone are around as ask at avoid based be
    because been before behind being below beneath besides between beyond both but by
    can check choose clarify compare consider critics customers despite developers did
    do does don't due during each early either enable engineers ensure establish even
    ever every everyone experts few fewer first five for former four from further given
    good had half has have having he hence her here hers high his how however hundreds i
    if in include including indeed industry inside instead into is it its just keep last
    late later least less let like long look looking low make many may meanwhile might
    millions more moreover most move much must my national near nearly negotiate never
    new next no nobody none nor not nothing now of off officials on once one only open
    operators or other others our out over overall patients people per perhaps plan
    please police prepare previous previously provided rather read recent recently
    regulators researchers residents review run same second see set several she should
    since single six so some someone sometimes soon source sources start still such
    supply support switch ten test than that the their them then there therefore these
    they third this those though thousands three through thus to today together too
    toward towards two under unless unlike until up update upgrade upon us use used
    users using verify very via wait was we were what whatever when where whereas
    whether which while who whose why will with within without workers worth would year
    years yes yet you your
    """.split()
)
_CALENDAR = frozenset(
    """
    january february march april may june july august september october november
    december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday
    thursday friday saturday sunday mon tue wed thu fri sat sun
    """.split()
)
_NEW_PLACES = frozenset(
    "brunswick delhi england guinea hampshire haven jersey mexico orleans york zealand".split()
)
"""What follows `New` in the name of a place: elsewhere it begins a sentence or a headline."""


@dataclass(frozen=True)
class Name:
    """A name at its place; `key` is folded for comparison."""

    text: str
    start: int
    end: int
    key: str


@lru_cache(maxsize=65_536)
def names_in(text: str) -> tuple[Name, ...]:
    """Return the names of one sentence or title, left to right, without overlaps."""
    tokens = [(m.start(), m.end(), m[0]) for m in _TOKEN.finditer(text)]
    capital = [_is_name_token(token, first=_begins(text, start)) for start, _, token in tokens]
    for number, ((_, _, new), (_, _, place)) in enumerate(pairwise(tokens)):
        capital[number] |= _is_new_place(new, place)
    found: list[Name] = []
    index = 0
    while index < len(tokens):
        if not capital[index]:
            index += 1
            continue
        last = index
        ahead = index + 1
        while ahead < len(tokens):
            if tokens[ahead - 1][2].endswith(("'s", "’s")):
                break  # the owner's name ends here: "the EU's AI Act"
            between = text[tokens[ahead - 1][1] : tokens[ahead][0]]
            if between != " " and not (between == ". " and len(tokens[ahead - 1][2]) <= 2):
                break
            numeral = _NUMERAL.fullmatch(tokens[ahead][2]) and not _COUNTS.match(
                text, tokens[ahead][1]
            )
            if capital[ahead] or (ahead == last + 1 and numeral):
                last = ahead
            elif tokens[ahead][2] not in _JOINERS or ahead - last > 2:
                break
            ahead += 1
        start, end = tokens[index][0], tokens[last][1]
        end -= 2 if text[start:end].endswith(("'s", "’s")) else 0
        key = name_key(text[start:end])
        if key and key not in _CALENDAR:
            found.append(Name(text[start:end], start, end, key))
        index = last + 1
    return tuple(found)


def name_key(name: str) -> str:
    """Return the form under which two spellings of a name are the same."""
    key = re.sub(r"[^\w+#]+", " ", fold(name)).strip()
    return re.sub(r"^(the|a|an) ", "", key)


def _begins(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in '.!?:"“‘(•|—>' or before.endswith("- ")


def _is_name_token(token: str, *, first: bool) -> bool:
    bare = fold(token).removesuffix("'s")
    if bare in _CALENDAR or bare in _TITLES:
        return False
    if _CODE.fullmatch(token) or _CAMEL.fullmatch(token):
        return True
    if not token[0].isupper():
        return False
    if bare in _PLAIN_STARTERS:
        return False
    return not (first and token[1:].islower() and _looks_plain(bare))


def _is_new_place(new: str, place: str) -> bool:
    return new == "New" and fold(place).removesuffix("'s") in _NEW_PLACES


def _looks_plain(bare: str) -> bool:
    """True of a first word whose ending marks an ordinary adverb, participle or plural noun."""
    return bare.endswith(("ly", "ing", "ers", "ists", "ions", "ments", "ness", "ally"))

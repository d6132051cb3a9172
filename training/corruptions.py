"""Make a true sentence false, and say where: what the support probe learns errors from.

Six kinds of error that summarisers make: another name, another number, the opposite, names that
change places, the end of another sentence, and a phrase from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from pipeline.analysis.names import names_in
from pipeline.text import fold, words

Spans = tuple[tuple[int, int], ...]
"""Code points of a text, start and end, that its source does not bear out."""

_OPPOSITES = """
    rise/fall rises/falls rose/fell increase/decrease increased/decreased up/down more/less
    higher/lower won/lost wins/loses approved/rejected approves/rejects accepted/refused
    before/after first/last largest/smallest new/old opened/closed opens/closes started/ended
    starts/ends with/without gain/loss gained/lost supports/opposes supported/opposed allow/ban
    allows/bans allowed/banned bought/sold buys/sells buy/sell adds/removes added/removed
    launched/cancelled launches/cancels men/women man/woman his/her he/she all/none many/few
    better/worse faster/slower open/closed public/private free/paid north/south east/west
    yesterday/tomorrow monday/friday january/august confirmed/denied confirms/denies agreed/declined
    success/failure early/late can/cannot
""".split()
_NEGATED = "will is are was were has have could would should does did".split()
OPPOSITE = (
    {a: b for pair in _OPPOSITES for a, b in [pair.split("/")]}
    | {b: a for pair in _OPPOSITES for a, b in [pair.split("/")]}
    | {word: f"{word} not" for word in _NEGATED}
)
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_TAIL = re.compile(r" (?:to|after|for|in|over|as|by|from|with|that) ")
_PHRASE = re.compile(r" (?:in|on|after|by|from|with|for) [A-Z0-9][^,.;]{3,30}(?=[,.;])")
TAIL_WORDS = 14
"""Words of another sentence's end that are taken over at most."""
HEAD_CHARS = 12
"""Code points that stay before a foreign end: a subject and its verb."""
OWN_SOURCE = 0.6
"""Share of errors taken from the same source: the likelier ones, and the harder ones to find."""


@dataclass(frozen=True)
class Error:
    """A text with an error in it."""

    text: str
    spans: Spans


def corrupt(claim: str, own: Sequence[str], other: Sequence[str], random: Random) -> Error | None:
    """Return `claim` with one error in it, None where no kind of error fits.

    `own` are the sentences of the claim's source, `other` those of another one.
    """
    kinds = [_name, _name, _number, _opposite, _opposite, _tail, _places, _phrase]
    random.shuffle(kinds)
    for kind in kinds:
        error = kind(claim, own, other, random)
        if error is not None and fold(error.text) != fold(claim):
            return error
    return None


_Kind = Callable[[str, Sequence[str], Sequence[str], Random], Error | None]


def _replaced(claim: str, start: int, end: int, new: str) -> Error:
    return Error(claim[:start] + new + claim[end:], ((start, start + len(new)),))


def _inner_names(claim: str) -> list[tuple[int, int, str]]:
    """Return the names of a claim; the capital of its first word alone makes none."""
    return [
        (name.start, name.end, name.text)
        for name in names_in(claim)
        if name.start > 0 or len(words(name.text)) > 1
    ]


def _name(claim: str, own: Sequence[str], other: Sequence[str], random: Random) -> Error | None:
    found = _inner_names(claim)
    if not found:
        return None
    start, end, text = random.choice(found)
    sentences = own if random.random() < OWN_SOURCE else other
    pool = [
        name.text
        for sentence in sentences
        for name in names_in(sentence)
        if fold(name.text) not in fold(claim) and fold(text) not in fold(name.text)
    ]
    return _replaced(claim, start, end, random.choice(pool)) if pool else None


def _number(claim: str, own: Sequence[str], _: Sequence[str], random: Random) -> Error | None:
    found = list(_NUMBER.finditer(claim))
    if not found:
        return None
    match = random.choice(found)
    pool = [n for s in own for n in _NUMBER.findall(s) if len(n) <= len(match[0]) + 1]
    if pool and random.random() < OWN_SOURCE:
        return _replaced(claim, match.start(), match.end(), random.choice(pool))
    place = random.choice([n for n, char in enumerate(match[0]) if char.isdigit()])
    digit = (int(match[0][place]) + random.randint(1, 8)) % 10 or 3
    new = match[0][:place] + str(digit) + match[0][place + 1 :]
    return _replaced(claim, match.start(), match.end(), new)


def _opposite(claim: str, _: Sequence[str], __: Sequence[str], random: Random) -> Error | None:
    found = [m for m in re.finditer(r"[A-Za-z]+", claim) if m[0].lower() in OPPOSITE and m.start()]
    if not found:
        return None
    match = random.choice(found)
    return _replaced(claim, match.start(), match.end(), OPPOSITE[match[0].lower()])


def _places(claim: str, _: Sequence[str], __: Sequence[str], random: Random) -> Error | None:
    found = _inner_names(claim)
    if len(found) < 2:
        return None
    (start, end, first), (start2, end2, second) = sorted(random.sample(found, 2))
    if fold(first) == fold(second):
        return None
    text = claim[:start] + second + claim[end:start2] + first + claim[end2:]
    shift = len(second) - len(first)
    moved = (start2 + shift, start2 + shift + len(first))
    return Error(text, ((start, start + len(second)), moved))


def _tail(claim: str, own: Sequence[str], other: Sequence[str], random: Random) -> Error | None:
    found = [m for m in _TAIL.finditer(claim) if m.start() > HEAD_CHARS]
    if not found:
        return None
    match = random.choice(found)
    sentences = own if random.random() < OWN_SOURCE else other
    ends = [
        " ".join(s[s.index(match[0]) :].split()[:TAIL_WORDS]).rstrip(".,;:")
        for s in sentences
        if match[0] in s
    ]
    pool = [end for end in ends if fold(end) not in fold(claim)]
    if not pool:
        return None
    end = random.choice(pool)
    start = match.start() + 1
    # the preposition itself is the claim's own
    return Error(f"{claim[:start]}{end}.", ((start + len(match[0]) - 1, start + len(end)),))


def _phrase(claim: str, _: Sequence[str], other: Sequence[str], random: Random) -> Error | None:
    pool = [match[0] for sentence in other for match in _PHRASE.finditer(sentence)]
    if not pool:
        return None
    body, phrase = claim.rstrip(". "), random.choice(pool)
    return Error(f"{body}{phrase}.", ((len(body) + 1, len(body) + len(phrase)),))

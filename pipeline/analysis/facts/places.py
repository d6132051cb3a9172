"""Which numbers of a sentence are values at all, and what their surroundings add to them.

A year, an ordinal, half of a score, a number in a name are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.analysis.dates import Fixed, Shift, date_phrases, resolve
from pipeline.analysis.facts.attributes import Span
from pipeline.analysis.names import names_in
from pipeline.analysis.values import Value, values_in
from pipeline.text import fold, words

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_NO_VALUE_AHEAD = re.compile(
    r"(?:[#/@]|\S:(?!\s)|\b(?:no|nos|number|chapter|section|title|article|amendment|page|route|"
    r"flight|step|part|phase|level|grade|class|channel|figure|table|volume|issue|act|rule|line|age|"
    r"aged|at)\.?|\b(?:\d|one|two|three|four|five)\s(?:in|out of))\s?$",
    re.IGNORECASE,
)
_NO_VALUE_BEHIND = re.compile(
    r"\s?(?:[ap]\.?m\b|o['’]clock|/\d|:\d)|\s(?:in|out of|of)\s(?:every\s)?"
    r"(?:\d|two|three|four|five|ten|a hundred)|['’]s\b",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"(?<![\w.,$€£-])(\d{1,3})(?:\s?[-–]\s?|\sto\s)(\d{1,3})(?![\w%.,]*\d)(?!\s?[-–]?[A-Za-z]+-)"
)
_DECIDES = re.compile(
    r"\b(?:vot(?:e[ds]?|ing)|pass(?:ed|es)?|approv\w+|reject\w*|rul(?:ed|ing)|confirm(?:ed|s)|"
    r"won|wins?|lost|beat|defeat\w*|decision|margin)\b",
    re.IGNORECASE,
)
_RATE_BEHIND = re.compile(
    r"\s?(?:/|\s(?:per|an?|each|every)\s)(?P<per>[a-z]+)\b|\s(?P<adverb>annually|yearly|monthly|"
    r"weekly|daily|hourly|apiece|each)\b",
    re.IGNORECASE,
)
_RATE_AHEAD = re.compile(
    r"\b(?P<adverb>annual|yearly|monthly|weekly|daily|hourly|quarterly)\b(?:\s[\w-]+){0,3}\s*$",
    re.IGNORECASE,
)
_RATE_INSIDE = re.compile(
    r"\s(?P<adverb>annual|yearly|monthly|weekly|daily|hourly|quarterly|annually)\b", re.IGNORECASE
)
_A_YEAR = {
    "year": 1.0, "annum": 1.0, "annual": 1.0, "annually": 1.0, "yearly": 1.0, "month": 12.0,
    "monthly": 12.0, "week": 365.25 / 7, "weekly": 365.25 / 7, "day": 365.25, "daily": 365.25,
    "quarter": 4.0, "quarterly": 4.0, "hour": 8766.0, "hourly": 8766.0,
}  # fmt: skip
_PER_THING = frozenset(
    "share person user seat customer token tokens student unit barrel ounce ton tonne gallon litre "
    "liter head household employee worker ticket night game second minute".split()
)
_LENGTH = re.compile(
    r"\b(?P<number>\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten)[\s-]"
    r"(?P<unit>year|month)s?\b(?!\s(?:ago|old|later|earlier))",
    re.IGNORECASE,
)
_NUMBERS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_NARROWS_AHEAD = re.compile(
    r"\b(?P<word>another|additional|further|extra|remaining|other|first|second|third|last|next|"
    r"average|median|typical|every|each|combined|initial|previous|record|net|gross|final|up|down|"
    r"early|late|same|single)\s(?:of\s)?$",
    re.IGNORECASE,
)
_NARROWS_BEHIND = re.compile(r"\s(?P<word>more|additional|further|extra|other|fewer|less)\b")
_BASELINE = re.compile(
    r"\b(?:from|than|versus|against|compared (?:with|to)|instead of|rather than|out of|after|"
    r"of (?:the|its|their|his|her|these|those|all)|every)\s$",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:(?-i:may)|might|could|would|should|plan(?:s|ned|ning)?|propos\w+|expect\w*|seek\w*|sought|ask\w*|"
    r"demand\w*|want\w*|request\w*|hop(?:e[sd]?|ing)|consider\w*|project(?:ed|s|ions?)|forecast\w*|"
    r"target\w*|aim\w*|threat\w*|intend\w*|promis\w+|pledg\w+|predict\w*|potential\w*|if|likely|"
    r"called for|bid|offer\w*|goal|estimat\w+)\b",
    re.IGNORECASE,
)
_REVISED = re.compile(
    r"\b(?:now|no longer|revised|corrected|updated|originally|initially|earlier|previously|instead|"
    r"postponed|delayed|pushed back|brought forward|increased|lowered|(?:raised|cut) to)\b",
    re.IGNORECASE,
)
LEAD_IN = 24
"""Code points before a verb that tell whether it is planned: `is expected to soon announce`."""
_SO_FAR = re.compile(
    r"\b(?:so far|to date|as of|by (?:late|early|midday|noon)|still)\b", re.IGNORECASE
)
_PERIOD = re.compile(
    r"\b(?:(?:first|second|third|fourth) (?:quarter|half)|(?:over|in|for|within|during) (?:the )?"
    r"(?:past|last|next|coming|first|previous)?\s?(?:\d+|one|two|three|four|five|six|seven|eight|"
    r"nine|ten)?[\s-]?(?:decades?|years?|months?|weeks?|days?|hours?)|Q[1-4])\b",
    re.IGNORECASE,
)


def measured(text: str) -> list[Value]:
    """Return the amounts and versions of a sentence; a range is one value, of its first number."""
    phrases = [(p.start, p.end) for p in date_phrases(text)]
    names = [(n.start, n.end) for n in names_in(text)]
    scores = [(m.start(), m.end()) for m in _score_matches(text)]
    found = []
    for value in values_in(text):
        inside = any(start <= value.start < end for start, end in (*phrases, *scores))
        named = any(start < value.start < end for start, end in names)
        if inside or (named and value.kind != "version"):
            continue
        if value.kind != "date" and value.unit != "clock" and not _is_label(text, value):
            found.append(value)
    return found


def _is_label(text: str, value: Value) -> bool:
    """Whether a plain number counts nothing: a year, an age, the number of something."""
    if value.kind != "quantity" or value.unit:
        return False
    ahead = text[: value.start]
    return bool(
        _YEAR.fullmatch(value.text)
        or _NO_VALUE_AHEAD.search(ahead)
        or _NO_VALUE_BEHIND.match(text, value.end)
        or (ahead.endswith(", ") and text.startswith(",", value.end))
        or fold(value.text) in ("one", "1", "zero", "0")
    )


def scores(text: str) -> list[Value]:
    """Return the results of votes and games, with their sides in order of size: `217-213`."""
    return [
        Value("quantity", m[0], m.start(), m.end(), unit="score", form="-".join(sides))
        for m in _score_matches(text)
        for sides in [sorted((m[1], m[2]), key=int, reverse=True)]
    ]


def _score_matches(text: str) -> Iterator[re.Match[str]]:
    if not _DECIDES.search(text):
        return
    for match in _SCORE.finditer(text):
        if not text[: match.start()].rstrip().endswith(("between", "from", "ages")):
            yield match


def rate_of(text: str, value: Value, head_start: int) -> tuple[str, float, int]:
    """Return per what a value is (empty: absolute), the factor to that, the end of those words."""
    behind = _RATE_BEHIND.match(text, value.end)
    if behind is not None:
        word = fold(behind["per"] or behind["adverb"])
        if word in _A_YEAR:
            return "year", _A_YEAR[word], behind.end()
        if word in _PER_THING or word in ("apiece", "each"):
            return word.removesuffix("s"), 1.0, behind.end()
    if value.kind == "money":
        around = _RATE_INSIDE.match(text, value.end) or _RATE_AHEAD.search(text[:head_start])
        if around is not None:
            return "year", _A_YEAR[fold(around["adverb"])], value.end
    return "", 1.0, value.end


def years_told(text: str) -> float | None:
    """Return the length in years of the one period that a sentence tells, None without one."""
    lengths = {
        round((_NUMBERS.get(fold(m["number"])) or float(m["number"])) / divisor, 2)
        for m in _LENGTH.finditer(text)
        for divisor in [12.0 if fold(m["unit"]) == "month" else 1.0]
    }
    return lengths.pop() if len(lengths) == 1 else None


def scope_of(text: str, verb: Span | None, place: Span) -> frozenset[str]:
    """Return the words that narrow what a value at `place` states."""
    start, end = place
    found = set()
    if (narrow := _NARROWS_AHEAD.search(text[:start])) is not None:
        found.add(fold(narrow["word"]))
    if (narrow := _NARROWS_BEHIND.match(text, end)) is not None:
        found.add(fold(narrow["word"]))
    if _BASELINE.search(text[:start]):
        found.add("baseline")
    if verb is not None:
        around = text[max(0, verb[0] - LEAD_IN) : max(verb[1], start)]
        found |= {"planned"} if _PLANNED.search(around) else set()
        found |= {"revised"} if _REVISED.search(around) else set()
    return frozenset(found)


def is_so_far(text: str) -> bool:
    """Return whether a sentence says that its count is not final."""
    return bool(_SO_FAR.search(text))


def periods_in(text: str, days: Sequence[date]) -> frozenset[str]:
    """Return the years, months and lengths of time that a clause speaks of."""
    found = {fold(" ".join(words(m[0]))) for m in _PERIOD.finditer(text)}
    for phrase in date_phrases(text):
        meaning = phrase.meaning
        month = isinstance(meaning, Fixed) and meaning.day is None
        if month or (isinstance(meaning, Shift) and meaning.unit != "day"):
            day = resolve(meaning, days, "past")
            found.add(day.iso if day else fold(phrase.text))
    return frozenset(found)

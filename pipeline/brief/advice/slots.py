"""Fill a playbook's slots with words of the cited sentences, or not at all.

Every value stands verbatim in a cited sentence. Where two could be meant the slot stays empty, and
with it the playbook is not used.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.analysis.names import name_key, names_in
from pipeline.analysis.values import Value, values_in
from pipeline.brief.advice.versions import version_in
from pipeline.stories.name_kinds import NameKind, key_among, version_of
from pipeline.stories.name_lists import NO_NAMES, PLACES

YEARLESS_REACH = timedelta(days=183)
"""A day without a year means its next occurrence only when that is within half a year; otherwise
the last one is nearer (`was released on 3 March`, read in April)."""

SLOT_KINDS: Mapping[str, frozenset[NameKind]] = {
    "product": frozenset(("product",)),
    "org": frozenset(("org",)),
    "service": frozenset(("product", "org")),
}
"""What kinds of name a slot takes: a service goes by its own name or by its company's."""
_MARK_BEHIND = re.compile(r" \d{1,3}[A-Z]{1,2}\b")
"""The `12L` of `Android 12L`, which is not written like a name."""

_ONE_PHRASE = re.compile(r" (?:(?!(?:by|from|for|with)\b)[\w’'-]+ ){0,6}")
"""What may stand between a verb and the name of its object."""
_OWNS = re.compile(
    r"['’]s\b| (?!(?:on|in|for|from|at|after|with|by|as|to|and|or|last|this|since|before)\b)"
    r"[a-z][\w-]* [A-Z]"
)
_WITH_ARTICLE = frozenset(
    ("eu", "european union", "uk", "united kingdom", "us", "united states", "netherlands",
     "united arab emirates")
)  # fmt: skip
_BEFORE_PLACE = re.compile(r"\b(?:in|across|to|for|from|near|outside|into|within|of) (the )?$")
_BEHIND_PLACE = re.compile(
    r"[’']s\b|\W*$|[.,;:)]|\s+(?:and|or|on|in|by|from|to|for|with|at|as|that|which|who|will|would|is|"
    r"was|has|have|are|where|when|after|before|since|under|over|until|while|but|because|this|next|"
    r"last|if|could|may|can|must|should)\b"
)
_BEFORE_DATE = re.compile(
    r"\b(?:by|on|from|until|till|before|starting(?: on)?|effective|after|through|in)\s+$",
    re.IGNORECASE,
)
_BEFORE_DEADLINE = re.compile(r"\b(?:by|before|until|till|no later than)\s+$", re.IGNORECASE)
_VALUED_BEFORE = re.compile(
    r"\b(?:valu(?:ed|es|ing|ation)|worth|market (?:cap|value)|revenues?)\b[^,.;]{0,25}$",
    re.IGNORECASE,
)
_VALUED_BEHIND = re.compile(r" (?:valuation|market cap|in (?:annual |total )?(?:revenue|sales))\b")
"""What a company is worth or takes in is not the sum that the news is about."""
_RATES = re.compile(r"\d+(?:\.\d+)? ?(?:[TGM]bps|[TG]bit/s|(?:tera|giga)bits per second|Mpps)\b")
_TIME_UNITS = frozenset(("s", "min", "h", "d", "week", "month", "year", "quarter", "clock", "ms"))


@dataclass(frozen=True)
class Occasion:
    """What slots are filled from, besides the sentence with the playbook's phrase."""

    kinds: Mapping[str, NameKind]
    """Bare key of each central name of the story → its kind, where that is clear."""
    published: date
    """When the story's latest article came out: a day without a year is counted from here."""
    today: date
    """A date before this is past, and no deadline any more."""


@dataclass(frozen=True)
class Filling:
    """Slot → text; where the texts stand, and until when to act."""

    texts: Mapping[str, str]
    sentences: frozenset[str]
    deadline: date | None = None


def fill_slots(
    requires: Collection[str], phrase: re.Match[str], others: Sequence[str], occasion: Occasion
) -> Filling | None:
    """Return a text for each slot of `requires`, None where one cannot be filled for certain.

    Values must stand in the sentence in which the playbook's `phrase` was found; names may stand in
    one of the `others`, the story's further cited sentences, but not in the phrase (`SOC 2`).
    """
    sentence = phrase.string
    texts: dict[str, str] = {}
    used = {sentence}
    deadline: date | None = None
    for slot in sorted(requires):
        if slot in SLOT_KINDS:
            found = _name(slot, phrase[0], sentence, others, occasion.kinds)
            if found is None:
                return None
            name, where = found
            used.add(where)
            versioned = {"version", "affected_version"} & set(requires)
            texts[slot] = _without_version(name) if versioned else name
        elif slot == "acquired":
            bought = _acquired(phrase, occasion.kinds)
            if bought is None:
                return None
            texts[slot] = bought
        elif slot == "date":
            when = _future_date(sentence, occasion)
            if when is None:
                return None
            texts[slot], deadline = when
        else:
            value = _VALUES[slot](sentence)
            if value is None:
                return None
            texts[slot] = value
    return Filling(texts, frozenset(used), deadline)


def deadlines(text: str, occasion: Occasion) -> list[date]:
    """Return the days until which a sentence of advice says to act, past ones included."""
    found = [
        days[1]
        for value in values_in(text)
        if value.kind == "date"
        and _BEFORE_DEADLINE.search(text[: value.start])
        and (days := _days_of(value, occasion.published)) is not None
    ]
    return sorted(found)


def _name(
    slot: str, phrase: str, sentence: str, others: Sequence[str], kinds: Mapping[str, NameKind]
) -> tuple[str, str] | None:
    """Return the one central name that fits the slot and its sentence; two are one too many.

    Another sentence may name it only where this one names nobody: `Siri speaks with a new voice. It
    is in the beta of iOS.` does not say that Siri is in beta.
    """
    named = _fitting(slot, phrase, [sentence], kinds)
    if not named and not names_in(sentence):
        named = _fitting(slot, phrase, others, kinds)
    return named[0] if len(named) == 1 else None


def _fitting(
    slot: str, phrase: str, places: Sequence[str], kinds: Mapping[str, NameKind]
) -> list[tuple[str, str]]:
    """Return the names of the slot's kind with their sentences; none is a part of another."""
    phrase_key = name_key(phrase)
    found: dict[str, tuple[str, str]] = {}
    for place in places:
        for name in names_in(place):
            key, text = key_among(name.text, kinds), name.text
            if key is None and kinds.get(owner := name_key(text.split()[0])) == "org":
                key, text = owner, text.split()[0]  # `Tarn Metrics` of `Tarn`
            if key is not None and kinds[key] in SLOT_KINDS[slot] and key not in phrase_key:
                mark = _MARK_BEHIND.match(place, name.start + len(text))
                found.setdefault(key, (text + (mark[0] if mark else ""), place))
    return [
        where
        for key, where in found.items()
        if not any(f" {key} " in f" {other} " for other in found if other != key)
    ]


def _acquired(phrase: re.Match[str], kinds: Mapping[str, NameKind]) -> str | None:
    """Return the name right behind the phrase: `to acquire the map maker Loopix`.

    None where it is a person or a place, or only owns or describes what is bought (`Loopix's
    staff`, `the Loopix rival Mapwell`), and where it is who buys (`was acquired by Loopix`).
    """
    for name in names_in(phrase.string):
        if name.start >= phrase.end():
            between = phrase.string[phrase.end() : name.start]
            owns = _OWNS.match(phrase.string, name.end) is not None
            nobody = name.key in NO_NAMES | PLACES or kinds.get(name.key) in ("person", "place")
            return None if owns or nobody or not _ONE_PHRASE.fullmatch(between) else name.text
    return None


def _without_version(name: str) -> str:
    version = version_of(name)
    return name[: name.rindex(version)].rstrip(" -vV") if version else name


def _future_date(sentence: str, occasion: Occasion) -> tuple[str, date | None] | None:
    """Return the one date still to come that a preposition governs, and the day if it is one."""
    coming = [
        (value.text.rstrip("."), span)
        for value in values_in(sentence)
        if value.kind == "date"
        and _BEFORE_DATE.search(sentence[: value.start])
        and (span := _days_of(value, occasion.published)) is not None
        and span[1] >= occasion.today
    ]
    if len({text for text, _ in coming}) != 1:
        return None
    text, (first, last) = coming[0]
    return text, first if first == last else None


def _days_of(value: Value, published: date) -> tuple[date, date] | None:
    """Return the first and last day that a date may mean, None where that is open."""
    year, month, day = value.form.split("-")
    try:
        if year == "*":
            if day == "*":
                return None
            this_year = date(published.year, int(month), int(day))
            coming = (
                this_year
                if this_year >= published
                else date(published.year + 1, int(month), int(day))
            )
            return (coming, coming) if coming - published <= YEARLESS_REACH else None
        if day == "*":
            last = calendar.monthrange(int(year), int(month))[1]
            return date(int(year), int(month), 1), date(int(year), int(month), last)
        return date(int(year), int(month), int(day)), date(int(year), int(month), int(day))
    except ValueError:
        return None  # 31 June


def _only_value(sentence: str, fits: Callable[[Value], bool]) -> str | None:
    found = {value.key: value.text for value in values_in(sentence) if fits(value)}
    return next(iter(found.values())) if len(found) == 1 else None


def _money(sentence: str) -> str | None:
    return _only_value(
        sentence,
        lambda value: (
            value.kind == "money"
            and not _VALUED_BEFORE.search(sentence[: value.start])
            and not _VALUED_BEHIND.match(sentence, value.end)
        ),
    )


def _percentage(sentence: str) -> str | None:
    return _only_value(sentence, lambda value: value.kind == "percent")


def _quantity(sentence: str) -> str | None:
    rates = {match[0] for match in _RATES.finditer(sentence)}
    if rates:
        return rates.pop() if len(rates) == 1 else None
    return _only_value(
        sentence,
        lambda value: (
            value.kind == "quantity" and bool(value.unit) and value.unit not in _TIME_UNITS
        ),
    )


def _place(sentence: str) -> str | None:
    """Return the one known place where something is, with its article; no `US` of `US courts`."""
    found: dict[str, str] = {}
    for name in names_in(sentence):
        if name.key not in PLACES:
            continue
        ahead = _BEFORE_PLACE.search(sentence[: name.start])
        owner = sentence[name.end : name.end + 2] in ("'s", "’s")
        if not (ahead or owner) or not _BEHIND_PLACE.match(sentence, name.end):
            return None
        article = "the " if sentence[: name.start].endswith("the ") else ""
        if name.key in _WITH_ARTICLE and not article:
            return None
        found[name.key] = article + name.text
    return next(iter(found.values())) if len(found) == 1 else None


_VALUES: Mapping[str, Callable[[str], str | None]] = {
    "version": lambda sentence: version_in(sentence, affected=False),
    "affected_version": lambda sentence: version_in(sentence, affected=True),
    "money": _money,
    "percentage": _percentage,
    "quantity": _quantity,
    "place": _place,
}

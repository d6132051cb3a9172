"""Typed values in a text: money, percentages, quantities with units, dates, versions.

Two spellings of one value get one normal form: `$1.8bn` and `$1.8 billion` are both
("money", "USD", 1.8e9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipeline.text import fold

ValueKind = Literal["money", "percent", "quantity", "date", "version", "name"]

_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6, "b": 1e9,
    "bn": 1e9, "billion": 1e9, "t": 1e12, "tn": 1e12, "trillion": 1e12,
    "hundred": 1e2, "dozen": 12.0,
}  # fmt: skip
_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "€": "EUR",
    "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP",
    "pounds": "GBP", "¥": "JPY", "jpy": "JPY", "yen": "JPY", "₹": "INR", "chf": "CHF",
    "yuan": "CNY", "cny": "CNY", "rmb": "CNY",
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMBER_WORDS = {
    word: float(number)
    for number, word in enumerate(
        """
    zero one two three four five six seven eight nine ten eleven twelve thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen
    """.split()
    )
} | {"twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0,
     "seventy": 70.0, "eighty": 80.0, "ninety": 90.0}  # fmt: skip
_UNITS = {
    "gb": "gb", "gigabyte": "gb", "gigabytes": "gb", "mb": "mb", "megabyte": "mb",
    "megabytes": "mb", "tb": "tb", "terabyte": "tb", "terabytes": "tb", "kb": "kb",
    "gbps": "gbps", "gbit/s": "gbps", "ghz": "ghz", "gigahertz": "ghz", "mhz": "mhz",
    "megahertz": "mhz", "mw": "mw", "megawatt": "mw", "megawatts": "mw", "gw": "gw",
    "gigawatt": "gw", "gigawatts": "gw", "kw": "kw", "kilowatt": "kw", "kilowatts": "kw",
    "second": "s", "seconds": "s", "minute": "min", "minutes": "min", "hour": "h", "hours": "h",
    "day": "d", "days": "d", "week": "week", "weeks": "week", "month": "month",
    "months": "month", "year": "year", "years": "year", "quarters": "quarter", "mile": "mile",
    "miles": "mile", "tonne": "t", "tonnes": "t", "tons": "ton", "degrees": "degree",
    "ms": "ms", "millisecond": "ms", "milliseconds": "ms", "km": "km", "kilometre": "km",
    "kilometres": "km", "kilometer": "km", "kilometers": "km", "kg": "kg", "kilogram": "kg",
    "kilograms": "kg",
}  # fmt: skip

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_SCALE = r"(?:hundred|thousand|million|billion|trillion|dozen|mln|mn|bn|tn|[kmbt])"
_VERSION_END = r"(?:[-.]?(?:rc|alpha|beta)\d*)?\b"
_AMOUNT = r"\d+(?:[,\u202f\u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PATTERN = re.compile(
    rf"""
    (?P<iso>\b(?:19|20)\d\d-\d\d-\d\d\b)
  | (?P<dmy>\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})\b\.?(?:,?\s+(?:19|20)\d\d\b)?)
  | (?P<mdy>\b(?:{_MONTH})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\.\d)(?:,?\s+(?:19|20)\d\d\b)?)
  | (?P<my>\b(?:{_MONTH})\b\.?,?\s+(?:19|20)\d\d\b)
  | (?P<version>\bv\d+(?:\.\d+)+{_VERSION_END}|\b\d+\.\d+\.\d+(?:\.\d+)*{_VERSION_END})
  | (?P<money>(?P<mc>us\$|[$€£¥₹]|\b(?:usd|eur|gbp|jpy|inr|chf|cny)(?=\s?\d))\s?
       (?P<ma>{_AMOUNT})(?:[\s\u00a0-]?(?P<ms>{_SCALE})\b)?)
  | (?P<moneyword>\b(?P<wa>{_AMOUNT})(?:[\s\u00a0-]?(?P<ws>{_SCALE}))?[\s\u00a0]+
       (?P<wc>dollars?|euros?|pounds?|yen|yuan|usd|eur|gbp|chf)\b)
  | (?P<percent>\b(?P<pa>{_AMOUNT})[\s\u00a0-]?
       (?:%|per[\s\u00a0-]?cent\b|(?P<points>percentage\ points?\b)))
  | (?P<clock>\b\d{{1,2}}:\d\d(?!\d))
  | (?P<number>(?<![\w.])(?P<na>{_AMOUNT})(?:[\s\u00a0-]?(?P<ns>{_SCALE})\b)?(?P<nu>[\s\u00a0-]?
       (?:{_UNIT})\b)?(?![\w]))
  | (?P<scaled>\b(?P<half>half\s+)?an?\s+(?P<as>hundred|thousand|million|billion|trillion|dozen)\b)
  | (?P<word>\b(?:{"|".join(_NUMBER_WORDS)})(?:-(?:one|two|three|four|five|six|seven|eight|nine))?\b
       (?:[\s\u00a0-](?P<os>hundred|thousand|million|billion|trillion|dozen)\b)?
       (?P<ou>[\s\u00a0-](?:{_UNIT})\b)?)
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Value:
    """A value at its place.

    `unit` is a currency code, `%`, a unit or empty; `amount` is in that unit with the scale
    multiplied out; `form` is what dates and versions are compared by.
    """

    kind: ValueKind
    text: str
    start: int
    end: int
    amount: float | None = None
    unit: str = ""
    form: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What two spellings of one value have in common."""
        amount = "" if self.amount is None else f"{self.amount:.12g}"
        return (self.kind, self.unit, self.form or amount)


@lru_cache(maxsize=65_536)
def values_in(text: str) -> tuple[Value, ...]:
    """Return the values of a sentence, left to right."""
    return tuple(_read(match) for match in _PATTERN.finditer(text))


def _read(match: re.Match[str]) -> Value:
    text, (start, end) = match[0], match.span()
    groups = match.groupdict()
    if groups["iso"] or groups["dmy"] or groups["mdy"] or groups["my"]:
        return Value("date", text, start, end, form=_date_form(text))
    if groups["version"]:
        return Value("version", text, start, end, form=fold(text).removeprefix("v"))
    if groups["money"]:
        amount = _amount(groups["ma"], groups["ms"])
        return Value("money", text, start, end, amount, _CURRENCIES[fold(groups["mc"])])
    if groups["moneyword"]:
        unit = _CURRENCIES[fold(groups["wc"])]
        return Value("money", text, start, end, _amount(groups["wa"], groups["ws"]), unit)
    if groups["percent"]:
        unit = "points" if groups["points"] else "%"
        return Value("percent", text, start, end, _amount(groups["pa"], None), unit)
    if groups["clock"]:
        return Value("quantity", text, start, end, unit="clock", form=text)
    if groups["scaled"]:
        amount = _SCALES[fold(groups["as"])] * (0.5 if groups["half"] else 1.0)
        return Value("quantity", text, start, end, amount)
    unit = _UNITS.get(fold(groups["nu"] or groups["ou"] or "").strip(" -"), "")
    if groups["number"]:
        return Value("quantity", text, start, end, _amount(groups["na"], groups["ns"]), unit)
    tens, _, ones = fold(re.split(r"[\s\u00a0]", text)[0]).partition("-")
    amount = _NUMBER_WORDS.get(tens, 0.0) + _NUMBER_WORDS.get(ones, 0.0)
    amount *= _SCALES.get(fold(groups["os"] or ""), 1.0)
    return Value("quantity", text, start, end, amount, unit)


def _amount(digits: str, scale: str | None) -> float:
    return float(re.sub(r"[,\u202f\u00a0]", "", digits)) * _SCALES.get(fold(scale or ""), 1.0)


def _date_form(text: str) -> str:
    """Return `YYYY-MM-DD` with `*` for what the text leaves open."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text
    month = next(_MONTHS[w] for w in re.findall(r"[a-z]+", fold(text)) if w in _MONTHS)
    year = re.search(r"\b(?:19|20)\d\d\b", text)
    day = re.search(r"\b\d{1,2}(?=\D|$)", re.sub(r"\b(?:19|20)\d\d\b", "", text))
    return f"{year[0] if year else '*'}-{month:02d}-{int(day[0]) if day else 0:02d}".replace(
        "-00", "-*"
    )

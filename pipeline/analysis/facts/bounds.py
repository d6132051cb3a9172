"""How exact a value is: what its hedge and its rounding leave open, in a base unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import floor, inf, log10

from pipeline.analysis.values import Value

ABOUT = 0.05
"""`About 20,000` is 19,000 to 21,000."""
NEARLY = 0.1
"""`Nearly 20,000` is 18,000 to 20,000."""
ROUND_DIGITS = 2
"""Digits of a whole number that count as exact at least: the zeros of 20,000 may be rounding, so it
is 19,500 to 20,500; 5,000 and 5,200 differ."""
ALWAYS_EXACT = 100
"""A whole number below this is counted, not rounded: 20 people are not 21."""
ONE_DIGIT = 0.1
"""`$1 billion` may be 0.9 to 1.1: half of its one written digit would be 0.5 to 1.5."""

_BASE = {
    "kw": ("w", 1e3), "mw": ("w", 1e6), "gw": ("w", 1e9),
    "kb": ("byte", 1e3), "mb": ("byte", 1e6), "gb": ("byte", 1e9), "tb": ("byte", 1e12),
    "mhz": ("hz", 1e6), "ghz": ("hz", 1e9),
    "ms": ("s", 1e-3), "s": ("s", 1.0), "min": ("s", 60.0), "h": ("s", 3600.0),
    "d": ("s", 86400.0), "week": ("s", 7 * 86400.0), "month": ("s", 365.25 / 12 * 86400.0),
    "quarter": ("s", 365.25 / 4 * 86400.0), "year": ("s", 365.25 * 86400.0),
    "km": ("m", 1e3), "mile": ("m", 1609.344), "kg": ("kg", 1.0), "t": ("kg", 1e3),
}  # fmt: skip
_HEDGES: tuple[tuple[str, str], ...] = (
    (
        "about",
        r"about|around|approximately|approx\.?|roughly|some|circa|an estimated|estimated|"
        r"close to|or so|~|in the region of|something like",
    ),
    ("nearly", r"nearly|almost|just under|just below|just short of|not quite"),
    ("just_over", r"just (?:over|above)|(?:slightly|a little) (?:more than|over|above)"),
    (
        "over",
        r"more than|over|at least|no (?:fewer|less) than|upwards? of|in excess of|exceeding|"
        r"above|north of|a minimum of|minimum of",
    ),
    (
        "under",
        r"up to|at most|less than|fewer than|under|below|no more than|as (?:many|much) as|"
        r"a maximum of|maximum of",
    ),
)  # fmt: skip
_AHEAD = re.compile(
    r"(?:^|(?<=[\s(—–\"“]))(?:the |its |their |his |her |an? )?(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _HEDGES)
    + r")\s*$",
    re.IGNORECASE,
)
_BEHIND_ABOUT = re.compile(r"\s(?:or so|approximately|give or take)\b")
_BEHIND_OVER = re.compile(r"\+|\s(?:or more|plus|and counting)\b")


@dataclass(frozen=True)
class Bounds:
    """What a value may be, in `unit`; `start` is where its hedge begins."""

    low: float
    high: float
    step: float
    """The unit of its last written digit."""
    unit: str
    start: int


def bounds_of(text: str, value: Value) -> Bounds | None:
    """Return the bounds of an amount, None where the value is none (a date, a version)."""
    if value.amount is None:
        return None
    unit, factor = _BASE.get(value.unit, (value.unit, 1.0))
    step = _step(value)
    ahead = _AHEAD.search(text[: value.start])
    hedge = ahead.lastgroup if ahead else None
    if _BEHIND_ABOUT.match(text, value.end):
        hedge = "about"
    elif _BEHIND_OVER.match(text, value.end):
        hedge = "over"
    low, high = _hedged(value.amount, *_rounded(value, step), hedge)
    start = ahead.start() if ahead else value.start
    return Bounds(low * factor, high * factor, step * factor, unit, start)


def _rounded(value: Value, step: float) -> tuple[float, float]:
    amount = value.amount or 0.0
    if _is_scaled(value) and step >= amount:
        return amount * (1 - ONE_DIGIT), amount * (1 + ONE_DIGIT)
    if _is_count(value) and step <= 1:
        return amount, amount
    return amount - step / 2, amount + step / 2


def _hedged(amount: float, low: float, high: float, hedge: str | None) -> tuple[float, float]:
    match hedge:
        case "about":
            return min(low, amount * (1 - ABOUT)), max(high, amount * (1 + ABOUT))
        case "nearly":
            return min(low, amount * (1 - NEARLY)), high
        case "just_over":
            return low, max(high, amount * (1 + NEARLY))
        case "over":
            return low, inf
        case "under":
            return 0.0, high
    return low, high


def _is_count(value: Value) -> bool:
    return value.kind == "quantity" and not value.unit


def _is_scaled(value: Value) -> bool:
    """Whether the value is written with a scale (`5 billion`), whose zeros say nothing."""
    return bool(re.search(r"\d[\s\u00a0-]?[A-Za-z]", value.text)) and value.kind != "percent"


def _step(value: Value) -> float:
    """Return the unit of the last digit that is meant exactly."""
    digits = re.search(r"\d[\d,\u202f\u00a0]*(?:\.\d+)?", value.text)
    amount = abs(value.amount or 0.0)
    if digits is None:  # in words: "two dozen", "half a million"
        return 1.0 if amount < ALWAYS_EXACT else _digit(amount)
    written = re.sub(r"[^\d.]", "", digits[0])
    number = float(written)
    scale = amount / number if number else 1.0
    if "." in written:
        return scale * 10.0 ** -len(written.split(".")[1])
    if number < ALWAYS_EXACT or number % 10:
        return scale
    return scale * _digit(number)


def _digit(number: float) -> float:
    """Return the unit of the second digit or, if further right, of the last that is no zero."""
    last = 1.0
    while number % (last * 10) == 0:
        last *= 10
    return min(last, 10.0 ** (floor(log10(number)) + 1 - ROUND_DIGITS))

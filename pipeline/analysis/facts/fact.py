"""The record of a fact."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.analysis.values import Value
from pipeline.text import Sentence


@dataclass(frozen=True)
class Fact:
    """A typed value with the attribute that it states.

    `low` and `high` are what its wording and rounding leave open, in `unit`, which is a currency
    code, `%` or a base unit; a date's are the ordinals of its first and last day.
    """

    value: Value
    attribute: tuple[str, ...]
    """What it states, normalised: what is counted or measured, then the class of `verb`; empty
    where the sentence does not tell."""
    verb: str
    """The verb it goes with, as written: `takes effect`; empty where there is none."""
    subject: str | None
    """Name key of whom it is about."""
    noun: str
    """What it counts or measures, as written; empty where the verb alone tells."""
    shown: str
    """The value with its hedge, rate and what it counts, verbatim: `about 20,000 GB300 units`."""
    sentence: Sentence
    low: float
    high: float
    step: float = 0.0
    """The unit of its last written digit."""
    unit: str = ""
    rate: str = ""
    """Per what it is: `year` for every period of time (the bounds are converted), `share`, …"""
    years: float | None = None
    """Length of the period that a rate holds for, where the sentence tells it."""
    scope: frozenset[str] = frozenset()
    """Words that narrow the attribute: `another`, `average`, `planned`."""
    periods: frozenset[str] = frozenset()
    """Years and other periods that its clause speaks of."""
    names: frozenset[str] = frozenset()
    """Keys of the names in its clause."""
    context: frozenset[str] = frozenset()
    """Stems of the other words with meaning in its sentence."""
    models: frozenset[str] = frozenset()
    """Stems of the model names in the noun that is counted: `vx-9`."""
    pronoun: bool = False
    """Its verb's subject is a pronoun: whom it is about stands elsewhere."""
    quoted: bool = False
    """It stands between quotation marks: somebody's word, not the source's."""
    so_far: bool = False
    """Its sentence says that it is not final."""

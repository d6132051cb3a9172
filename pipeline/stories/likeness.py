"""How alike two groups of articles are, and whether that makes them one story.

Every part of the similarity is the mean over all pairs of the two groups: of vectors and weighted
words that is the product of their sums, so a group costs no more to compare than an article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.values import values_in
from pipeline.stories.candidates import Frequencies, telling_names
from pipeline.stories.profile import GENERIC_NAMES, Profile
from pipeline.text import fold

MEANING_WEIGHT = 0.5
WORDS_WEIGHT = 0.3
NAMES_WEIGHT = 0.2
"""Where an article has no names, as a headline without text, the other two share the weight.
Names are what look-alikes differ in: on evals/look_alikes.jsonl they raise the best B-cubed F1 from
0.937 to 0.974; 0.5 and 0.3 for the rest bear more room between basil and look-alikes than 0.4 and
0.4."""
DAY_PENALTY = 0.04
"""Per day apart. On basil 0.03 to 0.05 do equally well, also when its events are moved into ten
days."""
FULL_DAYS = 7
"""Days after which the penalty grows no further: an event that moves on a week later is found by
its words."""
APART_PENALTY = 0.1
"""For two groups of which each is about somebody whom the other does not know: two deals by one
buyer. `_apart` says when."""
STRANGERS_PENALTY = 0.4
"""The same where the two share no name at all: five towns' councils that buy ferries in the same
words. Basil and look-alikes have the same F1 with 0.1 and 0.25 (`python -m evals clustering`)."""
UNDATED_PENALTY = 0.1
"""For pairs of which one has no date: nothing then tells this year's award from last year's. Basil
without its dates is best at 0.42, look-alikes from 0.40 to 0.48."""
THRESHOLD = 0.32
"""Mean similarity from which two groups are one story. Fitted on basil (dated, all pairs), tried on
look-alikes, before the rules for who is apart; B-cubed F1 fell by 0.01 for 0.02 more on basil, and
for 0.04 less on look-alikes. F1 as it is: `python -m evals clustering`, docs/evals.md."""
HEADLINE_THRESHOLD = 0.2
"""The same for titles without text, which share few words even on one event; fitted on one half of
the topics of headlines (0.79), tested on the other (0.91)."""
FULL_WORDS = 40
"""Words of text from which an article is no mere headline: as many as a summary needs by the
shipped settings. Below, the threshold lies in between."""
MERGE_MARGIN = 0.05
"""How far above the threshold two stories must lie that readers know as two: they are merged on
clear evidence only."""
SERIES_DAYS = 0.75
"""Days between two articles of one source under one title from which they are a series (`Morning
briefing`), never one event."""
MOMENTS_KEPT = 48
"""Moments by which the days between two groups are measured: evenly spread, for bounded work."""

_IDENTIFIER = re.compile(r"\bCVE-\d{4}-\d{4,}\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATE_PARTS = re.compile(r"[\W\d_]+")
_SECONDS = 86_400.0


@dataclass(frozen=True)
class Mentions:
    """How many articles of a group hold a name."""

    names: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    """By run of words in a name: `reflection` of `reflection ai`."""

    @classmethod
    def of(cls, names: frozenset[str]) -> Self:
        """Return the mentions of one article."""
        own = names - GENERIC_NAMES
        return cls(Counter(own), Counter({run for name in own for run in _runs(name)}))

    def __add__(self, other: Mentions) -> Mentions:
        return Mentions(self.names + other.names, self.parts + other.parts)

    def most(self, name: str, size: int) -> bool:
        """Return whether most of `size` articles hold a name, a part of it or a longer form of it.

        Most, not any: else a round-up, which names everybody, would bring ten events together.
        """
        return 2 * self.parts[name] > size or any(2 * self.names[run] > size for run in _runs(name))


@dataclass
class Group:
    """What is compared of some articles: sums over them."""

    size: int
    vector: NDArray[np.float64]
    terms: dict[str, float]
    names: dict[str, float]
    named: int
    """Articles with names."""
    ripe: float
    """Sum of the share of FULL_WORDS that each has."""
    days: NDArray[np.float64]
    """When dated ones were published, in days, sorted; MOMENTS_KEPT of them at most."""
    dated: int
    protagonists: Counter[str] = field(default_factory=Counter)
    texts: Mentions = field(default_factory=lambda: Mentions())
    """Names anywhere in the articles."""
    leads: Mentions = field(default_factory=lambda: Mentions())
    """Names in title and lead."""
    marks: tuple[Counter[frozenset[str]], ...] = ()
    """How often titles name these vulnerabilities, versions, years."""
    series: Mapping[tuple[str, str], NDArray[np.float64]] = field(default_factory=dict)
    """Source and title → days on which it had it."""
    spellings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Profile, frequencies: Frequencies) -> Self:
        """Return the group of one article."""
        names = telling_names(known)
        day = known.moment.timestamp() / _SECONDS
        label = _DATE_PARTS.sub(" ", fold(known.title)).strip()
        days = np.array([day] if known.dated else [])
        return cls(
            size=1,
            vector=known.vector.astype(np.float64),
            terms=_unit(known.terms, "", frequencies),
            names=_unit({n: 1 + (n in known.title_names) for n in names}, "@", frequencies),
            named=int(bool(names)),
            ripe=min(1.0, known.words / FULL_WORDS),
            days=days,
            dated=int(known.dated),
            protagonists=Counter(known.protagonists),
            texts=Mentions.of(frozenset(known.names) | known.lead_names),
            leads=Mentions.of(known.lead_names),
            marks=tuple(Counter([each] if each else []) for each in _marks(known.title)),
            series={(known.source, label): days} if known.source and label else {},
            spellings={n: known.names.get(n, n.title()) for n in names},
        )

    def __add__(self, other: Group) -> Group:
        days = np.sort(np.concatenate([self.days, other.days]))
        return Group(
            size=self.size + other.size,
            vector=self.vector + other.vector,
            terms=_sum(self.terms, other.terms),
            names=_sum(self.names, other.names),
            named=self.named + other.named,
            ripe=self.ripe + other.ripe,
            days=_thinned(days),
            dated=self.dated + other.dated,
            protagonists=self.protagonists + other.protagonists,
            texts=self.texts + other.texts,
            leads=self.leads + other.leads,
            marks=tuple(a + b for a, b in zip(self.marks, other.marks, strict=True)),
            series={
                key: _thinned(
                    np.sort(
                        np.concatenate([g.series[key] for g in (self, other) if key in g.series])
                    )
                )
                for key in {**self.series, **other.series}
            },
            spellings={**other.spellings, **self.spellings},
        )

    @property
    def subjects(self) -> list[str]:
        """Whom at least half of the articles are about, sorted."""
        return sorted(name for name, n in self.protagonists.items() if 2 * n >= self.size)


@dataclass(frozen=True)
class Likeness:
    """How alike two groups are, part by part, each a mean over their pairs."""

    meaning: float
    words: float
    names: float
    named: float
    """Share of pairs in which both have names."""
    days: float | None
    """Mean of the days apart, of pairs with dates."""
    penalty: float
    """For days apart or missing dates."""
    apart: tuple[str, str] | None
    """Of each group somebody it is about whom the other does not know."""
    threshold: float

    @property
    def similarity(self) -> float:
        """Return the weighted mean less the penalties, rounded to 4 decimals."""
        rest = (1 - NAMES_WEIGHT * self.named) / (MEANING_WEIGHT + WORDS_WEIGHT)
        mixed = rest * (MEANING_WEIGHT * self.meaning + WORDS_WEIGHT * self.words)
        less = self.penalty + self.apart_penalty
        return round(mixed + NAMES_WEIGHT * self.names - less, 4)

    @property
    def apart_penalty(self) -> float:
        """Return what being about different subjects costs."""
        if self.apart is None:
            return 0.0
        return APART_PENALTY if self.names else STRANGERS_PENALTY

    @property
    def margin(self) -> float:
        """Return by how much the similarity exceeds the threshold."""
        return round(self.similarity - self.threshold, 4)


def compare(one: Group, other: Group) -> Likeness:
    """Return how alike two groups are."""
    pairs = one.size * other.size
    dated = one.dated * other.dated / pairs
    days = None
    far = 0.0
    if dated:
        apart = np.abs(one.days[:, None] - other.days[None, :])
        days = float(apart.mean())
        far = float(np.minimum(apart, FULL_DAYS).mean())
    ripe = (one.ripe / one.size + other.ripe / other.size) / 2
    return Likeness(
        meaning=float(one.vector @ other.vector) / pairs,
        words=_product(one.terms, other.terms) / pairs,
        names=_product(one.names, other.names) / pairs,
        named=one.named * other.named / pairs,
        days=days,
        penalty=dated * DAY_PENALTY * far + (1 - dated) * UNDATED_PENALTY,
        apart=_apart(one, other),
        threshold=HEADLINE_THRESHOLD + (THRESHOLD - HEADLINE_THRESHOLD) * ripe,
    )


def veto(one: Group, other: Group) -> str | None:
    """Return why two groups are never one story however alike they are, or None.

    Titles that name different things count against a story where at least half of all pairs do.
    """
    kinds = ("vulnerabilities", "versions", "years")
    for kind, these, those in zip(kinds, one.marks, other.marks, strict=True):
        differing = sum(n * m for a, n in these.items() for b, m in those.items() if not a & b)
        if differing and 2 * differing >= one.size * other.size:
            return f"their titles name different {kind}: {_listed(these)} and {_listed(those)}"
    for label in one.series.keys() & other.series.keys():
        days = np.abs(one.series[label][:, None] - other.series[label][None, :])
        if (days >= SERIES_DAYS).any():
            return f"a series: {label[0]} gave them one title on different days"
    return None


def shared_names(one: Group, other: Group, most: int = 3) -> list[str]:
    """Return spellings of the names that weigh most in both groups."""
    common = {name: one.names[name] * other.names[name] for name in one.names.keys() & other.names}
    ranked = sorted(common, key=lambda name: (-round(common[name], 4), name))
    return [one.spellings[name] for name in ranked[:most]]


def _apart(one: Group, other: Group) -> tuple[str, str] | None:
    """Return somebody of each group whom the other's leads do not tell of, one of them not at all.

    A report on one customer's deal mentions the provider's other customer further down.
    """
    pairs = (
        (ours, theirs)
        for ours in one.subjects
        if not other.leads.most(ours, other.size)
        for theirs in other.subjects
        if not one.leads.most(theirs, one.size)
    )
    return next(
        (
            (ours, theirs)
            for ours, theirs in pairs
            if not (other.texts.most(ours, other.size) and one.texts.most(theirs, one.size))
        ),
        None,
    )


def _marks(title: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    versions = frozenset(
        value.form or f"{value.amount}"
        for value in values_in(title)
        if value.kind == "version"
        or (value.kind == "quantity" and not value.unit and "." in value.text)
    )
    vulnerabilities = frozenset(match.upper() for match in _IDENTIFIER.findall(title))
    years = frozenset() if vulnerabilities else frozenset(_YEAR.findall(title))
    return vulnerabilities, versions, years


def _unit(counts: Mapping[str, int], mark: str, frequencies: Frequencies) -> dict[str, float]:
    weights = {
        term: (1 + log(n)) * frequencies.weight(f"{mark}{term}") for term, n in counts.items()
    }
    norm = sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / norm for term, weight in weights.items()} if norm else {}


def _product(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    small, large = sorted((one, other), key=len)
    return sum(weight * large[term] for term, weight in small.items() if term in large)


def _sum(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    small, large = sorted((one, other), key=len)
    total = dict(large)
    for term, weight in small.items():
        total[term] = total.get(term, 0.0) + weight
    return total


def _thinned(days: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(days) <= MOMENTS_KEPT:
        return days
    kept: NDArray[np.float64] = days[np.linspace(0, len(days) - 1, MOMENTS_KEPT).astype(int)]
    return kept


def _runs(name: str) -> Iterable[str]:
    tokens = name.split()
    return (
        " ".join(tokens[start:end])
        for start in range(len(tokens))
        for end in range(start + 1, len(tokens) + 1)
    )


def _listed(marks: Counter[frozenset[str]]) -> str:
    return ", ".join(sorted({mark for each in marks for mark in each}))

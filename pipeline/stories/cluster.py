"""Join articles on one event into stories: average linkage over sparse candidate pairs.

Two articles are candidates only if they share a name and lie within the time window. Existing
stories are never merged with each other here; a new article joins one or opens its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import combinations
from math import log, sqrt

from pipeline.analysis.values import values_in
from pipeline.records import Story
from pipeline.stories.profile import GENERIC_NAMES, Profile, inverse_document_frequencies

ENCODER_WEIGHT = 0.5
TERM_WEIGHT = 0.5
DAY_PENALTY = 0.03
"""Per day apart. Measured while choosing, on 300 articles of 100 events by three outlets each:
these weights reach a B-cubed F1 of 0.998 with 0.02 a day, and of 1.0 with 0.05."""
FULL_DAYS = 7
"""Days after which the penalty grows no further: an event that moves on a week later is found by
its words."""
UNDATED_PENALTY = 0.08
"""For a pair of which one has no date: without dates that set's best threshold is 0.08 higher."""
APART_PENALTY = 0.15
"""For a pair in which each has a protagonist that the other's lead does not know: two deals by one
buyer. It holds for 71% of the pairs on different events in that set and 6% of those on one; up to
0.15 the set's F1 stays above 0.99, and it is what keeps look-alikes apart."""
THRESHOLD = 0.30
"""Mean similarity from which two clusters are one story: the middle of the span (0.21 to 0.37) over
which B-cubed F1 on that set stays above 0.99."""
COMMON_NAME = 0.2
COMMON_NAME_TEXTS = 60
"""A name that more than this share of the texts hold, and more than so many, makes no candidates;
copies of one text count once. It only bounds the work: both are what that set was measured with,
and a lower number would tear apart an event that fills a small store."""

_IDENTIFIER = re.compile(r"\bCVE-\d{4}-\d{4,}\b", re.IGNORECASE)


@dataclass
class _Cluster:
    members: list[int]
    story_id: str | None = None
    sums: dict[int, float] = field(default_factory=dict)
    """Other cluster's number → sum of the similarities of all pairs between the two."""


def cluster(
    profiles: Sequence[Profile], known: Mapping[str, str], *, window_days: float, now: datetime
) -> list[Story]:
    """Return every story that holds one of `profiles`, with the new articles placed.

    `known` maps article ids to the story they already belong to. The outcome does not depend on
    the order of `profiles`. A story is named after its founder, its earliest article.
    """
    ordered = sorted(profiles, key=lambda p: (p.moment, p.article_id))
    clusters = _initial(ordered, known)
    home = {member: number for number, c in clusters.items() for member in c.members}
    for (one, other), similarity in _similarities(ordered, window_days):
        a, b = home[one], home[other]
        if a != b:
            clusters[a].sums[b] = clusters[a].sums.get(b, 0.0) + similarity
            clusters[b].sums[a] = clusters[b].sums.get(a, 0.0) + similarity
    _join(clusters, [_marks(each.title) for each in ordered])
    return [_story(ordered, clusters[number], now) for number in sorted(clusters)]


def _initial(ordered: Sequence[Profile], known: Mapping[str, str]) -> dict[int, _Cluster]:
    clusters: dict[int, _Cluster] = {}
    by_story: dict[str, int] = {}
    for index, each in enumerate(ordered):
        story_id = known.get(each.article_id)
        if story_id is not None and story_id in by_story:
            clusters[by_story[story_id]].members.append(index)
            continue
        if story_id is not None:
            by_story[story_id] = index
        clusters[index] = _Cluster([index], story_id)
    return clusters


def _similarities(
    ordered: Sequence[Profile], window_days: float
) -> Iterator[tuple[tuple[int, int], float]]:
    frequencies = inverse_document_frequencies(ordered)
    weighted = [_unit(each, frequencies) for each in ordered]
    numbers = _text_numbers(ordered)
    alike: dict[tuple[int, int], float] = {}
    for one, other in _candidate_pairs(ordered, numbers):
        a, b = ordered[one], ordered[other]
        days = abs((a.moment - b.moment).total_seconds()) / 86_400
        if days > window_days:
            continue
        texts = (numbers[one], numbers[other])
        if texts not in alike:  # the copies of two wire reports are compared once
            alike[texts] = _alike(a, b, weighted[one], weighted[other])
        penalty = DAY_PENALTY * min(days, FULL_DAYS) if a.dated and b.dated else UNDATED_PENALTY
        yield (one, other), round(alike[texts] - penalty, 4)


def _text_numbers(ordered: Sequence[Profile]) -> list[int]:
    """Return a number for each article that only copies of one text share."""
    numbers: dict[tuple[object, ...], int] = {}
    return [
        numbers.setdefault((each.title, each.vector.tobytes(), *each.terms.items()), len(numbers))
        for each in ordered
    ]


def _alike(
    one: Profile, other: Profile, terms: Mapping[str, float], other_terms: Mapping[str, float]
) -> float:
    """Return the similarity of two texts, dates apart."""
    small, large = sorted((terms, other_terms), key=len)
    shared = sum(weight * large.get(term, 0.0) for term, weight in small.items())
    meaning = float(one.vector @ other.vector)
    apart = APART_PENALTY * _apart(one, other)
    return ENCODER_WEIGHT * meaning + TERM_WEIGHT * shared - apart


def _apart(one: Profile, other: Profile) -> bool:
    return all(
        any(not _known(name, b.lead_names) for name in a.protagonists)
        for a, b in ((one, other), (other, one))
    )


def _known(name: str, names: frozenset[str]) -> bool:
    """Whether a name, a part of it or a longer form of it is among `names`."""
    return any(
        f" {name} " in f" {other} " or f" {other} " in f" {name} "
        for other in names - GENERIC_NAMES
    )


def _unit(each: Profile, frequencies: Mapping[str, float]) -> dict[str, float]:
    weights = {term: (1 + log(n)) * frequencies[term] for term, n in each.terms.items()}
    norm = sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / norm for term, weight in weights.items()} if norm else {}


def _candidate_pairs(ordered: Sequence[Profile], numbers: Sequence[int]) -> list[tuple[int, int]]:
    limit = max(COMMON_NAME_TEXTS, int(COMMON_NAME * len(set(numbers))))
    holders: dict[str, list[int]] = defaultdict(list)
    for index, each in enumerate(ordered):
        for name in each.names:
            holders[name].append(index)
    pairs = {
        pair
        for indices in holders.values()
        if len({numbers[index] for index in indices}) <= limit
        for pair in combinations(indices, 2)
    }
    return sorted(pairs)


_Marks = tuple[frozenset[str], frozenset[str]]
"""The vulnerabilities and the versions that a title names."""


def _marks(title: str) -> _Marks:
    versions = frozenset(
        value.form or f"{value.amount}"
        for value in values_in(title)
        if value.kind == "version" or (value.kind == "quantity" and "." in value.text)
    )
    return frozenset(match.upper() for match in _IDENTIFIER.findall(title)), versions


def _join(clusters: dict[int, _Cluster], marks: Sequence[_Marks]) -> None:
    """Merge the closest two clusters until none are close enough; ties go to the earliest.

    The queue holds every pair of clusters as it was when last changed. What is vetoed stays so,
    since a cluster only grows, and is not looked at again.
    """
    queue = [
        entry
        for a, one in clusters.items()
        for b in one.sums
        if a < b and (entry := _entry(clusters, a, b)) is not None
    ]
    heapify(queue)
    while queue:
        entry = heappop(queue)
        _, a, b, _ = entry
        if a not in clusters or b not in clusters or entry != _entry(clusters, a, b):
            continue
        if _vetoed(clusters[a], clusters[b], marks):
            continue
        _merge(clusters, a, b)
        for other in clusters[a].sums:
            if (grown := _entry(clusters, min(a, other), max(a, other))) is not None:
                heappush(queue, grown)


def _entry(
    clusters: Mapping[int, _Cluster], a: int, b: int
) -> tuple[float, int, int, tuple[int, int]] | None:
    """Return minus the mean similarity, the pair, and their sizes; None where they stay apart."""
    one, other = clusters[a], clusters[b]
    if one.story_id and other.story_id:
        return None
    sizes = (len(one.members), len(other.members))
    mean = round(one.sums[b] / (sizes[0] * sizes[1]), 4)
    return (-mean, a, b, sizes) if mean >= THRESHOLD else None


def _vetoed(one: _Cluster, other: _Cluster, marks: Sequence[_Marks]) -> bool:
    """Whether titles name different versions or vulnerabilities: look-alikes, not one event."""
    return any(
        a and b and not a & b
        for i in one.members
        for j in other.members
        for a, b in zip(marks[i], marks[j], strict=True)
    )


def _merge(clusters: dict[int, _Cluster], a: int, b: int) -> None:
    kept, gone = clusters[a], clusters.pop(b)
    kept.members = sorted(kept.members + gone.members)
    kept.story_id = kept.story_id or gone.story_id
    for number, total in gone.sums.items():
        if number != a:
            kept.sums[number] = kept.sums.get(number, 0.0) + total
            clusters[number].sums[a] = kept.sums[number]
            del clusters[number].sums[b]
    kept.sums.pop(b, None)


def _story(ordered: Sequence[Profile], found: _Cluster, now: datetime) -> Story:
    ids = tuple(ordered[index].article_id for index in found.members)
    return Story(story_id=found.story_id or Story.make_id(ids[0]), first_seen=now, article_ids=ids)

"""Joining of groups: average linkage, the two that are most alike first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

import numpy as np

from pipeline.records import Story
from pipeline.stories.likeness import MERGE_MARGIN, Group, Likeness, compare, veto
from pipeline.stories.profile import Profile

NEARLY = 0.1
"""How far below the threshold two groups may lie and still be compared again when one grows. With
0.05 headlines lose recall, with 0.2 nothing is gained (measured once)."""

NEAREST_GROUPS = 8
"""Groups with which one is compared at the end for the meaning of all its articles alone."""


@dataclass
class Placement:
    """One group when all is joined that belongs together: a story, with what led to it."""

    members: list[tuple[datetime, str]]
    """Moment and id of its articles."""
    group: Group
    stories: list[Story]
    """The known stories in it, the one that lends it its id first."""
    fresh: list[Profile]
    """The articles that were placed now."""
    story_id: str = ""


@dataclass(frozen=True)
class Join:
    """Two groups became one."""

    likeness: Likeness
    one: Group
    other: Group
    placed: tuple[str, ...]
    """New articles that had stood alone until then."""
    merged: tuple[Story, Story] | None
    """The story that was kept and the one that went into it."""


@dataclass(frozen=True)
class Refusal:
    """Two groups were alike enough, but for the reason given."""

    likeness: Likeness
    why: str
    article_id: str
    """A new article of one group."""
    other: int
    """The number of the other group."""


@dataclass
class Clustering:
    """Stories and how they came about."""

    placements: dict[int, Placement]
    """By number; only those that hold a new article or a merged story have changed."""
    joins: list[Join] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    nearest: dict[str, tuple[Likeness, int]] = field(default_factory=dict)
    """Id of a new article → its most alike candidate, and that one's first number."""
    copies: dict[str, str] = field(default_factory=dict)
    """Id of a new article → the earliest with its text on its day."""
    story_of: dict[str, str] = field(default_factory=dict)
    """Id of each new article, and of each known story → id of the story that has it now."""
    home: list[int] = field(default_factory=list)
    """Number → the number of the group that it went into, or itself."""

    def find(self, number: int) -> int:
        """Return the number of the group that `number` is in now."""
        while self.home[number] != number:
            self.home[number] = self.home[self.home[number]]
            number = self.home[number]
        return number

    def stories(self, now: datetime) -> list[Story]:
        """Return the stories that changed, by id; new ones were first seen `now`."""
        changed = [p for p in self.placements.values() if p.fresh or len(p.stories) > 1]
        return sorted((_story(each, now) for each in changed), key=lambda story: story.story_id)


class Agglomeration:
    """Joins the two groups with the greatest margin until there are none; ties go by number.

    What is alike enough waits in a queue. A join can only lower the mean that a third group has to
    both, so an entry whose groups have grown is an upper bound: it is computed anew when its turn
    comes. What is nearly alike enough is compared again whenever one of the two grows, for the
    candidates of an article are not all that it could be compared with.
    """

    def __init__(self, found: Clustering) -> None:
        self._found = found
        self._versions: dict[int, int] = defaultdict(int)
        self._nearly: dict[int, set[int]] = defaultdict(set)
        self._compared: set[tuple[int, int, int, int]] = set()
        self._queue: list[tuple[float, int, int, int, int]] = []

    def run(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Compare these pairs and join what is alike enough."""
        found = self._found
        for a, b in pairs:
            self._look(a, b)
        while self._queue:
            _, *state = heappop(self._queue)
            one, other = sorted((found.find(state[0]), found.find(state[1])))
            if one == other:
                continue
            if [*self._state(one, other)] != state:
                self._look(one, other)
                continue
            groups = found.placements[one].group, found.placements[other].group
            forbidden = veto(*groups)
            if forbidden is not None:
                _refuse(found, one, other, compare(*groups), forbidden)
                continue
            _join(found, one, other)
            self._versions[one] += 1
            nearly = self._nearly.pop(one, set()) | self._nearly.pop(other, set())
            for number in sorted({found.find(number) for number in nearly} - {one}):
                self._look(one, number)

    def _state(self, a: int, b: int) -> tuple[int, int, int, int]:
        return (a, b, self._versions[a], self._versions[b])

    def _look(self, a: int, b: int) -> None:
        """Compare two groups as they are now, unless that was done."""
        found = self._found
        a, b = min(a, b), max(a, b)
        state = self._state(a, b)
        if state in self._compared:
            return
        self._compared.add(state)
        likeness = compare(found.placements[a].group, found.placements[b].group)
        _note_nearest(found, a, b, likeness)
        margin = _margin(found, a, b, likeness)
        if margin >= 0:
            heappush(self._queue, (-margin, *state))
            return
        if margin >= -NEARLY:
            self._nearly[a].add(b)
            self._nearly[b].add(a)
        if likeness.apart and margin + likeness.apart_penalty >= 0:
            why = "each is about somebody whom the other does not know, {} and {}"
            _refuse(found, a, b, likeness, why.format(*likeness.apart))


def nearest_groups(found: Clustering, window: timedelta) -> list[tuple[int, int]]:
    """Return pairs of groups that mean the most alike, whether or not their articles share a key.

    A group's mean tells more than an article, and there are fewer groups: this brings together the
    parts of a large event that no candidate connects. One of each pair holds a new article.
    """
    numbers = sorted(n for n in found.placements if found.placements[n].group.vector.any())
    if len(numbers) < 2:
        return []
    means = np.stack([found.placements[n].group.vector for n in numbers]).astype(np.float32)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    spans = [(p[0][0], p[-1][0]) for p in (found.placements[n].members for n in numbers)]
    pairs: set[tuple[int, int]] = set()
    for row, number in enumerate(numbers):
        if not found.placements[number].fresh:
            continue
        alike = np.round(means @ means[row], 4)
        for other in np.argsort(-alike, kind="stable")[: NEAREST_GROUPS + 1]:
            gap = max(spans[row][0] - spans[other][1], spans[other][0] - spans[row][1])
            if other != row and gap <= window:
                pairs.add((min(number, numbers[other]), max(number, numbers[other])))
    return sorted(pairs)


def _margin(found: Clustering, a: int, b: int, likeness: Likeness) -> float:
    both = bool(found.placements[a].stories and found.placements[b].stories)
    return round(likeness.margin - (MERGE_MARGIN if both else 0.0), 4)


def _note_nearest(found: Clustering, a: int, b: int, likeness: Likeness) -> None:
    for number, other in ((a, b), (b, a)):
        placement = found.placements[number]
        if placement.stories or placement.group.size > 1:
            continue
        for article in placement.fresh:
            best = found.nearest.get(article.article_id)
            if best is None or likeness.margin > best[0].margin:
                found.nearest[article.article_id] = (likeness, other)


def _refuse(found: Clustering, a: int, b: int, likeness: Likeness, why: str) -> None:
    for number, other in ((a, b), (b, a)):
        if found.placements[number].fresh:
            article_id = found.placements[number].fresh[0].article_id
            found.refusals.append(Refusal(likeness, why, article_id, other))
            return


def _join(found: Clustering, a: int, b: int) -> None:
    """Put group `b` into `a`."""
    one, other = found.placements[a], found.placements.pop(b)
    kept, gone = sorted((one, other), key=_seniority)
    alone = [each for each in (one, other) if not each.stories and each.group.size == 1]
    found.joins.append(
        Join(
            likeness=compare(one.group, other.group),
            one=kept.group,
            other=gone.group,
            placed=tuple(placement.fresh[0].article_id for placement in alone),
            merged=(kept.stories[0], gone.stories[0]) if kept.stories and gone.stories else None,
        )
    )
    found.home[b] = a
    found.placements[a] = Placement(
        members=sorted([*one.members, *other.members]),
        group=one.group + other.group,
        stories=[*kept.stories, *gone.stories],
        fresh=sorted([*one.fresh, *other.fresh], key=lambda p: (p.moment, p.article_id)),
    )


def _seniority(placement: Placement) -> tuple[object, ...]:
    """Return what sorts the group that lends its id first: known before new, then the earliest."""
    if placement.stories:
        story = placement.stories[0]
        return (0, story.first_seen, story.story_id)
    return (1, *min(placement.members))


def _story(placement: Placement, now: datetime) -> Story:
    return Story(
        story_id=placement.story_id,
        first_seen=min((story.first_seen for story in placement.stories), default=now),
        article_ids=tuple(article_id for _, article_id in sorted(placement.members)),
    )

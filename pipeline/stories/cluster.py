"""Join articles on one event into stories: average linkage over sparse candidate pairs.

What a new article makes to compare are its candidates, so the work does not grow with the archive;
a known story takes part as one group of a sample of its articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.records import Story
from pipeline.stories.candidates import Frequencies
from pipeline.stories.joining import Agglomeration, Clustering, Placement, nearest_groups
from pipeline.stories.likeness import Group
from pipeline.stories.profile import Profile


@dataclass(frozen=True)
class KnownStory:
    """A story as it was, with profiles of some of its articles."""

    story: Story
    moments: tuple[datetime, ...]
    """Of its articles, in their order."""
    sample: tuple[Profile, ...]


def cluster(
    fresh: Sequence[Profile],
    known: Sequence[KnownStory],
    candidates: Mapping[str, Iterable[str]],
    frequencies: Frequencies,
    window: timedelta,
) -> Clustering:
    """Return where the articles of `fresh` belong, among themselves and the `known` stories.

    `candidates` names, for each new article, those it is compared with: new ones and members of
    known stories, all within the `window`. The outcome does not depend on any order. A story is
    named after its founder, its earliest article, and keeps its id whatever joins it; of two known
    stories that become one, the one first seen lends its id.
    """
    found = Clustering({})
    number_of = _first_groups(found, fresh, known, frequencies)
    pairs = {
        (min(a, b), max(a, b))
        for article_id, others in candidates.items()
        for a, b in ((number_of[article_id], number_of.get(other, -1)) for other in others)
        if b >= 0 and a != b
    }
    agglomeration = Agglomeration(found)
    agglomeration.run(sorted(pairs))
    agglomeration.run(nearest_groups(found, window))
    _name(found, {each.story.story_id for each in known})
    return found


def _first_groups(
    found: Clustering,
    fresh: Sequence[Profile],
    known: Sequence[KnownStory],
    frequencies: Frequencies,
) -> dict[str, int]:
    """Make a group of each known story and each new text; return article id → its number.

    Copies of one text on one day are one group that counts as one article.
    """
    number_of: dict[str, int] = {}
    new = {each.article_id for each in fresh}
    for each in sorted(known, key=lambda k: k.story.story_id):
        number = len(found.home)
        group = Group.of(each.sample[0], frequencies)
        for profile in each.sample[1:]:
            group += Group.of(profile, frequencies)
        members = list(zip(each.moments, each.story.article_ids, strict=True))
        revised = [profile for profile in each.sample if profile.article_id in new]
        found.placements[number] = Placement(members, group, [each.story], revised)
        found.home.append(number)
        number_of |= dict.fromkeys(each.story.article_ids, number)
    copies: dict[tuple[object, ...], int] = {}
    for one in sorted(fresh, key=lambda p: (p.moment, p.article_id)):
        if one.article_id in number_of:
            continue
        text = (one.title, one.vector.tobytes(), *one.terms.items())
        copied = (one.dated and one.moment.date(), *text) if one.terms else (one.article_id,)
        number = copies.setdefault(copied, len(found.home))
        if number == len(found.home):
            found.placements[number] = Placement([], Group.of(one, frequencies), [], [])
            found.home.append(number)
        else:
            found.copies[one.article_id] = found.placements[number].fresh[0].article_id
        found.placements[number].members.append((one.moment, one.article_id))
        found.placements[number].fresh.append(one)
        number_of[one.article_id] = number
    return number_of


def _name(found: Clustering, taken: set[str]) -> None:
    """Name new stories after their founders; one whose founder left a story gets another id."""
    for number in sorted(found.placements):
        placement = found.placements[number]
        if placement.stories:
            placement.story_id = placement.stories[0].story_id
        else:
            key = min(placement.members)[1]
            while (story_id := Story.make_id(key)) in taken:
                key += "'"
            placement.story_id = story_id
        ids = [p.article_id for p in placement.fresh] + [s.story_id for s in placement.stories]
        found.story_of |= dict.fromkeys(ids, placement.story_id)

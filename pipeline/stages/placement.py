"""Place profiles in stories: candidates from the store, one clustering, and its log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from pipeline.records import Story
from pipeline.stages.edited_stories import obey_edits
from pipeline.store import Decision, Store
from pipeline.store.profiles import StoredProfile
from pipeline.stories.candidates import (
    CANDIDATES,
    HOLDERS,
    Frequencies,
    blocking_keys,
    counted_terms,
)
from pipeline.stories.cluster import KnownStory, cluster
from pipeline.stories.merge_log import log_lines
from pipeline.stories.profile import Profile, profile_json, read_profile

SAMPLE = 16
"""Articles of a story that stand for it: its first, its last and others evenly between, so that a
story of thousands is compared at the same cost."""


@dataclass(frozen=True)
class NewProfile:
    """A profile to place, with the text and the encoder that it is of."""

    profile: Profile
    text_sha256: str
    model_key: str


def place(
    store: Store, new: Sequence[NewProfile], *, window: timedelta, now: datetime
) -> list[str]:
    """Put articles into stories, with the log of why; return the stories that changed, sorted.

    An article that is in a story already is judged anew: it has another text than its profile was
    of. The work depends on the articles and their candidates, not on how many others there are.
    """
    if not new:
        return []
    fresh = {each.profile.article_id: each.profile for each in new}
    stored = _remember(store, new)
    candidates = store.candidates(stored, within=window, holders=HOLDERS, at_most=CANDIDATES)
    related = dict.fromkeys(
        [*fresh, *(other for others in candidates.values() for other in others)]
    )
    home_of = store.story_of(list(related))
    stories = {story.story_id: story for story in store.stories(sorted(set(home_of.values())))}
    known, left = _known_stories(store, stories, fresh, stored[0].model_key)
    for article_id, story_id in left.items():
        candidates[article_id] = [*candidates[article_id], *stories[story_id].article_ids]
    frequencies = _frequencies(
        store, [*fresh.values(), *(each for story in known for each in story.sample)]
    )
    found = cluster(list(fresh.values()), known, candidates, frequencies, window)
    changed, by_hand = obey_edits(store, found.stories(now), now)
    decisions = [
        Decision(
            at=now,
            kind=line.kind,
            story_id=line.story_id,
            other_story_id=line.other_story_id,
            article_id=line.article_id,
            why=line.why,
        )
        for line in log_lines(found, left)
    ]
    store.save_stories(changed, [*decisions, *by_hand])
    bereft = {found.story_of.get(story_id, story_id) for story_id in left.values()}
    return sorted(bereft | {story.story_id for story in changed})


def _remember(store: Store, new: Sequence[NewProfile]) -> list[StoredProfile]:
    """Save the profiles, so that they find each other too, and return them as stored, by id."""
    ordered = sorted(new, key=lambda each: each.profile.article_id)
    terms = {each.profile.article_id: counted_terms(each.profile) for each in ordered}
    counts = store.term_counts({term for each in terms.values() for term in each})
    for each in terms.values():
        for term in each:
            counts[term] = counts.get(term, 0) + 1
    frequencies = Frequencies(store.profile_count() + len(ordered), counts)
    stored = [
        StoredProfile(
            article_id=each.profile.article_id,
            text_sha256=each.text_sha256,
            model_key=each.model_key,
            moment=each.profile.moment,
            keys=blocking_keys(each.profile, frequencies, each.model_key),
            profile_json=profile_json(each.profile),
            vector=each.profile.vector.astype("<f4").tobytes(),
        )
        for each in ordered
    ]
    store.save_profiles(stored, terms)
    return stored


def _known_stories(
    store: Store,
    stories: Mapping[str, Story],
    fresh: Mapping[str, Profile],
    model_key: str,
) -> tuple[list[KnownStory], dict[str, str]]:
    """Return the stories as clustering takes them, and revised article → the story it is out of.

    A revised article that is all of its story stays in it: the story is then what may join others.
    """
    remaining: dict[str, tuple[str, ...]] = {}
    left: dict[str, str] = {}
    for story in stories.values():
        others = tuple(each for each in story.article_ids if each not in fresh)
        remaining[story.story_id] = others or story.article_ids[:1]
        moved = set(story.article_ids) - set(remaining[story.story_id])
        left |= dict.fromkeys(sorted(moved), story.story_id)
    samples = {story_id: _sample(ids) for story_id, ids in remaining.items()}
    profiles = _profiles(store, (a for ids in samples.values() for a in ids), model_key)
    moments = store.moments(a for ids in remaining.values() for a in ids)
    known = []
    for story_id, ids in remaining.items():
        sample = tuple(profiles[a] for a in samples[story_id] if a in profiles)
        if sample:
            story = stories[story_id].model_copy(update={"article_ids": ids})
            known.append(KnownStory(story, tuple(moments[a] for a in ids), sample))
    return known, left


def _sample(article_ids: Sequence[str]) -> list[str]:
    if len(article_ids) <= SAMPLE:
        return list(article_ids)
    places = np.linspace(0, len(article_ids) - 1, SAMPLE).astype(int)
    return [article_ids[place] for place in places]


def _profiles(store: Store, article_ids: Iterable[str], model_key: str) -> dict[str, Profile]:
    return {
        article_id: read_profile(
            article_id,
            each.moment,
            each.profile_json,
            np.frombuffer(each.vector, dtype="<f4").astype(np.float32),
        )
        for article_id, each in store.profiles(article_ids, model_key).items()
    }


def _frequencies(store: Store, profiles: Sequence[Profile]) -> Frequencies:
    terms = {term for each in profiles for term in counted_terms(each)}
    return Frequencies(store.profile_count(), store.term_counts(terms))

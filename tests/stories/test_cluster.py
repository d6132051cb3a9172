from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import Story
from pipeline.stories.candidates import Frequencies, counted_terms
from pipeline.stories.cluster import KnownStory, cluster
from pipeline.stories.joining import Clustering
from pipeline.stories.merge_log import log_lines
from pipeline.stories.profile import Profile
from tests.fakes import NOW, PUBLISHED
from tests.stories.builders import DAY, HARVEST, HOUR, LEASE, lease_reports, profiled

EARLIER = NOW - 30 * DAY
COPIES_DEADLINE = 20.0
"""Seconds: ten times what 300 copies take on two cores that others keep busy."""


def clustered(
    profiles: Sequence[Profile], known: Mapping[str, str], *, window_days: float = 7
) -> Clustering:
    """Cluster with every pair within the window as candidates; `known`: article id → story."""
    members: dict[str, list[Profile]] = defaultdict(list)
    for each in sorted(profiles, key=lambda p: (p.moment, p.article_id)):
        if each.article_id in known:
            members[known[each.article_id]].append(each)
    stories = [
        KnownStory(
            Story(
                story_id=story_id,
                first_seen=EARLIER,
                article_ids=tuple(each.article_id for each in sample),
            ),
            tuple(each.moment for each in sample),
            tuple(sample),
        )
        for story_id, sample in members.items()
    ]
    fresh = [each for each in profiles if each.article_id not in known]
    candidates = {
        one.article_id: [
            other.article_id
            for other in profiles
            if abs(one.moment - other.moment) <= timedelta(days=window_days)
        ]
        for one in fresh
    }
    counts = Counter(term for each in profiles for term in counted_terms(each))
    return cluster(
        fresh,
        stories,
        candidates,
        Frequencies(len(profiles), counts),
        timedelta(days=window_days),
    )


def told(
    profiles: Sequence[Profile], known: Mapping[str, str] | None = None, *, window_days: float = 7
) -> list[Story]:
    """Return all stories after clustering, those that did not change included."""
    found = clustered(profiles, known or {}, window_days=window_days)
    return sorted(
        (
            Story(
                story_id=each.story_id,
                first_seen=min((s.first_seen for s in each.stories), default=NOW),
                article_ids=tuple(article_id for _, article_id in sorted(each.members)),
            )
            for each in found.placements.values()
        ),
        key=lambda story: story.story_id,
    )


def groups(stories: Sequence[Story]) -> set[frozenset[str]]:
    return {frozenset(story.article_ids) for story in stories}


def flaw(number: str, product: str = "Quayside", hour: int = 0) -> Profile:
    return profiled(
        f"Patch for CVE-2026-{number} in the {product} proxy",
        f"Admins should upgrade {product} at once: a patch for CVE-2026-{number} is out. "
        f"The flaw lets attackers read the memory of the {product} proxy.\n"
        f"The {product} team thanks Ferncliff for the report and will publish details in a week.",
        f"a-{number}",
        published=PUBLISHED + hour * HOUR,
    )


def release(version: str, hour: int = 0) -> Profile:
    return profiled(
        f"Apache Loomwright {version} released",
        f"The Loomwright project has released Apache Loomwright {version} with fixes.\n"
        "Users of Apache Loomwright can download the release from the Loomwright site now.\n"
        "It holds bug fixes and security updates of the Loomwright scheduler.",
        f"a-{version}",
        published=PUBLISHED + hour * HOUR,
    )


TARNHELM = profiled(
    "Tarnhelm Networks raises $220 million in Series C",
    "Tarnhelm Networks has raised $220 million in a Series C round led by Meridian Capital.\n"
    "The maker of optical switches wants to double the output of its Gdansk plant.\n"
    "Demand from data centres fills the order book of Tarnhelm Networks until 2028, its chief "
    "executive said. Tarnhelm Networks was founded by three physicists.",
    "a-5",
)
INKWELL = profiled(
    "Inkwell Metrics closes $120m Series B for product analytics",
    "Inkwell Metrics, which counts how people use software, closed a Series B of $120m.\n"
    "Meridian Capital led the round and takes a seat on the board of Inkwell Metrics.\n"
    "New engineers in Lisbon are to build connectors, said Inkwell Metrics, whose revenue reached "
    "$38m in the year to June.",
    "a-6",
)


def test_three_reports_of_one_event_join_and_another_event_stays_out() -> None:
    stories = told([*lease_reports(), profiled(*HARVEST, "a-4")])
    assert groups(stories) == {frozenset({"a-1", "a-2", "a-3"}), frozenset({"a-4"})}


def test_a_story_is_named_after_its_earliest_article_and_lists_in_order_of_publication() -> None:
    (story,) = told(lease_reports()[::-1])
    assert story == Story(
        story_id=Story.make_id("a-1"), first_seen=NOW, article_ids=("a-1", "a-2", "a-3")
    )


def test_nothing_makes_no_story() -> None:
    assert told([]) == []


CROWD = [
    *lease_reports(),
    profiled(*HARVEST, "a-4"),
    flaw("90417"),
    flaw("90418"),
    flaw("90417", hour=3),
    release("1.16.2"),
    release("1.17.1"),
    TARNHELM,
    INKWELL,
    profiled(LEASE[0][0], LEASE[0][1], "a-7", published=None),
    profiled("", "", "a-8"),
]


@settings(max_examples=50)
@given(st.permutations(CROWD), st.booleans())
def test_the_order_of_the_articles_makes_no_difference(
    shuffled: list[Profile], some_known: bool
) -> None:
    known = {"a-2": "s-old", "a-90418": "s-flaw", "a-90417": "s-flaw"} if some_known else {}
    assert told(shuffled, known) == told(CROWD, known)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (flaw("90417"), flaw("90418")),
        (release("1.16.2"), release("1.17.1")),
        (release("v2.0"), release("v2.1")),
        (TARNHELM, INKWELL),
    ],
    ids=["two vulnerabilities", "two versions", "two short versions", "two funding rounds"],
)
def test_look_alikes_stay_apart(one: Profile, other: Profile) -> None:
    assert len(told([one, other])) == 2


def test_look_alikes_stay_apart_also_when_a_third_report_is_close_to_both() -> None:
    both = profiled(
        "Quayside patches two flaws in its proxy",
        "Admins should upgrade Quayside at once: patches for CVE-2026-90417 and CVE-2026-90418 "
        "are out. The flaws let attackers read the memory of the Quayside proxy.\n"
        "The Quayside team thanks Ferncliff for the reports.",
        "a-both",
    )
    stories = told([flaw("90417"), flaw("90418"), both])
    assert len(stories) == 2
    assert frozenset({"a-90417", "a-90418"}) not in groups(stories)


def test_one_version_told_twice_is_one_story() -> None:
    again = profiled(
        "Loomwright 1.16.2 is out",
        "Apache Loomwright 1.16.2 has been released by the Loomwright project with bug fixes and "
        "security updates of the scheduler. Users can download Apache Loomwright now.",
        "a-again",
    )
    assert len(told([release("1.16.2"), again])) == 1


def test_two_known_stories_are_merged_when_an_article_clearly_belongs_to_both() -> None:
    one, two, three = lease_reports()
    again = replace(two, article_id="a-2b")
    found = clustered([one, two, again, three], {"a-1": "s-one", "a-2": "s-two", "a-2b": "s-two"})
    (story,) = found.stories(NOW)
    assert story.story_id == "s-one"  # seen at one time: the id decides
    assert story.first_seen == EARLIER
    merged = [line for line in log_lines(found, {}) if line.kind == "merged"]
    assert [(line.story_id, line.other_story_id, line.article_id) for line in merged] == [
        ("s-one", "s-two", "a-3")
    ]


def test_known_stories_are_left_alone_without_new_evidence() -> None:
    one, two, _ = lease_reports()
    known = {"a-1": "s-one", "a-2": "s-two"}
    stories = told([one, two, profiled(*HARVEST, "a-4")], known)
    assert {"s-one", "s-two"} < {story.story_id for story in stories}


def test_a_new_article_joins_a_known_story_which_keeps_its_id() -> None:
    one, two, three = lease_reports()
    (story,) = told([one, two, three], {"a-2": "s-old", "a-3": "s-old"})
    assert story.story_id == "s-old"
    assert story.article_ids == ("a-1", "a-2", "a-3")


def test_a_known_story_stays_whole_whatever_it_holds() -> None:
    lease, harvest = lease_reports()[0], profiled(*HARVEST, "a-4")
    assert groups(told([lease, harvest], {"a-1": "s-old", "a-4": "s-old"})) == {
        frozenset({"a-1", "a-4"})
    }


def test_the_time_window_bounds_a_story() -> None:
    def apart(days: float) -> list[Story]:
        early, late = (
            profiled(*LEASE[0], "a-1"),
            profiled(*LEASE[1], "a-2", published=PUBLISHED + days * DAY),
        )
        return told([early, late], window_days=3)

    assert len(apart(1)) == 1
    assert len(apart(3.1)) == 2


def test_the_same_title_every_day_is_a_new_story_beyond_the_window() -> None:
    days = [
        profiled(
            "Market wrap", LEASE[0][1], f"a-{day:02}", published=PUBLISHED + timedelta(days=day)
        )
        for day in (0, 10, 20)
    ]
    assert len(told(days, window_days=7)) == 3


def test_the_same_title_every_day_over_different_events_joins_nothing() -> None:
    days = [
        profiled("Market wrap", text, f"a-{day}", published=PUBLISHED + timedelta(days=day))
        for day, text in enumerate([LEASE[0][1], HARVEST[1]])
    ]
    assert len(told(days)) == 2


def test_an_undated_article_joins_by_when_it_was_first_seen() -> None:
    one, two, _ = lease_reports()
    undated = profiled(*LEASE[2], "a-3", published=None, first_seen=PUBLISHED + DAY)
    assert groups(told([one, two, undated])) == {frozenset({"a-1", "a-2", "a-3"})}
    years_later = profiled(*LEASE[2], "a-3", published=None, first_seen=PUBLISHED + 900 * DAY)
    assert frozenset({"a-3"}) in groups(told([one, two, years_later]))


def test_an_article_without_a_title_joins_by_its_text() -> None:
    one, two, _ = lease_reports()
    untitled = profiled("", LEASE[2][1], "a-3")
    assert groups(told([one, two, untitled])) == {frozenset({"a-1", "a-2", "a-3"})}


def test_articles_without_any_words_are_stories_of_their_own() -> None:
    assert len(told([profiled("", "", "a-1"), profiled("", "", "a-2")])) == 2


def test_an_event_that_fills_the_store_is_one_story() -> None:
    """Every article names the same names: what is common here is what the event is about."""
    reports = [
        profiled(*LEASE[n % 3], f"a-{n:02}", published=PUBLISHED + n * HOUR) for n in range(24)
    ]
    assert len(told(reports)) == 1


def test_three_hundred_copies_are_one_story_in_bounded_time() -> None:
    one = profiled(*LEASE[0], "a-000")
    copies = [
        replace(one, article_id=f"a-{n:03}", moment=PUBLISHED + timedelta(minutes=n))
        for n in range(300)
    ]
    started = time.monotonic()
    stories = told([*copies, profiled(*HARVEST, "a-other")])
    assert time.monotonic() - started < COPIES_DEADLINE
    assert sorted(len(story.article_ids) for story in stories) == [1, 300]

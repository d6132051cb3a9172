"""Articles that placing must bear: no date, one title every day, round-ups, copies."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.settings import StorySettings
from pipeline.stages.placement import NewProfile, place
from pipeline.store import Store
from pipeline.stories.profile import Profile
from tests.fakes import NOW, PUBLISHED, make_article_revision
from tests.stories.builders import DAY, HARVEST, HOUR, LEASE, lease_reports, profiled

WINDOW = timedelta(days=StorySettings().window_days)
COPIES_SECONDS = 60.0
"""Ten times what 900 copies take on a quiet core, since the test's machine may be busy."""


def placed(store: Store, *profiles: Profile) -> set[frozenset[str]]:
    """Place profiles at once and return the articles of each story in the store."""
    for each in profiles:
        made = make_article_revision("", title=each.title, article_id=each.article_id)
        store.save_article(made.article, made.revision)
    place(store, [NewProfile(each, "text", "m") for each in profiles], window=WINDOW, now=NOW)
    return {frozenset(story.article_ids) for story in store.stories()}


def together(*article_ids: str) -> frozenset[str]:
    return frozenset(article_ids)


LEASES = lease_reports()
ALL_LEASES = together("a-1", "a-2", "a-3")
OTHER = profiled(*HARVEST, "a-4")


def test_an_article_without_a_date_joins_by_its_text(store: Store) -> None:
    undated = profiled(*LEASE[2], "a-3", published=None, first_seen=PUBLISHED + DAY)
    assert placed(store, *LEASES[:2], undated, OTHER) == {ALL_LEASES, together("a-4")}


@pytest.mark.parametrize("year", [1970, 2099])
def test_an_article_with_an_absurd_date_joins_by_when_it_was_seen(store: Store, year: int) -> None:
    odd = datetime(year, 1, 1, tzinfo=UTC)
    article = profiled(*LEASE[2], "a-3", published=odd, first_seen=PUBLISHED + HOUR)
    assert placed(store, *LEASES[:2], article) == {ALL_LEASES}


def test_another_language_joins_where_names_and_figures_say_so_and_nothing_else(
    store: Store,
) -> None:
    german = profiled(
        "Lindhavens Bauern erwarten eine gute Ernte",
        "Nach einem nassen Frühjahr erwarten die Bauern der Gegend eine sehr gute Ernte. Sie haben "
        "zweihundert Helfer mehr eingestellt als im vergangenen Jahr.",
        "a-5",
    )
    assert together("a-5") in placed(store, *LEASES, OTHER, german)


def briefing(day: int) -> Profile:
    """Return a daily newsletter: the same title and the same frame around other news."""
    news = [
        "A ferry ran aground off the northern cape.",
        "Sugar prices fell again in the autumn sales.",
        "The town of Pirn has a new theatre.",
        "Engineers opened the tunnel below the strait.",
        "Bees are back in the gardens of the capital.",
    ]
    return profiled(
        "Morning briefing",
        f"Good morning, here is what you need to know today. {news[day % 5]} "
        f"{news[(day + 2) % 5]} That is all for today, see you tomorrow morning.",
        f"a-{day:02}",
        published=PUBLISHED + day * DAY,
        source="The Daily Example",
    )


def test_the_same_title_every_day_is_never_one_story(store: Store) -> None:
    stories = placed(store, *(briefing(day) for day in range(12)))
    assert {len(story) for story in stories} == {1}
    decisions = store.decisions(store.story_of(["a-00"])["a-00"])
    assert any("a series" in each.why for each in decisions if each.kind == "kept_apart")


def test_the_same_title_every_day_stays_apart_also_when_it_comes_day_by_day(store: Store) -> None:
    for day in range(6):
        stories = placed(store, briefing(day))
    assert {len(story) for story in stories} == {1}


EVENTS = [
    (
        f"Firm {name} opens a plant in {place}",
        f"Firm {name} has opened a plant in {place} on Monday. The plant in {place} makes {thing} "
        f"and employs {count} people. Firm {name} paid ${count} million for it.",
    )
    for name, place, thing, count in (
        ("Alder", "Quillby", "door hinges", 210),
        ("Birch", "Rosmere", "violin strings", 320),
        ("Cedar", "Saltwick", "kites", 430),
        ("Damson", "Thornaby", "lamp oil", 540),
        ("Elder", "Ulverton", "paper cups", 650),
        ("Fig", "Venning", "sail cloth", 760),
        ("Gorse", "Wexley", "chess boards", 870),
        ("Hazel", "Yarrowby", "garden gnomes", 980),
        ("Ivy", "Zennorth", "tuning forks", 190),
        ("Juniper", "Ashcombe", "fountain pens", 280),
    )
]


def test_a_round_up_of_ten_events_joins_no_two_of_them(store: Store) -> None:
    reports = [
        profiled(*event, f"a-{number}-{copy}", published=PUBLISHED + copy * HOUR, source=str(copy))
        for number, event in enumerate(EVENTS)
        for copy in range(2)
    ]
    round_up = profiled(
        "Ten plants that opened this week",
        " ".join(text.split(". ")[0] + "." for _, text in EVENTS),
        "a-round-up",
    )
    stories = placed(store, *reports, round_up)
    for story in stories:
        assert len({article_id.split("-")[1] for article_id in story - {"a-round-up"}}) <= 1
    assert len(stories) >= len(EVENTS)


def test_a_live_blog_that_grows_stays_one_article_in_one_story(store: Store) -> None:
    updates = [f"At {hour} o'clock, {LEASE[hour % 3][1]}" for hour in range(8, 12)]
    placed(store, *LEASES)
    for count in range(1, len(updates) + 1):
        blog = profiled("Live: the Quay Street lease", "\n".join(updates[:count]), "a-live")
        stories = placed(store, blog)
    assert sum("a-live" in story for story in stories) == 1
    assert len(stories) == 1


def test_an_empty_title_and_an_empty_text_bear_no_story_of_others(store: Store) -> None:
    untitled = profiled("", LEASE[2][1], "a-3")
    blank = [profiled("", "", f"a-blank-{n}") for n in range(3)]
    assert placed(store, *LEASES[:2], untitled, *blank) == {
        ALL_LEASES,
        *(together(each.article_id) for each in blank),
    }


def test_copies_without_number_are_one_story_in_bounded_time(store: Store) -> None:
    copies = [
        replace(LEASES[0], article_id=f"a-{n:05}", moment=PUBLISHED + timedelta(seconds=n))
        for n in range(900)
    ]
    for each in (*copies, OTHER):
        made = make_article_revision("", title=each.title, article_id=each.article_id)
        store.save_article(made.article, made.revision)
    started = time.monotonic()
    for start in range(0, len(copies), 300):
        new = [NewProfile(each, "text", "m") for each in copies[start : start + 300]]
        place(store, new, window=WINDOW, now=NOW)
    place(store, [NewProfile(OTHER, "text", "m")], window=WINDOW, now=NOW)
    assert time.monotonic() - started < COPIES_SECONDS
    assert sorted(len(story.article_ids) for story in store.stories()) == [1, 900]


def test_a_batch_in_two_runs_gives_the_same_stories_and_ids(store: Store) -> None:
    placed(store, LEASES[0], OTHER)
    before = {story.story_id for story in store.stories()}
    assert placed(store, *LEASES[1:]) == {ALL_LEASES, together("a-4")}
    assert {story.story_id for story in store.stories()} == before


def test_an_article_whose_revised_text_no_longer_fits_leaves_and_the_log_says_so(
    store: Store,
) -> None:
    placed(store, *LEASES)
    (first,) = (story.story_id for story in store.stories())
    revised = profiled(*HARVEST, "a-1", published=LEASES[0].moment)
    assert placed(store, revised) == {together("a-2", "a-3"), together("a-1")}
    home = store.story_of(["a-1", "a-2"])
    assert home["a-2"] == first != home["a-1"]
    (line,) = (each for each in store.decisions(first) if each.kind == "left")
    assert (line.article_id, line.story_id, line.other_story_id) == ("a-1", home["a-1"], first)


def test_an_article_whose_revised_text_still_fits_stays(store: Store) -> None:
    placed(store, *LEASES)
    before = store.stories()
    revised = replace(LEASES[0], title="Corrected: " + LEASES[0].title)
    placed(store, revised)
    assert store.stories() == before


def test_a_lone_article_keeps_its_story_through_a_revision(store: Store) -> None:
    placed(store, OTHER)
    before = store.stories()
    placed(store, replace(OTHER, title="Growers expect a good harvest"))
    assert store.stories() == before


def test_placing_again_changes_nothing(store: Store) -> None:
    first = placed(store, *LEASES, OTHER)
    assert placed(store, *LEASES, OTHER) == first


def test_each_article_has_its_line_in_the_log(store: Store) -> None:
    placed(store, *LEASES)
    (story,) = store.stories()
    lines = store.decisions(story.story_id)
    assert {(each.kind, each.article_id) for each in lines} == {
        ("opened", "a-1"),
        ("joined", "a-2"),
        ("joined", "a-3"),
    }
    joined = next(each for each in lines if each.article_id == "a-2")
    assert "Brightmoor" in joined.why
    assert "needed" in joined.why

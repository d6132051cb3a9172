from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories.candidates import Frequencies, counted_terms
from pipeline.stories.likeness import (
    DAY_PENALTY,
    FULL_DAYS,
    HEADLINE_THRESHOLD,
    MOMENTS_KEPT,
    STRANGERS_PENALTY,
    THRESHOLD,
    UNDATED_PENALTY,
    Group,
    compare,
    shared_names,
    veto,
)
from pipeline.stories.profile import Profile
from tests.stories.builders import DAY, HARVEST, HOUR, LEASE, lease_reports, profiled

REPORTS = [*lease_reports(), profiled(*HARVEST, "a-4")]
FREQUENCIES = Frequencies(
    len(REPORTS), Counter(term for each in REPORTS for term in counted_terms(each))
)


def group(*profiles: Profile) -> Group:
    first, *others = (Group.of(each, FREQUENCIES) for each in profiles)
    return sum(others, start=first)


def titled(title: str, *, days: float = 0, source: str = "The Example") -> Group:
    return group(
        replace(
            REPORTS[0], title=title, moment=REPORTS[0].moment + timedelta(days=days), source=source
        )
    )


@given(st.permutations(REPORTS), st.integers(1, 3))
def test_a_part_is_the_mean_over_all_pairs(shuffled: list[Profile], cut: int) -> None:
    these, those = shuffled[:cut], shuffled[cut:]
    whole = compare(group(*these), group(*those))
    pairs = [compare(group(one), group(other)) for one in these for other in those]
    for part in ("meaning", "words", "names", "named", "days", "penalty", "threshold"):
        mean = sum(getattr(pair, part) for pair in pairs) / len(pairs)
        assert getattr(whole, part) == pytest.approx(mean)


def test_reports_on_one_event_are_alike_and_others_are_not() -> None:
    one, two, _, other = (group(each) for each in REPORTS)
    assert compare(one, two).margin > 0.1
    assert compare(one, other).margin < -0.1
    assert shared_names(one, other) == []


@pytest.mark.parametrize(("days", "counted"), [(0, 0), (2, 2), (7, 7), (40, FULL_DAYS)])
def test_each_day_apart_costs_up_to_a_week(days: int, counted: int) -> None:
    one, two = titled("A title"), titled("Another title", days=days)
    likeness = compare(one, two)
    assert likeness.penalty == pytest.approx(DAY_PENALTY * counted)
    assert likeness.days == pytest.approx(days)


def test_without_a_date_the_penalty_is_fixed_and_no_days_are_told() -> None:
    undated = group(replace(REPORTS[0], dated=False))
    likeness = compare(undated, group(REPORTS[1]))
    assert (likeness.days, likeness.penalty) == (None, UNDATED_PENALTY)


@pytest.mark.parametrize(
    ("words", "expected"), [(0, HEADLINE_THRESHOLD), (40, THRESHOLD), (9000, THRESHOLD)]
)
def test_the_threshold_knows_how_long_the_texts_are(words: int, expected: float) -> None:
    one, two = (group(replace(each, words=words)) for each in REPORTS[:2])
    assert compare(one, two).threshold == pytest.approx(expected)


def test_two_groups_about_different_subjects_are_apart() -> None:
    one = replace(REPORTS[0], protagonists=frozenset({"brightmoor", "corvane labs"}))
    other = replace(REPORTS[3], protagonists=frozenset({"lindhaven"}))
    assert compare(group(one), group(other)).apart == ("brightmoor", "lindhaven")
    part = replace(REPORTS[3], protagonists=frozenset({"corvane"}))
    assert compare(group(one), group(part)).apart is None


def test_the_same_words_about_strangers_are_no_event() -> None:
    """Two towns buy ferries in the same words."""

    def ferries(town: str) -> Group:
        return group(
            profiled(
                f"{town} council buys ferries",
                f"The council of {town} buys three ferries for the harbour of {town} in May.\n"
                f"The old ferries of {town} had broken down each winter, the council said.",
                f"a-{town}",
            )
        )

    likeness = compare(ferries("Oldbury"), ferries("Skarvik"))
    assert likeness.apart == ("oldbury", "skarvik")
    assert likeness.apart_penalty == STRANGERS_PENALTY
    assert likeness.margin < 0
    assert compare(ferries("Oldbury"), ferries("Oldbury")).apart_penalty == 0


def test_a_mention_far_down_does_not_bring_two_deals_together() -> None:
    """A report on the one deal names the provider's other customer; that one's does not know it."""
    ours = replace(REPORTS[0], protagonists=frozenset({"brightmoor", "corvane labs"}))
    names = {"brightmoor": "Brightmoor", "lindhaven": "Lindhaven"}
    theirs = replace(
        REPORTS[1], names=names, lead_names=frozenset(names), protagonists=frozenset(names)
    )
    aware = replace(ours, names={**ours.names, "lindhaven": "Lindhaven"})
    for one in (ours, aware):
        assert compare(group(one), group(theirs)).apart == ("corvane labs", "lindhaven")
    told = replace(aware, lead_names=aware.lead_names | {"lindhaven"})
    assert compare(group(told), group(theirs)).apart is None


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Patch for CVE-2026-90417", "Patch for cve-2026-90418", "vulnerabilities"),
        ("Loomwright 1.16.2 is out", "Loomwright 1.17.1 is out", "versions"),
        ("Loomwright 1.16 is out", "Loomwright 1.17 is out", "versions"),
        ("The 2025 Golden Lantern", "The 2026 Golden Lantern", "years"),
    ],
)
def test_titles_that_name_different_things_are_kept_apart(one: str, other: str, kind: str) -> None:
    assert kind in (veto(titled(one), titled(other)) or "")
    assert veto(titled(one), titled(one)) is None
    assert veto(titled(one), titled("A title without any")) is None


def test_few_titles_of_a_large_group_forbid_nothing() -> None:
    large = sum((titled("A title") for _ in range(4)), start=titled("Loomwright 1.16 is out"))
    assert veto(large, titled("Loomwright 1.17 is out")) is None


def test_a_title_that_returns_on_another_day_is_a_series_of_one_source() -> None:
    monday = titled("Morning briefing, 3 May")
    assert "a series" in (veto(monday, titled("Morning briefing, 4 May", days=1)) or "")
    assert veto(monday, titled("Morning briefing, 3 May", days=0.2)) is None
    assert veto(monday, titled("Morning briefing", days=1, source="Another")) is None
    assert veto(titled(""), titled("", days=1)) is None


def test_a_group_of_many_keeps_few_moments_its_first_and_last_among_them() -> None:
    many = [replace(REPORTS[0], moment=REPORTS[0].moment + n * HOUR) for n in range(200)]
    days = group(*many).days
    assert len(days) <= MOMENTS_KEPT
    assert days[-1] - days[0] == pytest.approx(199 * HOUR / DAY)


def test_a_lease_is_named_in_the_reason() -> None:
    assert "Brightmoor" in shared_names(group(profiled(*LEASE[0], "a")), group(REPORTS[1]))

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analysis.facts import Fact, facts_in
from pipeline.stories.disagreements import (
    Contradiction,
    Telling,
    contradictions,
    dates_given,
)
from pipeline.text import split_sentences
from tests.analysis.facts.sentences import AGREEING, APART, CONTRADICTING

NOON = datetime(2026, 7, 2, 12, tzinfo=UTC)

Report = tuple[str, str, str]
"""Article id, origin, text."""


@cache
def facts(text: str) -> list[Fact]:
    return [f for s in split_sentences("", text) for f in facts_in(s, (NOON.date(),))]


def tellings(
    *reports: Report, moments: Sequence[datetime | None] = (), day_only: bool = False
) -> list[Telling]:
    times = [*moments, *[NOON] * len(reports)]
    return [
        Telling(article_id, f"sha-{article_id}", origin, fact, moment, day_only)
        for (article_id, origin, text), moment in zip(reports, times, strict=False)
        for fact in facts(text)
    ]


def values(found: Contradiction) -> list[tuple[str, str]]:
    return [(side.origin, side.fact.shown) for side in found.sides]


CUT_300 = "Corvane laid off 300 employees on Tuesday."
CUT_500 = "Corvane laid off about 500 employees, two people said."


def test_independent_origins_that_differ_disagree_with_their_hedges() -> None:
    (found,) = contradictions(tellings(("a", "a", CUT_300), ("b", "b", CUT_500)))
    assert values(found) == [("a", "300 employees"), ("b", "about 500 employees")]
    assert found.attribute == "employees, laid off"


@pytest.mark.parametrize("pair", CONTRADICTING)
def test_contradictions_are_found_whatever_the_attribute(pair: tuple[str, str]) -> None:
    one, other = pair
    assert contradictions(tellings(("a", "a", one), ("b", "b", other)))


@pytest.mark.parametrize("pair", [*AGREEING, *APART])
def test_what_agrees_or_is_something_else_is_no_contradiction(pair: tuple[str, str]) -> None:
    one, other = pair
    assert contradictions(tellings(("a", "a", one), ("b", "b", other))) == ()


def test_reprints_never_disagree_with_themselves() -> None:
    assert contradictions(tellings(("a", "a", CUT_300), ("b", "a", CUT_500))) == ()


def test_a_reprint_adds_no_side_and_the_origin_s_own_article_is_cited() -> None:
    found = contradictions(tellings(("a", "z", CUT_300), ("z", "z", CUT_300), ("b", "b", CUT_500)))
    assert [[side.article_id for side in each.sides] for each in found] == [["b", "z"]]


def test_an_origin_that_agrees_with_one_side_is_a_side_too() -> None:
    (found,) = contradictions(
        tellings(("a", "a", CUT_300), ("b", "b", CUT_500), ("c", "c", "It cost 300 employees."))
    )
    assert [origin for origin, _ in values(found)] == ["a", "b", "c"]


def test_an_origin_with_two_values_takes_no_side() -> None:
    both = f"{CUT_300} Corvane laid off 500 employees in all."
    assert contradictions(tellings(("a", "a", both), ("b", "b", CUT_300))) == ()


def test_an_origin_that_knows_the_other_value_speaks_of_something_else() -> None:
    knows = "Corvane laid off 300 employees. The union speaks of 500 employees."
    assert contradictions(tellings(("a", "a", knows), ("b", "b", CUT_500))) == ()


def test_what_somebody_is_quoted_with_is_no_side() -> None:
    quoted = "“Corvane laid off 500 employees,” the union said."
    assert contradictions(tellings(("a", "a", CUT_300), ("b", "b", quoted))) == ()


DEAD_12 = "The fire killed 12 people."
DEAD_14 = "The fire killed 14 people."


@pytest.mark.parametrize(
    ("hours", "count"), [(1, 1), (3, 1), (4, 0), (30, 0)], ids=lambda n: str(n)
)
def test_a_count_that_grows_contradicts_only_within_hours(hours: int, count: int) -> None:
    reports = (("a", "a", DEAD_12), ("b", "b", DEAD_14))
    later = NOON + timedelta(hours=hours)
    assert len(contradictions(tellings(*reports, moments=(NOON, later)))) == count


def test_a_count_that_grows_needs_known_times() -> None:
    reports = (("a", "a", DEAD_12), ("b", "b", DEAD_14))
    assert contradictions(tellings(*reports, day_only=True)) == ()
    assert contradictions(tellings(*reports, moments=(None, None))) == ()


def test_reports_weeks_apart_tell_a_change() -> None:
    reports = (("a", "a", CUT_300), ("b", "b", CUT_500))
    assert contradictions(tellings(*reports, moments=(NOON, NOON + timedelta(days=8)))) == ()
    assert contradictions(tellings(*reports, moments=(None, None)))


SIGNED = "On June 22, 2026, Corvane finalized an infrastructure agreement with Brightmoor."
ANNOUNCED = "On July 1, 2026, Corvane, the chip maker, announced a lease agreement."
EFFECT = "The contract takes effect on July 1, 2026."


def test_dates_of_one_deal_stand_side_by_side_with_their_verbs() -> None:
    given_dates = tellings(("a", "a", f"{SIGNED} {EFFECT}"), ("b", "b", ANNOUNCED))
    assert [(t.fact.value.form, t.fact.verb) for t in dates_given(given_dates)] == [
        ("2026-06-22", "finalized"),
        ("2026-07-01", "announced"),
        ("2026-07-01", "takes effect"),
    ]
    assert contradictions(given_dates) == ()


@pytest.mark.parametrize(
    "reports",
    [
        (("a", "a", f"{SIGNED} {EFFECT}"),),
        (("a", "a", EFFECT), ("b", "b", ANNOUNCED)),
        (("a", "a", SIGNED), ("b", "a", EFFECT)),
        (("a", "a", SIGNED), ("b", "b", "Corvane announced a new chip on 1 July 2026.")),
    ],
    ids=["one article", "one day", "one origin", "no undertaking"],
)
def test_dates_are_listed_only_where_origins_give_two_of_one_deal(
    reports: tuple[Report, ...],
) -> None:
    assert dates_given(tellings(*reports)) == ()


EVERY_SENTENCE = sorted({s for pair in (*CONTRADICTING, *AGREEING, *APART) for s in pair})
reports = st.lists(st.sampled_from(EVERY_SENTENCE), min_size=1, max_size=6, unique=True)
FEW = settings(max_examples=40)


@FEW
@given(reports, st.randoms(use_true_random=False))
def test_the_order_of_articles_does_not_matter(texts: list[str], order: object) -> None:
    told = tellings(*((f"a-{n}", f"a-{n}", text) for n, text in enumerate(texts)))
    shuffled = list(told)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert contradictions(shuffled) == contradictions(told)
    assert dates_given(shuffled) == dates_given(told)


@FEW
@given(reports)
def test_a_reprint_never_adds_a_side(texts: list[str]) -> None:
    own = [(f"a-{n}", f"a-{n}", text) for n, text in enumerate(texts)]
    copies = [(f"b-{n}", f"a-{n}", text) for n, text in enumerate(texts)]
    assert contradictions(tellings(*own, *copies)) == contradictions(tellings(*own))


@FEW
@given(reports)
def test_each_origin_has_one_side_and_two_of_them_differ(texts: list[str]) -> None:
    for found in contradictions(tellings(*((f"a-{n}", f"a-{n}", t) for n, t in enumerate(texts)))):
        origins = [side.origin for side in found.sides]
        assert origins == sorted(set(origins))
        assert len(origins) > 1
        assert found.attribute

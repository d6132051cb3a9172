from __future__ import annotations

from datetime import date
from math import inf

import pytest
from hypothesis import given

from pipeline.analysis.facts import Fact, facts_in, facts_of
from pipeline.text import split_sentences
from tests.fakes import FakeEncoder, make_analysis, make_article_revision
from tests.strategies import any_line, messy_line


def facts(text: str, *days: date) -> list[Fact]:
    return [fact for sentence in split_sentences("", text) for fact in facts_in(sentence, days)]


def only(text: str, *days: date) -> Fact:
    (found,) = facts(text, *days)
    return found


@pytest.mark.parametrize(
    ("text", "shown", "attribute"),
    [
        ("Corvane laid off 300 employees.", "300 employees", ("job", "cut")),
        ("At least 14 people died in the blaze.", "At least 14 people", ("person", "kill")),
        ("Corvane raised $20 million in funding.", "$20 million in funding", ("raise", "raise")),
        ("Unemployment fell to 4.2 percent.", "4.2 percent", ("unemploy", "down")),
        ("42 percent of voters back it.", "42 percent of voters", ("voter", "back")),
        ("It gets about 20,000 GB300 units.", "about 20,000 GB300 units", ("unit", "get")),
        ("The flaw affects 40 models.", "40 models", ("model", "affect")),
        ("The $6 billion deal closes.", "$6 billion deal", ("deal", "worth")),
        ("The flaw was fixed in Quill 2.7.4.", "2.7.4", ("quill", "fix")),
        ("The panel voted 9-2 to pass it.", "9-2", ("score", "vote")),
    ],
)
def test_a_fact_says_what_its_value_states(
    text: str, shown: str, attribute: tuple[str, ...]
) -> None:
    found = next(fact for fact in facts(text) if fact.shown == shown)
    assert found.attribute == attribute


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("about 20,000", 19_000, 21_000),
        ("20,000", 19_500, 20_500),
        ("19,871", 19_871, 19_871),
        ("nearly 20,000", 18_000, 20_500),
        ("more than 20,000", 19_500, inf),
        ("20,000 or so", 19_000, 21_000),
        ("12", 12, 12),
        ("two dozen", 24, 24),
        ("1.6 million", 1_550_000, 1_650_000),
        ("up to 1.6 million", 0, 1_650_000),
    ],
)
def test_bounds_are_what_hedge_and_rounding_leave_open(
    written: str, low: float, high: float
) -> None:
    found = facts(f"Corvane sold {written} phones.")[0]
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("written", "low", "high", "unit"),
    [
        ("$6.3 billion", 6.25e9, 6.35e9, "USD"),
        ("$1 billion", 0.9e9, 1.1e9, "USD"),
        ("€40", 39.5, 40.5, "EUR"),
        ("35.7%", 35.65, 35.75, "%"),
        ("1.5 GW", 1.45e9, 1.55e9, "w"),
        ("5 km", 4500, 5500, "m"),
    ],
)
def test_amounts_are_in_base_units(written: str, low: float, high: float, unit: str) -> None:
    found = only(f"Corvane needs {written}.")
    assert found.unit == unit
    assert [found.low, found.high] == pytest.approx([low, high])


@pytest.mark.parametrize(
    "text",
    [
        "Corvane moved to Route 66 in 2019.",
        "Amendment 64 passed.",
        "It has a 1 in 3 chance.",
        "They met at 9:30.",
        "The show starts at 8 p.m.",
        "One of the tenants left.",
        "Flight 714 was late.",
    ],
)
def test_a_number_that_counts_nothing_is_no_fact(text: str) -> None:
    assert [fact.shown for fact in facts(text) if fact.value.kind != "date"] == []


def test_a_rate_is_a_year_s_and_knows_how_long_it_is_paid() -> None:
    found = facts("Corvane will pay $150 million a month for 3.5 years.")[0]
    assert (found.rate, found.years) == ("year", 3.5)
    assert found.low == pytest.approx(145e6 * 12)
    assert facts("Corvane pays $3 a share.")[0].rate == "share"
    assert facts("Its monthly rent of $40 million rose.")[0].rate == "year"


def test_dates_go_with_their_verb() -> None:
    signed = only("On June 22, 2026, Corvane Labs finalized an agreement with Brightmoor.")
    assert (signed.value.form, signed.verb, signed.noun) == ("2026-06-22", "finalized", "agreement")
    effect = only("The contract takes effect on 1 July 2026.")
    assert effect.attribute == ("on", "effect")
    assert effect.noun == "contract"
    told = only("On 1 July 2026, Corvane, the chip arm of Brightmoor, announced a lease.")
    assert told.verb == "announced"


def test_a_relative_date_needs_the_day_of_publication() -> None:
    text = "Corvane signed the lease on Tuesday."
    assert facts(text) == []
    assert only(text, date(2026, 7, 2)).value.form == "2026-06-30"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Corvane hired another 300 people.", {"another"}),
        ("Corvane may hire 300 people.", {"planned"}),
        ("Corvane has now hired 300 people.", {"revised"}),
        ("Sales rose from 300 units.", {"baseline"}),
        ("Corvane hired 300 people in May.", set()),
    ],
)
def test_words_that_narrow_a_value_are_kept(text: str, scope: set[str]) -> None:
    assert next(f for f in facts(text) if f.value.kind == "quantity").scope == scope


def test_what_somebody_says_is_marked() -> None:
    first, second = facts("“We lost 300 jobs,” said Roe, but 400 jobs are gone.")
    assert (first.quoted, second.quoted) == (True, False)


def test_the_title_has_no_facts() -> None:
    revision = make_article_revision(
        "Corvane laid off 300 employees.", title="Corvane lays off 300 employees"
    )
    assert [f.sentence.field for f in facts_of(make_analysis(revision, FakeEncoder()))] == ["text"]


@given(any_line | messy_line)
def test_any_text_is_read_and_facts_stand_where_they_say(text: str) -> None:
    for sentence in split_sentences("", text):
        for fact in facts_in(sentence, (date(2026, 7, 1),)):
            value = fact.value
            assert sentence.text[value.start : value.end] == value.text
            assert value.text in fact.shown
            assert fact.shown in sentence.text
            assert fact.low <= fact.high

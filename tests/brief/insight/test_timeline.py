from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analysis.date_places import places
from pipeline.analysis.dates import Shift, Weekday, date_phrases, publication_days, resolve
from pipeline.analysis.happenings import happening
from pipeline.brief.insight.timeline import (
    EMPTY,
    MAX_A_DAY,
    MAX_ENTRIES,
    dated_events,
    tell_timeline,
)
from pipeline.records import ArticleRevision, Role
from pipeline.schema import Timeline
from tests.brief.story import ROLES, field_of, writer_of
from tests.fakes import make_article_revision

THURSDAY = date(2026, 11, 12)
"""The day on which the articles of these tests are published if they do not say otherwise."""


def day_of(sentence: str, *days: date) -> str | None:
    found = happening(sentence, days or (THURSDAY,))
    return found.day.iso if found else None


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        # absolute
        ("On June 22, 2026, Corvane Labs signed the lease with Brightmoor.", "2026-06-22"),
        ("Brightmoor opened the first hall on 3 March 2026 in Skarvik.", "2026-03-03"),
        ("The contract takes effect on July 1, 2027, and extends through 2029.", "2027-07-01"),
        ("Payments begin on 1 February 2027.", "2027-02-01"),
        ("Corvane pays $50 million per month, starting 1 February 2027.", "2027-02-01"),
        ("Brightmoor will finish the second hall in March 2028.", "2028-03"),
        ("A stiffer board will follow in the second half of 2027.", "2027"),
        ("Dunmarrow was founded in 2019 by two engineers.", "2019"),
        ("Corvane Labs will rent the hall until 30 June 2027.", "2027-06-30"),
        ("The deal, announced on 5 November 2026, values Inkwell at $900 million.", "2026-11-05"),
        ("Corvane will retire the line on 31 March 2027, it told customers on Wednesday.",
         "2027-03-31"),
        # a weekday goes with its verb's tense
        ("Corvane Labs signed the lease on Tuesday.", "2026-11-10"),
        ("Corvane Labs signed the lease on Thursday.", "2026-11-12"),
        ("Corvane Labs on Friday unveiled a second hall.", "2026-11-06"),
        ("Corvane Labs will sign the lease on Tuesday.", "2026-11-17"),
        ("The council is expected to vote on Monday evening.", "2026-11-16"),
        ("Corvane Labs said it will open the hall on Monday.", "2026-11-16"),
        ("Brightmoor raised the rent on Monday, 9 November.", "2026-11-09"),
        ("Corvane Labs will pay $50 million a month, Brightmoor said in a filing on Tuesday.",
         "2026-11-10"),
        # other relative dates
        ("Corvane Labs signed the lease yesterday.", "2026-11-11"),
        ("The hall opens today after a year of delays.", "2026-11-12"),
        ("Brightmoor will connect the hall next month.", "2026-12"),
        ("Brightmoor cut the rent last year.", "2025"),
        ("Brightmoor sacked forty people last week.", "2026-11"),
        ("Brightmoor has sacked forty people this year.", "2026"),
        # without a year: the side of the publication that the tense says
        ("In March Corvane moved its models to Brightmoor.", "2026-03"),
        ("Brightmoor will move the last rack in March.", "2027-03"),
        ("Brightmoor raised the rent on October 30.", "2026-10-30"),
        ("Brightmoor will raise the rent on January 10.", "2027-01-10"),
    ],
)  # fmt: skip
def test_a_sentence_is_dated(sentence: str, day: str) -> None:
    assert day_of(sentence) == day


@pytest.mark.parametrize(
    "sentence",
    [
        # of a noun, of a state, of a period
        "Monday’s announcement surprised the tenants of Brightmoor.",
        "Brightmoor approved the 2027 budget without a debate.",
        "Corvane Labs has rented the hall since 2023.",
        "Oostwal trained 46 models on the machines between 2023 and 2025.",
        "Corvane rents the hall from July 2026 through 2029 at a fixed price.",
        "Brightmoor shipped more racks than in 2023.",
        "Revenue rose to $5 billion from $4 billion in 2024.",
        "Brightmoor raised the rent on 3-5 May 2026.",
        "The debates will be held on Oct. 16 and Oct. 22.",
        "Remember the attacks of Sept. 11 was written on the wall.",
        # of another verb or noun than the main clause's
        "If the vote fails on Tuesday, Brightmoor will sell the hall.",
        "Corvane Labs, which opened an office in 2025, rents the hall.",
        "The firms that gave the agents access in 2025 regretted it.",
        "Corvane published its account of the outage that stopped the hall on 29 October.",
        "The lab asked its tenants to join a call on Monday.",
        "The lab sent a letter ahead of the hearing on Monday.",
        "Brightmoor dismissed a remark on Sunday that the hall is empty.",
        "Brightmoor was referring to a message on Monday.",
        "Brightmoor has named an incident in March.",
        # nothing happened, or it was overtaken
        "The agreement, made public on Tuesday, is a bet that scarcity will last.",
        "The council did not vote on Tuesday.",
        "Brightmoor had planned to deliver 60,000 racks in the first half of 2027.",
        "Spot offers stood at $5 an hour in October.",
        "Quayside was a supporter of the plan in 2008.",
        "Update, 10 November 2026: added a paragraph on the adapters.",
        # in a quotation, nothing but a quotation, or without its subject
        "“We will need a larger hall than this one very soon,” Strand said on Tuesday.",
        "“We opened the hall on 3 March 2026,” the operator said.",
        "In March the company moved the hall to Skarvik.",
        # impossible, contradictory, open
        "Brightmoor opened the hall on 31 June 2026.",
        "Brightmoor opened the hall on 3 March 2028.",
        "Corvane Labs met its landlord next Friday.",
        "Brightmoor will close the hall last year.",
        "Brightmoor moved forty old racks to Oslo in 2024, to Riga in 2025.",
    ],
)
def test_a_date_of_something_else_dates_nothing(sentence: str) -> None:
    assert day_of(sentence) is None


def test_an_undated_article_resolves_nothing_relative() -> None:
    for sentence in (
        "Corvane Labs signed the lease on Tuesday.",
        "Corvane Labs signed the lease yesterday.",
        "Corvane Labs signed the lease in March.",
        "Corvane Labs signed the lease on 4 November.",
    ):
        assert happening(sentence, ()) is None
    absolute = happening("Corvane Labs signed the lease on 4 November 2026.", ())
    assert absolute is not None
    assert absolute.day.iso == "2026-11-04"


def test_a_relative_date_is_open_where_the_publishers_calendar_is() -> None:
    evening = make_article_revision("-", published=datetime(2026, 11, 12, 2, tzinfo=UTC)).article
    days = publication_days(evening)
    assert days == (date(2026, 11, 11), date(2026, 11, 12))
    assert day_of("Corvane Labs signed the lease yesterday.", *days) is None
    assert day_of("Corvane Labs signed the lease on Tuesday.", *days) == "2026-11-10"
    # in America it is still Wednesday, so that this may be last week's Thursday
    assert day_of("Corvane Labs signed the lease on Thursday.", *days) is None
    assert day_of("Brightmoor cut the rent last year.", *days) == "2025"


def test_a_day_without_a_time_is_that_day() -> None:
    article = make_article_revision("-").article.model_copy(update={"published_is_day": True})
    assert publication_days(article) == (THURSDAY,)
    assert publication_days(article.model_copy(update={"published": None})) == ()


@pytest.mark.parametrize(
    ("which", "number", "expected"),
    [
        ("last", 4, "2026-11-06"),
        ("last", 1, None),
        ("next", 0, "2026-11-16"),
        ("next", 5, None),
        ("this", 4, "2026-11-13"),
    ],
)
def test_last_and_next_are_resolved_where_they_cannot_mean_this_week(
    which: str, number: int, expected: str | None
) -> None:
    found = resolve(Weekday(number, which), [THURSDAY], "unknown")
    assert (found.iso if found else None) == expected


def test_a_week_over_two_months_has_no_date() -> None:
    assert resolve(Shift("week", 0), [date(2026, 9, 30)], "past") is None
    assert resolve(Shift("week", -1), [date(2026, 9, 30)], "past") is not None


@settings(max_examples=200)
@given(
    st.dates(date(2020, 1, 10), date(2030, 12, 20)),
    st.integers(0, 6),
    st.sampled_from(["past", "future"]),
)
def test_a_weekday_lies_within_a_week_on_its_side(published: date, number: int, tense: str) -> None:
    found = resolve(Weekday(number), [published], "past" if tense == "past" else "future")
    assert found is not None
    away = (found.first - published).days
    assert found.first.weekday() == number
    assert -7 < away <= 0 if tense == "past" else 0 <= away < 7


@settings(max_examples=200)
@given(st.text("on In March1 2026,TuesdayMay.the“” 4Nov;lastwk-(", max_size=60))
def test_any_text_is_read_and_phrases_stand_where_they_say(text: str) -> None:
    happening(text, (THURSDAY,))
    for phrase in date_phrases(text):
        assert text[phrase.start : phrase.end] == phrase.text
    assert all(place.lead <= place.phrase.start for place in places(text))


SIGNED = "Corvane Labs signed a lease with Brightmoor on Tuesday for the hall in Skarvik."
SIGNED_TOO = "Corvane Labs signed a lease for the hall in Skarvik with Brightmoor on Tuesday."
STARTS = "Brightmoor will hand over the racks on 1 February 2027 to the new tenant."
FOUNDED = "Dunmarrow opened its first foundry in 1998 with forty engineers and one furnace."
LATER = "A second phase of sixty megawatts will follow in 2028 if the grid allows it."
DANGLING = "It will also build a canteen for the operators on 4 May 2027 next door."
PAD = "Each rack draws 140 kilowatts and is cooled by a closed loop of warm water."
EVENTS: dict[str, Role] = {
    **ROLES,
    SIGNED: Role.WHAT_CHANGED,
    SIGNED_TOO: Role.WHAT_CHANGED,
    STARTS: Role.OUTLOOK,
    LATER: Role.OUTLOOK,
    FOUNDED: Role.BACKGROUND,
    DANGLING: Role.OUTLOOK,
}


def timeline_of(*articles: ArticleRevision, roles: dict[str, Role] | None = None) -> Timeline:
    around = field_of(articles, roles=roles or EVENTS)
    return tell_timeline(dated_events(around, articles), writer_of(articles))


def article_of(*lines: str, article_id: str = "a-1") -> ArticleRevision:
    return make_article_revision("\n".join(lines), title="Corvane rents", article_id=article_id)


def told(timeline: Timeline) -> list[tuple[str, str]]:
    return [(entry.date, entry.text) for entry in timeline.claims]


def test_a_timeline_is_in_order_and_each_entry_can_be_checked() -> None:
    article = article_of(LATER, PAD, STARTS, SIGNED)
    timeline = timeline_of(article)
    assert [(entry.date, entry.precision) for entry in timeline.claims] == [
        ("2026-11-10", "day"),
        ("2027-02-01", "day"),
        ("2028", "year"),
    ]
    assert timeline.reason is None
    for entry in timeline.claims:
        (citation,) = entry.citations
        assert article.revision.text[citation.start : citation.end] == citation.quote
        assert "fail" not in entry.support.checks.values()


def test_one_event_told_by_two_publishers_is_told_once() -> None:
    timeline = timeline_of(article_of(SIGNED, STARTS), article_of(SIGNED_TOO, article_id="a-2"))
    assert [entry.date for entry in timeline.claims] == ["2026-11-10", "2027-02-01"]


def test_history_is_told_only_where_nothing_else_is() -> None:
    assert FOUNDED not in {
        text for _, text in told(timeline_of(article_of(SIGNED, STARTS, FOUNDED)))
    }
    assert [day for day, _ in told(timeline_of(article_of(SIGNED, FOUNDED)))] == [
        "1998",
        "2026-11-10",
    ]


@pytest.mark.parametrize("lines", [(PAD,), (SIGNED, PAD), (SIGNED, DANGLING)])
def test_fewer_than_two_dates_are_no_timeline(lines: Sequence[str]) -> None:
    assert timeline_of(article_of(*lines)) == Timeline(claims=[], reason=EMPTY)


def test_promos_and_advice_are_no_events() -> None:
    promo = "Our conference in Skarvik will open its doors on 3 May 2027 for all of you."
    advice = "Tenants should renew the contracts of their racks by 1 June 2027 at the latest."
    roles = {**EVENTS, promo: Role.BOILERPLATE, advice: Role.WHAT_TO_DO_NEXT}
    texts = {
        text
        for _, text in told(timeline_of(article_of(SIGNED, STARTS, promo, advice), roles=roles))
    }
    assert texts == {SIGNED, STARTS}


def test_a_long_sentence_is_shortened_but_keeps_its_date() -> None:
    source = (
        "Brightmoor, which runs nine halls in the far north of Norway and two in Estonia, "
        "will hand over the racks on 1 February 2027, according to its latest filing with the "
        "stock exchange of the country."
    )
    timeline = timeline_of(article_of(SIGNED, source), roles={**EVENTS, source: Role.OUTLOOK})
    entry = timeline.claims[-1]
    assert entry.basis == "condensed"
    assert "on 1 February 2027" in entry.text
    assert happening(entry.text, ()) is not None


def test_a_timeline_has_few_entries_and_few_of_one_day() -> None:
    places_ = ("Skarvik", "Tallinn", "Riga", "Utrecht", "Delft", "Lisbon", "Porto", "Gdansk")
    nouns = (
        "furnace",
        "canteen",
        "substation",
        "bridge",
        "turbine",
        "warehouse",
        "museum",
        "school",
    )
    lines = [
        f"Brightmoor will build a {noun} near {place} on {day} May 2027 with {day}00 welders."
        for day, (place, noun) in enumerate(itertools.product(places_[:4], nouns[:3]), start=3)
    ]
    same_day = [
        f"Dunmarrow will inaugurate a {noun} for {noun}s in {place} on 2 May 2027."
        for place, noun in zip(places_[4:], nouns[4:], strict=True)
    ]
    roles = dict.fromkeys([*lines, *same_day], Role.OUTLOOK)
    timeline = timeline_of(article_of(*same_day, *lines), roles=roles)
    dates = [entry.date for entry in timeline.claims]
    assert len(dates) <= MAX_ENTRIES
    assert dates.count("2027-05-02") <= MAX_A_DAY


@settings(max_examples=25, deadline=None)
@given(
    st.permutations([SIGNED, STARTS, LATER, FOUNDED, PAD, DANGLING]),
    st.integers(1, 5),
    st.booleans(),
)
def test_the_order_of_articles_does_not_matter(lines: list[str], border: int, turned: bool) -> None:
    articles = [article_of(*lines[:border]), article_of(*lines[border:], article_id="a-2")]
    timeline = timeline_of(*(articles[::-1] if turned else articles))
    assert timeline == timeline_of(*articles)
    dates = [entry.date for entry in timeline.claims]
    assert dates == sorted(dates)
    text_of = {a.article.article_id: a.revision.text for a in articles}
    for entry in timeline.claims:
        for citation in entry.citations:
            assert text_of[citation.article_id][citation.start : citation.end] == citation.quote

from __future__ import annotations

import time
from datetime import date

import pytest

from pipeline.brief.advice.actions import (
    EVERYONE,
    MAX_ACTIONS,
    NO_ACTION,
    advising,
    audience_of,
    sourced_actions,
)
from pipeline.brief.advice.slots import Occasion
from tests.brief.story import (
    ADVICE,
    ARTICLES,
    DEAL,
    LEASE,
    ORIGINS,
    STEP,
    candidate_of,
    field_of,
    field_of_text,
    writer_of,
)

STORY = field_of(ARTICLES, ORIGINS)
OCCASION = Occasion({}, published=date(2026, 11, 12), today=date(2026, 11, 16))


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("Upgrade to Quayside 2.7.4 before you open the port.", EVERYONE),
        ("Exit Clauses: Negotiate the right to move within a month.", EVERYONE),
        ("If you cannot upgrade, block port 7411 from the outside.", EVERYONE),
        ("Before you sign, check the exit clause.", EVERYONE),
        ("Operators should close port 7411 to the outside.", "Operators"),
        ("The operators of clusters must restart each node.", "the operators of clusters"),
        ("Cloud buyers need to assume a delay of a quarter.", "Cloud buyers"),
        ("Users are advised to change their passwords.", "Users"),
        ("Until a fix is out, administrators ought to stop the service.", "administrators"),
        ("Tenants should ask now how long their contracts last.", "Tenants"),
        ("You should export running workflows before upgrading.", EVERYONE),
        ("The maintainers recommend that you export running workflows first.", EVERYONE),
        ("The maintainers strongly recommend upgrading to 2.7.4 this week.", EVERYONE),
        (
            "Brightmoor advises tenants of the north hall to move their racks.",
            "tenants of the north hall",
        ),
        ("The agency urged operators not to open port 7411.", "operators"),
        ("We recommend that all users upgrade to 2.7.4.", "all users"),
        ("Users are urged to change their keys.", "Users"),
        (
            "All contributors to Quayside will need to sign by the end of May.",
            "all contributors to Quayside",
        ),
        ("Read the release notes of 2.7.4 before you upgrade.", EVERYONE),
    ],
)
def test_whom_a_sentence_advises(text: str, audience: str) -> None:
    assert audience_of(text) == audience


@pytest.mark.parametrize(
    "text",
    [
        DEAL,
        "Brightmoor may build a second phase if the grid allows it.",
        "Patch notes for version 2.7.4 are on the site of the project.",
        "Test results of the new board are better than those of the old.",
        "Review of the new board by three laboratories.",
        "The first results should be available in May.",
        "It should have been fixed in 2025.",
        "We should expect a second phase next year.",
        "The price should fall below $5 in May.",
        "Prices must have risen since spring.",
        "The plant should open in May.",
        "Users could not log in for six hours on Monday.",
        "Read the post for its failure accounting alone.",
        "Check out the talk that the maintainers gave in Skarvik.",
        "Listen to the episode about the hall in Skarvik.",
        "Follow us for more stories about data centres.",
        "Sign up for the course of the foundation.",
        "Update, 10 November, 21:10 UTC: added a paragraph on old adapters.",
        "Store managers will be able to see the stock of every shelf.",
        "Check Point says that the worm came by mail.",
        "Avoid These Common Mistakes With Your First Cluster.",
        "Apply now with the code LANTERN for a month of racks.",
        "Use Lantern for free today and forget your keys.",
        "Start with steps 1 and 3, which carry no risk.",
        "'Hold the Line' is a feature that waits in the queue for callers.",
        "Users just need to film a short clip of themselves.",
        "The patients will need to be watched for years.",
        "Users should see lower bills from May.",
        "You should be held accountable.",
        "Turn every rack into an advantage over your rivals.",
    ],
)
def test_what_is_no_advice(text: str) -> None:
    assert audience_of(text) is None


@pytest.mark.parametrize(
    "text", ["users " * 4_000, "If a " * 5_000, "The " * 7_000, "a-b " * 5_000]
)
def test_long_runs_are_fast(text: str) -> None:
    start = time.process_time()
    audience_of(text)
    assert time.process_time() - start < 1


def test_the_sources_advice_is_quoted_with_its_audience() -> None:
    actions = sourced_actions([candidate_of(STORY, ADVICE)], writer_of(), [], OCCASION)
    [action] = actions.claims
    assert (action.text, action.basis, action.audience) == (ADVICE, "quoted", "Tenants")
    assert actions.reason is None


def test_advice_follows_from_what_was_told() -> None:
    writer = writer_of()
    told = sourced_actions([candidate_of(STORY, STEP)], writer, [], OCCASION).claims
    advised = sourced_actions([candidate_of(STORY, ADVICE)], writer, told, OCCASION).claims
    assert advised[0].because == [told[0].id]
    assert told[0].because == [told[0].id], "nothing was told above: it stands for itself"


def test_news_is_not_passed_off_as_advice() -> None:
    actions = sourced_actions(
        [candidate_of(STORY, DEAL), candidate_of(STORY, LEASE)], writer_of(), [], OCCASION
    )
    assert (actions.claims, actions.reason) == ([], NO_ACTION)


def test_advice_that_cannot_stand_alone_is_left_out() -> None:
    [candidate] = field_of_text("It says operators must do that now.").candidates
    assert sourced_actions([candidate], writer_of(), [], OCCASION).claims == []


def test_there_are_at_most_a_few_actions() -> None:
    lines = [f"Operators should close port {n} of each node in hall {n}." for n in range(100, 106)]
    candidates = field_of_text("\n".join(lines)).candidates
    assert len(candidates) == len(lines)
    assert len(sourced_actions(candidates, writer_of(), [], OCCASION).claims) == MAX_ACTIONS


def test_advice_whose_day_is_past_is_left_out() -> None:
    late, early, vague = (
        f"Tenants of the hall should sign the new contract {when} or leave."
        for when in ("by 30 November", "by 14 November 2026", "in the autumn")
    )
    found = {}
    for text in (late, early, vague):
        [candidate] = field_of_text(text).candidates
        claims = sourced_actions([candidate], writer_of(), [], OCCASION).claims
        found[text] = [action.deadline for action in claims]
    assert found == {late: ["2026-11-30"], early: [], vague: [None]}


def test_advice_that_was_told_is_not_repeated() -> None:
    told = sourced_actions([candidate_of(STORY, ADVICE)], writer_of(), [], OCCASION).claims
    candidates = [candidate_of(STORY, ADVICE), candidate_of(STORY, STEP)]
    once = sourced_actions(candidates, writer_of(), told, OCCASION).claims
    assert [action.text for action in once] == [STEP]
    assert not sourced_actions(candidates[:1], writer_of(), [], OCCASION, said=told).claims


def test_the_maintainers_we_is_published() -> None:
    [candidate] = field_of_text("We recommend that all users upgrade to 2.7.4.").candidates
    [action] = sourced_actions([candidate], writer_of(), [], OCCASION).claims
    assert (action.text, action.audience) == (candidate.sentence.text, "all users")


def test_the_steps_of_a_manual_are_no_advice_on_the_news() -> None:
    steps = [f"Install the adapter of rack {n} and restart its node." for n in range(4)]
    advice = "Operators should plan an hour for each rack of the hall."
    manual = field_of_text("\n".join([*steps, advice, DEAL])).candidates
    assert [c.sentence.text for c in advising(manual)] == [advice]
    news = [
        f"Hall {n} of Brightmoor has room for {n} racks of Corvane Labs." for n in range(20, 40)
    ]
    report = field_of_text("\n".join([*steps, *news])).candidates
    assert [c.sentence.text for c in advising(report)] == steps

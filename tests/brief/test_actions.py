from __future__ import annotations

import time

import pytest

from pipeline.brief.actions import EVERYONE, MAX_ACTIONS, NO_ACTION, audience_of, sourced_actions
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
    actions = sourced_actions([candidate_of(STORY, ADVICE)], writer_of(), [])
    [action] = actions.claims
    assert (action.text, action.basis, action.audience) == (ADVICE, "quoted", "Tenants")
    assert actions.reason is None


def test_advice_follows_from_what_was_told() -> None:
    writer = writer_of()
    told = sourced_actions([candidate_of(STORY, STEP)], writer, []).claims
    advised = sourced_actions([candidate_of(STORY, ADVICE)], writer, told).claims
    assert advised[0].because == [told[0].id]
    assert told[0].because == [told[0].id], "nothing was told above: it stands for itself"


def test_news_is_not_passed_off_as_advice() -> None:
    actions = sourced_actions(
        [candidate_of(STORY, DEAL), candidate_of(STORY, LEASE)], writer_of(), []
    )
    assert (actions.claims, actions.reason) == ([], NO_ACTION)


def test_advice_that_cannot_stand_alone_is_left_out() -> None:
    [candidate] = field_of_text("It says operators must do that now.").candidates
    assert sourced_actions([candidate], writer_of(), []).claims == []


def test_there_are_at_most_a_few_actions() -> None:
    lines = [f"Operators should close port {n} of each node in hall {n}." for n in range(100, 106)]
    candidates = field_of_text("\n".join(lines)).candidates
    assert len(candidates) == len(lines)
    assert len(sourced_actions(candidates, writer_of(), []).claims) == MAX_ACTIONS

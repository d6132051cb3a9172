from __future__ import annotations

import pytest
from hypothesis import given

from pipeline.analysis.clauses import (
    attributes,
    doubts,
    finite_verb,
    has_finite_verb,
    has_main_clause,
    has_modal,
    main_verb,
    starts_with_verb,
    states_condition,
    verbs_in,
)
from tests.strategies import any_line, good_sentence


@pytest.mark.parametrize(
    "text",
    [
        "The scheduler uses one lease per queue.",
        "Acme raised $220 million.",
        "Negotiate exit clauses before you sign.",
        "It cannot restart while the migration runs.",
        "The labs paid, because they had to.",
    ],
)
def test_a_main_clause_is_seen(text: str) -> None:
    assert has_main_clause(text)


@pytest.mark.parametrize(
    "text",
    [
        "An open-source lab co-founded by engineers committed to open releases.",
        "Firms that lease what they need.",
        "One filling while the other drains",
        "Up to 50% lower cost compared with rented instances.",
        "If a result from Lindhaven holds up.",
        "Quayside 2.7.4, released on Monday together with 2.5.9.",
    ],
)
def test_a_fragment_has_no_main_clause(text: str) -> None:
    assert not has_main_clause(text)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("if the grid allows it", True),
        ("unless Oslo objects", True),
        ("only on small batches", True),
        ("except in Spain", True),
        ("a decision depends on the grid", True),
        ("at least for now", True),
        ("a lab founded in 2024", False),
        ("giving it access to chips", False),
    ],
)
def test_conditions(text: str, condition: bool) -> None:
    assert states_condition(text) is condition


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("which has not been confirmed", True),
        ("a claim that Acme denied", True),
        ("which is reportedly for sale", True),
        ("which is for sale", False),
    ],
)
def test_doubts(text: str, doubt: bool) -> None:
    assert doubts(text) is doubt


@pytest.mark.parametrize(
    ("text", "attribution"),
    [
        ("an agency spokesperson told reporters", True),
        ("according to the filing", True),
        ("news agencies report", True),
        ("a lab in Oslo", False),
    ],
)
def test_attributions(text: str, attribution: bool) -> None:
    assert attributes(text) is attribution


def test_the_first_word_may_be_the_verb() -> None:
    assert starts_with_verb("has raised money")
    assert starts_with_verb("also says so")
    assert not starts_with_verb("in a round led by Foxglove")


def test_modals() -> None:
    assert has_modal("you must restart it")
    assert not has_modal("it restarts by itself")


@given(any_line)
def test_the_answers_agree_on_any_line(text: str) -> None:
    assert has_finite_verb(text) is (finite_verb(text) is not None) is bool(verbs_in(text))
    if (span := main_verb(text)) is not None:
        assert text[span[0] : span[1]] in verbs_in(text)
        assert has_main_clause(text)


@given(good_sentence)
def test_every_good_sentence_has_a_verb(text: str) -> None:
    assert has_finite_verb(text)

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.facts import Fact, agree, facts_in, same_attribute
from pipeline.text import split_sentences
from tests.analysis.facts.sentences import AGREEING, APART, CONTRADICTING

EVERY_SENTENCE = sorted({s for pair in (*CONTRADICTING, *AGREEING, *APART) for s in pair})


@cache
def facts(text: str) -> list[Fact]:
    return [fact for sentence in split_sentences("", text) for fact in facts_in(sentence)]


def verdicts(one: str, other: str) -> list[bool]:
    """Return, for each two facts on one attribute, whether they agree."""
    pairs = product(facts(one), facts(other))
    return [agree(a, b) for a, b in pairs if same_attribute(a, b)]


@pytest.mark.parametrize(("one", "other"), CONTRADICTING)
def test_two_values_of_one_attribute_contradict(one: str, other: str) -> None:
    assert False in verdicts(one, other)


@pytest.mark.parametrize(("one", "other"), AGREEING)
def test_wordings_and_roundings_of_one_value_agree(one: str, other: str) -> None:
    assert verdicts(one, other)
    assert all(verdicts(one, other))


@pytest.mark.parametrize(("one", "other"), APART)
def test_values_of_different_attributes_are_not_compared(one: str, other: str) -> None:
    assert verdicts(one, other) == []


def fact(text: str, shown: str) -> Fact:
    return next(f for f in facts(text) if f.shown == shown)


RATE = fact("Corvane will pay $150 million a month for 3.5 years.", "$150 million a month")


@pytest.mark.parametrize(
    ("total", "agrees"), [("$6.3 billion", True), ("$6 billion", True), ("$9 billion", False)]
)
def test_a_total_agrees_with_what_its_rate_comes_to(total: str, agrees: bool) -> None:
    assert agree(fact(f"The deal is worth {total}.", total), RATE) is agrees


def test_values_that_cannot_be_compared_do_not_contradict() -> None:
    assert agree(fact("It costs $40.", "$40"), fact("It costs €50.", "€50"))
    assert agree(fact("It costs $40.", "$40"), fact("It draws 50 kW.", "50 kW"))
    assert agree(fact("It costs $40.", "$40"), fact("It costs $3 a month.", "$3 a month"))


@given(st.sampled_from(EVERY_SENTENCE), st.sampled_from(EVERY_SENTENCE))
def test_the_order_of_two_facts_does_not_matter(one: str, other: str) -> None:
    for a, b in product(facts(one), facts(other)):
        assert same_attribute(a, b) == same_attribute(b, a)
        assert agree(a, b) == agree(b, a)


@given(st.sampled_from(EVERY_SENTENCE))
def test_a_fact_agrees_with_itself(text: str) -> None:
    for each in facts(text):
        assert agree(each, each)


@given(
    st.integers(min_value=1, max_value=10**9),
    st.sampled_from(["about ", "nearly ", "more than ", "up to ", ""]),
)
def test_a_hedge_only_widens(number: int, hedge: str) -> None:
    plain = fact(f"Corvane hired {number:,} people.", f"{number:,} people") if number > 1 else None
    hedged = facts(f"Corvane hired {hedge}{number:,} people.")
    if plain is not None:
        (wide,) = [f for f in hedged if f.value.kind == "quantity"]
        assert agree(plain, wide)
        assert wide.shown == f"{hedge}{number:,} people"

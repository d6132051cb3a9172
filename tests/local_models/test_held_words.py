from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pipeline.local_models.held_words import HeldWords, Holding, choose

EVIDENCE = (
    "Vantor will buy Quarrel for $1.8bn. The Lille-based firm’s 40-page filing names two rivals."
)
GRAMMAR = "\nafter is are a it to in be by with of and"


def held(text: str = EVIDENCE) -> HeldWords:
    """Tokens are code points."""
    return HeldWords(text, lambda tokens: "".join(map(chr, tokens)))


def fits(text: str, evidence: str = EVIDENCE + GRAMMAR) -> bool:
    """Whether `text` could be written code point by code point, and end."""
    words = held(evidence)
    codes = list(map(ord, text))
    return all(words.allows(codes[:at], code) for at, code in enumerate(codes)) and words.may_end(
        codes
    )


@pytest.mark.parametrize(
    "text",
    [
        "Vantor will buy Quarrel for $1.8bn.",
        "Quarrel is to buy Vantor, a filing names.",
        "The firm (Quarrel) names two rivals",
        "Rivals are in the filing of Vantor’s firm",
        "After a filing, “Vantor” will buy $1.8bn",
        "It is a Lille-based firm with a 40-page filing",
        "Filing names Vantor's two rivals",
    ],
)
def test_words_of_the_text_may_be_written(text: str) -> None:
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vantor will buy Quarry",
        "Vantora will buy it",
        "Vantor will buy it for $1.9bn",
        "Vantor will buy it for $1.8",
        "it names three rivals",
        "the 40 rivals",
        "the Rivals",
        "Competitors are named",
        "names by VANTOR",
        "Vantor will sell Quarrel",
        "it buys Quarrel",
    ],
)
def test_others_may_not(text: str) -> None:
    assert not fits(text)


def test_a_word_may_be_the_beginning_of_another() -> None:
    assert fits("the tenants wait", "the ten tenants wait in 2 queues")
    assert fits("the ten wait", "the ten tenants wait in 2 queues")
    assert not fits("the tenant wait", "the ten tenants wait in 2 queues")


@given(st.lists(st.sampled_from([*EVIDENCE.split(), "the", "rises", "Zorn", "7", "three"])))
def test_what_may_be_written_says_nothing_new(words: list[str]) -> None:
    text = " ".join(["it", *words])
    assert fits(text) == (not {"Zorn", "7", "three", "rises"} & set(words))


class Odd:
    """Lets nothing but odd tokens through, and an end only behind three of them."""

    def allows(self, written: Sequence[int], token: int) -> bool:
        return token % 2 == 1

    def may_end(self, written: Sequence[int]) -> bool:
        return len(written) >= 3


def test_the_likeliest_fitting_token_is_chosen() -> None:
    logits = torch.tensor([5.0, 1.0, 9.0, 3.0])
    stops = frozenset({2})
    odd: HeldWords = Odd()  # type: ignore[assignment]
    assert choose(None, [], logits, stops) == 2
    assert choose(odd, [], logits, stops) == 3
    assert choose(odd, [1, 1, 1], logits, stops) == 2
    assert choose(odd, [], torch.tensor([5.0, -1.0]), frozenset({0})) == 1
    assert choose(held(), [ord("Z")], torch.tensor([1.0]), frozenset()) is None


def test_the_processor_leaves_each_row_that_token_and_free_rows_alone() -> None:
    odd: HeldWords = Odd()  # type: ignore[assignment]
    scores = torch.tensor([[5.0, 1.0, 9.0, 3.0]]).repeat(3, 1)
    chosen = Holding([odd, None], 1, frozenset({2}))(torch.tensor([[0]] * 3), scores)
    assert chosen.argmax(dim=-1).tolist() == [3, 2, 2]
    assert chosen[1:].tolist() == [[5.0, 1.0, 9.0, 3.0]] * 2

"""Errors put into sentences: they are where the spans say, and nothing else has changed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import fold
from training.corruptions import OPPOSITE, corrupt

SOURCE = (
    "Corvane Labs leased 18,000 boards from Ostrel for $40 million on Monday.",
    "Veltrix sold its Malmgard plant to Ostrel after a strike in March.",
)
OTHER = (
    "The Harbour Board closed two berths in Lisbon, and Marta Quill resigned on Friday.",
    "Prices rose by 7 percent after the vote, as Solvane had warned.",
)


@given(st.sampled_from([*SOURCE, *OTHER]), st.integers(0, 10_000))
def test_outside_its_spans_a_corrupted_sentence_is_the_claim(claim: str, seed: int) -> None:
    error = corrupt(claim, SOURCE, OTHER, Random(seed))
    assert error is not None
    assert fold(error.text) != fold(claim)
    first, last = error.spans[0][0], error.spans[-1][1]
    assert 0 <= first < last <= len(error.text)
    assert error.text[:first].rstrip(" .") == claim[:first].rstrip(" .")
    for start, end in error.spans:
        assert error.text[start:end].strip()


def test_the_same_seed_makes_the_same_error() -> None:
    made = [corrupt(SOURCE[0], SOURCE, OTHER, Random(5)) for _ in range(2)]
    assert made[0] == made[1]


def test_all_kinds_of_error_are_made() -> None:
    errors = {corrupt(SOURCE[0], SOURCE, OTHER, Random(seed)) for seed in range(200)}
    texts = " ".join(error.text for error in errors if error)
    assert "Corvane Labs leased 18,000 boards from Veltrix" in texts  # a name of the same source
    assert "Ostrel leased 18,000 boards from Corvane Labs" in texts  # places changed
    assert any(error and "18,000" not in error.text for error in errors)  # a number
    assert any(error and "Friday" in error.text for error in errors)  # a phrase from elsewhere


def test_a_sentence_with_nothing_to_spoil_is_left_alone() -> None:
    assert corrupt("It poured.", ("It poured.",), ("It snowed.",), Random(1)) is None


@pytest.mark.parametrize("word", ["rose", "fell", "first", "will"])
def test_opposites_go_both_ways_or_negate(word: str) -> None:
    opposite = OPPOSITE[word]
    assert OPPOSITE.get(opposite, word) == word or opposite == f"{word} not"

from __future__ import annotations

import pytest
from hypothesis import given

from pipeline.analysis.stems import content_stems, stem, word_forms
from pipeline.text import fold, words
from tests.strategies import good_sentence


@pytest.mark.parametrize(
    ("word", "other"),
    [("leases", "leased"), ("lease", "leasing"), ("shrinks", "shrink"), ("apply", "applies")],
)
def test_forms_of_a_word_have_one_stem(word: str, other: str) -> None:
    assert stem(word) == stem(other)


@pytest.mark.parametrize(
    "word", ["lease", "leased", "shrinks", "shrinking", "hydro", "powered", "the", "will"]
)
def test_a_text_may_be_told_in_other_forms_of_its_words(word: str) -> None:
    assert word in word_forms("Acme leases a hydro-powered hall, which shrinks.")


@pytest.mark.parametrize("word", ["buys", "acme's", "big", "two", "40"])
def test_other_words_are_none_of_them(word: str) -> None:
    assert word not in word_forms("Acme leases 40 halls.")


@given(good_sentence)
def test_a_form_has_the_stem_of_a_word_of_the_text(text: str) -> None:
    grammar = word_forms("")
    held = set(content_stems(text))
    assert {stem(form) for form in word_forms(text) - grammar} <= held
    assert {fold(word) for word in words(text) if word.isalpha()} <= word_forms(text)

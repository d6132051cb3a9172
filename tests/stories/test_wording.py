from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories.wording import Wording


@pytest.mark.parametrize(
    "text",
    [
        "Corvane   pays\n$40 million",
        "Corvane pays the $40 million",
        "“Corvane” pays – $40 million!",
        "Yesterday Corvane pays $40 million, and more",
    ],
)
def test_layout_punctuation_and_articles_do_not_count(text: str) -> None:
    assert Wording.of("Corvane pays $40 million.").stands_in(Wording.of(text))


@pytest.mark.parametrize(
    "text",
    [
        "Corvane pays €40 million",
        "Corvane pays $400 million",
        "Corvane now pays $40 million",
        "pays Corvane $40 million",
        "Corvane pays $40",
        "Corvane pays -$40 million",
    ],
)
def test_another_word_sign_or_order_does(text: str) -> None:
    assert not Wording.of("Corvane pays $40 million.").stands_in(Wording.of(text))


@given(st.text(), st.text())
def test_a_text_stands_in_itself_and_in_what_surrounds_it(text: str, other: str) -> None:
    assert Wording.of(text).stands_in(Wording.of(text))
    assert Wording.of(text).stands_in(Wording.of(f"{other}\n{text}\n{other}"))

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.extraction import Page, extracted_texts, page_scores, scores, shingles
from pipeline.errors import ExtractionError
from pipeline.protocols import no_progress
from pipeline.records import Extracted


def test_shingles_are_runs_of_four_words_with_their_case() -> None:
    assert shingles("The mill, the mill grinds.") == Counter(
        {("The", "mill", "the", "mill"): 1, ("mill", "the", "mill", "grinds"): 1}
    )
    assert shingles("a b a b a b") == Counter({("a", "b", "a", "b"): 2, ("b", "a", "b", "a"): 1})
    assert shingles("Two words") == Counter({("Two", "words"): 1})
    assert shingles(" - ") == Counter()


@pytest.mark.parametrize(
    ("truth", "found", "precision", "recall"),
    [
        ("a b c d e", "a b c d e", 1.0, 1.0),
        ("a b c d e", "a b c d", 1.0, 0.5),
        ("a b c d", "a b c d e f", 1 / 3, 1.0),
        ("a b c d", "A b c d", 0.0, 0.0),
        ("a a a a a", "a a a a", 1.0, 0.5),
        ("a b c d", "", 0.0, 0.0),
        ("", "a b c d", 0.0, 0.0),
        ("", "", 1.0, 1.0),
    ],
)
def test_scores_of_a_page(truth: str, found: str, precision: float, recall: float) -> None:
    assert page_scores(truth, found) == pytest.approx((precision, recall))


def test_f1_is_of_the_means_over_pages() -> None:
    precision, recall, f1 = scores(["a b c d e", "a b c d"], ["a b c d", ""])
    assert (precision, recall) == (0.5, 0.25)
    assert f1 == pytest.approx(2 * 0.5 * 0.25 / 0.75)
    assert scores(["a b c d"], [""]) == (0.0, 0.0, 0.0)


@given(st.text("ab c", max_size=30), st.text("ab c", max_size=30))
def test_precision_one_way_is_recall_the_other_way(one: str, other: str) -> None:
    assert page_scores(one, other) == page_scores(other, one)[::-1]


class Refusing:
    """Takes the text of a page without a login form."""

    def extract(self, html: bytes | str, *, url: str | None) -> Extracted:
        if "login" in str(html):
            raise ExtractionError(str(url), "no article text found on the page")
        return Extracted(text=str(html))


def test_a_refused_page_has_no_text() -> None:
    pages = [
        Page(id=str(n), url=f"https://mill.example/{n}", html=html, text="")
        for n, html in enumerate(["The mill is open.", "login", "It grinds."])
    ]
    assert extracted_texts(pages, Refusing(), no_progress) == [
        "The mill is open.",
        None,
        "It grinds.",
    ]

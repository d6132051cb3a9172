from __future__ import annotations

import pytest

from bench.claims import ClaimCounts, kind_of
from pipeline.schema import Basis, Citation, Claim, Support

SENTENCE = "Corvane Labs will rent a hall of 18,000 chips from Brightmoor in Lindhaven next spring."
OTHER = "Brightmoor may sublet racks."


def claim(text: str, *quotes: str, basis: Basis = "written") -> Claim:
    return Claim(
        id="c-1",
        text=text,
        basis=basis,
        citations=[
            Citation(
                article_id="a-1",
                text_sha256="0",
                field="text",
                quote=quote,
                start=0,
                end=len(quote),
                url=None,
            )
            for quote in quotes
        ],
        support=Support(score=1.0, checks={}),
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Next spring, Corvane Labs will rent 18,000 chips from Brightmoor.", "written"),
        ("Corvane Labs will rent a hall of 18,000 chips from Brightmoor.", "condensed"),
        ("Corvane Labs will rent a hall of 18,000 chips from Brightmoor in Lindhaven.", "trimmed"),
        (SENTENCE, "quoted"),
    ],
)
@pytest.mark.parametrize("basis", ["written", "condensed", "quoted"])
def test_the_words_decide_and_not_the_label(text: str, kind: str, basis: Basis) -> None:
    assert kind_of(claim(text, OTHER, SENTENCE, basis=basis)) == kind


def test_just_a_fifth_of_the_words_gone_is_condensed() -> None:
    ten = "One two three four five six seven eight nine ten."
    assert kind_of(claim("One two three four five six seven eight.", ten)) == "condensed"
    assert kind_of(claim("One two three four five six seven eight nine.", ten)) == "trimmed"


def test_a_sentence_that_a_longer_citation_also_holds_is_no_condensation_of_that() -> None:
    assert kind_of(claim(OTHER, f"Its lawyers say that {OTHER} and more besides", OTHER)) == (
        "quoted"
    )


def test_inferred_advice_stands_apart() -> None:
    assert kind_of(claim(SENTENCE, SENTENCE, basis="inferred")) == "inferred"
    counts = ClaimCounts(written=1, condensed=2, trimmed=3, quoted=4, inferred=90)
    assert counts.sourced == 10
    assert counts.share("condensed") == 0.2


def test_nothing_told_has_no_shares() -> None:
    assert ClaimCounts(inferred=2).share("written") is None


def test_counts_add_up() -> None:
    assert ClaimCounts(1, 2, 3, 4, 5) + ClaimCounts(10, 20, 30, 40, 50) == ClaimCounts(
        11, 22, 33, 44, 55
    )

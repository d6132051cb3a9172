from __future__ import annotations

import pytest

from pipeline.brief.cuts import verify_condensed
from tests.brief.condense_cases import CASES, Case


@pytest.mark.parametrize("case", [c for c in CASES if c.kept], ids=lambda case: case.kind)
def test_every_right_condensation_passes(case: Case) -> None:
    assert case.kept is not None
    verdict = verify_condensed(case.kept, case.sentence)
    assert verdict.passed, verdict.failures


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Acme will sell the plant.", "Acme will not sell the plant."),
        ("Acme will sell the plant.", "Acme will probably never sell the plant."),
        ("Acme may sell.", "Acme sells may."),
        ("Sales are above those of May.", "Sales are above those of May 2019."),
        ("It costs more than a car.", "It costs more than a car from Japan."),
        ("Acme said costs fall, and tests fail.", "Acme said costs fall, and says tests fail."),
        ("Owners can move to for a year.", "Owners can move to the GX for a year."),
        ("Fees end, owners can move.", "Fees end; owners can move."),
        ("The investors and Acme.", "The investors included Inkwell and Acme."),
        ("It cut costs by 31 per cent.", "It cut costs on average by 31 per cent."),
        (
            "Acme drops the pickle, turns loading off.",
            "Acme drops the pickle, moves the endpoint and turns loading off.",
        ),
        (
            "To be shown on Tuesday, Mr. Ek called it a win.",
            "In a talk, to be shown on Tuesday, Mr. Ek called it a win.",
        ),
        (
            "She made errors when she first learned it.",
            "She made errors when she said she first learned it.",
        ),
        (
            "Clubs rule in eastern states; clubs there are weak.",
            "Clubs rule in eastern states; clubs there are weak in such states.",
        ),
        ("Mr. Ek gave a warning.", "Mr. Ek gave what aides called a warning."),
        (
            "Mr. Ek's party had two seats.",
            "Mr. Orr said on Monday that Mr. Ek's party had two seats.",
        ),
        (
            "Clubs are weak and turnout may fall.",
            "Clubs are weak in such states and turnout may fall.",
        ),
        ("Acme paid $5 million.", "Acme paid about $5 million."),
        ("Every 10% adds $620.", "Every 10% on the memory price adds $620."),
        ("A leak takes all nodes together.", "A leak takes all nodes down together."),
        (
            "By reading slowly, Anna Ek reported it.",
            "“You find it by reading slowly,” said Anna Ek, who reported it.",
        ),
        (
            "The money will pay for a switch, Acme wants in racks by May.",
            "The money will pay for a switch, the TN-512, which Acme wants in racks by May.",
        ),
        (
            "Whoever holds a token needs only to change the name.",
            "Whoever holds a token and can reach the port needs only to change the name.",
        ),
        (
            "Buyers who plan by it will overpay.",
            "I think it is the worst unit, and buyers who plan by it will overpay.",
        ),
        ("Acme paid Inkwell.", "Inkwell paid Acme."),
        ("Acme paid $5 billion.", "Acme paid $5 million, a third of a billion."),
        ("Acme bought the plant.", "Acme, which Inkwell bought, sold the plant."),
        ("Acme bought the castle.", "Acme bought the plant."),
    ],
)
def test_a_wrong_one_fails(claim: str, sentence: str) -> None:
    assert not verify_condensed(claim, sentence).passed


def test_a_hedge_may_go_with_the_clause_it_belongs_to() -> None:
    whole = "Acme opened the plant in May, which may bring forty jobs to the town."
    assert verify_condensed("Acme opened the plant in May.", whole).passed


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The bank cut its rate to 26%.", "The bank cut its rate to 26% on Thursday."),
        (
            "Skyhaven's profit more than doubled.",
            "Skyhaven's profit more than doubled to a record as fuel got cheaper.",
        ),
    ],
)
def test_a_day_is_no_measure_and_nothing_is_compared_with_a_growth(
    claim: str, sentence: str
) -> None:
    assert verify_condensed(claim, sentence).passed

from __future__ import annotations

import pytest

from pipeline.brief.parts import parts_of
from pipeline.brief.verify import verify
from tests.brief.fusion_cases import FUSIONS

TRUE = [(claim, fusion.evidence) for fusion in FUSIONS for claim in fusion.true]
FALSE = [(claim, fusion.evidence) for fusion in FUSIONS for claim in fusion.false]


@pytest.mark.parametrize(("claim", "evidence"), TRUE)
def test_a_true_sentence_made_of_two_passes(claim: str, evidence: tuple[str, ...]) -> None:
    assert verify(claim, evidence).failures == ()


@pytest.mark.parametrize(("claim", "evidence"), FALSE)
def test_a_false_sentence_made_of_two_is_refused(claim: str, evidence: tuple[str, ...]) -> None:
    assert not verify(claim, evidence).passed


@pytest.mark.parametrize(("claim", "evidence"), FALSE)
def test_the_order_of_the_evidence_does_not_matter(claim: str, evidence: tuple[str, ...]) -> None:
    assert verify(claim, evidence).failures == verify(claim, evidence[::-1]).failures


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Acme, which Inkwell bought, sold 40 sites.", ["Acme", "Inkwell bought", "sold 40 sites"]),
        ("Lawyers said regulators could act.", ["Lawyers said", "regulators could act"]),
        ("Acme has lost money since 2019 and left.", ["Acme has lost money since 2019", "left"]),
        ("", []),
        (" , — ;", []),
    ],
)
def test_a_sentence_is_cut_at_its_borders(text: str, parts: list[str]) -> None:
    assert [part.text for part in parts_of(text)] == parts


def test_a_hedge_that_went_with_its_aside_is_not_asked_for() -> None:
    cable = "The cable has 24 fibre pairs, may be copied by rivals and crosses the Skarv Strait."
    assert verify("The cable has 24 fibre pairs and crosses the Skarv Strait.", [cable]).passed
    claim = "The cable has 24 fibre pairs and is copied by rivals."
    assert "hedges" in verify(claim, [cable]).failures


def test_a_hedge_before_a_number_stays_with_it() -> None:
    sale = "Under the new rules Okonjo sold about 40 boats for more than $7 million."
    assert verify("Okonjo sold about 40 boats.", [sale]).checks["hedges"] == "pass"
    assert "hedges" in verify("Okonjo sold 40 boats.", [sale]).failures
    assert "hedges" in verify("Okonjo sold about 40 boats for $7 million.", [sale]).failures


def test_a_month_is_no_hedge() -> None:
    fee = "Subscribers of Lumen must pay €18 a month from May."
    assert verify("From May, subscribers of Lumen must pay €18 a month.", [fee]).passed


def test_he_does_not_become_she() -> None:
    arrest = "Police in Orrin arrested a beekeeper on Friday; he denies the theft."
    assert not verify(
        "Police in Orrin arrested a beekeeper; she denies the theft.", [arrest]
    ).passed


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (  # what is longer than planned is planned no more
            "The Kestrel line stays open until 2031, at a cost of $40m.",
            ["The Kestrel line stays open until 2031, longer than planned, at a cost of $40m."],
        ),
        (  # `nine more` are of the people
            "A court freed 23 people, and nine more were still missing.",
            ["A court freed 23 people.", "Nine more people were still missing, Ada Roth said."],
        ),
        (  # the relative clause belongs to the drivers, not to what they are paid
            "Hopper will pay $38m to 11,000 drivers who were classed as guests.",
            ["Hopper will pay $38m to 11,000 drivers in New Grenholm who were classed as guests."],
        ),
        ("The mill closes in May, Ada Roth said.", ["The mill closes in May, says Ada Roth."]),
        (
            "Ten guests paid, and the deposits have been spent.",
            ["Ten guests paid deposits of £25 each, which Corvane Labs has spent."],
        ),
    ],
)
def test_a_true_sentence_passes_whose_evidence_is_built_in_another_way(
    claim: str, evidence: list[str]
) -> None:
    assert verify(claim, evidence).failures == ()


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (  # of another speaker
            "Prices rose by 4%, Caldera said.",
            ["The mill will close, Caldera said.", "Prices rose by 4%, Nimbus said."],
        ),
        (
            "The council rejected the mayor, Pia Lund, on Tuesday.",
            ["The council rejected the tram on Tuesday.", "Wise, said the mayor, Pia Lund."],
        ),
        ("Orrin Homes sold 212 houses.", ["Orrin Homes sold 41 of its 212 houses in May."]),
        ("Corvane Labs was sold.", ["Corvane Labs bought the mill and sold it to Ostrel."]),
        (
            "Chile's Puelche has reached orbit and is the third country with a rocket.",
            ["Chile's Puelche has reached orbit.", "Chile is the third country with a rocket."],
        ),
    ],
)
def test_a_false_sentence_with_a_part_of_another_clause_is_refused(
    claim: str, evidence: list[str]
) -> None:
    assert not verify(claim, evidence).passed

from __future__ import annotations

import pytest

from pipeline.brief.evidence import Candidate
from pipeline.brief.stitches import stitched
from tests.brief.story import field_of_text


def evidence_of(*sentences: str) -> tuple[Candidate, ...]:
    """Return sentences that stand one behind the other in one article."""
    return field_of_text(" ".join(sentences)).candidates


ROUND = (
    "Hallinfer has raised $80 million in a Series B round led by Corrigan Partners.",
    "The round puts the firm at $600 million.",
    "The firm expects a profit of about $9 million this year.",
)
LOADER = (
    "Quillon can load adapters while it runs, and it read the archive without a check.",
    "Since 2.3.0, Quillon has been able to load adapters through a new call.",
)
OUTAGE = (
    "The region did not come back because every client retried without a limit.",
    "Traffic to the store reached 14 times its usual level.",
)
REVENUE = (
    "Hallinfer has raised $80 million in a Series B round.",
    "Hallinfer's revenue leaves a good deal of growth to be imagined.",
)
FLAW = (
    "The hole had been in Quillon for 18 months.",
    "The flaw is tracked by the maintainers as urgent.",
)
RELEASE = (
    "Hallinfer AI released Hall-3 on Monday.",
    "It reads up to 256,000 tokens at once, four times as many as before.",
)
COURT = (
    "A Breda court has ruled that Vandel may not charge more.",
    "It allowed charges for real costs.",
)
INVESTORS = ("Larkhall and Quern joined the round, in which no debt was involved.",)
OFFICER = ("Anna Ek, chief executive of Vandel, said that charges would rise.",)
CALLS = (
    "Kingsley Orr, the mayor of Skarvik, said that the bill “goes too far.”",
    "Another candidate qualified his view.",
)
TESTS = (
    "The number of new infections in Skarvik has grown, the ministry reported.",
    "In the 1980s, doctors saw 35,000 new infections a year, and that figure is down by 90%.",
)
RECORDS = ("Understanding this crash has been hard, but old records have helped to reveal it.",)
BAG = ("Anna Ek wore a raspberry blouse and a blue skirt from Larkhall.",)
MONEY = ("The money will pay for a second line and a switch, which Hallinfer wants by autumn.",)
GUIDANCE = ("Regulators may agree: guidance for insurers is to ask for testing by March.",)
CACHE = ("Queries sent from 06:12 met a cache that kept serving a list after it had moved.",)
PLANT = (
    "Corvane Robotics opened a plant in Turku in May.",
    "It makes 340 arms a week there, the company says.",
)
MACHINES = (
    "The FX machines make up 6% of the fleet; owners of an FX can move to the GX for a year.",
)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The round puts the firm at $600 million, and expects a profit.", ROUND),
        ("Hallinfer has raised $80 million in a Series B round, which expects a profit.", ROUND),
        ("The region did not come back, as traffic to the store reached 14 times its usual level.",
         OUTAGE),
        ("Hallinfer AI reads up to 256,000 tokens at once.", RELEASE),
        ("Turku makes 340 arms a week.", PLANT),
        ("Vandel may not charge more, and it allowed charges for real costs.", COURT),
        ("No debt was involved in Larkhall's round.", INVESTORS),
        ("By autumn, the money will pay for a second line.", MONEY),
        ("Regulators may agree that guidance for insurers is to ask for testing.", GUIDANCE),
        ("Quillon can load adapters while it runs, and since 2.3.0, it read the archive.", LOADER),
        ("The hole had been in Quillon for 18 months, and its flaw is tracked as urgent.", FLAW),
        ("The region did not come back because every client retried them.", OUTAGE),
        ("The FX machines make up 6% of the fleet, owners of which can move to the GX.", MACHINES),
        ("Kingsley Orr said that the bill “goes too far,” another candidate qualified his view.",
         CALLS),
        ("The number of new infections has grown, and that figure is down by 90%.", TESTS),
        ("Old records have helped to reveal it, understanding this crash.", RECORDS),
        ("From Larkhall, Anna Ek wore a raspberry blouse.", BAG),
        ("Quillon can load adapters while it runs, but it read the archive.", LOADER),
    ],
)  # fmt: skip
def test_what_does_not_belong_together_is_found(claim: str, evidence: tuple[str, ...]) -> None:
    assert stitched(claim, evidence_of(*evidence))


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Hallinfer has raised $80 million in a Series B round, which puts the firm at $600 "
         "million.", ROUND),
        ("Hallinfer has raised $80 million, and its revenue leaves a deal of growth.", REVENUE),
        ("Quillon can load adapters while it runs and read the archive without a check.", LOADER),
        ("The firm expects a profit of $9 million.", ROUND),
        ("A Breda court has ruled against Vandel, and it allowed charges for real costs.", COURT),
        ("Vandel's chief executive said that charges would rise.", OFFICER),
        ("This year, the firm expects a profit of $9 million.", ROUND),
        ("The region did not come back, and traffic to the store reached 14 times its usual level.",
         OUTAGE),
        ("Corvane Robotics makes 340 arms a week.", PLANT),
        ("Corvane Robotics opened a plant in Turku and makes 340 arms a week.", PLANT),
        ("The region did not come back because every client retried.", OUTAGE),
        ("Queries met a cache that kept serving a list after it had moved.", CACHE),
    ],
)  # fmt: skip
def test_what_does_is_left_alone(claim: str, evidence: tuple[str, ...]) -> None:
    assert not stitched(claim, evidence_of(*evidence))

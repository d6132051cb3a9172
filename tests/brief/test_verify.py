from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.brief.verify import CHECKS, MIN_SUPPORT, verify, word_coverage
from tests.sentences import GOOD_SENTENCES
from tests.strategies import any_line, good_sentence, messy_line

LEASE = "Corvane Labs will pay Brightmoor $150 million per month to use Nvidia GB300 chips in Oslo."

BORNE_OUT = [
    (
        "Mark Dunn offered Acme an ultimatum for the summit in Skarvik.",
        "Sen. Mark Dunn, top member of the Senate Energy Committee, offered Acme an ultimatum for "
        "the summit in Skarvik.",
    ),
    ("Corvane Labs will pay Brightmoor $150 million per month for Nvidia GB300 chips.", LEASE),
    ("Corvane Labs will pay Brightmoor 150 million dollars per month.", LEASE),
    (
        "The plant draws 40 per cent of the power of Skarvik.",
        "The plant in the hills draws 40% of the power that Skarvik uses.",
    ),
    (
        "Quillon was fined €120 million on Tuesday.",
        "Quillon was fined €120m by the European Commission on Tuesday, 4 May.",
    ),
    (
        "Brightmoor has raised 22 million euros.",
        "Brightmoor, which runs eleven sites, has raised €22 million.",
    ),
    (
        "Dunmarrow may delay the D7 until April 2027.",
        "Dunmarrow might delay the D7 accelerator until April 2027.",
    ),
    (
        "The trial covered 18,000 accelerators.",
        "The trial of the scheduler covered 18,000 GB300 accelerators.",
    ),
    (
        "Shares of Brightmoor fell about 4%.",
        "Shares of Brightmoor fell around 4% in Oslo after the announcement.",
    ),
]

WARNING = (
    "Sen. Mark Dunn, top member of the Senate Energy Committee, offered Acme an ultimatum for the "
    "summit in Skarvik."
)
NOT_BORNE_OUT = [
    ("actors", "The Senate Energy Committee offered Acme an ultimatum for the summit.", WARNING),
    ("words", "Mark Dunn offered Acme a ultimatum for the summit.", WARNING),
    (
        "words",
        "Clara Ek told 600 supporters that a trade plan has split the party.",
        "“Go on,” Clara Ek told 600 supporters, addressing a trade plan that has split the party.",
    ),
    # a number, a unit, a scale
    ("values", "Corvane Labs will pay Brightmoor $160 million per month.", LEASE),
    ("values", "Corvane Labs will pay Brightmoor $150 billion per month.", LEASE),
    ("values", "Corvane Labs will pay Brightmoor €150 million per month.", LEASE),
    ("values", "Corvane Labs will pay Brightmoor $150 million per year for 3 years.", LEASE),
    (
        "values",
        "The outage lasted 6 days and hit the eu-north region of Ferncliff.",
        "The outage lasted 6 hours and hit the eu-north region of Ferncliff.",
    ),
    ("values", "The plant will use 40 megawatts.", "The plant will use 40 gigawatts."),
    ("values", "Rates rose 5 percentage points.", "Rates rose 5%."),
    ("values", "Version 2.7.3 closes the hole.", "Version 2.7.4 closes the hole."),
    ("values", "Twelve people died in the fire.", "Twenty people died in the fire."),
    ("values", "A million people saw the fire.", "A thousand people saw the fire."),
    (
        "values",
        "The lease covers 18,000 servers in the Quay Street hall.",
        "The lease covers 18,000 accelerators in the Quay Street hall.",
    ),
    (
        "values",
        "Sales of the cloud unit fell in the third quarter of the year.",
        "Sales of the cloud unit fell in the fourth quarter of the year.",
    ),
    # a date
    ("values", "The ruling came on 12 May 2026.", "The ruling came on 12 June 2026."),
    ("values", "The ruling came on 12 May 2026.", "The ruling came on 12 May."),
    ("values", "Prices rose in May.", "Prices rose in June."),
    ("values", "The ruling came on Monday.", "The ruling came on Tuesday."),
    # a name
    ("names", "Corvane Lab will pay Brightmoor $150 million per month.", LEASE),
    ("names", "Corvaine Labs will pay Brightmoor $150 million per month.", LEASE),
    ("names", "Corvane Labs will pay Brightmoor for Nvidia GB200 chips.", LEASE),
    ("names", "Corvane Labs will pay Brightmoor for chips in Bergen.", LEASE),
    # negation
    ("negation", "Corvane Labs will not pay Brightmoor $150 million per month.", LEASE),
    (
        "negation",
        "The court ruled that Acme infringed the patent.",
        "The court ruled that Acme did not infringe the patent.",
    ),
    ("negation", "The update fixes no bugs.", "The update fixes bugs."),
    ("negation", "Acme leaked the data.", "Acme denies that it leaked the data."),
    ("negation", "The council approved the plan.", "The council rejected the plan."),
    ("negation", "Acme never paid the fine.", "Acme paid the fine."),
    # a hedge
    (
        "hedges",
        "Brightmoor will build a second phase at Skarvik.",
        "Brightmoor may build a second phase at Skarvik.",
    ),
    (
        "hedges",
        "Brightmoor may build a second phase at Skarvik.",
        "Brightmoor will build a second phase at Skarvik.",
    ),
    ("hedges", "The chip is 40% faster.", "The chip is about 40% faster."),
    ("hedges", "Twelve people died.", "At least twelve people died."),
    ("hedges", "Up to 12 nodes can join.", "At least 12 nodes can join."),
    ("hedges", "Acme sold its plant.", "Acme reportedly sold its plant."),
    ("hedges", "Acme closes the plant.", "Acme plans to close the plant."),
    ("hedges", "Acme pays the fine.", "Acme pays the fine if the court agrees."),
    # who did what
    ("actors", "Brightmoor will pay Corvane Labs $150 million per month.", LEASE),
    ("actors", "Inkwell acquired Acme for $2 billion.", "Acme acquired Inkwell for $2 billion."),
    (
        "actors",
        "Inkwell was acquired by Acme for $2 billion.",
        "Inkwell acquired Acme for $2 billion.",
    ),
    (
        "actors",
        "Acme acquired Inkwell for $2 billion.",
        "Acme was acquired by Inkwell for $2 billion.",
    ),
    (
        "actors",
        "SpaceX AI can now negotiate lower prices for chips.",
        "AI labs can now negotiate lower prices for the chips that SpaceX rents out.",
    ),
    ("actors", "Acme sold its plant to Inkwell.", "Inkwell sold its plant to Acme."),
    ("order", "Regulators fined Acme.", "Acme said that regulators fined Inkwell."),
    (
        "actors",
        "The deal makes Acme a tenant of Inkwell.",
        "The deal makes Inkwell a tenant of Acme.",
    ),
    (
        "actors",
        "The lab leases its chips to the cloud provider.",
        "The cloud provider leases its chips to the lab.",
    ),
    (
        "actors",
        "Acme's rival will buy Inkwell.",
        "Inkwell's rival will buy Acme.",
    ),
    ("order", "Acme has 7 sites and Inkwell has 5.", "Acme has 5 sites and Inkwell has 7."),
    (
        "actors",
        "Sales rose to $4 billion from $5 billion.",
        "Sales rose from $4 billion to $5 billion.",
    ),
    # quotation marks
    (
        "quotations",
        "Ana Ruiz said “we will double output”.",
        "Ana Ruiz said “we will hold output” and left the room to double it.",
    ),
    (
        "quotations",
        "Ana Ruiz called the plan “a disaster”.",
        "Ana Ruiz called the plan a disaster for “everyone”.",
    ),
    # invented words
    (
        "words",
        "The merger will create jobs in a blue castle by the sea.",
        "The merger will create jobs in Leeds.",
    ),
    ("words", "Prices fell in Oslo.", "Prices rose in Oslo."),
    (
        "words",
        "Corvane Labs cancelled the lease of the hall, the boards, the pumps and the racks.",
        "Corvane Labs signed the lease of the hall, the boards, the pumps and the racks.",
    ),
]


@pytest.mark.parametrize(("claim", "sentence"), BORNE_OUT)
def test_a_rewording_that_says_the_same_passes(claim: str, sentence: str) -> None:
    verdict = verify(claim, [sentence])
    assert verdict.passed, verdict.failures


@pytest.mark.parametrize(("check", "claim", "sentence"), NOT_BORNE_OUT)
def test_a_change_of_what_is_said_fails_its_check(check: str, claim: str, sentence: str) -> None:
    verdict = verify(claim, [sentence])
    assert check in verdict.failures
    assert not verdict.passed


def test_two_true_sentences_do_not_bear_out_a_third() -> None:
    evidence = ["Acme leases the hall in Oslo.", "Inkwell leases the boards in Bergen."]
    assert "joins" in verify("Acme leases the hall from Inkwell.", evidence).failures
    stitched = "The hall, a gift of the guild, became a way around the rules."
    evidence = ["The hall is closed, the guild says.", "A gift of the guild became a way around."]
    assert not verify(stitched, evidence).passed


def test_evidence_that_is_not_there_bears_out_nothing() -> None:
    verdict = verify("Acme pays Inkwell $5 million.", [])
    assert {"values", "names", "words"} <= set(verdict.failures)
    assert verdict.score == 0


@given(good_sentence | any_line | messy_line)
def test_every_sentence_bears_itself_out(sentence: str) -> None:
    verdict = verify(sentence, [sentence])
    assert verdict.passed, verdict.failures
    assert verdict.score == 1


@given(good_sentence, st.lists(good_sentence, min_size=1, max_size=3))
def test_more_evidence_does_not_unsettle_a_quotation(sentence: str, others: list[str]) -> None:
    assert verify(sentence, [*others, sentence]).passed


@given(any_line | good_sentence, st.lists(any_line | good_sentence, max_size=3), st.floats(-1, 2))
def test_the_verdict_is_complete_and_its_score_a_share(
    claim: str, evidence: list[str], support: float
) -> None:
    verdict = verify(claim, evidence, lambda *_: support)
    assert tuple(verdict.checks) == CHECKS
    assert set(verdict.checks.values()) <= {"pass", "fail", "n/a"}
    assert 0 <= verdict.score <= 1
    assert verdict.score == round(verdict.score, 4)


@pytest.mark.parametrize("index", range(len(GOOD_SENTENCES)))
def test_another_sentence_never_bears_one_out(index: int) -> None:
    others = [s for i, s in enumerate(GOOD_SENTENCES) if i != index]
    assert not verify(GOOD_SENTENCES[index], others).passed


def test_a_sentence_without_support_does_not_pass() -> None:
    assert verify(LEASE, [LEASE], lambda *_: MIN_SUPPORT).passed
    weak = verify(LEASE, [LEASE], lambda *_: MIN_SUPPORT - 0.0001)
    assert not weak.passed
    assert weak.failures == ()
    assert verify(LEASE, [LEASE], lambda *_: -1).score == 0


def test_the_models_are_not_asked_about_a_sentence_that_failed_a_check() -> None:
    def never(claim: str, evidence: Sequence[str]) -> float:
        raise AssertionError(claim, evidence)

    verdict = verify("Brightmoor pays $3 million.", [LEASE], never)
    assert not verdict.passed
    assert verdict.score == 0


@pytest.mark.parametrize(
    ("claim", "sentence", "share"),
    [
        ("The labs lease boards", "A lab leased the board", 1.0),
        ("labs buy boards", "labs lease boards", 2 / 3),
        ("labs pay $5bn", "labs pay $5 billion", 1.0),
        ("boards", "chips", 0.0),
    ],
)
def test_coverage_counts_words_with_meaning_by_stem(
    claim: str, sentence: str, share: float
) -> None:
    assert word_coverage(claim, [sentence]) == pytest.approx(share)


@pytest.mark.parametrize(
    "text", ["1,234," * 3_000, "Acme, " * 3_000, "the Acme which said " * 900, "“a" * 5_000]
)
def test_long_texts_are_fast(text: str) -> None:
    start = time.process_time()
    verify(text, [text + "x"])
    assert time.process_time() - start < 2


def test_what_a_span_of_time_is_counted_from_is_kept() -> None:
    deal = "The deal values Inkwell at $900m, less than two years after its first outside money."
    assert "values" in verify("The deal valued Inkwell at $900m two years ago.", [deal]).failures
    assert verify("The deal valued Inkwell at $900m.", [deal]).checks["values"] == "pass"


def test_what_is_more_and_what_is_less_do_not_change_places() -> None:
    release = "The release matters less for its scores than for its size."
    swapped = "The release matters less for its size than for its scores."
    assert verify(swapped, [release]).failures == ("order",)
    assert verify("The release matters less for its scores.", [release]).checks["order"] == "pass"


def test_two_sentences_may_be_told_in_either_direction() -> None:
    first, second = "Corvane leased boards from Ostrel.", "Malmgard holds the boards."
    assert (
        verify("Malmgard holds boards Corvane leased.", [first, second]).checks["order"] == "pass"
    )


def test_what_will_be_is_not_told_as_if_it_were() -> None:
    plan = "One young customer will provide close to half of its income."
    claim = "One young customer provides close to half of its income."
    assert "hedges" in verify(claim, [plan]).failures


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The method, shelved, is new.", "The method, called shelving, is new."),
        ("A lab lease 42 halls.", "A lab leases 42 halls."),
        ("It matters for its score.", "It matters for its scores."),
    ],
)
def test_only_verbs_may_take_another_form(claim: str, sentence: str) -> None:
    assert verify(claim, [sentence]).checks["words"] == "fail"


def test_a_verb_may_take_another_tense() -> None:
    deal = "Tarnhelm Networks has raised $220 million in a round that Foxglove led."
    claim = "Tarnhelm Networks raises $220 million in a round that Foxglove led."
    assert verify(claim, [deal]).checks["words"] == "pass"


def test_a_quotation_does_not_begin_in_the_middle_with_a_capital() -> None:
    said = "Corvane summed it up: “Open models matter… more compute means more runway.”"
    claim = "Corvane summed it up: “More compute means more runway.”"
    assert "quotations" in verify(claim, [said]).failures
    assert verify(claim.replace("More c", "more c"), [said]).checks["quotations"] == "pass"

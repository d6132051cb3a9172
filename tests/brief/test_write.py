from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.brief.condense import condense
from pipeline.brief.evidence import Candidate
from pipeline.brief.prompts import load_prompt
from pipeline.brief.write import (
    HARD_FLAWS,
    SOFT_FLAWS,
    Draft,
    abstains,
    draft_key,
    publishable,
    tidy,
)
from pipeline.schema import Claim
from pipeline.text import words
from tests.brief.condense_cases import CASES
from tests.brief.story import (
    ARTICLES,
    DEAL,
    LEASE,
    MATTERS,
    ORIGINS,
    candidate_of,
    field_of,
    field_of_text,
    writer_of,
)
from tests.fakes import FakeGenerator
from tests.strategies import any_line, good_sentence, messy_line

STORY = field_of(ARTICLES, ORIGINS)
WRITER = writer_of()
REVISIONS = {a.revision.text_sha256: a.revision for a in ARTICLES}
REWORDED = (
    "Brightmoor gets $40 million a month from Corvane Labs for 18,000 accelerators in Skarvik."
)
WRITTEN = "Corvane Labs will pay Brightmoor $40 million every month for 18,000 accelerators."


def draft_of(*texts: str, max_words: int = 40) -> Draft:
    evidence = tuple(candidate_of(STORY, text) for text in texts)
    return Draft("what_changed", evidence, max_words)


def draft_from(text: str, max_words: int = 40) -> Draft:
    [candidate] = field_of_text(text).candidates
    return Draft("what_changed", (candidate,), max_words)


def written(draft: Draft, completion: str) -> Claim:
    claim = WRITER.written(draft, completion)
    assert claim is not None
    return claim


def from_source(draft: Draft, allow: frozenset[str] = frozenset()) -> Claim:
    claim = writer_of().claim(draft, allow=allow)
    assert claim is not None
    return claim


# --- the model's sentence


def test_a_sentence_that_the_evidence_bears_out_is_published_as_written() -> None:
    claim = written(draft_of(DEAL, LEASE), WRITTEN)
    assert (claim.text, claim.basis) == (WRITTEN, "written")
    assert "fail" not in claim.support.checks.values()
    assert 0 < claim.support.score <= 1


@pytest.mark.parametrize(
    "completion",
    [
        "",
        " \n\n ",
        "???",
        REWORDED,  # told from the other side
        WRITTEN.replace("$40", "$41"),
        WRITTEN.replace("Corvane", "Corvaine"),
        WRITTEN.replace("will pay", "will not pay"),
        WRITTEN.replace("will pay", "may pay"),
        "Brightmoor will pay Corvane Labs $40 million every month for 18,000 accelerators.",
        WRITTEN.removesuffix("."),
        "It will pay Brightmoor $40 million every month for 18,000 accelerators.",
        "However, " + WRITTEN,
        "Will Corvane Labs pay Brightmoor $40 million every month for 18,000 accelerators?",
        "We know that Corvane Labs will pay Brightmoor $40 million every month.",
        "Corvane Labs bought a castle by the sea with a garden and a golden gate.",
        "As an AI language model, I cannot rewrite these facts about Corvane Labs.",
        "Corvane Labs will pay Brightmoor $40 million. " * 8,
    ],
)
def test_a_sentence_that_it_does_not_bear_out_is_refused(completion: str) -> None:
    assert WRITER.written(draft_of(DEAL, LEASE), completion) is None


def test_a_copy_is_left_to_the_condenser() -> None:
    assert WRITER.written(draft_of(DEAL), DEAL) is None
    assert WRITER.written(draft_of(DEAL), DEAL.replace(" Labs", "")) is None


def test_a_draft_that_only_leaves_words_out_is_condensed() -> None:
    shorter = DEAL.replace(" for 18,000 accelerators in Skarvik", "")
    claim = written(draft_of(LEASE, DEAL), shorter)
    assert (claim.text, claim.basis) == (shorter, "condensed")
    assert [c.quote for c in claim.citations] == [DEAL]
    assert WRITER.written(draft_of(DEAL), shorter.replace("will ", "")) is None


@pytest.mark.parametrize("completion", ["NONE", "NONE.", " NONE\n", "- NONE"])
def test_a_model_may_abstain(completion: str) -> None:
    assert abstains(completion)
    assert WRITER.written(draft_of(DEAL, LEASE), completion) is None


@pytest.mark.parametrize("completion", ["", "None of them agreed.", "none", "NONE of it is known."])
def test_other_answers_are_no_abstention(completion: str) -> None:
    assert not abstains(completion)


def test_a_sentence_over_the_limit_is_refused() -> None:
    assert WRITER.written(draft_of(DEAL, LEASE, max_words=len(words(WRITTEN))), WRITTEN)
    assert WRITER.written(draft_of(DEAL, max_words=len(words(WRITTEN)) - 1), WRITTEN) is None


def test_a_written_sentence_cites_only_the_evidence_that_it_uses() -> None:
    claim = written(draft_of(DEAL, MATTERS), WRITTEN)
    assert [c.quote for c in claim.citations] == [DEAL]


@given(st.text() | any_line | messy_line)
def test_no_completion_brings_in_a_new_sentence(completion: str) -> None:
    claim = WRITER.written(draft_of(DEAL, LEASE), completion)
    assert claim is None or "fail" not in claim.support.checks.values()


# --- the source's own words


def test_a_long_source_sentence_is_condensed() -> None:
    case = next(c for c in CASES if c.kind == "participle tail")
    claim = from_source(draft_from(case.sentence))
    assert (claim.text, claim.basis) == (case.kept, "condensed")
    [citation] = claim.citations
    assert citation.quote == case.sentence


def test_a_short_one_is_quoted() -> None:
    claim = from_source(draft_of(LEASE))
    assert (claim.text, claim.basis, claim.support.score) == (LEASE, "quoted", 1)


@pytest.mark.parametrize(
    "text",
    [
        "They will pay Brightmoor $40 million a month for boards in Skarvik.",
        "Will Corvane Labs pay Brightmoor $40 million a month for boards?",
        "Read the report on https://example.org/corvane before the end of May.",
        "THE HALL OF BRIGHTMOOR IN SKARVIK IS CLOSED TO ALL VISITORS.",
        "Too short.",
        "The hall has " + "racks, boards, pumps, fans, " * 12 + "and doors.",
    ],
)
def test_a_sentence_that_cannot_stand_alone_is_not_published(text: str) -> None:
    assert WRITER.claim(draft_from(text)) is None


def test_a_section_may_allow_a_soft_flaw_but_no_hard_one() -> None:
    ours = "We replaced the central lock of the database with one lease per queue."
    assert WRITER.claim(draft_from(ours)) is None
    assert from_source(draft_from(ours), frozenset({"first_person"})).text == ours
    question = "Should we replace the central lock of the database with leases?"
    everything = HARD_FLAWS | SOFT_FLAWS
    assert WRITER.claim(draft_from(question), allow=everything) is None


def test_a_list_item_needs_no_stop() -> None:
    item = "Operators can restart one queue without a restart of the node"
    assert WRITER.claim(draft_from(item)) is None
    assert from_source(draft_from(f"- {item}")).text == item


def test_the_source_sentence_may_be_too_long_for_the_place() -> None:
    assert WRITER.claim(draft_of(DEAL, max_words=8)) is None


# --- what every claim carries


@pytest.mark.parametrize("text", [DEAL, LEASE, MATTERS])
def test_a_citation_is_found_at_its_place(text: str) -> None:
    for claim in (from_source(draft_of(text)), WRITER.written(draft_of(text, DEAL), WRITTEN)):
        for citation in claim.citations if claim else ():
            revision = REVISIONS[citation.text_sha256]
            assert citation.field == "text"
            assert revision.text[citation.start : citation.end] == citation.quote
            assert citation.article_id == revision.article_id
            assert citation.url is not None
            assert citation.url.startswith(f"https://example.org/{citation.article_id}#:~:text=")


def test_an_article_without_an_address_is_cited_without_one() -> None:
    writer = replace(WRITER, urls=dict.fromkeys(WRITER.urls))
    claim = writer.claim(draft_of(LEASE))
    assert claim is not None
    assert claim.citations[0].url is None


def test_ids_depend_on_story_section_and_text_alone() -> None:
    draft = draft_of(LEASE)
    assert from_source(draft).id == from_source(replace(draft, max_words=30)).id
    assert from_source(draft).id != from_source(replace(draft, section="hook")).id
    other = replace(WRITER, story_id="s-2").claim(draft)
    assert other is not None
    assert other.id != from_source(draft).id


def test_the_key_of_a_draft_depends_on_prompt_and_model() -> None:
    one, other = FakeGenerator(), FakeGenerator(sha256="0" * 64)
    assert draft_key("p", one) == draft_key("p", FakeGenerator())
    assert len({draft_key("p", one), draft_key("q", one), draft_key("p", other)}) == 3


def test_a_draft_without_a_prompt_cannot_be_rendered() -> None:
    with pytest.raises(ValueError, match="no prompt"):
        draft_of(DEAL).render()


# --- form


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("A b c.", "A b c."),
        ("\n\n  A b c.  \nMore.", "A b c."),
        ("- A b c.", "A b c."),
        ("* A b c.", "A b c."),
        ("1. A b c.", "A b c."),
        ("2) A b c.", "A b c."),
        ("Summary: A b c.", "A b c."),
        ("Answer:\nA b c.", "A b c."),
        ('"A b c."', "A b c."),
        ('"A" and "b".', '"A" and "b".'),
        ("3.5 percent of it.", "3.5 percent of it."),
        ("", ""),
        ("- \n\n", ""),
    ],
)
def test_tidy(completion: str, text: str) -> None:
    assert tidy(completion) == text


@given(st.text())
def test_tidy_gives_one_line_of_the_completion(completion: str) -> None:
    text = tidy(completion)
    assert text[1:] in completion
    assert len(text.splitlines()) <= 1


@pytest.mark.parametrize(
    "text", ["1. " * 7_000, "- " * 10_000, "\n" * 20_000, '"' * 20_000, " " * 20_000]
)
def test_tidy_is_fast(text: str) -> None:
    start = time.process_time()
    tidy(text)
    assert time.process_time() - start < 1


@given(good_sentence)
def test_a_good_sentence_is_publishable_up_to_the_limit(text: str) -> None:
    assert publishable(text, max_words=len(words(text)))
    assert not publishable(text, max_words=len(words(text)) - 1)


def test_only_what_is_allowed_is_forgiven() -> None:
    text = "However, Corvane Labs will pay Brightmoor for the boards in May."
    assert not publishable(text, max_words=40)
    assert publishable(text, max_words=40, allow=frozenset({"connective"}))
    assert not publishable(text, max_words=40, allow=frozenset({"anaphora"}))


def test_candidates_are_not_changed_by_writing() -> None:
    candidate: Candidate = candidate_of(STORY, DEAL)
    before = candidate.vector.copy()
    WRITER.written(Draft("hook", (candidate,), 40), WRITTEN)
    assert (candidate.vector == before).all()


def test_an_opinion_in_quotation_marks_is_not_rewritten_as_a_fact() -> None:
    opinion = "“The landlord does not own the tenant’s chairs,” said Anna Lindqvist of Brightmoor."
    around = field_of_text(opinion)
    draft = Draft("key_takeaways", (candidate_of(around, opinion),), 40)
    rewritten = "Anna Lindqvist of Brightmoor said the landlord does not own the tenant’s chairs."
    assert writer_of().written(draft, rewritten) is None


def test_a_sentence_as_long_as_its_evidence_is_no_better_than_the_source() -> None:
    as_long = WRITTEN.replace("for 18,000", "for its 18,000")
    assert WRITER.written(draft_of(DEAL), as_long) is None
    assert WRITER.written(draft_of(DEAL), WRITTEN) is not None


def test_a_name_of_the_sentence_before_stands_for_a_pronoun() -> None:
    before = "Brightmoor Robotics opened its second plant in Turku in May, two years late."
    told = "It now makes 340 arms a week there, the company says, and wants to reach 500."
    around = field_of_text(f"{before} {told}")
    context, evidence = around.candidates
    draft = Draft("key_takeaways", (evidence,), 40, load_prompt("restate"), context=(context,))
    assert draft.render().rstrip().endswith(f"{before}\n{told}")
    claim = written(draft, "Brightmoor Robotics makes 340 arms a week and wants to reach 500.")
    assert [citation.quote for citation in claim.citations] == [told, before]
    assert writer_of().written(draft, "Turku makes 340 arms a week and wants to reach 500.") is None


def test_a_sentence_is_not_cut_until_it_says_nothing() -> None:
    text = (
        "The engineering side is the interesting part, because a lab that has spent three years "
        "learning to live with scattered capacity now gets a single fabric."
    )
    assert condense(text, target_words=20) == "The engineering side is the interesting part."
    assert from_source(draft_from(text)).text == text

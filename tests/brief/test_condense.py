from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.brief.condense import MIN_KEPT_WORDS, condense, is_subsequence
from pipeline.brief.deletions import MAX_LENGTH, deletions
from pipeline.text import fold, words
from tests.brief.condense_cases import CASES, Case
from tests.strategies import any_line, good_sentence, messy_line

OPENINGS = (
    "",
    "However, ",
    "In addition, ",
    "Cost Advantage: ",
    "OSLO, Nov. 5 — ",
    "Despite the protests of its neighbours, ",
    "If the council agrees, ",
    "On Tuesday, ",
    "By moving to Skarvik, ",
)
SUBJECTS = (
    "Corvane Labs",
    "Corvane Labs, a lab that trains open models,",
    "Marek Oduya, who leads the team in Oslo,",
    "the port of Brenn",
    "Harrowgate Partners (HP)",
)
VERBS = (
    "will lease the hall in Skarvik",
    "may not raise money in 2027",
    "has never said that the plant will close",
    "paid about $40 million for both the hall and the plant",
    "said “we will stay, which is rare, in Oslo”",
    "also officially opened a site for 18,000 boards",
)
TAILS = (
    "",
    ", giving it room for two more halls",
    ", which opened in 1990 and was closed in 2020",
    ", but only until 2029",
    ", according to the council",
    ", and it will hire 40 people",
    ", unless the ministry objects",
    ", a company spokesperson said",
    ", because rents have doubled since spring",
)

assembled = st.builds(
    lambda opening, subject, verb, tails: f"{opening}{subject} {verb}{''.join(tails)}.",
    st.sampled_from(OPENINGS),
    st.sampled_from(SUBJECTS),
    st.sampled_from(VERBS),
    st.lists(st.sampled_from(TAILS), max_size=2, unique=True),
).map(lambda text: text[0].upper() + text[1:])
targets = st.integers(5, 40)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_what_is_cut_and_what_stays(case: Case) -> None:
    assert len(words(case.sentence)) > 12, "a case must be long enough to be cut"
    assert condense(case.sentence, target_words=12) == (case.kept or case.sentence)


@given(assembled, targets)
def test_the_words_left_are_a_subsequence(sentence: str, target: int) -> None:
    assert is_subsequence(condense(sentence, target_words=target), sentence)


@given(assembled, targets)
def test_the_result_begins_and_ends_as_a_sentence(sentence: str, target: int) -> None:
    short = condense(sentence, target_words=target)
    assert short[0].isupper()
    assert short[-1] in ".”"
    assert short == " ".join(short.split())
    assert not any(mark in short for mark in (" ,", " .", ",,", ",.", "..", "( ", "()"))


@given(assembled, targets)
def test_the_floor_is_kept(sentence: str, target: int) -> None:
    short = condense(sentence, target_words=target)
    assert short == sentence or len(words(short)) >= MIN_KEPT_WORDS


@given(assembled)
def test_a_lower_target_never_gives_a_longer_sentence(sentence: str) -> None:
    lengths = [len(words(condense(sentence, target_words=n))) for n in (10, 20, 30)]
    assert lengths == sorted(lengths)


@given(assembled, targets)
def test_condensing_again_changes_nothing_once_the_target_is_met(
    sentence: str, target: int
) -> None:
    short = condense(sentence, target_words=target)
    if len(words(short)) <= target:
        assert condense(short, target_words=target) == short


@given(assembled, targets)
def test_conditions_negations_hedges_and_speakers_stay(sentence: str, target: int) -> None:
    short = fold(condense(sentence, target_words=target))
    for part in (
        "if the council agrees",
        "but only until 2029",
        "unless the ministry objects",
        "according to the council",
        "a company spokesperson said",
        "may not raise",
        "has never said",
        "about $40 million",
        "both the hall and the plant",
        '"we will stay, which is rare, in oslo"',
    ):
        assert (part in short) == (part in fold(sentence))


@given(assembled)
def test_parts_named_to_keep_stay(sentence: str) -> None:
    name = next((n for n in ("Skarvik", "Oslo", "Brenn") if n in sentence), "")
    assert sentence.count(name) == condense(sentence, target_words=8, keep=(name,)).count(name)


@given(good_sentence)
def test_a_short_sentence_comes_back_as_it_was(sentence: str) -> None:
    assert condense(sentence, target_words=40) == sentence


@given(any_line | messy_line, targets)
def test_any_line_is_condensed_without_an_error(line: str, target: int) -> None:
    assert is_subsequence(condense(line, target_words=target), line)


@given(assembled | messy_line)
def test_deletions_lie_inside_the_sentence_and_outside_quotations(sentence: str) -> None:
    for deletion in deletions(sentence):
        assert 0 <= deletion.start < deletion.end <= len(sentence)
    for deletion in deletions(f"“{sentence.replace('”', '')}”"):
        pytest.fail(f"cut inside a quotation: {deletion}")


@pytest.mark.parametrize(
    "text",
    [
        " — a" * 240,
        "and , " * 160,
        ", making chips" * 70,
        ", which it said" * 65,
        " " * 990,
        "(" * 990,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_the_longest_sentence_that_is_condensed_is_fast(text: str) -> None:
    assert 900 < len(text) <= MAX_LENGTH
    start = time.process_time()
    condense(text, target_words=20)
    assert time.process_time() - start < 1


def test_a_longer_one_is_left_alone() -> None:
    text = "Acme, which sells maps, rose" + ", making money" * 1_500 + "."
    start = time.process_time()
    assert condense(text, target_words=20) == text
    assert deletions(text) == []
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("claim", "sentence", "expected"),
    [
        ("Acme rose.", "Acme, a firm, rose.", True),
        ("rose Acme", "Acme rose", False),
        ("ACME rose", "Acme rose", True),
        ("Acme rose rose", "Acme rose", False),
        ("", "Acme rose", True),
    ],
)
def test_is_subsequence(claim: str, sentence: str, expected: bool) -> None:
    assert is_subsequence(claim, sentence) is expected


@pytest.mark.parametrize(
    "head", ["Boston (CNN)", "(CNN)", "Hong Kong (CNN) — ", "LIMA (Reuters) - "]
)
def test_an_agencys_head_is_no_part_of_the_sentence(head: str) -> None:
    sentence = "Six people were hurt after an explosion at a plant in Skarvik."
    assert condense(f"{head}{sentence}", target_words=40) == sentence


def test_an_appositive_behind_a_dateline_and_a_clause_takes_both_its_commas() -> None:
    sentence = (
        "OSLO — As the council sent a bill to her desk, Mayor Anna Ek, a lawyer, faced calls."
    )
    kept = "As the council sent a bill to her desk, Mayor Anna Ek faced calls."
    assert condense(sentence, target_words=10) == kept

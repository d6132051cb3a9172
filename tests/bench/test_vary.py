from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.vary import vary
from pipeline.analysis.values import values_in
from pipeline.records import Revision
from pipeline.text import split_sentences
from tests.bench.stories import LEASE_STORY, RECALL_STORY, article, story


def texts_of(copy: int) -> list[str]:
    return [each.revision.text for each in vary(*LEASE_STORY, copy)[1]]


def test_copy_nought_is_the_story_itself() -> None:
    assert vary(*LEASE_STORY, 0) == LEASE_STORY


def test_a_variation_is_always_the_same() -> None:
    assert vary(*LEASE_STORY, 7) == vary(*LEASE_STORY, 7)


def test_no_two_variations_share_a_sentence() -> None:
    seen: set[str] = set()
    for copy in range(40):
        for each in vary(*RECALL_STORY, copy)[1]:
            sentences = {s.text for s in split_sentences(each.revision.title, each.revision.text)}
            assert sentences & seen == set()
            seen |= sentences


def test_names_and_numbers_are_the_same_others_in_all_articles_of_the_story() -> None:
    lease, hall = texts_of(3)
    for unwanted in ("Corvane", "Brightmoor", "Lindhaven", "18,000", "$40"):
        assert unwanted not in lease + hall
    (accelerators,) = re.findall(r"[\d,]+ accelerators", lease)
    assert accelerators in hall
    (tenant,) = re.findall(r"(\w+ \w+) will rent", lease)
    assert f"{tenant} takes" in hall


def test_dates_and_small_numbers_stay() -> None:
    lease, _ = texts_of(3)
    for kept in ("March 2029", "June 2027", "Tuesday", "December"):
        assert kept in lease


def test_a_variation_is_as_much_work_as_the_story() -> None:
    for known, varied in zip(LEASE_STORY[1], vary(*LEASE_STORY, 5)[1], strict=True):
        before = split_sentences(known.revision.title, known.revision.text)
        after = split_sentences(varied.revision.title, varied.revision.text)
        assert [s.kind for s in after] == [s.kind for s in before]
        assert len(varied.revision.text) == pytest.approx(len(known.revision.text), rel=0.25)


def test_the_lead_stays_in_order_and_later_paragraphs_do_not() -> None:
    orders = set()
    for copy in range(12):
        lease = texts_of(copy)[0]
        assert lease.index("a month") < lease.index("The hall stands")
        orders.add(lease.index("could double") < lease.index("may open"))
    assert orders == {True, False}


def test_ids_and_hashes_are_those_of_the_new_text() -> None:
    made, varied = vary(*LEASE_STORY, 2)
    assert made.story_id != LEASE_STORY[0].story_id
    assert made.article_ids == tuple(each.article.article_id for each in varied)
    for each in varied:
        assert each.revision.article_id == each.article.article_id
        assert each.revision.text_sha256 == Revision.hash_of(
            each.revision.title, each.revision.text
        )
    assert len({each.article.url for each in [*varied, *LEASE_STORY[1]]}) == 4


@given(st.lists(st.sampled_from(["18,000", "9.8", "0.5", "40", "2.7.4", "300"]), min_size=1))
def test_numbers_keep_their_shape(numbers: list[str]) -> None:
    known = story(article("a-1", "A title", "Mills made " + " then ".join(numbers) + " kilos."))
    (varied,) = vary(*known, 1)[1]
    shape = re.compile("[1-9]")
    before, after = (
        [shape.sub("d", number) for number in re.findall(r"\d[\d.,]*", each.revision.text)]
        for each in (known[1][0], varied)
    )
    assert after == before
    assert len(values_in(varied.revision.text)) == len(values_in(known[1][0].revision.text))

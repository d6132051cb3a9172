from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import ArticleRevision
from pipeline.schema import Claim
from pipeline.stories.continuity import as_sentence, known_of, with_earlier
from pipeline.stories.known import Known
from tests.fakes import FakeEncoder, make_analysis, make_article_revision
from tests.publish.samples import make_claim

ENCODER = FakeEncoder()
LEASE = make_article_revision(
    "Corvane Labs will pay Brightmoor $40 million a month for a hall of chips, both said.\n"
    "The lease covers 18,000 accelerators in the Quay Street data centre until 2029.\n"
    "Brightmoor may sublet idle racks.",
    title="Corvane Labs rents a hall of chips from Brightmoor",
)
PAYS = make_claim("Corvane Labs will pay Brightmoor $40 million a month.", "a-1")


def known(
    claims: Sequence[Claim] = (PAYS,),
    articles: Sequence[ArticleRevision] = (LEASE,),
    own: Collection[str] = ("a-0", "a-1", "a-2"),
) -> Known:
    vectors = ENCODER.encode([claim.text for claim in claims])
    analyses = {each.article.article_id: make_analysis(each, ENCODER) for each in articles}
    return known_of(claims, vectors, articles, analyses, own)


def adds(text: str, to: Known | None = None) -> bool:
    sentence = as_sentence(make_claim(text))
    return (to or known()).adds(sentence, ENCODER.encode([text])[0])


@pytest.mark.parametrize(
    "text",
    [
        "Corvane Labs will pay Brightmoor $40 million a month.",
        "CORVANE LABS will pay “Brightmoor” the $40 million a month",
        "Brightmoor may sublet idle racks.",
        "Corvane Labs rents a hall of chips from Brightmoor.",
        "In the Quay Street data centre, the lease covers 18,000 accelerators.",
        "One lease covers the 18,000 accelerators in the Quay Street data centre.",
        "It said on November 12, 2026 that the lease covers 18,000 accelerators in the Quay Street "
        "data centre until 2029.",
    ],
)
def test_what_was_told_in_these_or_nearly_these_words_adds_nothing(text: str) -> None:
    assert not adds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Corvane Labs will pay Brightmoor $45 million a month.",
        "The lease covers 21,000 accelerators in the Quay Street data centre until 2029.",
        "Brightmoor may not sublet idle racks.",
        "A transformer caught fire on the roof and firefighters evacuated a street.",
        "The lease covers 18,000 accelerators in the Quay Street data centre until March 2031.",
    ],
)
def test_a_new_value_a_denial_and_another_event_add_something(text: str) -> None:
    assert adds(text)


def test_what_only_a_source_said_is_known_as_well() -> None:
    assert not adds("Brightmoor may sublet idle racks.")
    assert adds("Brightmoor may sublet idle racks.", known(articles=()))


@settings(max_examples=10)
@given(st.permutations(range(4)), st.permutations(range(3)))
def test_the_order_in_which_things_were_told_does_not_matter(
    claim_order: list[int], article_order: list[int]
) -> None:
    claims = [PAYS, *(make_claim(f"Hall {n} holds {n}7 racks.", "a-1") for n in range(3))]
    articles = [
        make_article_revision(f"Tenant {n} left hall {n}.", article_id=f"a-{n}") for n in range(3)
    ]
    one = known(claims, articles)
    other = known([claims[n] for n in claim_order], [articles[n] for n in article_order])
    for text in ("Hall 2 holds 27 racks.", "Tenant 1 left hall 1.", "Hall 2 holds 28 racks."):
        assert adds(text, one) == adds(text, other)


@given(st.lists(st.sampled_from("Corvane pays rent for 40 idle racks, not $9 now.".split())))
def test_telling_the_same_again_never_adds_anything(words: list[str]) -> None:
    text = " ".join(["Brightmoor", *words])
    assert not adds(text, known([make_claim(text)], ()))


def test_a_changed_value_is_shown_with_the_one_told_before() -> None:
    new = make_claim("Corvane Labs will pay Brightmoor $45 million a month.", "a-2")
    claim = with_earlier(new, known(), ())
    assert claim.previously is not None
    assert claim.previously.text == PAYS.text
    assert claim.previously.citations == PAYS.citations
    assert claim.model_copy(update={"previously": None}) == new


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("Corvane Labs raised its payments from $40 million to $55 million a month.", PAYS.text),
        ("The hall holds 21,000 accelerators instead of the 18,000 leased.", "18,000 accelerators"),
        ("The lease of the data centre ends in 2027, not in 2029.", None),
        ("Corvane Labs pays from $40 million a month.", None),
        ("Corvane Labs now leases 900 racks, more than 18,000 accelerators.", None),
        ("Aldermast shares fell from $40 million to $31 million.", None),
    ],
)
def test_a_sentence_may_name_the_past_value_itself(text: str, old: str | None) -> None:
    earlier = with_earlier(make_claim(text, "a-2"), known(), ()).previously
    assert (earlier is None) == (old is None)
    if earlier is not None and old is not None:
        assert old in earlier.text


@pytest.mark.parametrize(
    "text",
    [
        "Corvane Labs will pay Brightmoor $40 million a month.",
        "Corvane Labs will pay Brightmoor about $40 million a month.",
        "Corvane Labs will pay Aldermast $45 million a month.",
        "Corvane Labs will raise $45 million from investors.",
    ],
)
def test_a_value_that_agrees_or_is_another_attribute_overtakes_nothing(text: str) -> None:
    claim = make_claim(text, "a-2")
    assert with_earlier(claim, known(), ()) == claim


def test_a_value_that_anyone_told_before_is_no_change() -> None:
    other = make_claim("Corvane Labs will pay Brightmoor $45 million a month.", "a-1")
    assert with_earlier(other, known([PAYS, other]), ()) == other


def test_what_stood_in_an_article_that_left_the_story_cannot_be_cited() -> None:
    new = make_claim("Corvane Labs will pay Brightmoor $45 million a month.", "a-2")
    assert with_earlier(new, known(own=()), ()) == new

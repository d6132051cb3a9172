from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import ArticleRevision, Revision
from pipeline.schema import (
    Citation,
    Claim,
    Correction,
    Disagreement,
    DisagreementSide,
    StoryBrief,
)
from pipeline.stories.corrections import GONE, corrections
from tests.fakes import NOW, make_article_revision, make_revision
from tests.publish.samples import make_action, make_brief, make_claim, make_comparison

LATER = NOW + timedelta(days=2)
SENTENCES = (
    "Brightmoor will hand over the Quay Street hall in March 2027, after a transformer fire.",
    "Corvane Labs pays $40 million a month for 18,000 accelerators.",
    "Analysts expect a second hall next year.",
    "Its neighbours have complained about the noise of the chillers.",
)
FIRST = make_article_revision("\n".join(SENTENCES), title="Brightmoor delays its hall")


def quoting(sentence: str, source: ArticleRevision = FIRST, **changes: object) -> Claim:
    """Return a claim that quotes a sentence of a revision."""
    start = source.revision.text.index(sentence)
    citation = Citation(
        article_id=source.article.article_id,
        text_sha256=source.revision.text_sha256,
        field="text",
        quote=sentence,
        start=start,
        end=start + len(sentence),
    )
    claim = make_claim(sentence, claim_id=f"c-{sentence[:12]}")
    return claim.model_copy(update={"citations": [citation], **changes})


BRIEF = make_brief(what_changed=[quoting(sentence) for sentence in SENTENCES])


def edited(*sentences: str, title: str = "Brightmoor delays its hall", days: int = 2) -> Revision:
    seen_at = NOW + timedelta(days=days)
    return make_revision("\n".join(sentences), title=title, seen_at=seen_at)


def corrected(
    *revisions: Revision,
    briefs: Sequence[StoryBrief] = (BRIEF,),
    reported: Sequence[Correction] = (),
) -> list[Correction]:
    """Return the corrections where the last of these revisions is in force."""
    known = {each.text_sha256: each for each in (FIRST.revision, *revisions)}
    current = FIRST.model_copy(update={"revision": revisions[-1]})
    in_force = {current.article.article_id: current}
    return corrections(briefs, reported, in_force, lambda _, sha256: known.get(sha256), LATER)


def test_a_changed_sentence_is_a_correction_with_both_places() -> None:
    new = "Corvane Labs pays $45 million a month for 18,000 accelerators."
    revision = edited(SENTENCES[0], new, *SENTENCES[2:])
    (found,) = corrected(revision)
    assert (found.was, found.now, found.date) == (SENTENCES[1], new, "2026-11-18")
    assert (found.story_id, found.claim_id) == (BRIEF.id, quoting(SENTENCES[1]).id)
    old, place = found.citations
    assert old == quoting(SENTENCES[1]).citations[0]
    assert place.text_sha256 == revision.text_sha256
    assert revision.text[place.start : place.end] == place.quote == new
    assert place.url is not None


@pytest.mark.parametrize(
    ("index", "new"),
    [
        (0, "Brightmoor now says the hall will be handed over in May 2027, after an inspection."),
        (1, "Corvane Labs pays $40 million a month for 21,000 accelerators."),
        (2, "Analysts no longer expect a second hall next year."),
    ],
)
def test_a_reworded_sentence_is_found_again(index: int, new: str) -> None:
    sentences = [new if n == index else each for n, each in enumerate(SENTENCES)]
    (found,) = corrected(edited(*sentences, "A reader asked about the rent of the town hall."))
    assert (found.was, found.now) == (SENTENCES[index], new)


def test_a_sentence_that_is_gone_was_taken_back() -> None:
    (found,) = corrected(edited(*SENTENCES[:2], SENTENCES[3], "Brightmoor has 200 employees."))
    assert (found.was, found.now) == (SENTENCES[2], GONE)
    assert len(found.citations) == 1


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(SENTENCES),
        " ".join(SENTENCES),
        "\n".join(SENTENCES[::-1]),
        "\n".join(SENTENCES).upper(),
        "\n".join(SENTENCES).replace(" the ", " "),
        "\n".join(SENTENCES).replace("2027, after", "2027 after"),
        "## News\n- " + "\n- ".join(SENTENCES),
        "\n".join([*SENTENCES, "A further sentence, the companies said."]),
        "\n".join(each.rstrip(".") + ", the companies said." for each in SENTENCES),
    ],
)
def test_layout_order_and_additions_are_no_correction(text: str) -> None:
    assert corrected(make_revision(text, title="Another headline", seen_at=LATER)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Subscribe to read this article.",
        "We use cookies to improve your experience.\nAccept all cookies.",
        SENTENCES[3],
    ],
)
def test_a_page_that_lost_its_text_corrects_nothing(text: str) -> None:
    assert corrected(make_revision(text, seen_at=LATER)) == []


def test_a_correction_is_told_once_and_the_next_one_goes_on_from_there() -> None:
    told: list[Correction] = []
    revisions: list[Revision] = []
    for amount in (45, 50, 45, 40):
        new = SENTENCES[1].replace("40", str(amount))
        revisions.append(edited(SENTENCES[0], new, *SENTENCES[2:], title=f"{len(told)}"))
        (found,) = corrected(*revisions, reported=told)
        was = told[-1].now if told else SENTENCES[1]
        assert (found.was, found.now) == (was, new)
        told.append(found)
        assert corrected(*revisions, reported=told) == []
    moved = edited(*SENTENCES[2:], SENTENCES[1], SENTENCES[0], days=3)
    assert corrected(*revisions, moved, reported=told) == []


def test_what_was_taken_back_is_not_looked_for_again() -> None:
    without = edited(SENTENCES[0], *SENTENCES[2:])
    told = corrected(without)
    again = edited(SENTENCES[0], "Corvane Labs pays $45 million a month.", *SENTENCES[2:], days=3)
    assert corrected(without, again, reported=told) == []


def test_a_source_that_goes_back_to_its_old_text_is_dated_by_the_run() -> None:
    old = edited(SENTENCES[0], *SENTENCES[2:], days=-3)
    (found,) = corrected(old)
    assert (found.now, found.date) == (GONE, "2026-11-18")


def test_an_inferred_action_is_left_to_the_claims_it_follows_from() -> None:
    action = make_action("Ask for the rent.").model_copy(
        update={"basis": "inferred", "citations": quoting(SENTENCES[1]).citations}
    )
    brief = make_brief(actions=[action])
    assert corrected(edited(SENTENCES[0]), briefs=[brief]) == []


def test_a_cell_is_corrected_by_its_row() -> None:
    comparison = make_comparison(["Corvane Labs"], ["rent", "$40 million"])
    cell = quoting(SENTENCES[1], text="$40 million")
    row = comparison.rows[0].model_copy(update={"cells": [cell]})
    brief = make_brief(comparison=comparison.model_copy(update={"rows": [row]}))
    new = SENTENCES[1].replace("40", "45")
    (found,) = corrected(edited(SENTENCES[0], new, *SENTENCES[2:]), briefs=[brief])
    assert (found.was, found.now) == (SENTENCES[1], new)


def test_a_side_of_a_disagreement_is_corrected_too() -> None:
    side = DisagreementSide(
        value="$40 million", unit="USD", origin="a-1", claim=quoting(SENTENCES[1])
    )
    brief = make_brief().model_copy(
        update={"disagreements": [Disagreement(attribute="rent", sides=[side])]}
    )
    new = SENTENCES[1].replace("40", "45")
    (found,) = corrected(edited(SENTENCES[0], new, *SENTENCES[2:]), briefs=[brief])
    assert (found.was, found.now) == (SENTENCES[1], new)


def test_an_article_that_is_not_in_the_store_corrects_nothing() -> None:
    assert corrections([BRIEF], [], {}, lambda *_: None, LATER) == []


@settings(max_examples=20)
@given(st.permutations(SENTENCES), st.permutations(range(3)))
def test_the_order_of_claims_and_briefs_does_not_matter(
    claims: list[str], order: list[int]
) -> None:
    briefs = [make_brief(f"s-{n}", what_changed=[quoting(SENTENCES[n])]) for n in range(3)]
    shuffled = make_brief(what_changed=[quoting(sentence) for sentence in claims])
    revision = edited("Brightmoor pays $45 million.", SENTENCES[3], SENTENCES[2].lower(), "Noise.")
    expected = corrected(revision, briefs=[BRIEF, *briefs])
    assert expected
    assert corrected(revision, briefs=[shuffled, *(briefs[n] for n in order)]) == expected

from __future__ import annotations

import time

import numpy as np
import pytest

from pipeline.analysis.analyse import (
    MAX_SENTENCES,
    body_names,
    encode_sentences,
    read_sentences,
    sentence_key,
)
from pipeline.records import Role
from pipeline.text import split_sentences
from tests.fakes import FakeEncoder, make_analysis, make_article_revision
from tests.sentences import GOOD_SENTENCES

ENCODER = FakeEncoder()
ARTICLE = make_article_revision("\n".join(GOOD_SENTENCES), title="Brightmoor fills its hall")


def test_rows_belong_to_the_sentences_of_the_revision() -> None:
    analysis = make_analysis(ARTICLE, ENCODER)
    count = len(GOOD_SENTENCES) + 1
    assert [s.text for s in analysis.sentences] == [ARTICLE.revision.title, *GOOD_SENTENCES]
    assert analysis.vectors.shape == (count, ENCODER.dimensions)
    assert analysis.roles.shape == (count, len(Role))
    assert (analysis.article_id, analysis.text_sha256) == (
        ARTICLE.article.article_id,
        ARTICLE.revision.text_sha256,
    )
    assert (analysis.vectors[3] == ENCODER.encode([GOOD_SENTENCES[2]])[0]).all()


def test_role_scores_are_probabilities() -> None:
    analysis = make_analysis(ARTICLE, ENCODER)
    assert (analysis.roles >= 0).all()
    assert np.allclose(analysis.roles.sum(axis=1), 1, atol=1e-3)
    assert analysis.role(1, Role.TECHNICAL) == pytest.approx(
        float(analysis.roles[1][list(Role).index(Role.TECHNICAL)])
    )


def test_revisions_are_encoded_in_one_batch_and_told_apart_by_their_text() -> None:
    other = make_article_revision("Oslo pays. Bergen does not.", title="A", article_id="a-2")
    encoder = FakeEncoder()
    vectors = encode_sentences([ARTICLE, other], encoder)
    assert set(vectors) == {sentence_key(r.revision.text_sha256) for r in (ARTICLE, other)}
    assert [len(vectors[sentence_key(r.revision.text_sha256)]) for r in (ARTICLE, other)] == [
        len(read_sentences(ARTICLE)),
        3,
    ]
    alone = encode_sentences([other], encoder)
    key = sentence_key(other.revision.text_sha256)
    assert (alone[key] == vectors[key]).all()
    assert encode_sentences([], encoder) == {}


def test_the_articles_vector_is_of_unit_length_and_leans_to_the_title() -> None:
    article = make_article_revision(
        "Plums ripen early in Lindhaven this year.", title="Corvane Labs rents a hall"
    )
    vector = make_analysis(article, ENCODER).article_vector
    title, body = ENCODER.encode([article.revision.title, article.revision.text])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert vector @ title > vector @ body > 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Model | Price\nVX-9 | $4,000", 2),
        ("- one\n- two\n- three", 3),
        ("The hall of Brightmoor in Oslo is closed.", 1),
    ],
    ids=["empty", "only a table", "only a list", "one sentence"],
)
def test_odd_texts_are_analysed(text: str, count: int) -> None:
    analysis = make_analysis(make_article_revision(text), ENCODER)
    assert len(analysis.sentences) == len(analysis.vectors) == len(analysis.roles) == count
    assert np.isfinite(analysis.article_vector).all()
    assert body_names(analysis) == (
        {"brightmoor": "Brightmoor", "oslo": "Oslo"} if count == 1 else {}
    )


def test_a_very_long_article_stays_bounded() -> None:
    text = "\n".join(
        f"Brightmoor opened hall number {n} in Skarvik on Monday." for n in range(12_000)
    )
    article = make_article_revision(text, title="Halls")
    assert len(text.split()) > 100_000
    start = time.process_time()
    analysis = make_analysis(article, ENCODER)
    assert time.process_time() - start < 3
    assert len(analysis.sentences) == len(analysis.vectors) == MAX_SENTENCES
    assert analysis.sentences == split_sentences("Halls", text)[:MAX_SENTENCES]


def test_the_most_frequent_spelling_of_a_name_is_kept_and_titles_do_not_count() -> None:
    text = (
        "The model GPT-6 is out at OpenAI. Users say that GPT 6 is slow, and GPT-6 is dear.\n"
        "## Quick Facts About Plums\n"
        "Plums | Lindhaven"
    )
    names = body_names(make_analysis(make_article_revision(text, title="Big News Today"), ENCODER))
    assert names["gpt 6"] == "GPT-6"
    assert names["openai"] == "OpenAI"
    assert not {"big news today", "quick facts about plums", "lindhaven"} & set(names)


def test_a_word_that_only_ever_begins_sentences_is_no_name() -> None:
    text = "Sluggish sales hurt Acme. The plan of Acme failed. Acme closed."
    assert set(body_names(make_analysis(make_article_revision(text), ENCODER))) == {"acme"}

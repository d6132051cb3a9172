"""The support score: what it is made of, and what it must say of true and false sentences."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.brief.support import (
    FEATURES,
    MAX_EVIDENCE_SENTENCES,
    MAX_EVIDENCE_WORDS,
    WEIGHTS,
    Support,
    SupportHead,
    nearest_evidence,
    summary_support,
    support_features,
)
from pipeline.errors import ResourceError
from pipeline.local_models import load_encoder, load_reader
from pipeline.resources import shipped_path
from pipeline.settings import cache_home
from pipeline.text import words
from tests.fakes import FakeEncoder, FakeEntailment, FakeReader

LEASE = "Corvane leased 18,000 boards from Ostrel for $40 million on Monday."
HARBOUR = "The harbour authority closed two of its five berths."
ENCODER = FakeEncoder()

HEAD = SupportHead(
    probe=np.array([6.0, 0.0], np.float32),
    probe_bias=-3.0,
    weights=np.array([-0.5, -0.5, 1.0, 0.0, 1.0], np.float32),
    bias=0.0,
    sha256="head",
    reader_sha256="reader",
)
"""Calls a word that the context lacks a risk, and counts risks against a sentence."""


def support_of(entailment: float | None = None) -> Support:
    larger = None if entailment is None else FakeEntailment(entailment)
    return Support(ENCODER, FakeReader(), HEAD, larger)


def features(claim: str, evidence: list[str]) -> dict[str, float]:
    risks = HEAD.risks(FakeReader().read([("\n".join(evidence), claim)])[0])
    found = support_features(claim, evidence, 0.7, risks)
    return dict(zip(FEATURES, found.tolist(), strict=True))


def test_features_of_a_copied_and_of_a_foreign_sentence() -> None:
    copied = features("Corvane leased 18,000 boards", [LEASE])
    foreign = features(HARBOUR, [LEASE])
    assert copied["words_held"] == copied["pairs_held"] == 1
    assert foreign["words_held"] == 0
    assert copied["highest_risk"] < 0 < foreign["highest_risk"]
    assert copied["closeness"] == 0.7


def test_one_foreign_word_raises_the_highest_risk_more_than_the_mean() -> None:
    true = features("Corvane leased 18,000 boards from Ostrel on Monday.", [LEASE])
    false = features("Corvane leased 18,000 boards from Ostrel on Friday.", [LEASE])
    highest = false["highest_risk"] - true["highest_risk"]
    assert highest > false["mean_risk"] - true["mean_risk"] > 0


def test_score_of_a_sentence_of_the_evidence_asks_no_model() -> None:
    support = support_of()
    assert support.score(LEASE, [HARBOUR, LEASE]) == 1
    assert isinstance(support.reader, FakeReader)
    assert support.reader.pairs == []


def test_score_ranks_a_true_sentence_above_a_false_one() -> None:
    support = support_of()
    true = support.score("Corvane leased boards from Ostrel.", [LEASE])
    false = support.score("Corvane bought rockets from Veldt.", [LEASE])
    assert 0 <= false < 0.5 < true <= 1


@pytest.mark.parametrize(("claim", "evidence"), [("…", [LEASE]), (HARBOUR, [])])
def test_score_of_nothing_is_nothing(claim: str, evidence: list[str]) -> None:
    assert support_of().score(claim, evidence) == 0


def test_the_larger_model_can_only_lower_the_score() -> None:
    claim = "Corvane leased boards from Ostrel."
    alone = support_of().score(claim, [LEASE])
    assert support_of(1.0).score(claim, [LEASE]) == alone
    assert support_of(0.01).score(claim, [LEASE]) == 0.01


def test_nearest_evidence_is_near_in_reading_order_and_bounded() -> None:
    filler = [f"Berth {n} of the harbour stayed open all {n} days of that week." for n in range(30)]
    sentences = [*filler[:15], LEASE, *filler[15:]]
    vectors = ENCODER.encode(sentences)
    claim = "Corvane leased boards from Ostrel."
    found = nearest_evidence(claim, ENCODER.encode([claim])[0], sentences, vectors)
    assert LEASE in found
    assert found == sorted(found, key=sentences.index)
    assert len(found) <= MAX_EVIDENCE_SENTENCES
    assert sum(len(words(sentence)) for sentence in found) <= MAX_EVIDENCE_WORDS


def test_nearest_evidence_keeps_one_sentence_however_long() -> None:
    long = " ".join(["word"] * (MAX_EVIDENCE_WORDS + 1))
    vectors = ENCODER.encode([long])
    assert nearest_evidence("word", vectors[0], [long], vectors) == [long]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_summary_support_lies_between_lowest_and_mean(supports: list[float]) -> None:
    found = summary_support(supports)
    assert min(supports) - 1e-4 <= found <= sum(supports) / len(supports) + 1e-4


def test_summary_support_of_no_sentence_is_nothing() -> None:
    assert summary_support([]) == 0


def test_a_reader_that_the_head_was_not_trained_on_is_refused() -> None:
    with pytest.raises(ResourceError, match="another model than fake-reader"):
        Support.shipped(ENCODER, FakeReader(sha256="0" * 64))


def test_weights_of_other_features_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with np.load(io.BytesIO(shipped_path(WEIGHTS).read_bytes())) as arrays:
        changed = dict(arrays) | {"features": np.array(["length"])}
    content = io.BytesIO()
    np.savez(content, **changed)

    class Shipped:
        def read_bytes(self) -> bytes:
            return content.getvalue()

    monkeypatch.setattr("pipeline.brief.support.shipped_path", lambda _: Shipped())
    with pytest.raises(ResourceError, match="other features"):
        SupportHead.shipped()


@pytest.mark.model
@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("Corvane leased 18,000 boards from Ostrel.", "Ostrel leased 18,000 boards from Corvane."),
        ("Corvane leased boards for $40 million.", "Corvane leased boards for $90 million."),
        ("Corvane leased boards on Monday.", "Corvane refused boards on Monday."),
        ("Corvane leased 18,000 boards.", "Corvane leased 18,000 boards for its lab in Lisbon."),
    ],
)
def test_the_shipped_score_ranks_invented_errors_lower(true: str, false: str) -> None:
    cache = cache_home(dict(os.environ))
    support = Support.shipped(load_encoder("all-minilm-l6-v2", cache), load_reader(cache))
    assert support.score(false, [LEASE, HARBOUR]) < support.score(true, [LEASE, HARBOUR])

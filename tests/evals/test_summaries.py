"""ROUGE on hand-made summaries, and documents through to the sentences that count."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from evals.summaries import MAX_WORDS, cut, lead, published, rouge
from pipeline.brief.support import Support
from tests.brief.test_support import HEAD
from tests.fakes import FakeEncoder, FakeGenerator, FakeReader
from tests.stages.world import SURFACE_ONLY

NEWS = (
    "Corvane will lease 18,000 training boards from Ostrel for $40 million a month, the two "
    "companies said on Thursday. The lease begins in March 2027 and runs for three years. Ostrel "
    "will deliver the first boards to a data center near Malmgard."
)


def test_rouge_is_the_mean_over_references_then_documents() -> None:
    found = rouge({"a": "one two", "b": "three"}, {"a": ["one two", "four five"], "b": ["three"]})
    assert found["rouge1"] == 0.75  # (1 + 0) / 2 and 1
    assert found["rouge2"] == 0.25  # one word has no pair


def test_rouge_of_nothing_is_undefined() -> None:
    assert rouge({}, {}) == {"rouge1": None, "rouge2": None, "rougeL": None}


def test_cut_and_lead() -> None:
    assert len(cut("word " * 80).split()) == MAX_WORDS
    assert lead(NEWS).endswith("for three years.")


def test_a_document_gives_the_claims_of_its_brief(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = FakeEncoder(SURFACE_ONLY)
    fakes = SimpleNamespace(
        encoder=encoder,
        generator=FakeGenerator(),
        support=Support(encoder, FakeReader(), HEAD),
    )
    monkeypatch.setattr("evals.summaries.models", lambda: fakes)
    found = published({"lease": NEWS, "empty": "Rain."})
    assert any("18,000" in claim.text for claim in found["lease"])
    assert found["empty"] == []

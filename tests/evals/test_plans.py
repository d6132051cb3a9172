"""Labelled texts through the analysis to plans."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from evals.plans import plain_text, planned
from pipeline.brief.compose import Plan
from pipeline.protocols import no_progress
from pipeline.records import Extracted
from tests.fakes import FakeEncoder
from tests.stages.world import SURFACE_ONLY

LEASE = "Corvane will lease 18,000 training boards from Ostrel for $40 million a month."
START = "The lease of the training boards begins in March 2027 and runs for three years."
RAIN = "Forecasters at Malmgard expect 40 millimetres of rain on Friday after a dry month."


def sentences(made: Plan) -> set[str]:
    return {
        candidate.sentence.text
        for drafts in made.drafts.values()
        for draft in drafts
        for candidate in draft.evidence
    }


def test_each_story_is_planned_from_its_own_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = FakeEncoder(SURFACE_ONLY)
    monkeypatch.setattr("evals.plans.models", lambda: SimpleNamespace(encoder=encoder))
    lease = [Extracted(title="Corvane leases", text=LEASE), Extracted(title="Lease", text=START)]
    found = planned({"lease": [*lease, lease[0]], "rain": [plain_text(RAIN)]}, no_progress)
    assert sentences(found["lease"]) == {LEASE, START}
    assert sentences(found["rain"]) == {RAIN}


def test_a_text_that_is_too_short_for_a_file_is_taken_as_it_is() -> None:
    assert plain_text("Rain.").text == "Rain."

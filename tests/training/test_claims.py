"""Labelled claims: what is taken of which file, with spans where the people marked them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from training.claims import HEADED, JUDGED, labelled_claims

STORY = (
    "Corvane Labs leased 18,000 boards from Ostrel for $40 million on Monday. The lease runs for "
    "three years from March. Ostrel will deliver the boards to Malmgard. Prices had risen before."
)


def write(root: Path, name: str, *rows: dict[str, Any]) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    judged = {"doc_id": "d", "source": STORY, "summary": "corvane bought the boards.", "label": 1}
    write(
        tmp_path,
        JUDGED,
        judged | {"spans": [["intrinsic", "bought"], ["extrinsic", "not there"]]},
        judged | {"spans": [["intrinsic", "bought"]], "label": 0},
    )
    headed = {"id": "1", "headline": "Corvane leases boards from Ostrel (4 minute read)"}
    write(tmp_path, HEADED[0], headed | {"text": STORY})
    write(tmp_path, HEADED[1], {"id": "2", "title": "Ostrel to deliver in March", "text": STORY})
    return tmp_path


def test_judged_claims_carry_the_marked_spans_of_the_unfaithful(root: Path) -> None:
    unfaithful, faithful, *_ = labelled_claims(root, seed=1)
    assert [unfaithful.text[a:b] for a, b in unfaithful.spans] == ["bought"]
    assert (unfaithful.faithful, faithful.faithful) == (False, True)
    assert faithful.spans == ()
    assert len(faithful.source) == 4


def test_true_sentences_and_their_errors_share_source_and_group(root: Path) -> None:
    claims = [claim for claim in labelled_claims(root, seed=1) if claim.corpus != "judged"]
    true = {claim.text for claim in claims if claim.faithful}
    assert "Corvane leases boards from Ostrel" in true  # without the reading time
    assert any(text in STORY for text in true)
    for claim in claims:
        assert claim.faithful == (claim.corpus == "true") == (not claim.spans)
        assert claim.group in {"1", "2"}


def test_the_same_seed_gives_the_same_claims(root: Path) -> None:
    assert labelled_claims(root, seed=3) == labelled_claims(root, seed=3)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="xsum"):
        labelled_claims(tmp_path, seed=1)

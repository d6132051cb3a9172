from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from pipeline import resources
from pipeline.analysis.roles import ROLES, WEIGHTS, RoleHead
from pipeline.analysis.surface import FEATURES, surface_features
from pipeline.canonical import sha256_bytes
from pipeline.errors import ResourceError
from pipeline.records import Role
from pipeline.resources import shipped_path
from tests.fakes import FakeEncoder
from tests.strategies import any_line, messy_line

HEAD = RoleHead.shipped()


def test_the_shipped_head_has_the_features_of_the_code() -> None:
    assert HEAD.weights.shape[0] == len(HEAD.bias) == len(ROLES) == len(Role)
    assert len(HEAD.mean) == len(HEAD.scale) == len(FEATURES)
    assert HEAD.weights.shape[1] > len(FEATURES)
    assert (HEAD.scale > 0).all()
    assert HEAD.sha256 == sha256_bytes(shipped_path(WEIGHTS).read_bytes())
    assert len(HEAD.encoder_sha256) == 64


@given(any_line | messy_line)
def test_surface_features_are_finite_and_of_one_shape(text: str) -> None:
    features = surface_features(text)
    assert features.shape == (len(FEATURES),)
    assert np.isfinite(features).all()


@pytest.mark.parametrize(
    ("feature", "text"),
    [
        ("imperative", "Upgrade to the new version."),
        ("hedge", "It may rain."),
        ("advice", "Operators should restart it."),
        ("percent", "It rose by 4%."),
        ("money", "It costs $5."),
        ("quotation", "“Yes,” she said."),
        ("starts_pronoun", "It rained."),
        ("question", "Did it rain?"),
        ("fragment", "No rain."),
        ("site", "Subscribe to our newsletter."),
    ],
)
def test_a_cue_is_seen(feature: str, text: str) -> None:
    column = FEATURES.index(feature)
    assert (
        surface_features(text)[column]
        > surface_features("A plain line of seven words here")[column]
    )


def test_scores_are_probabilities_row_by_row() -> None:
    texts = ["Upgrade now.", "It may rain.", ""]
    vectors = FakeEncoder(HEAD.weights.shape[1] - len(FEATURES)).encode(texts)
    scores = HEAD.scores(texts, vectors)
    assert scores.shape == (3, len(ROLES))
    assert np.allclose(scores.sum(axis=1), 1, atol=1e-3)
    assert (scores[1] == HEAD.scores(texts[1:2], vectors[1:2])[0]).all(), "whatever the grouping"
    assert HEAD.scores([], vectors[:0]).shape == (0, len(ROLES))


def test_without_fitting_vectors_the_surface_alone_decides() -> None:
    texts = ["Upgrade to version 2.7.4 before you open the port.", "Read more in our newsletter."]
    scores = HEAD.scores(texts, FakeEncoder(17).encode(texts))
    likeliest = [ROLES[index] for index in scores.argmax(axis=1)]
    assert likeliest == [Role.WHAT_TO_DO_NEXT, Role.BOILERPLATE]


def test_a_head_of_other_features_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.BytesIO()
    np.savez(content, features=np.array(["other"]))
    (tmp_path / "data").mkdir()
    (tmp_path / WEIGHTS).write_bytes(content.getvalue())
    monkeypatch.setattr(resources, "shipped_root", lambda: tmp_path)
    with pytest.raises(ResourceError, match=r"roles\.npz.*other features.*training\.roles"):
        RoleHead.shipped()

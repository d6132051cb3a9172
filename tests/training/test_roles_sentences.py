"""The labelled sentences of data/roles.jsonl, and what the head that ships has learnt from them."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest
from sklearn.metrics import f1_score

from pipeline.analysis.roles import ROLES, RoleHead
from pipeline.local_models import load_encoder
from pipeline.records import Role
from pipeline.resources import shipped_root
from pipeline.settings import cache_home
from pipeline.text import fold, words

NEAR = 0.5
"""Jaccard of three-word shingles above which two sentences are near duplicates."""


@cache
def rows() -> list[dict[str, str]]:
    text = (shipped_root() / "data/roles.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    tokens = words(fold(text))
    return frozenset(zip(tokens, tokens[1:], tokens[2:], strict=False)) or frozenset(
        {tuple(tokens)}
    )


def near_duplicates(texts: list[str]) -> int:
    """Return how many texts have an earlier one that shares most of their shingles."""
    kept = [shingles(text) for text in texts]
    holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    found = 0
    for index, own in enumerate(kept):
        shared = Counter(other for shingle in own for other in holders[shingle])
        union = {other: len(own | kept[other]) for other in shared}
        found += any(count / union[other] > NEAR for other, count in shared.items())
        for shingle in own:
            holders[shingle].append(index)
    return found


def test_near_duplicates_are_counted() -> None:
    text = "the hall of the guild is closed to all visitors until the end of May"
    assert near_duplicates([text, text.replace("May", "June"), "the port is open to all"]) == 1


def test_there_are_enough_sentences_of_every_role_and_of_many_areas() -> None:
    assert len(rows()) >= 1_200
    assert {row["role"] for row in rows()} == {role.value for role in Role}
    areas = {row["area"] for row in rows()}
    assert len(areas) >= 8
    for area in areas:
        roles = Counter(row["role"] for row in rows() if row["area"] == area)
        assert set(roles) == {role.value for role in Role}, area
        assert max(roles.values()) <= 3 * min(roles.values()), area


def test_every_row_is_one_line_of_text_with_its_two_labels() -> None:
    for row in rows():
        assert set(row) == {"text", "role", "area"}
        assert row["text"].strip() == row["text"] != ""
        assert "\n" not in row["text"]


def test_hardly_any_sentence_is_a_near_duplicate() -> None:
    assert near_duplicates([row["text"] for row in rows()]) <= 0.02 * len(rows())


def test_no_text_has_two_roles() -> None:
    roles = defaultdict(set)
    for row in rows():
        roles[fold(row["text"])].add(row["role"])
    assert all(len(found) == 1 for found in roles.values())


@pytest.mark.model
def test_the_shipped_head_knows_its_own_sentences() -> None:
    encoder = load_encoder("all-minilm-l6-v2", cache_home(dict(os.environ)), device="cpu")
    head = RoleHead.shipped()
    assert head.encoder_sha256 == encoder.identity.sha256
    texts = [row["text"] for row in rows()]
    scores = head.scores(texts, encoder.encode(texts))
    likeliest = [ROLES[index].value for index in np.argmax(scores, axis=1)]
    assert f1_score([row["role"] for row in rows()], likeliest, average="macro") >= 0.75

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from pipeline.errors import StoreError
from pipeline.store import Store
from pipeline.store.caches import USE_GRANULARITY

from . import strategies
from .samples import DAY, NOW, Clock, NewStore, rows
from .strategies import in_few_examples

VECTOR = np.array([[0.6, 0.8]], dtype=np.float32)

matrices = npst.arrays(np.float32, npst.array_shapes(min_dims=2, max_dims=2, min_side=0))


@in_few_examples
@given(saved=st.dictionaries(strategies.texts, matrices, max_size=4))
def test_vectors_come_back_bit_for_bit(
    new_store: NewStore, saved: dict[str, NDArray[np.float32]]
) -> None:
    with new_store() as store:
        store.save_vectors("sentences", "model", saved)
        found = store.vectors("sentences", "model", [*saved, "no such key at all, however long"])
    assert [*found] == [*saved]
    for key, numbers in found.items():
        assert numbers.dtype == np.float32
        assert numbers.shape == saved[key].shape
        assert numbers.tobytes() == saved[key].tobytes()


def test_vectors_are_stored_little_endian_and_in_rows(store: Store) -> None:
    backwards = np.asfortranarray(np.array([[1, 2], [3, 4]], dtype=">f4"))
    store.save_vectors("article", "model", {"a-1": backwards.astype(np.float32, copy=False)})
    ((*_, blob, _used),) = rows(store.path)["vectors"]
    assert blob == np.array([1, 2, 3, 4], dtype="<f4").tobytes()


def test_vectors_are_kept_apart_by_kind_and_model(store: Store) -> None:
    store.save_vectors("article", "model", {"a-1": VECTOR})
    assert store.vectors("sentences", "model", ["a-1"]) == {}
    assert store.vectors("article", "other", ["a-1"]) == {}
    assert [*store.vectors("article", "model", ["a-1"])] == ["a-1"]


def test_pruning_spares_what_was_used_since_and_other_kinds(store: Store, clock: Clock) -> None:
    store.save_vectors("sentences", "model", {"idle": VECTOR, "used": VECTOR})
    store.save_vectors("article", "model", {"idle": VECTOR})
    clock.now = NOW + 10 * DAY
    store.vectors("sentences", "model", ["used"])
    assert store.prune_vectors("sentences", NOW + 5 * DAY) == 1
    assert [*store.vectors("sentences", "model", ["idle", "used"])] == ["used"]
    assert [*store.vectors("article", "model", ["idle"])] == ["idle"]


def test_reading_vectors_again_soon_writes_nothing(store: Store, clock: Clock) -> None:
    store.save_vectors("sentences", "model", {"key": VECTOR})
    before = rows(store.path)
    clock.now = NOW + USE_GRANULARITY / 2
    store.vectors("sentences", "model", ["key"])
    assert rows(store.path) == before
    clock.now = NOW + USE_GRANULARITY
    store.vectors("sentences", "model", ["key"])
    assert rows(store.path) != before


@in_few_examples
@given(saved=st.dictionaries(strategies.texts, strategies.texts, max_size=4))
def test_drafts_come_back_in_the_order_asked_for(
    new_store: NewStore, saved: dict[str, str]
) -> None:
    asked = ["no such key at all, however long", *reversed(saved)]
    with new_store() as store:
        store.save_drafts(saved)
        assert list(store.drafts(asked).items()) == list(reversed(saved.items()))


@in_few_examples
@given(saved=st.dictionaries(strategies.texts, st.floats(allow_nan=False), max_size=4))
def test_scores_come_back_to_the_last_bit(new_store: NewStore, saved: dict[str, float]) -> None:
    with new_store() as store:
        store.save_scores("likelihood", saved)
        assert list(store.scores("likelihood", [*saved]).items()) == list(saved.items())
        assert store.scores("support", [*saved]) == {}


def test_not_a_number_is_no_score(store: Store) -> None:
    with pytest.raises(StoreError, match="NOT NULL"):
        store.save_scores("likelihood", {"good": 1.0, "bad": math.nan})
    assert store.scores("likelihood", ["good", "bad"]) == {}


def test_the_first_value_of_a_key_stays(store: Store) -> None:
    store.save_drafts({"key": "first"})
    store.save_drafts({"key": "second"})
    store.save_scores("likelihood", {"key": 1.0})
    store.save_scores("likelihood", {"key": 2.0})
    store.save_vectors("article", "model", {"key": VECTOR})
    store.save_vectors("article", "model", {"key": 2 * VECTOR})
    assert store.drafts(["key"]) == {"key": "first"}
    assert store.scores("likelihood", ["key"]) == {"key": 1.0}
    assert np.array_equal(store.vectors("article", "model", ["key"])["key"], VECTOR)

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.stories.candidates import (
    BUCKET_TABLES,
    NAME_KEYS,
    TERM_KEYS,
    Frequencies,
    blocking_keys,
    counted_terms,
)
from pipeline.stories.profile import Profile
from tests.stories.builders import HARVEST, LEASE, lease_reports, profiled

NONE_YET = Frequencies(0, {})


def keys(each: Profile, frequencies: Frequencies = NONE_YET, model: str = "m") -> set[int]:
    return set(blocking_keys(each, frequencies, model))


def test_reports_on_one_event_share_keys_and_another_event_shares_none() -> None:
    one, two, _ = lease_reports()
    assert len(keys(one) & keys(two)) >= 3
    assert not keys(one) & keys(profiled(*HARVEST, "a-4"))


def test_the_keys_are_bounded_and_fit_a_signed_integer() -> None:
    long = profiled(LEASE[0][0], " ".join(f"Firm{n} met Town{n} again." for n in range(200)), "a-1")
    found = blocking_keys(long, NONE_YET, "m")
    assert len(found) <= NAME_KEYS + TERM_KEYS + BUCKET_TABLES
    assert list(found) == sorted(set(found))
    assert all(0 <= key < 2**63 for key in found)


def test_rare_words_are_keys_and_common_ones_are_not() -> None:
    words = "alpha bravo carrot delta eagle falcon gamma hotel india jolly"
    article = profiled("", words, "a-1")
    common = dict.fromkeys(words.split()[:5], 900)
    blind = replace(article, vector=np.zeros_like(article.vector))
    rare = keys(blind, Frequencies(1000, common))
    other = profiled("", " ".join(words.split()[:5]), "a-2")
    assert len(rare) == TERM_KEYS
    assert len(rare & keys(replace(other, vector=blind.vector), Frequencies(1000, common))) == 3


def test_vectors_that_mean_the_same_share_a_bucket_of_one_model_only() -> None:
    article = replace(profiled("", "", "a-1"), vector=np.ones(384, np.float32))
    near = replace(article, vector=article.vector + np.linspace(0, 0.1, 384, dtype=np.float32))
    assert keys(article) & keys(near)
    assert not keys(article) & keys(replace(article, vector=-article.vector))
    assert not keys(article) & keys(article, model="other")


def test_an_article_without_words_has_no_keys() -> None:
    empty = replace(profiled("", "", "a-1"), vector=np.zeros(384, np.float32))
    assert keys(empty) == set()


def test_a_rarer_term_weighs_more_and_a_handful_of_articles_keeps_its_words() -> None:
    few = Frequencies(3, {"all": 3, "one": 1})
    assert few.weight("one") > few.weight("all") > 2
    many = Frequencies(1000, {"all": 1000})
    assert 0 < many.weight("all") < 0.01
    assert many.weight("never seen") > 7


def test_names_are_counted_apart_from_words() -> None:
    assert {"brightmoor", "@brightmoor"} <= counted_terms(lease_reports()[0])

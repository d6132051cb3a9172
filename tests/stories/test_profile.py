from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from pipeline.stories.profile import Profile, profile_json, read_profile
from tests.fakes import PUBLISHED
from tests.stories.builders import DAY, LEASE, profiled


def lease() -> Profile:
    return profiled(*LEASE[0], "a-1")


def test_a_profile_knows_who_an_event_is_about() -> None:
    assert {"corvane labs", "brightmoor"} <= lease().title_names <= lease().lead_names
    assert "corvane labs" in lease().protagonists
    assert lease().protagonists <= lease().title_names


def test_a_name_that_only_the_title_holds_is_no_name() -> None:
    """In title case every word looks like one."""
    shouted = profiled("A Hall Full Of Chips", "Corvane Labs rents it. Corvane Labs pays.", "a-1")
    assert shouted.title_names == frozenset()


@pytest.mark.parametrize("word", ["AI", "GPU", "CEO", "Germany"])
def test_kinds_roles_and_countries_are_not_whom_an_event_is_about(word: str) -> None:
    text = " ".join(f"Day {n} of what {word} does with the {word} plan." for n in range(5))
    assert profiled(f"The {word} plan", text, "a-1").protagonists == frozenset()


def test_words_of_the_title_count_double_and_small_ones_not() -> None:
    terms = profiled("Rent doubles", "The rent doubles. Is it up to us?", "a-1").terms
    assert (terms["rent"], terms["doubles"]) == (3, 3)
    assert not {"is", "it", "up", "to", "us"} & set(terms)


def test_numbers_are_words_however_short() -> None:
    assert profiled("", "They paid 40 each.", "a-1").terms["40"] == 1


def test_an_undated_article_stands_where_it_was_first_seen() -> None:
    undated = profiled(*LEASE[0], "a-1", published=None, first_seen=PUBLISHED + DAY)
    assert (undated.dated, undated.moment) == (False, PUBLISHED + DAY)
    assert lease().dated


@pytest.mark.parametrize(
    "published",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        PUBLISHED + 365 * DAY,
        datetime(9999, 12, 31, tzinfo=UTC),
    ],
)
def test_an_absurd_date_counts_as_none(published: datetime) -> None:
    odd = profiled(*LEASE[0], "a-1", published=published, first_seen=PUBLISHED)
    assert (odd.dated, odd.moment) == (False, PUBLISHED)


def test_an_old_date_is_believed() -> None:
    old = datetime(2003, 5, 1, tzinfo=UTC)
    assert profiled(*LEASE[0], "a-1", published=old, first_seen=PUBLISHED).moment == old


def test_two_spellings_of_a_sum_are_one_term() -> None:
    one = profiled("", "They paid $40 million.", "a-1").terms
    other = profiled("", "They paid $40m.", "a-2").terms
    assert {term for term in one if term.startswith("=")} == {"=money/USD/40000000"}
    assert set(one) & set(other) >= {"=money/USD/40000000"}


def test_a_profile_written_down_is_read_as_it_was() -> None:
    known = lease()
    again = read_profile(known.article_id, known.moment, profile_json(known), known.vector)
    assert again == replace(known, vector=again.vector)
    np.testing.assert_array_equal(again.vector, known.vector)

from __future__ import annotations

import pytest

from pipeline.stories.profile import Profile, inverse_document_frequencies
from tests.fakes import PUBLISHED
from tests.stories.builders import DAY, LEASE, lease_reports, profiled


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


def test_a_word_that_all_hold_tells_less_than_one_that_few_hold() -> None:
    weights = inverse_document_frequencies(lease_reports())
    assert (
        weights["brightmoor"] < weights["month"] < weights["sublet"]
        or weights["brightmoor"] < weights["found"]
    )
    assert all(weight > 0 for weight in weights.values())


def test_a_handful_of_articles_on_one_event_keeps_its_words() -> None:
    one = inverse_document_frequencies(lease_reports()[:1])
    assert min(one.values()) > 3

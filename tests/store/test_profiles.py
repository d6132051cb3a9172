from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.store import Store
from pipeline.store.profiles import StoredProfile

from .samples import DAY, NOW, article, revision, save_articles, stored_profile, story

HOUR = timedelta(hours=1)


def put(store: Store, *profiles: StoredProfile) -> None:
    save_articles(store, *(each.article_id for each in profiles))
    store.save_profiles(profiles, {each.article_id: [] for each in profiles})


def found(
    store: Store, profile: StoredProfile, *, holders: int = 9, at_most: int = 9, days: float = 9
) -> list[str]:
    within = timedelta(days=days)
    return store.candidates([profile], within=within, holders=holders, at_most=at_most)[
        profile.article_id
    ]


def test_profiles_come_back_as_saved_by_their_encoder(store: Store) -> None:
    one, two = stored_profile("a-1", keys=(1,)), stored_profile("a-2")
    put(store, one, two)
    assert store.profiles(["a-2", "a-3", "a-1"], "m") == {"a-2": two, "a-1": one}
    assert [*store.profiles(["a-2", "a-1"], "m")] == ["a-2", "a-1"]
    assert store.profiles(["a-1"], "another") == {}
    assert store.profile_count() == 2


def test_most_shared_keys_come_first_and_ties_by_id(store: Store) -> None:
    seeking = stored_profile("a-0", keys=(1, 2, 3))
    put(
        store,
        seeking,
        stored_profile("a-3", keys=(1,)),
        stored_profile("a-2", keys=(3,)),
        stored_profile("a-1", keys=(2, 3, 9)),
        stored_profile("a-4", keys=(9,)),
    )
    assert found(store, seeking) == ["a-1", "a-2", "a-3"]
    assert found(store, seeking, at_most=2) == ["a-1", "a-2"]
    assert found(store, stored_profile("a-5")) == []


def test_new_copies_do_not_hide_what_is_in_a_story(store: Store) -> None:
    seeking = stored_profile("a-0", keys=(1, 2))
    copies = (stored_profile(f"a-{n}", keys=(1, 2)) for n in range(1, 5))
    put(store, seeking, *copies, stored_profile("a-told", keys=(1,)))
    store.save_stories([story("s-1", "a-told")])
    assert found(store, seeking, at_most=2) == ["a-1", "a-2", "a-told"]


def test_of_a_key_the_nearest_in_time_on_either_side_are_looked_at(store: Store) -> None:
    hours = {f"a-{n}": n for n in range(1, 10)}
    put(store, *(stored_profile(a, keys=(7,), moment=NOW + h * HOUR) for a, h in hours.items()))
    middle = stored_profile("a-5", keys=(7,), moment=NOW + 5 * HOUR)
    assert found(store, middle, holders=2) == ["a-3", "a-4", "a-6", "a-7"]


def test_nothing_further_away_than_the_window_is_found(store: Store) -> None:
    put(
        store,
        stored_profile("a-1", keys=(7,), moment=NOW - 3 * DAY),
        stored_profile("a-2", keys=(7,), moment=NOW - 3 * DAY - HOUR),
        stored_profile("a-3", keys=(7,), moment=NOW + 3 * DAY),
        stored_profile("a-4", keys=(7,), moment=NOW + 3 * DAY + HOUR),
    )
    assert found(store, stored_profile("a-0", keys=(7,)), days=3) == ["a-1", "a-3"]


def test_a_new_profile_is_found_under_its_new_keys_only(store: Store) -> None:
    put(store, stored_profile("a-1", keys=(1, 2)))
    store.save_profiles([stored_profile("a-1", keys=(2, 3), moment=NOW + HOUR)], {"a-1": []})
    assert found(store, stored_profile("a-0", keys=(1,))) == []
    assert found(store, stored_profile("a-0", keys=(2, 3))) == ["a-1"]
    assert store.profile_count() == 1


def test_terms_are_counted_when_an_article_gets_its_first_profile(store: Store) -> None:
    save_articles(store, "a-1", "a-2")
    both = [stored_profile("a-1"), stored_profile("a-2")]
    store.save_profiles(both, {"a-1": ["deal", "rent"], "a-2": ["deal"]})
    store.save_profiles(both[:1], {"a-1": ["deal", "new"]})
    assert store.term_counts(["deal", "rent", "new"]) == {"deal": 2, "rent": 1}


def test_an_articles_moment_is_its_profiles_or_its_own(store: Store) -> None:
    save_articles(store, "a-1", "a-2")
    store.save_profiles([stored_profile("a-1", moment=NOW - DAY)], {"a-1": []})
    own = store.articles(["a-2"])["a-2"].article.moment
    assert store.moments(["a-2", "a-1", "a-none"]) == {"a-2": own, "a-1": NOW - DAY}


@pytest.mark.parametrize("text", [None, "an older text"])
def test_articles_in_stories_without_a_profile_of_their_text_are_stale(
    store: Store, text: str | None
) -> None:
    for article_id in ("a-1", "a-2", "a-3"):
        store.save_article(article(article_id, published=NOW), revision(article_id))
    store.save_stories([story("s-1", "a-1", "a-2")])
    texts = {a: store.articles([a])[a].revision.text_sha256 for a in ("a-1", "a-2")}
    store.save_profiles([stored_profile("a-1", text=texts["a-1"])], {"a-1": []})
    if text is not None:
        store.save_profiles([stored_profile("a-2", text=text)], {"a-2": []})
    assert [each.article.article_id for each in store.stale_articles("m", NOW)] == ["a-2"]
    assert store.stale_articles("m", NOW + HOUR) == []
    assert len(store.stale_articles("another", NOW)) == 2

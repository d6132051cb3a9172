from __future__ import annotations

import pytest

from pipeline.errors import StoreError
from pipeline.store import Store

from .samples import NOW, rows, save_articles, story

WEEK = "2026-W47"


def test_the_working_brief_is_the_last_one_saved(store: Store) -> None:
    save_articles(store, "a-1")
    store.save_stories([story("s-1", "a-1")])
    store.save_brief("s-1", WEEK, "inputs 1", "{}")
    store.save_brief("s-1", WEEK, "inputs 2", '{"hook":null}')
    assert store.brief("s-1", WEEK) == ("inputs 2", '{"hook":null}')
    assert store.brief("s-1", "2026-W46") is None


def test_a_brief_of_an_unknown_story_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.save_brief("s-1", WEEK, "inputs", "{}")


def test_the_last_issue_is_the_digest_and_the_others_are_kept(store: Store) -> None:
    store.save_digest(WEEK, "sha-1", NOW, "first")
    store.save_digest(WEEK, "sha-2", NOW, "second")
    assert store.digest(WEEK) == "second"
    assert len(rows(store.path)["digests"]) == 2


def test_an_issue_that_is_published_again_is_the_digest_again(store: Store) -> None:
    for sha256, digest in (("sha-1", "first"), ("sha-2", "second"), ("sha-1", "first")):
        store.save_digest(WEEK, sha256, NOW, digest)
    assert store.digest(WEEK) == "first"
    assert store.digest_issues(WEEK) == ["second", "first"]
    assert store.digest_issues("2026-W46") == []
    assert len(rows(store.path)["digests"]) == 2


def test_weeks_are_in_order_and_the_nearest_earlier_digest_is_found(store: Store) -> None:
    for week in ("2027-W01", "2026-W09", "2026-W47", "2026-W47"):
        store.save_digest(week, f"sha of {week}", NOW, week)
    store.save_digest("2026-W47", "sha of the reissue", NOW, "reissue")
    assert store.digest_weeks() == ["2026-W09", "2026-W47", "2027-W01"]
    assert store.last_digest_before("2027-W01") == "reissue"
    assert store.last_digest_before("2026-W47") == "2026-W09"
    assert store.last_digest_before("2026-W09") is None
    assert store.digest("2026-W10") is None

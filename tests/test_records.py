from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline import records
from pipeline.canonical import make_id, sha256_text
from pipeline.records import Article, Feed, FetchState, Record, Revision, Role, Story

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
RECORDS = [
    value
    for value in vars(records).values()
    if isinstance(value, type) and issubclass(value, Record) and value is not Record
]


def article(**changes: Any) -> Article:
    return Article(**{"article_id": "a-1", "source": "Example", "first_seen": NOW, **changes})


@pytest.mark.parametrize("field", ["first_seen", "published"])
def test_a_moment_needs_a_time_zone(field: str) -> None:
    with pytest.raises(ValidationError, match="a moment needs a time zone"):
        article(**{field: datetime(2026, 11, 16, 6)})  # noqa: DTZ001


def test_a_moment_given_as_text_needs_an_offset_too() -> None:
    assert FetchState(fetched_at="2026-11-16T06:00:00Z").fetched_at == NOW
    with pytest.raises(ValidationError, match="a moment needs a time zone"):
        FetchState(fetched_at="2026-11-16T06:00:00")


def test_a_moment_of_another_zone_stays_the_same_instant() -> None:
    moment = NOW.astimezone(timezone(timedelta(hours=9)))
    assert article(published=moment).moment == NOW


def test_an_undated_article_counts_from_when_it_was_first_seen() -> None:
    assert article().moment == NOW
    assert article(published=NOW - timedelta(days=3)).moment == NOW - timedelta(days=3)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_are_frozen_and_closed(record: type[Record]) -> None:
    assert record.model_config["frozen"] is True
    assert record.model_config["extra"] == "forbid"


def test_a_record_refuses_to_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        article().source = "Another"  # type: ignore[misc]


def test_a_record_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        article(publisher="Example")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_default_is_never_shared_state(record: type[Record]) -> None:
    for field in record.model_fields.values():
        assert not isinstance(field.default, list | dict | set)


def test_ids_show_what_they_name() -> None:
    key = "https://example.com/news/1"
    assert Feed.make_id(key) == make_id("f", key)
    assert Article.make_id(key) == make_id("a", key)
    assert Story.make_id("a-1") == make_id("s", "a-1")


def test_ids_do_not_change_between_releases() -> None:
    """They are in published digests and in every store: a change here orphans both."""
    assert Article.make_id("https://example.com/") == "a-0f115db062b7c0dd"


@given(st.text(), st.text())
def test_a_revision_is_named_by_its_title_and_text(title: str, text: str) -> None:
    assert Revision.hash_of(title, text) == sha256_text(title + "\n" + text)


@given(st.text(), st.text(min_size=1))
def test_any_change_of_text_makes_another_revision(text: str, more: str) -> None:
    assert Revision.hash_of("T", text) != Revision.hash_of("T", text + more)
    assert Revision.hash_of("T", text) != Revision.hash_of("T" + more, text)


def test_a_record_comes_back_from_json_as_it_was() -> None:
    before = article(published=NOW, url="https://example.com/1", published_is_day=True)
    assert Article.model_validate_json(before.model_dump_json()) == before


def test_roles_are_the_design_s() -> None:
    assert [role.value for role in Role] == [
        "what_changed",
        "why_it_matters",
        "what_to_do_next",
        "background",
        "technical",
        "outlook",
        "boilerplate",
    ]

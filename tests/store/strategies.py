"""Hypothesis strategies for the records the store keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import settings
from hypothesis import strategies as st

from pipeline.records import (
    Article,
    Entry,
    Feed,
    FetchState,
    FetchStatus,
    Page,
    Revision,
    Validators,
    Withholding,
)

in_few_examples = settings(max_examples=25)
"""For properties of a store: each example opens one, which takes some 20 ms."""

ZONES = (UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=11)))

texts = st.text(st.characters(codec="utf-8"), max_size=30)
ids = st.integers(min_value=0, max_value=2**64 - 1).map("{:016x}".format)
moments = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone)
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from(ZONES),
)
names = st.lists(texts, max_size=3).map(tuple)

validators = st.builds(
    Validators,
    etag=st.none() | texts,
    last_modified=st.none() | texts,
    body_sha256=st.none() | texts,
)
states = st.builds(
    FetchState,
    status=st.sampled_from(FetchStatus),
    validators=validators,
    fetched_at=st.none() | moments,
    ok_at=st.none() | moments,
    failures=st.integers(0, 1000),
    error=st.none() | texts,
    http_status=st.none() | st.integers(100, 599),
)
feeds = st.builds(
    Feed,
    feed_id=ids.map("f-{}".format),
    url=texts,
    title=st.none() | texts,
    added_at=moments,
    subscribed=st.booleans(),
    state=states,
)
articles = st.builds(
    Article,
    article_id=ids.map("a-{}".format),
    url=st.none() | texts,
    source=texts,
    first_seen=moments,
    published=st.none() | moments,
    published_is_day=st.booleans(),
    declared_canonical=st.none() | texts,
)
pages = st.builds(Page, url_key=texts, url=texts, state=states)
withholdings = st.builds(Withholding, subject_id=ids, reason=texts, detail=texts)


def entries_of(feed_id: str) -> st.SearchStrategy[list[Entry]]:
    """Return lists of entries of one feed with distinct keys."""
    entry = st.builds(
        Entry,
        feed_id=st.just(feed_id),
        entry_key=texts,
        position=st.integers(0, 500),
        url=st.none() | texts,
        title=texts,
        published=st.none() | moments,
        updated=st.none() | moments,
        authors=names,
        summary_html=texts,
        content_html=texts,
        language=st.none() | texts,
    )
    return st.lists(entry, max_size=5, unique_by=lambda entry: entry.entry_key)


def revisions_of(article_id: str) -> st.SearchStrategy[Revision]:
    """Return revisions of one article, named as they must be."""
    return st.builds(
        lambda title, text, authors, language, seen_at, via: Revision(
            article_id=article_id,
            text_sha256=Revision.hash_of(title, text),
            title=title,
            text=text,
            authors=authors,
            language=language,
            seen_at=seen_at,
            via=via,
        ),
        title=texts,
        text=texts,
        authors=names,
        language=st.none() | texts,
        seen_at=moments,
        via=st.sampled_from(("page", "feed", "file")),
    )

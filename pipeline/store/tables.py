"""The tables, as SQLAlchemy Core sees them. The migrations build them; a test keeps both equal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from pipeline.canonical import compact_json

SCHEMA_REVISION = "0003"
"""The newest migration. A file that already has it is opened without loading alembic (0.3 s)."""


class UtcMoment(TypeDecorator[datetime]):
    """An aware moment, kept to the microsecond as `2026-11-16T06:00:00.000000Z`.

    The width is fixed, so the order of the texts is the order of the moments.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the text of an aware moment.

        Raises:
            ValueError: the moment has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class CompactJson(TypeDecorator[Any]):
    """A list or an object as one line of canonical JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002
        """Return the JSON text."""
        return compact_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return what the JSON text says."""
        return None if value is None else json.loads(value)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)
"""Every constraint has a name, because SQLite can only alter or drop what has one."""


def _fetch_state_columns() -> list[Column[Any]]:
    """Return the columns of a `FetchState`, which feeds and pages share."""
    return [
        Column("status", Text, nullable=False),
        Column("etag", Text),
        Column("last_modified", Text),
        Column("body_sha256", Text),
        Column("fetched_at", UtcMoment),
        Column("ok_at", UtcMoment),
        Column("failures", Integer, nullable=False),
        Column("error", Text),
        Column("http_status", Integer),
    ]


feeds = Table(
    "feeds",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("title", Text),
    Column("added_at", UtcMoment, nullable=False),
    Column("subscribed", Boolean, nullable=False),
    *_fetch_state_columns(),
)

feed_urls = Table(
    "feed_urls",
    metadata,
    Column("url_key", Text, primary_key=True),
    Column("feed_id", ForeignKey("feeds.feed_id"), nullable=False),
    Column("url", Text, nullable=False),
    comment="Where feeds moved to. The key under which a feed was first added is in its id.",
)

entries = Table(
    "entries",
    metadata,
    Column("feed_id", ForeignKey("feeds.feed_id"), primary_key=True),
    Column("entry_key", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("published", UtcMoment),
    Column("updated", UtcMoment),
    Column("authors", CompactJson, nullable=False),
    Column("summary_html", Text, nullable=False),
    Column("content_html", Text, nullable=False),
    Column("language", Text),
)

articles = Table(
    "articles",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("url", Text),
    Column("source", Text, nullable=False),
    Column("feed_id", ForeignKey("feeds.feed_id")),
    Column("first_seen", UtcMoment, nullable=False),
    Column("published", UtcMoment),
    Column("published_is_day", Boolean, nullable=False),
    Column("declared_canonical", Text),
    Column(
        "moment",
        UtcMoment,
        Computed("coalesce(published, first_seen)", persisted=False),
        index=True,
    ),
)

revisions = Table(
    "revisions",
    metadata,
    # A rowid with a name survives VACUUM, which a full-text index over this table will rely on.
    Column("revision_no", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.article_id"), nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("authors", CompactJson, nullable=False),
    Column("language", Text),
    Column("seen_at", UtcMoment, nullable=False),
    Column("via", Text, nullable=False),
    UniqueConstraint("article_id", "text_sha256"),
    comment="Immutable: triggers refuse to change or delete a row.",
)

current_revisions = Table(
    "current_revisions",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("text_sha256", Text, nullable=False),
    ForeignKeyConstraint(
        ["article_id", "text_sha256"], ["revisions.article_id", "revisions.text_sha256"]
    ),
    comment="The revision in force of each article.",
)

pages = Table(
    "pages",
    metadata,
    Column("url_key", Text, primary_key=True),
    Column("url", Text, nullable=False, index=True),
    Column("article_id", ForeignKey("articles.article_id")),
    *_fetch_state_columns(),
)

stories = Table(
    "stories",
    metadata,
    Column("story_id", Text, primary_key=True),
    Column("first_seen", UtcMoment, nullable=False),
)

story_articles = Table(
    "story_articles",
    metadata,
    Column("article_id", ForeignKey("articles.article_id"), primary_key=True),
    Column("story_id", ForeignKey("stories.story_id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    comment="The primary key says it: an article belongs to at most one story.",
)

merge_log = Table(
    "merge_log",
    metadata,
    Column("decision_id", Text, primary_key=True),
    Column("at", UtcMoment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("story_id", Text, nullable=False, index=True),
    Column("other_story_id", Text, index=True),
    Column("article_id", Text, nullable=False),
    Column("why", Text, nullable=False),
    comment="Keeps what it says of stories that are gone, hence no foreign keys.",
)

profiles = Table(
    "profiles",
    metadata,
    Column("article_id", ForeignKey("articles.article_id"), primary_key=True),
    Column("text_sha256", Text, nullable=False),
    Column("model_key", Text, nullable=False),
    Column("moment", UtcMoment, nullable=False),
    Column("keys", CompactJson, nullable=False),
    Column("profile_json", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

profile_keys = Table(
    "profile_keys",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("moment", UtcMoment, primary_key=True),
    Column("article_id", Text, primary_key=True),
    sqlite_with_rowid=False,
    comment="The keys of profiles, so that the nearest in time of a key are one range.",
)

term_counts = Table(
    "term_counts",
    metadata,
    Column("term", Text, primary_key=True),
    Column("articles", Integer, nullable=False),
    sqlite_with_rowid=False,
    comment="How many articles held a term when they got their first profile.",
)

edits = Table(
    "edits",
    metadata,
    Column("edit_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("at", UtcMoment, nullable=False),
    Column("change", CompactJson, nullable=False),
    UniqueConstraint("number"),
    comment="The reader's hand. Only grows: triggers refuse to change or delete a row.",
)

withholdings = Table(
    "withholdings",
    metadata,
    Column("subject_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
)

vectors = Table(
    "vectors",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("model_key", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("shape", CompactJson, nullable=False),
    Column("float32_le", LargeBinary, nullable=False),
    Column("used_at", UtcMoment, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("score", Float, nullable=False),
)

briefs = Table(
    "briefs",
    metadata,
    Column("story_id", ForeignKey("stories.story_id", ondelete="CASCADE"), primary_key=True),
    Column("week", Text, primary_key=True),
    Column("inputs_sha256", Text, nullable=False),
    Column("brief_json", Text, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("week", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("issue", Integer, nullable=False),
    Column("generated_at", UtcMoment, nullable=False),
    Column("digest_json", Text, nullable=False),
    UniqueConstraint("week", "issue"),
    comment="The issue with the greatest number is the one in force.",
)

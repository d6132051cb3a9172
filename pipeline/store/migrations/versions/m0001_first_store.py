"""The first store."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_feeds()
    _create_articles()
    _create_stories()
    _create_caches()
    _create_digests()


def _fetch_state_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("body_sha256", sa.Text),
        sa.Column("fetched_at", sa.Text),
        sa.Column("ok_at", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("http_status", sa.Integer),
    ]


def _create_feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("feed_id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("added_at", sa.Text, nullable=False),
        sa.Column("subscribed", sa.Boolean, nullable=False),
        *_fetch_state_columns(),
    )
    op.create_table(
        "feed_urls",
        sa.Column("url_key", sa.Text, primary_key=True),
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
    )
    op.create_table(
        "entries",
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), primary_key=True),
        sa.Column("entry_key", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("published", sa.Text),
        sa.Column("updated", sa.Text),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("summary_html", sa.Text, nullable=False),
        sa.Column("content_html", sa.Text, nullable=False),
        sa.Column("language", sa.Text),
    )


def _create_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id")),
        sa.Column("first_seen", sa.Text, nullable=False),
        sa.Column("published", sa.Text),
        sa.Column("published_is_day", sa.Boolean, nullable=False),
        sa.Column("declared_canonical", sa.Text),
        sa.Column(
            "moment", sa.Text, sa.Computed("coalesce(published, first_seen)", persisted=False)
        ),
    )
    op.create_index("ix_articles_moment", "articles", ["moment"])
    op.create_table(
        "revisions",
        sa.Column("revision_no", sa.Integer, primary_key=True),
        sa.Column("article_id", sa.Text, sa.ForeignKey("articles.article_id"), nullable=False),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("via", sa.Text, nullable=False),
        sa.UniqueConstraint("article_id", "text_sha256"),
    )
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER revisions_refuse_{change.lower()} BEFORE {change} ON revisions "
            "BEGIN SELECT RAISE(ABORT, 'revisions are immutable'); END"
        )
    op.create_table(
        "current_revisions",
        sa.Column("article_id", sa.Text, primary_key=True),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "text_sha256"], ["revisions.article_id", "revisions.text_sha256"]
        ),
    )
    op.create_table(
        "pages",
        sa.Column("url_key", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("article_id", sa.Text, sa.ForeignKey("articles.article_id")),
        *_fetch_state_columns(),
    )
    op.create_index("ix_pages_url", "pages", ["url"])


def _create_stories() -> None:
    op.create_table(
        "stories",
        sa.Column("story_id", sa.Text, primary_key=True),
        sa.Column("first_seen", sa.Text, nullable=False),
    )
    op.create_table(
        "story_articles",
        sa.Column("article_id", sa.Text, sa.ForeignKey("articles.article_id"), primary_key=True),
        sa.Column("story_id", sa.Text, sa.ForeignKey("stories.story_id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("ix_story_articles_story_id", "story_articles", ["story_id"])
    op.create_table(
        "merges",
        sa.Column("merge_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("story_ids", sa.Text, nullable=False),
        sa.Column("article_ids", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "withholdings",
        sa.Column("subject_id", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )


def _create_caches() -> None:
    op.create_table(
        "vectors",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("model_key", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("shape", sa.Text, nullable=False),
        sa.Column("float32_le", sa.LargeBinary, nullable=False),
        sa.Column("used_at", sa.Text, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "scores",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("score", sa.Float, nullable=False),
    )


def _create_digests() -> None:
    op.create_table(
        "briefs",
        sa.Column(
            "story_id",
            sa.Text,
            sa.ForeignKey("stories.story_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("week", sa.Text, primary_key=True),
        sa.Column("inputs_sha256", sa.Text, nullable=False),
        sa.Column("brief_json", sa.Text, nullable=False),
    )
    op.create_table(
        "digests",
        sa.Column("week", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("issue", sa.Integer, nullable=False),
        sa.Column("generated_at", sa.Text, nullable=False),
        sa.Column("digest_json", sa.Text, nullable=False),
        sa.UniqueConstraint("week", "issue"),
    )

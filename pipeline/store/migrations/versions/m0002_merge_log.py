"""A merge log by story, and what finds the articles that a new one may belong to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_table("merges")  # nothing ever wrote to it
    op.create_table(
        "merge_log",
        sa.Column("decision_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text, nullable=False),
        sa.Column("other_story_id", sa.Text),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("ix_merge_log_story_id", "merge_log", ["story_id"])
    op.create_index("ix_merge_log_other_story_id", "merge_log", ["other_story_id"])
    op.create_table(
        "profiles",
        sa.Column("article_id", sa.Text, sa.ForeignKey("articles.article_id"), primary_key=True),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("model_key", sa.Text, nullable=False),
        sa.Column("moment", sa.Text, nullable=False),
        sa.Column("keys", sa.Text, nullable=False),
        sa.Column("profile_json", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "profile_keys",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("moment", sa.Text, primary_key=True),
        sa.Column("article_id", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "term_counts",
        sa.Column("term", sa.Text, primary_key=True),
        sa.Column("articles", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )

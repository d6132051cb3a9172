"""The log of the reader's edits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "edits",
        sa.Column("edit_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("change", sa.Text, nullable=False),
        sa.UniqueConstraint("number"),
    )
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER edits_refuse_{change.lower()} BEFORE {change} ON edits "
            "BEGIN SELECT RAISE(ABORT, 'the log of edits only grows'); END"
        )

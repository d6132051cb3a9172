"""Working copies of briefs, and the digests that were published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects.sqlite import insert

from pipeline.store import tables
from pipeline.store.database import Database
from pipeline.store.rows import upsert


class DigestStore(Database):
    """What the store knows of briefs and digests. Weeks are ISO, such as `2026-W47`."""

    def save_brief(self, story_id: str, week: str, inputs_sha256: str, brief_json: str) -> None:
        """Keep the unpublished brief of a saved story for a week, made from those inputs."""
        row = {
            "story_id": story_id,
            "week": week,
            "inputs_sha256": inputs_sha256,
            "brief_json": brief_json,
        }
        with self._writing() as connection:
            connection.execute(upsert(tables.briefs), row)

    def brief(self, story_id: str, week: str) -> tuple[str, str] | None:
        """Return (hash of its inputs, brief as JSON), or None."""
        columns = tables.briefs.c
        query = select(columns.inputs_sha256, columns.brief_json)
        with self._reading() as connection:
            row = connection.execute(query.filter_by(story_id=story_id, week=week)).first()
            return None if row is None else (row.inputs_sha256, row.brief_json)

    def save_digest(self, week: str, sha256: str, generated_at: datetime, digest_json: str) -> None:
        """Record what was published. It is the week's digest from now on; older issues are kept."""
        with self._writing() as connection:
            latest = _latest(connection, week)
            if latest is not None and latest.sha256 == sha256:
                return
            row = {
                "week": week,
                "sha256": sha256,
                "issue": 1 if latest is None else latest.issue + 1,
                "generated_at": generated_at,
                "digest_json": digest_json,
            }
            statement = insert(tables.digests).values(row)
            again = statement.on_conflict_do_update(
                index_elements=["week", "sha256"], set_={"issue": row["issue"]}
            )
            connection.execute(again)

    def digest(self, week: str) -> str | None:
        """Return the JSON last published for the week, or None."""
        with self._reading() as connection:
            latest = _latest(connection, week)
            return None if latest is None else str(latest.digest_json)

    def digest_issues(self, week: str) -> list[str]:
        """Return the JSON of all issues of the week's digest, the one in force last."""
        columns = tables.digests.c
        query = select(columns.digest_json).filter_by(week=week).order_by(columns.issue)
        with self._reading() as connection:
            return [*connection.scalars(query)]

    def digest_weeks(self) -> list[str]:
        """Return the weeks that have a digest, earliest first."""
        week = tables.digests.c.week
        with self._reading() as connection:
            return [*connection.scalars(select(week).distinct().order_by(week))]

    def last_digest_before(self, week: str) -> str | None:
        """Return the JSON last published for the nearest week before that has one, or None."""
        with self._reading() as connection:
            earlier = connection.scalar(
                select(func.max(tables.digests.c.week)).where(tables.digests.c.week < week)
            )
            latest = None if earlier is None else _latest(connection, earlier)
            return None if latest is None else str(latest.digest_json)


def _latest(connection: Connection, week: str) -> Row[tuple[object, ...]] | None:
    """Return the issue in force of the week's digest, or None."""
    query = select(tables.digests).filter_by(week=week)
    return connection.execute(query.order_by(tables.digests.c.issue.desc())).first()

"""The log of what the reader changed by hand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert

from pipeline.edits import Edit
from pipeline.errors import StoreError
from pipeline.records import Story
from pipeline.store import tables
from pipeline.store.database import Database
from pipeline.store.stories import Decision, put_stories


class EditStore(Database):
    """What the store knows of the reader's edits."""

    def save_edit(
        self, edit: Edit, stories: Sequence[Story] = (), decisions: Sequence[Decision] = ()
    ) -> None:
        """Add an edit to the log, and save the stories as it leaves them, as one whole.

        `decisions` are what the merge log is to say of it.

        Raises:
            StoreError: it does not follow the last edit, for another process added one.
        """
        row = {**edit.model_dump(include={"edit_id", "number", "at"})}
        row["change"] = edit.change.model_dump(mode="json")
        columns = tables.edits.c
        with self._writing() as connection:
            if connection.scalar(select(columns.number).filter_by(edit_id=edit.edit_id)):
                return
            last = connection.scalar(select(func.max(columns.number))) or 0
            if edit.number != last + 1:
                what = "another process made an edit at the same time"
                raise StoreError(str(self.path), what, "make yours again")
            connection.execute(insert(tables.edits), row)
            put_stories(connection, stories, decisions)

    def edits(self) -> list[Edit]:
        """Return the log, undone edits and their undoing included, in its order."""
        query = select(tables.edits).order_by(tables.edits.c.number)
        with self._reading() as connection:
            return [Edit.model_validate(dict(row)) for row in connection.execute(query).mappings()]

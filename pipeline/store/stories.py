"""Stories, how they came to be, and what is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Select, delete, select
from sqlalchemy.dialects.sqlite import insert

from pipeline.canonical import compact_json, make_id
from pipeline.records import Moment, Record, Story, Withholding
from pipeline.store import tables
from pipeline.store.database import Database
from pipeline.store.rows import in_chunks, in_order_of, record_of, row_of, upsert


class Decision(Record):
    """Why an article is in its story, or stays out of another: one line of the merge log."""

    at: Moment
    kind: Literal["opened", "joined", "merged", "left", "kept_apart"]
    story_id: str
    """The story that has the article now."""
    other_story_id: str | None = None
    """The story that was merged into it, that the article left, or that it is kept apart from."""
    article_id: str
    """The article that was placed, or whose arrival led to it."""
    why: str
    """The reason in words and figures."""


class StoryStore(Database):
    """What the store knows of stories."""

    def save_stories(self, stories: Sequence[Story], decisions: Sequence[Decision] = ()) -> None:
        """Save these stories as they are now, and the log of what led to it, as one whole.

        An article leaves the story it was in before. A story left without articles is gone, with
        its working briefs; stories that are not named and lose nothing stay as they are.

        Raises:
            StoreError: two of these stories claim one article, or one is not saved.
        """
        with self._writing() as connection:
            put_stories(connection, stories, decisions)

    def stories(self, story_ids: Sequence[str] | None = None) -> list[Story]:
        """Return the known stories among `story_ids` (None: all) by `first_seen`, then by id."""
        with self._reading() as connection:
            if story_ids is None:
                return _stories(connection, _members())
            found = [
                story
                for chunk in in_chunks(story_ids)
                for story in _stories(
                    connection, _members().where(tables.stories.c.story_id.in_(chunk))
                )
            ]
        return sorted(found, key=lambda story: (story.first_seen, story.story_id))

    def story_of(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Return the story of each article that has one, in the order of the articles."""
        found: dict[str, str] = {}
        columns = tables.story_articles.c
        with self._reading() as connection:
            for chunk in in_chunks(article_ids):
                query = select(columns.article_id, columns.story_id)
                for row in connection.execute(query.where(columns.article_id.in_(chunk))):
                    found[row.article_id] = row.story_id
        return in_order_of(article_ids, found)

    def stories_between(self, start: datetime, end: datetime) -> list[Story]:
        """Return the stories with an article of `start` ≤ moment < `end`, whole.

        By `first_seen`, then by id. An article's moment is when it was published, or first seen.
        """
        moment = tables.articles.c.moment
        touched = (
            select(tables.story_articles.c.story_id)
            .join(tables.articles)
            .where(moment >= start, moment < end)
        )
        with self._reading() as connection:
            return _stories(connection, _members().where(tables.stories.c.story_id.in_(touched)))

    def decisions(self, story_id: str) -> list[Decision]:
        """Return what the merge log says of a story and of those merged into it.

        By moment, then by kind, article and content.
        """
        log = tables.merge_log.c
        found: dict[str, Decision] = {}
        told: set[str] = set()
        ahead = {story_id}
        with self._reading() as connection:
            while ahead:
                told |= ahead
                query = select(tables.merge_log).where(
                    log.story_id.in_(ahead) | log.other_story_id.in_(ahead)
                )
                for row in connection.execute(query).mappings():
                    found[row[log.decision_id]] = record_of(Decision, tables.merge_log, row)
                ahead = {
                    each.other_story_id
                    for each in found.values()
                    if each.kind == "merged" and each.story_id in told and each.other_story_id
                } - told
        return [
            each
            for _, each in sorted(
                found.items(),
                key=lambda pair: (pair[1].at, pair[1].kind, pair[1].article_id, pair[0]),
            )
        ]

    def save_withholdings(self, withholdings: Sequence[Withholding]) -> None:
        """Save why subjects are withheld; a subject has one reason, the last one saved."""
        if not withholdings:
            return
        rows = [row_of(withholding) for withholding in withholdings]
        with self._writing() as connection:
            connection.execute(upsert(tables.withholdings), rows)

    def clear_withholding(self, subject_id: str) -> None:
        """Withhold the subject no longer: it is judged anew, for it has a new text for instance."""
        with self._writing() as connection:
            connection.execute(delete(tables.withholdings).filter_by(subject_id=subject_id))

    def withholdings(self) -> list[Withholding]:
        """Return what is withheld, by `subject_id`."""
        query = select(tables.withholdings).order_by(tables.withholdings.c.subject_id)
        with self._reading() as connection:
            rows = connection.execute(query).mappings()
            return [record_of(Withholding, tables.withholdings, row) for row in rows]


def put_stories(
    connection: Connection, stories: Sequence[Story], decisions: Sequence[Decision] = ()
) -> None:
    """Do what `save_stories` does in the transaction of `connection`."""
    if decisions:
        lines = [{"decision_id": _decision_id(each), **row_of(each)} for each in decisions]
        connection.execute(insert(tables.merge_log).on_conflict_do_nothing(), lines)
    members = [
        {"article_id": article_id, "story_id": story.story_id, "position": position}
        for story in stories
        for position, article_id in enumerate(story.article_ids)
    ]
    if not stories:
        return
    rows = [{"story_id": story.story_id, "first_seen": story.first_seen} for story in stories]
    connection.execute(upsert(tables.stories), rows)
    left = _leave(connection, [story.story_id for story in stories], members)
    if members:
        connection.execute(insert(tables.story_articles), members)
    _drop_empty(connection, left)


def _decision_id(decision: Decision) -> str:
    """Return an id that depends on all the decision says: saving it again adds nothing."""
    return make_id("d", compact_json(decision.model_dump(mode="json")))


def _leave(
    connection: Connection, story_ids: Sequence[str], members: Sequence[dict[str, object]]
) -> set[str]:
    """Empty the stories, take the members out of theirs; return all stories that lost some."""
    columns = tables.story_articles.c
    left = set(story_ids)
    for chunk in in_chunks(story_ids):
        connection.execute(delete(tables.story_articles).where(columns.story_id.in_(chunk)))
    for chunk in in_chunks(str(member["article_id"]) for member in members):
        homes = select(columns.story_id).where(columns.article_id.in_(chunk))
        left.update(connection.scalars(homes))
        connection.execute(delete(tables.story_articles).where(columns.article_id.in_(chunk)))
    return left


def _drop_empty(connection: Connection, story_ids: Iterable[str]) -> None:
    """Delete those of the stories that have no article."""
    inhabited = select(tables.story_articles.c.story_id)
    for chunk in in_chunks(sorted(story_ids)):
        named = tables.stories.c.story_id.in_(chunk)
        empty = tables.stories.c.story_id.not_in(
            inhabited.where(tables.story_articles.c.story_id.in_(chunk))
        )
        connection.execute(delete(tables.stories).where(named, empty))


def _members() -> Select[tuple[object, ...]]:
    """Return the query for stories, one row a member, in the documented order."""
    stories, members = tables.stories.c, tables.story_articles.c
    return (
        select(stories.story_id, stories.first_seen, members.article_id)
        .join(tables.story_articles)
        .order_by(stories.first_seen, stories.story_id, members.position)
    )


def _stories(connection: Connection, query: Select[tuple[object, ...]]) -> list[Story]:
    """Return the stories whose members `query` returns."""
    first_seen: dict[str, datetime] = {}
    article_ids: dict[str, list[str]] = {}
    for row in connection.execute(query):
        first_seen[row.story_id] = row.first_seen
        article_ids.setdefault(row.story_id, []).append(row.article_id)
    return [
        Story(story_id=story_id, first_seen=first_seen[story_id], article_ids=tuple(members))
        for story_id, members in article_ids.items()
    ]

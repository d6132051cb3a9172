"""Profiles of articles, and the keys and counts by which a new one finds those it may join."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, TextClause, bindparam, delete, func, select, text
from sqlalchemy.dialects.sqlite import insert

from pipeline.records import ArticleRevision, Moment, Record
from pipeline.store import tables
from pipeline.store.articles import article_revisions, in_force
from pipeline.store.database import Database
from pipeline.store.rows import in_chunks, in_order_of, record_of, row_of, upsert


class StoredProfile(Record):
    """What is kept of one article's current text for clustering."""

    article_id: str
    text_sha256: str
    model_key: str
    """The encoder that made the vector."""
    moment: Moment
    keys: tuple[int, ...]
    """Under which it is found: below 2**63."""
    profile_json: str
    vector: bytes
    """Little-endian float32."""


class ProfileStore(Database):
    """What the store knows of profiles."""

    def save_profiles(
        self, profiles: Sequence[StoredProfile], terms: Mapping[str, Collection[str]]
    ) -> None:
        """Save these profiles, one an article, in place of earlier ones, with their keys.

        The `terms` of an article are counted when it gets its first profile: a revision hardly
        changes what is common in the archive.
        """
        if not profiles:
            return
        keys = [
            {"key": key, "moment": each.moment, "article_id": each.article_id}
            for each in profiles
            for key in each.keys
        ]
        with self._writing() as connection:
            known = _forget_keys(connection, [each.article_id for each in profiles])
            counts = Counter(
                term
                for each in profiles
                if each.article_id not in known
                for term in terms[each.article_id]
            )
            connection.execute(upsert(tables.profiles), [row_of(each) for each in profiles])
            if keys:
                connection.execute(insert(tables.profile_keys), keys)
            if counts:
                rows = [{"term": term, "articles": n} for term, n in sorted(counts.items())]
                connection.execute(_ADD_COUNTS, rows)

    def profiles(self, article_ids: Iterable[str], model_key: str) -> dict[str, StoredProfile]:
        """Return the known profiles by that encoder, in the order of the ids."""
        ids = list(article_ids)
        columns = tables.profiles.c
        found: dict[str, StoredProfile] = {}
        with self._reading() as connection:
            for chunk in in_chunks(ids):
                query = select(tables.profiles).filter_by(model_key=model_key)
                for row in connection.execute(
                    query.where(columns.article_id.in_(chunk))
                ).mappings():
                    each = record_of(StoredProfile, tables.profiles, row)
                    found[each.article_id] = each
        return in_order_of(ids, found)

    def moments(self, article_ids: Iterable[str]) -> dict[str, datetime]:
        """Return when each of the articles was published as far as is known and credible."""
        ids = list(article_ids)
        articles, profiles = tables.articles.c, tables.profiles.c
        moment = func.coalesce(profiles.moment, articles.moment, type_=tables.UtcMoment())
        query = select(articles.article_id, moment.label("at")).select_from(
            tables.articles.outerjoin(tables.profiles)
        )
        found: dict[str, datetime] = {}
        with self._reading() as connection:
            for chunk in in_chunks(ids):
                for row in connection.execute(query.where(articles.article_id.in_(chunk))):
                    found[row.article_id] = row.at
        return in_order_of(ids, found)

    def profile_count(self) -> int:
        """Return how many profiles there are."""
        with self._reading() as connection:
            return connection.scalar(select(func.count()).select_from(tables.profiles)) or 0

    def term_counts(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many profiles each of the terms stands, of those that stand in one."""
        columns = tables.term_counts.c
        found: dict[str, int] = {}
        with self._reading() as connection:
            for chunk in in_chunks(terms):
                query = select(columns.term, columns.articles).where(columns.term.in_(chunk))
                found.update((row.term, row.articles) for row in connection.execute(query))
        return found

    def candidates(
        self, profiles: Sequence[StoredProfile], *, within: timedelta, holders: int, at_most: int
    ) -> dict[str, list[str]]:
        """Return, for each profile, the articles that share most keys with it, ties by id.

        At most so many of those in stories and of those in none: copies that come together must
        not hide the story that they belong to.
        Of each key only the nearest `holders` in time on either side count, none further away than
        `within`; those of one moment by id.
        """
        found: dict[str, list[str]] = {each.article_id: [] for each in profiles}
        with self._reading() as connection:
            for each in profiles:
                if each.keys:
                    given = {
                        "first": each.moment - within,
                        "moment": each.moment,
                        "last": each.moment + within,
                        "article_id": each.article_id,
                        "holders": holders,
                        "at_most": at_most,
                        **{f"key_{number}": key for number, key in enumerate(each.keys)},
                    }
                    ids = connection.scalars(_sharing_keys(len(each.keys)), given)
                    found[each.article_id] = [*ids]
        return found

    def stale_articles(self, model_key: str, since: datetime) -> list[ArticleRevision]:
        """Return the articles in stories that have no profile of their text by that encoder.

        Only those of a moment from `since` on; by moment, then by id.
        """
        article_id = tables.articles.c.article_id
        fitting = select(tables.profiles.c.article_id).where(
            tables.profiles.c.article_id == article_id,
            tables.profiles.c.text_sha256 == tables.current_revisions.c.text_sha256,
            tables.profiles.c.model_key == model_key,
        )
        query = (
            in_force()
            .where(tables.articles.c.moment >= since, ~fitting.exists())
            .where(article_id.in_(select(tables.story_articles.c.article_id)))
            .order_by(tables.articles.c.moment, article_id)
        )
        with self._reading() as connection:
            return article_revisions(connection, query)


_NEAREST = """
    SELECT article_id FROM (
        SELECT article_id FROM profile_keys WHERE key = :key_{number}
        AND moment >= :first AND (moment, article_id) < (:moment, :article_id)
        ORDER BY moment DESC, article_id DESC LIMIT :holders)
    UNION ALL SELECT article_id FROM (
        SELECT article_id FROM profile_keys WHERE key = :key_{number}
        AND moment <= :last AND (moment, article_id) > (:moment, :article_id)
        ORDER BY moment, article_id LIMIT :holders)
"""
"""Two ranges of the primary key, so that it takes the same time however many hold the key."""


@functools.cache
def _sharing_keys(count: int) -> TextClause:
    """Return the query for the articles that hold any of so many keys, most keys first."""
    holders = " UNION ALL ".join(_NEAREST.format(number=number) for number in range(count))
    query = text(
        f"""
        SELECT article_id FROM (
            SELECT article_id, shared,
                row_number() OVER (PARTITION BY placed ORDER BY shared DESC, article_id) AS place
            FROM (
                SELECT article_id, count(*) AS shared, EXISTS (
                    SELECT 1 FROM story_articles WHERE story_articles.article_id = held.article_id
                ) AS placed
                FROM ({holders}) AS held GROUP BY article_id))
        WHERE place <= :at_most ORDER BY shared DESC, article_id
        """  # noqa: S608 (made of numbers only)
    )
    moments = ("first", "moment", "last")
    return query.bindparams(*(bindparam(name, type_=tables.UtcMoment()) for name in moments))


_NEW_COUNTS = insert(tables.term_counts)
_ADD_COUNTS = _NEW_COUNTS.on_conflict_do_update(
    index_elements=["term"],
    set_={"articles": tables.term_counts.c.articles + _NEW_COUNTS.excluded.articles},
)


def _forget_keys(connection: Connection, article_ids: Sequence[str]) -> set[str]:
    """Delete the keys of these articles' profiles; return which of them have one."""
    keys, columns = tables.profile_keys.c, tables.profiles.c
    known: set[str] = set()
    for chunk in in_chunks(article_ids):
        query = select(tables.profiles).where(tables.profiles.c.article_id.in_(chunk))
        for row in connection.execute(query).mappings().all():
            known.add(row[columns.article_id])
            connection.execute(
                delete(tables.profile_keys).where(
                    keys.key.in_(row[columns["keys"]]),
                    keys.moment == row[columns.moment],
                    keys.article_id == row[columns.article_id],
                )
            )
    return known

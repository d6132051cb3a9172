"""What models made, kept by content: vectors, drafts and scores.

A key names everything the value depends on, so a value never goes stale and the first one saved
stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from pipeline.store import tables
from pipeline.store.database import Database
from pipeline.store.rows import in_chunks, in_order_of

USE_GRANULARITY = timedelta(days=1)
"""A use is noted once in this time, so that reading vectors seldom writes. The window for which
they are kept is counted in weeks."""


class CacheStore(Database):
    """What the store keeps so that no model has to do it again."""

    def vectors(
        self, kind: str, model_key: str, keys: Sequence[str]
    ) -> dict[str, NDArray[np.float32]]:
        """Return the known vectors in the order of the keys, each in the shape it was saved in."""
        columns = tables.vectors.c
        found: dict[str, NDArray[np.float32]] = {}
        now = self._clock()
        idle: list[str] = []
        with self._reading() as connection:
            for chunk in in_chunks(keys):
                query = select(tables.vectors).filter_by(kind=kind, model_key=model_key)
                for row in connection.execute(query.where(columns.key.in_(chunk))):
                    numbers = np.frombuffer(row.float32_le, dtype="<f4").reshape(row.shape)
                    found[row.key] = numbers.astype(np.float32)
                    if now - row.used_at >= USE_GRANULARITY:
                        idle.append(row.key)
        if idle:
            with self._writing() as connection:
                _note_use(connection, kind, model_key, idle, now)
        return in_order_of(keys, found)

    def save_vectors(
        self, kind: str, model_key: str, vectors: Mapping[str, NDArray[np.float32]]
    ) -> None:
        """Save arrays of float32, such as one (sentences, dimensions) a revision."""
        if not vectors:
            return
        now = self._clock()
        rows = [
            {
                "kind": kind,
                "model_key": model_key,
                "key": key,
                "shape": list(numbers.shape),
                "float32_le": numbers.astype("<f4").tobytes(),
                "used_at": now,
            }
            for key, numbers in vectors.items()
        ]
        with self._writing() as connection:
            connection.execute(insert(tables.vectors).on_conflict_do_nothing(), rows)

    def prune_vectors(self, kind: str, before: datetime) -> int:
        """Delete the vectors last used before that moment (of the store's clock); return how many.

        A use may have been noted up to USE_GRANULARITY too early.
        """
        old = delete(tables.vectors).where(
            tables.vectors.c.kind == kind, tables.vectors.c.used_at < before
        )
        with self._writing() as connection:
            return connection.execute(old).rowcount

    def drafts(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the known drafts in the order of the keys."""
        columns = tables.drafts.c
        found: dict[str, str] = {}
        with self._reading() as connection:
            for chunk in in_chunks(keys):
                for row in connection.execute(select(tables.drafts).where(columns.key.in_(chunk))):
                    found[row.key] = row.text
        return in_order_of(keys, found)

    def save_drafts(self, drafts: Mapping[str, str]) -> None:
        """Save what the generator wrote, by the hash of all it depends on."""
        if not drafts:
            return
        rows = [{"key": key, "text": draft} for key, draft in drafts.items()]
        with self._writing() as connection:
            connection.execute(insert(tables.drafts).on_conflict_do_nothing(), rows)

    def scores(self, kind: str, keys: Sequence[str]) -> dict[str, float]:
        """Return the known scores in the order of the keys."""
        columns = tables.scores.c
        found: dict[str, float] = {}
        with self._reading() as connection:
            for chunk in in_chunks(keys):
                query = select(tables.scores).filter_by(kind=kind).where(columns.key.in_(chunk))
                for row in connection.execute(query):
                    found[row.key] = row.score
        return in_order_of(keys, found)

    def save_scores(self, kind: str, scores: Mapping[str, float]) -> None:
        """Save numbers such as log-likelihoods.

        Raises:
            StoreError: one is not a number.
        """
        if not scores:
            return
        rows = [{"kind": kind, "key": key, "score": score} for key, score in scores.items()]
        with self._writing() as connection:
            connection.execute(insert(tables.scores).on_conflict_do_nothing(), rows)


def _note_use(
    connection: Connection, kind: str, model_key: str, keys: Sequence[str], now: datetime
) -> None:
    """Say that the vectors were used now."""
    for chunk in in_chunks(keys):
        connection.execute(
            update(tables.vectors)
            .filter_by(kind=kind, model_key=model_key)
            .where(tables.vectors.c.key.in_(chunk))
            .values(used_at=now)
        )

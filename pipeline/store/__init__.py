"""What a run remembers: one SQLite file, read and written through `Store`."""

from __future__ import annotations

from pipeline.store.store import Store
from pipeline.store.stories import Decision

__all__ = ["Decision", "Store"]

"""Stores to test with: real SQLite files, copied from one that was migrated once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.store import Store

from .samples import NOW, Clock, NewStore

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory: hundreds of examples would wait for the disk elsewhere."""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    Store.open(path).close()
    return path


@pytest.fixture(scope="session")
def new_store(template: Path) -> NewStore:
    """Return a maker of empty stores, for tests that need one an example."""

    @contextmanager
    def make() -> Iterator[Store]:
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            path = Path(shutil.copy(template, folder))
            with Store.open(path) as store:
                yield store

    return make


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def store(template: Path, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    path = Path(shutil.copy(template, tmp_path / "halfminute.db"))
    with Store.open(path, clock=clock) as store:
        yield store

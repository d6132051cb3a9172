from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store import Store


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated database without rows, to copy: a migration takes a second."""
    path = tmp_path_factory.mktemp("empty") / "halfminute.db"
    Store.open(path).close()
    return path


@pytest.fixture
def store(empty_database: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(Path(shutil.copy(empty_database, tmp_path / "halfminute.db"))) as store:
        yield store

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.sides import ForgetfulStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ForgetfulStore]:
    with ForgetfulStore.open(tmp_path / "halfminute.db") as store:
        yield store

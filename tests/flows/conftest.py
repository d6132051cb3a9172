from __future__ import annotations

from collections.abc import Iterator

import pytest
from prefect.testing.utilities import prefect_test_harness


@pytest.fixture(scope="session")
def prefect_api() -> Iterator[None]:
    """Flows called in this process run against a temporary Prefect server."""
    with prefect_test_harness(server_startup_timeout=120):
        yield

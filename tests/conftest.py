from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers import LoopbackServer, serving

# A busy machine makes one example slow now and then; that is no failure of the code under test.
settings.register_profile("halfminute", deadline=None)
settings.load_profile("halfminute")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests stay together where several processes share them.

    Those of a file, for what they set up once; those with models, which fill the memory and both
    cores; those with the Prefect server, of which there is one a session.
    """
    for item in items:
        marks = (name for name in ("prefect", "model") if item.get_closest_marker(name))
        item.add_marker(pytest.mark.xdist_group(next(marks, str(item.path))))


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """A loopback server without routes: a test adds its own to `server.routes`."""
    with serving() as running:
        yield running

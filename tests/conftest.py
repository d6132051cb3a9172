from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers import LoopbackServer, serving

# A busy machine makes one example slow now and then; that is no failure of the code under test.
settings.register_profile("halfminute", deadline=None)
settings.load_profile("halfminute")


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """A loopback server without routes: a test adds its own to `server.routes`."""
    with serving() as running:
        yield running

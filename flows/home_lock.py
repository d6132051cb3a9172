"""One flow run at a time in a home."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StoreError


@contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """Keep other flow runs out of a home, waiting for one that is at work there.

    A served run is alone by its runner's limit. The lock holds where that cannot: two runners, a
    run that outlived its killed runner, a run started by hand. The system frees it on any death.

    Raises:
        StoreError: the home cannot be made or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / "run.lock").open("a")
    except OSError as error:
        raise StoreError(
            str(home), f"cannot be written ({error.strerror})", "choose another home"
        ) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

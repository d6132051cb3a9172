"""Imported by the fork server only: a run that loads all that runs load lazily, once for all."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.crash_run import Trap, run

with tempfile.TemporaryDirectory() as folder:
    run(Path(folder), Trap())

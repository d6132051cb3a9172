"""Progress and failures as a flow run tells them: log lines and Markdown."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from pipeline.protocols import Progress

LINE_SECONDS = 5.0
"""Least time between two lines on one stage: a page a line would bury the log of a large home."""


def logged_progress(
    log: logging.Logger | logging.LoggerAdapter[logging.Logger],
    clock: Callable[[], float] = time.monotonic,
) -> Progress:
    """Return a progress callback that writes lines such as `writing: 64 of 210` to a log."""
    last: dict[str, float] = {}

    def report(stage: str, done: int, total: int) -> None:
        moment = clock()
        if done >= total or moment - last.get(stage, moment - LINE_SECONDS) >= LINE_SECONDS:
            last[stage] = moment
            log.info("%s: %d of %d", stage, done, total)

    return report


def table_cell(text: str) -> str:
    """Return `text` as one cell of a Markdown table, shown as it is."""
    words = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\|`*_[]<>#!~" else c for c in words)

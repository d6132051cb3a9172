"""What the command line says: results on stdout, progress and errors on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from pipeline.errors import HalfminuteError
from pipeline.records import Failure
from pipeline.text_cleaning import printable
from pipeline.urls import redact

MAX_FAILURES_SHOWN = 200
"""Lines of failed sources on one run's stderr; the rest is counted."""


def out() -> Console:
    """Return the console for results."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=False)


def say(line: str) -> None:
    """Print a line on stderr, secrets redacted."""
    print(f"halfminute: {redact(printable(line))}", file=sys.stderr)  # noqa: T201


def error_line(error: HalfminuteError) -> None:
    """Print an error as one line."""
    say(str(error))


def failure_lines(failures: Sequence[Failure]) -> None:
    """Print one line for each failed source."""
    for failure in failures[:MAX_FAILURES_SHOWN]:
        say(f"{failure.source}: {failure.reason}" + (f"; {failure.mend}" if failure.mend else ""))
    if len(failures) > MAX_FAILURES_SHOWN:
        say(f"and {len(failures) - MAX_FAILURES_SHOWN} more failed sources")


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """Give a progress callback that draws bars on stderr when that is a terminal."""
    console = Console(file=sys.stderr)
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total)
        bars.update(tasks[stage], completed=done, total=total)

    with bars:
        yield report

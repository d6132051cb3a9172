"""The demo, `python -m flows.demo`: the sample week from its feeds to its briefs.

Everything is real but the web: fetcher, extractor, models, store and both flows. The publishers are
invented and served from this process; `now` is fixed, so every run tells the same.
"""

from __future__ import annotations

import argparse
import atexit
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flows.sample_site import serve_sample
from flows.temporary_server import isolated_environment, temporary_server
from pipeline.console import error_line, failure_lines, out
from pipeline.errors import HalfminuteError
from pipeline.options import RunOptions
from pipeline.publish import digest as files
from pipeline.publish.terminal import digest_view
from pipeline.records import Failure
from pipeline.resources import checkout_root, shipped_path

NOW = "2026-11-16T06:00:00Z"
"""The Monday after the sample's second week, when its digest is due."""
WEEKS = ("2026-W45", "2026-W46")
TOP_BRIEFS = 3

OK, FAILED, PARTIAL = 0, 1, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; return the exit code: 0 ok, 1 failed, 2 configuration, 3 partial."""
    parser = argparse.ArgumentParser(prog="python -m flows.demo", description=__doc__)
    parser.add_argument("--home", type=Path, default=default_demo_home(), help="where it works")
    parser.add_argument("--verbose", action="store_true", help="show Prefect's log")
    given = parser.parse_args(arguments)
    home: Path = given.home.expanduser()
    introduce(home)
    try:
        return run(home, verbose=given.verbose)
    except HalfminuteError as error:
        error_line(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def default_demo_home() -> Path:
    """Return `data/demo` in a checkout, else `halfminute-demo` in the current folder."""
    root = checkout_root()
    return root / "data" / "demo" if root else Path("halfminute-demo")


def introduce(home: Path) -> None:
    """Say what is about to happen."""
    tell(
        "The demo serves the sample week (22 articles of 4 invented publishers) on loopback, runs\n"
        f"the flows ingest and weekly-digest over it as of {NOW}, and prints the briefs.\n"
        f"Home: {home} (start afresh with: rm -r {home})\n"
        "The first run takes about 2 minutes on two cores, the next ones 25 seconds; models that\n"
        "are missing are downloaded first (190 MB)."
    )


def run(home: Path, *, verbose: bool) -> int:
    """Run both flows over the sample week and print what they made; return the exit code.

    Raises:
        HalfminuteError: the demo cannot go on.
    """
    services = ExitStack()
    # Registered before Prefect is imported, so run after Prefect has sent off its last log lines.
    atexit.register(services.close)
    site = services.enter_context(serve_sample(shipped_path("data/sample")))
    tell("Starting a Prefect server for this run ...")
    api_url = services.enter_context(temporary_server(home / "prefect"))
    environment = prefect_environment(os.environ, home, api_url, verbose=verbose)
    os.environ.clear()
    os.environ.update(environment)
    # Prefect reads its environment once, when it is imported.
    from flows.ingest import ingest
    from flows.weekly_digest import weekly_digest

    if not verbose:
        # An error is told once, by us, and not as a traceback for each layer that it passes.
        logging.getLogger("prefect.task_runs").addFilter(lambda line: line.levelno < logging.ERROR)
    options = RunOptions(home=home, route=site.route)
    tell("Running the flow ingest ...")
    report: Any = ingest(options, feeds=shipped_path("data/sample/feeds.toml"), now=NOW)
    for week in WEEKS:
        tell(f"Running the flow weekly-digest for {week} ...")
        path = Path(weekly_digest(options, week=week, now=NOW))
    digest = files.read(path.read_text(encoding="utf-8"), label=str(path))
    out().print(digest_view(digest, top=TOP_BRIEFS))
    print(path)  # noqa: T201 (the command's result)
    failures = [Failure.model_validate(failure) for failure in report["failures"]]
    failure_lines(failures)
    return PARTIAL if failures else OK


def prefect_environment(
    environ: Mapping[str, str], home: Path, api_url: str, *, verbose: bool
) -> dict[str, str]:
    """Return the environment that ties a process to the demo's own server and quietens Prefect.

    Without `verbose` only the tasks' own lines are shown.
    """
    return {
        **isolated_environment(environ, home / "prefect"),
        "PREFECT_API_URL": api_url,
        "PREFECT_LOGGING_LEVEL": "INFO" if verbose else "CRITICAL",
        "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "INFO",
    }


def tell(text: str) -> None:
    """Print to stderr: stdout is for the briefs."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench TASK`: time a stage; the last line printed is one JSON object of metrics.

`python -m bench TASK --help` says what a task times. docs/bench.md explains the figures.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys

from pipeline.console import error_line
from pipeline.errors import HalfminuteError

TASKS = {
    "brief": "bench.brief",
    "stories": "bench.stories",
}
"""Task → module whose `main(arguments)` times it and returns flat metrics. A module is loaded when
it is asked for, so that the help of one does not wait for the libraries of another."""


EXAMPLES = """\
examples:
  python -m bench brief                        the whole measurement, at most 35 minutes
  python -m bench brief --quick                a smoke run; its figures mean nothing
  python -m bench brief --articles news.jsonl  on your own articles
  python -m bench stories                      clustering, 1,000 to 100,000 articles
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one task and print its metrics; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("task", choices=list(TASKS), metavar="TASK", help=", ".join(TASKS))
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help="see TASK --help")
    given = parser.parse_args(arguments)
    try:
        metrics = importlib.import_module(TASKS[given.task]).main(given.rest)
    except HalfminuteError as error:
        error_line(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    print(json.dumps(metrics, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())

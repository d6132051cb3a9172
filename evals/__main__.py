"""`python -m evals TASK FILE`: measure; the last line printed is one JSON object of metrics.

`python -m evals TASK --help` says what a task measures, `python -m evals gate` runs all tasks of
evals/baseline.json and fails below a floor. docs/evals.md explains both.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from typing import Any

from evals import gate
from pipeline.console import error_line
from pipeline.errors import HalfminuteError

TASKS = {
    "clustering": "evals.clustering",
    "extraction": "evals.extraction",
    "faithfulness": "evals.faithfulness",
    "models": "evals.side_by_side",
    "replay": "evals.replay",
    "reprints": "evals.reprints",
    "roles": "evals.roles",
    "summaries": "evals.summaries",
    "tags": "evals.tags",
    "writer": "evals.writer",
}
"""Task → module whose `main(arguments)` measures it and returns flat metrics. Modules are loaded
when they are asked for, since some bring torch or scikit-learn along."""


def measure(task: str, arguments: list[str]) -> dict[str, Any]:
    """Return the metrics of one task.

    Raises:
        HalfminuteError: its file or a model cannot be used.
    """
    metrics: dict[str, Any] = importlib.import_module(TASKS[task]).main(arguments)
    return metrics


def main(arguments: list[str] | None = None) -> int:
    """Run one task, or the gate over all, and print its metrics; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m evals",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("task", choices=[*TASKS, "gate"], metavar="TASK", help=", ".join(TASKS))
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help="see TASK --help")
    given = parser.parse_args(arguments)
    code = 0
    try:
        if given.task == "gate":
            metrics, code = gate.main(given.rest, measure)
        else:
            metrics = measure(given.task, given.rest)
    except HalfminuteError as error:
        error_line(error)
        return error.exit_code
    print(json.dumps(metrics, sort_keys=True, ensure_ascii=False))
    return code


if __name__ == "__main__":
    sys.exit(main())

"""`python -m evals TASK …`: measure; the last line printed is one JSON object of metrics."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from evals import replay, roles

TASKS: dict[str, Callable[[list[str]], dict[str, Any]]] = {
    "replay": replay.main,
    "roles": roles.main,
}


def main() -> int:
    """Run one task and print its metrics."""
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    parser.add_argument("task", choices=sorted(TASKS))
    arguments, rest = parser.parse_known_args()
    metrics = TASKS[arguments.task](rest)
    print(json.dumps(metrics, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())

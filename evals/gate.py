"""Run every task of evals/baseline.json and fail below a floor.

A line of the baseline is a task on one file, known by the hash of its content, with the floors of
its metrics (more is better). Verdicts:

ok          the floor is met
below       fails
undefined   fails: the metric is null
other data  fails, and nothing is measured: the file is not the one that the floors are of
absent      does not fail: most labelled data is no part of the project. A file is looked for below
            --root, then in the project

--update raises floors to what was measured less a tolerance, never lowers one, and takes over the
hash of changed files. Where a floor would have to fall it writes nothing, unless --lower is given.
To add a line, write it into the baseline with an empty hash and floors of 0, and run --update.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from rich.table import Table

from evals.rows import read_content
from pipeline.canonical import canonical_json, sha256_bytes, write_atomically
from pipeline.console import out, say
from pipeline.errors import ResourceError, UsageError
from pipeline.resources import shipped_root

BASELINE: Final = Path(__file__).with_name("baseline.json")
TOLERANCE: Final = 0.005
"""How far below the measured value a new floor lies. Two runs on one machine differ by nothing;
another processor's arithmetic moves a verdict or two. One lost page of the 181 of the extraction
set weighs 0.0055, so a single one still shows."""

Measure = Callable[[str, list[str]], dict[str, Any]]
"""Returns the metrics of a task run with arguments."""
Verdict = Literal["ok", "below", "undefined", "other data", "absent"]
FAILING: Final[frozenset[Verdict]] = frozenset({"below", "undefined", "other data"})


class Line(BaseModel):
    """A task on one file with the floors of its metrics."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    task: str
    file: str
    """Relative to --root, or to the project."""
    sha256: str
    """Of the file's decompressed content."""
    limit: int | None = None
    """Only so many rows are measured, where the whole file takes too long."""
    options: tuple[str, ...] | None = None
    """Further arguments of the task."""
    floors: dict[str, float]

    @property
    def key(self) -> tuple[str, str]:
        """What names the line: a baseline has a task and file once."""
        return self.task, self.file


class Baseline(BaseModel):
    """The file evals/baseline.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one line; metrics are empty where nothing was run."""

    line: Line
    sha256: str | None = None
    """Of the file as found; None where it is absent."""
    metrics: dict[str, Any] = field(default_factory=dict)

    def verdict(self, metric: str) -> Verdict:
        """Return how the metric compares with its floor."""
        if self.sha256 is None:
            return "absent"
        if self.sha256 != self.line.sha256:
            return "other data"
        measured = self.metrics.get(metric)
        if measured is None:
            return "undefined"
        return "ok" if measured >= self.line.floors[metric] else "below"

    @property
    def failed(self) -> bool:
        """True where a floor is not met or cannot be compared."""
        return any(self.verdict(metric) in FAILING for metric in self.line.floors)


def main(arguments: list[str], measure: Measure) -> tuple[dict[str, Any], int]:
    """Run the lines of the baseline; return the counts of verdicts and the exit code.

    Raises:
        ResourceError: the baseline cannot be read.
        UsageError: a task that the baseline does not have, or a floor that would have to fall.
        HalfminuteError: a task cannot be run.
    """
    given = _parser().parse_args(arguments)
    started = time.monotonic()
    baseline = read_baseline(given.baseline)
    chosen = _chosen(baseline, given.tasks)
    outcomes = [
        run_line(line, given.root, measure, compare_only=not given.update) for line in chosen
    ]
    if given.update:
        outcomes = [raised(outcome, lower=given.lower) for outcome in outcomes]
        updated = {outcome.line.key: outcome.line for outcome in outcomes}
        lines = tuple(updated.get(line.key, line) for line in baseline.lines)
        write_atomically(given.baseline, baseline_text(Baseline(lines=lines)).encode("utf-8"))
        say(f"{given.baseline}: written")
    out().print(table_of(outcomes))
    counts = {
        "task": "gate",
        "lines": len(outcomes),
        "failed": sum(outcome.failed for outcome in outcomes),
        "absent": sum(outcome.sha256 is None for outcome in outcomes),
        "seconds": round(time.monotonic() - started, 1),
    }
    return counts, int(bool(counts["failed"]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals gate",
        description=__doc__,
        epilog="example: python -m evals gate extraction --root ../shared/eval",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("tasks", nargs="*", metavar="TASK", help="only these tasks (default: all)")
    parser.add_argument(
        "--root",
        type=Path,
        default=Path("../shared/eval"),
        help="the folder of labelled files (default: %(default)s)",
    )
    parser.add_argument("--baseline", type=Path, default=BASELINE, help=argparse.SUPPRESS)
    parser.add_argument("--update", action="store_true", help="raise the floors")
    parser.add_argument("--lower", action="store_true", help="let --update lower floors too")
    return parser


def read_baseline(path: Path) -> Baseline:
    """Return the baseline in a file.

    Raises:
        ResourceError: the file is missing or malformed.
    """
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise ResourceError(str(path), what, "restore it from the repository") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ResourceError(
            str(path), f"{place}: {first['msg']}".lstrip(": "), "mend it"
        ) from error


def baseline_text(baseline: Baseline) -> str:
    """Return the baseline as its file holds it."""
    return canonical_json(baseline.model_dump(mode="json", exclude_none=True))


def _chosen(baseline: Baseline, tasks: Sequence[str]) -> list[Line]:
    known = sorted({line.task for line in baseline.lines})
    for task in tasks:
        if task not in known:
            raise UsageError(task, "has no floors in the baseline", f"known: {', '.join(known)}")
    return [line for line in baseline.lines if not tasks or line.task in tasks]


def run_line(line: Line, root: Path, measure: Measure, *, compare_only: bool = True) -> Outcome:
    """Return the outcome of one line; `compare_only` does not run a task on other data."""
    path = find(line.file, root)
    if path is None:
        say(f"{line.file} is neither below {root} nor in the project: skipped")
        return Outcome(line)
    sha256 = sha256_bytes(read_content(path))
    if compare_only and sha256 != line.sha256:
        return Outcome(line, sha256)
    say(f"measuring {line.task} on {line.file}")
    limit = [] if line.limit is None else ["--limit", str(line.limit)]
    return Outcome(line, sha256, measure(line.task, [str(path), *limit, *(line.options or ())]))


def find(file: str, root: Path) -> Path | None:
    """Return where a baseline's file is, below `root` or in the project; None where it is not."""
    places = (root / file, shipped_root() / file)
    return next((path for path in places if path.is_file()), None)


def raised(outcome: Outcome, *, lower: bool = False) -> Outcome:
    """Return the outcome with its line's floors raised to what was measured, and its file's hash.

    Raises:
        UsageError: a floor would have to fall, and `lower` is not given.
    """
    if not outcome.metrics:
        return outcome
    line = outcome.line
    floors = {}
    for metric, floor in line.floors.items():
        value = outcome.metrics.get(metric)
        if value is None or (value < floor and not lower):
            raise UsageError(
                f"{line.task} on {line.file}",
                f"{metric} is {'undefined' if value is None else value}, its floor {floor}",
                "floors fall only with --lower; nothing was written",
            )
        floors[metric] = new_floor(value) if value < floor else max(floor, new_floor(value))
    changed = line.model_copy(update={"sha256": outcome.sha256, "floors": floors})
    return replace(outcome, line=changed)


def new_floor(measured: float) -> float:
    """Return the floor for a measured value: the tolerance below it, rounded down to 3 decimals."""
    return math.floor(round((measured - TOLERANCE) * 1000, 6)) / 1000


def table_of(outcomes: Sequence[Outcome]) -> Table:
    """Return one row a floor: task, file, metric, measured, floor, verdict."""
    table = Table("task", box=None)
    table.add_column("file", overflow="fold")
    for name in ("metric", "measured", "floor", "verdict"):
        table.add_column(name, no_wrap=True)
    for outcome in outcomes:
        line = outcome.line
        file = line.file if line.limit is None else f"{line.file} ({line.limit} rows)"
        for metric, floor in sorted(line.floors.items()):
            value = outcome.metrics.get(metric)
            shown = "–" if value is None else f"{value:.4f}"
            table.add_row(line.task, file, metric, shown, f"{floor:.3f}", outcome.verdict(metric))
    return table

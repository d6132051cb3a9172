"""Draw how the writer learned: `python -m training.curves FOLDER/curves.json [--out PICTURE]`.

The file is one that `python -m training.writer` wrote. The picture is the same bytes for the same
losses, so that it can be committed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from pydantic import TypeAdapter, ValidationError

from pipeline.console import error_line
from pipeline.errors import HalfminuteError, SourceError, UsageError
from pipeline.records import Record

CURVES = "curves.json"
PICTURE = "curves.svg"
LINES = {
    "train": "pairs learned",
    "validation": "pairs of held-out areas",
}


class Epoch(Record):
    """The mean losses of one epoch, in nats a target token."""

    epoch: int
    train: float
    validation: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the picture; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m training.curves",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("curves", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, default=Path("docs") / PICTURE, metavar="PICTURE")
    given = parser.parse_args(arguments)
    try:
        draw(read_curve(given.curves), given.out)
    except HalfminuteError as error:
        error_line(error)
        return error.exit_code
    return 0


def read_curve(path: Path) -> list[Epoch]:
    """Return the epochs in a file.

    Raises:
        UsageError: it cannot be read.
        SourceError: it holds something else.
    """
    mend = "name the curves.json of python -m training.writer"
    try:
        return TypeAdapter(list[Epoch]).validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(str(path), f"cannot be read ({error.strerror})", mend) from error
    except ValidationError as error:
        raise SourceError(str(path), "holds no losses of epochs", mend) from error


def draw(curve: Sequence[Epoch], path: Path) -> None:
    """Write the losses as an SVG picture."""
    with matplotlib.rc_context({"svg.hashsalt": "halfminute", "svg.fonttype": "none"}):
        figure = Figure(figsize=(6, 3.5), layout="constrained")
        axes = figure.subplots()
        for key, label in LINES.items():
            axes.plot(
                [epoch.epoch for epoch in curve],
                [getattr(epoch, key) for epoch in curve],
                marker="o",
                label=label,
            )
        axes.set_xlabel("epoch")
        axes.set_xticks([epoch.epoch for epoch in curve])
        axes.set_ylabel("loss, nats a token")
        axes.set_ylim(bottom=0)
        axes.legend()
        figure.savefig(path, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    raise SystemExit(main())

"""Labelled rows: JSON lines (gzip or not), checked against what a task needs of each row."""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, ValidationError

from pipeline.canonical import sha256_bytes
from pipeline.errors import SourceError, UsageError

GZIP_MAGIC: Final = b"\x1f\x8b"


class Row(BaseModel):
    """What a task reads of one row; other keys are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Corpus(Generic[R]):
    """The rows of a file, or the first of them."""

    rows: tuple[R, ...]
    sha256: str
    """Of the whole file's decompressed content, whatever the limit."""
    limit: int | None = None

    def stamp(self, task: str) -> dict[str, Any]:
        """Return the metrics that every task gives: which task, on which rows."""
        return {
            "task": task,
            "rows": len(self.rows),
            "limit": self.limit,
            "sha256": self.sha256,
        }


def argument_parser(task: str, doc: str | None, example: str) -> argparse.ArgumentParser:
    """Return the parser of a task that reads one file: FILE and --limit; more can be added."""
    parser = argparse.ArgumentParser(
        prog=f"python -m evals {task}",
        description=doc,
        epilog=f"example: python -m evals {task} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="JSON lines, gzip or not")
    parser.add_argument(
        "--limit", type=positive, metavar="N", help="read the first N rows only, for a quick look"
    )
    return parser


def positive(text: str) -> int:
    """Return a number of rows as the command line has it.

    Raises:
        ArgumentTypeError: it is none.
    """
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of rows")
    return number


def read_corpus(path: Path, kind: type[R], *, limit: int | None = None) -> Corpus[R]:
    """Return the rows of a file as `kind`; empty lines are passed over.

    Raises:
        UsageError: there is no such file, or it cannot be opened.
        SourceError: it is no JSON lines, holds no row, or a row lacks a key; names file and line.
    """
    content = read_content(path)
    rows: list[R] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if limit is not None and len(rows) == limit:
            break
        if line.strip():
            rows.append(_row(line, kind, f"{path}, line {number}"))
    if not rows:
        raise SourceError(str(path), "holds no rows", "hand in one JSON object a line")
    return Corpus(tuple(rows), sha256_bytes(content), limit)


def read_content(path: Path) -> bytes:
    """Return the decompressed content of a file.

    Raises:
        UsageError: there is no such file, or it cannot be opened.
        SourceError: it is gzip cut short or damaged.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        mend = "labelled data is not part of the project; see docs/evals.md for the keys of a task"
        raise UsageError(str(path), "no such file", mend) from error
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise UsageError(str(path), what, "name a file of JSON lines") from error
    if not content.startswith(GZIP_MAGIC):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(str(path), f"is damaged gzip ({error})", "fetch it again") from error


def _row(line: bytes, kind: type[R], place: str) -> R:
    try:
        return kind.model_validate(json.loads(line))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SourceError(place, f"is not JSON ({error})", "one object a line") from error
    except ValidationError as error:
        raise SourceError(place, _complaint(error, kind), _mend(kind)) from error


def _complaint(error: ValidationError, kind: type[Row]) -> str:
    first = error.errors()[0]
    if not first["loc"]:
        return "is not an object with keys"
    key, *inside = (str(part) for part in first["loc"])
    if first["type"] == "missing":
        missing = next((names for names in _keys(kind) if key in names), (key,))
        return "lacks the key " + " or ".join(repr(name) for name in missing)
    return f"key {'.'.join([key, *inside])!r}: {first['msg']}"


def _mend(kind: type[Row]) -> str:
    needed = ["/".join(names) for names in _keys(kind)]
    return f"a row needs {', '.join(needed)}"


def _keys(kind: type[Row]) -> list[tuple[str, ...]]:
    """Return the names under which each needed key may stand."""
    found: list[tuple[str, ...]] = []
    for name, field in kind.model_fields.items():
        if field.is_required():
            alias = field.validation_alias
            choices = alias.choices if isinstance(alias, AliasChoices) else [name]
            found.append(tuple(str(choice) for choice in choices))
    return found

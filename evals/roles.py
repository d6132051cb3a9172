"""`python -m evals roles FILE`: the shipped role head on labelled sentences.

Rows are JSON lines (gzip or not) with `text` and `role`. On data/roles.jsonl, which the head was
trained on, the figure is a smoke test; `python -m training.roles` cross-validates.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from pathlib import Path
from typing import Any

from sklearn.metrics import accuracy_score, f1_score

from pipeline.analysis.roles import ROLES, RoleHead
from pipeline.local_models import load_encoder
from pipeline.settings import cache_home


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON-lines file, gzip or not."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def main(arguments: list[str]) -> dict[str, Any]:
    """Return macro-F1 and accuracy."""
    parser = argparse.ArgumentParser(prog="python -m evals roles", description=__doc__)
    parser.add_argument("file", type=Path)
    rows = read_rows(parser.parse_args(arguments).file)
    texts = [row["text"] for row in rows]
    encoder = load_encoder("all-minilm-l6-v2", cache_home(dict(os.environ)))
    scores = RoleHead.shipped().scores(texts, encoder.encode(texts))
    predicted = [ROLES[index].value for index in scores.argmax(axis=1)]
    actual = [row["role"] for row in rows]
    return {
        "task": "roles",
        "rows": len(rows),
        "f1": round(float(f1_score(actual, predicted, average="macro")), 4),
        "accuracy": round(float(accuracy_score(actual, predicted)), 4),
    }

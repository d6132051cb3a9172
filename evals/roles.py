"""The shipped role head on labelled sentences: macro-F1 over roles, and accuracy.

A row has `text` and `role` (one of the roles of pipeline.records.Role). On data/roles.jsonl, which
the head was trained on, the figure is a smoke test; `python -m training.roles` cross-validates.
"""

from __future__ import annotations

from typing import Any

from evals.models import models
from evals.rows import Row, argument_parser, read_corpus
from pipeline.analysis.roles import ROLES, RoleHead
from pipeline.records import Role


class LabelledSentence(Row):
    """A sentence and what it does."""

    text: str
    role: Role


def main(arguments: list[str]) -> dict[str, Any]:
    """Return `f1` (macro) and `accuracy`.

    Raises:
        HalfminuteError: the file or the encoder cannot be used.
    """
    from sklearn.metrics import accuracy_score, f1_score

    given = argument_parser("roles", __doc__, "data/roles.jsonl").parse_args(arguments)
    corpus = read_corpus(given.file, LabelledSentence, limit=given.limit)
    texts = [row.text for row in corpus.rows]
    scores = RoleHead.shipped().scores(texts, models().encoder.encode(texts))
    predicted = [ROLES[index].value for index in scores.argmax(axis=1)]
    actual = [row.role.value for row in corpus.rows]
    return {
        **corpus.stamp("roles"),
        "f1": round(float(f1_score(actual, predicted, average="macro")), 4),
        "accuracy": round(float(accuracy_score(actual, predicted)), 4),
    }

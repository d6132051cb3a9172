"""`python -m evals faithfulness FILE`: the support score against human judgements.

Rows are JSON lines (gzip or not) with `source`, `summary` and either `label` (1 = unfaithful) or
`score` (higher = more faithful); `doc_id` and `error_types` where known. Each sentence of a summary
is scored against the sentences of its source that are nearest to it, and a summary is worth what
`summary_support` says. Scores give Spearman's and Pearson's correlation with them; labels
give balanced accuracy at the shipped threshold and AUC, recall by error type, and, where rows of
one document have both labels, the share of pairs that are ranked right.
"""

from __future__ import annotations

import ast
import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pydantic import AliasChoices, Field, field_validator
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from evals.models import models
from evals.rows import Row, argument_parser, read_corpus
from pipeline.brief.support import Support, nearest_evidence, summary_support
from pipeline.brief.verify import MIN_SUPPORT
from pipeline.console import progress_bars
from pipeline.protocols import Vectors
from pipeline.text import split_sentences, words

CHUNK = 20
"""Rows between two steps of the progress bar."""


class FaithfulnessRow(Row):
    """A summary with the text that it is of, judged by people."""

    source: str = Field(validation_alias=AliasChoices("source", "document"))
    summary: str
    doc_id: str | None = None
    label: int | None = None
    score: float | None = None
    error_types: tuple[str, ...] = ()

    @field_validator("error_types", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """Take a list that was written down as text for what it is."""
        return ast.literal_eval(value) if isinstance(value, str) and value[:1] == "[" else value


def main(arguments: list[str]) -> dict[str, Any]:
    """Return how well support agrees with the labels or scores."""
    example = "faithfulness/xsum.jsonl.gz"
    given = argument_parser("faithfulness", __doc__, example).parse_args(arguments)
    corpus = read_corpus(given.file, FaithfulnessRow, limit=given.limit)
    supports = score_rows(corpus.rows, models().support)
    return (
        corpus.stamp("faithfulness")
        | agreement(corpus.rows, supports)
        | detection(corpus.rows, supports)
    )


def score_rows(rows: Sequence[FaithfulnessRow], support: Support) -> list[float]:
    """Return the support of each row's summary; a source is encoded once for all its rows."""
    by_source: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        by_source[row.source].append(index)
    supports = [0.0] * len(rows)
    done = 0
    with progress_bars() as progress:
        for source, members in by_source.items():
            sentences = _sentences(source)
            vectors = support.encoder.encode(sentences)
            for index in members:
                supports[index] = _score(rows[index].summary, sentences, vectors, support)
                done += 1
                if done % CHUNK == 0 or done == len(rows):
                    progress("scoring summaries", done, len(rows))
    return supports


def _score(summary: str, sentences: Sequence[str], vectors: Vectors, support: Support) -> float:
    claims = _sentences(summary)
    found = support.encoder.encode(claims)
    return summary_support(
        [
            support.score(claim, nearest_evidence(claim, vector, sentences, vectors))
            for claim, vector in zip(claims, found, strict=True)
        ]
    )


def _sentences(text: str) -> list[str]:
    return [s.text for s in split_sentences("", text) if words(s.text)]


def agreement(
    rows: Sequence[FaithfulnessRow], supports: Sequence[float]
) -> dict[str, float | None]:
    """Return the correlations with human scores, over the rows that have one."""
    pairs = [(r.score, s) for r, s in zip(rows, supports, strict=True) if r.score is not None]
    if len({human for human, _ in pairs}) < 2 or len({ours for _, ours in pairs}) < 2:
        return {"spearman": None, "pearson": None}
    human, ours = zip(*pairs, strict=True)
    return {
        "spearman": _rounded(spearmanr(human, ours).statistic),
        "pearson": _rounded(pearsonr(human, ours).statistic),
    }


def detection(
    rows: Sequence[FaithfulnessRow], supports: Sequence[float]
) -> dict[str, float | None]:
    """Return how well unfaithful summaries are told apart, over the rows that have a label."""
    labelled = [(r, s) for r, s in zip(rows, supports, strict=True) if r.label is not None]
    labels = [int(row.label or 0) for row, _ in labelled]
    flagged = [support < MIN_SUPPORT for _, support in labelled]
    both = len(set(labels)) == 2
    found: dict[str, float | None] = {
        "balanced_accuracy": _rounded(balanced_accuracy_score(labels, flagged)) if both else None,
        "auc": _rounded(roc_auc_score(labels, [-s for _, s in labelled])) if both else None,
        "ranked_right": _ranked_right(labelled),
    }
    return found | _recall_by_type(labelled)


def _ranked_right(labelled: Sequence[tuple[FaithfulnessRow, float]]) -> float | None:
    """Return the share of (faithful, unfaithful) pairs of a document in which the first has more.

    A tie counts half. None where no document has both.
    """
    by_document: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for row, support in labelled:
        if row.doc_id is not None and row.label is not None:
            by_document[row.doc_id][row.label].append(support)
    wins = [
        (right > wrong) + 0.5 * (right == wrong)
        for rights, wrongs in by_document.values()
        for right in rights
        for wrong in wrongs
    ]
    return round(sum(wins) / len(wins), 4) if wins else None


def _recall_by_type(
    labelled: Sequence[tuple[FaithfulnessRow, float]],
) -> dict[str, float | None]:
    caught: dict[str, list[bool]] = defaultdict(list)
    for row, support in labelled:
        for kind in sorted(set(row.error_types)):
            caught[f"recall_{kind}"].append(support < MIN_SUPPORT)
    return {kind: round(sum(each) / len(each), 4) for kind, each in sorted(caught.items())}


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)

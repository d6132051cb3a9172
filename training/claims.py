"""Claims with their evidence, labelled token by token: what the support score is fitted on.

Three kinds: summaries that people judged, with the spans that they marked; headlines and shortened
sentences with the text that they stand over; and these with one error put in. Nothing of it is kept
in the project; `root` is a folder of labelled data as docs/evals.md describes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from evals.rows import Row, read_corpus
from pipeline.brief.condense import condense
from pipeline.text import split_sentences, words
from training.corruptions import Spans, corrupt

JUDGED = "faithfulness/xsum.jsonl.gz"
HEADED = ("newsletters/tldr.jsonl.gz", "clustering/basil.jsonl.gz")
SHORTENED = 1
"""Shortened sentences taken of a whole article, beside its headline."""
LEAD = 12
"""Sentences of an article among which those are."""
TEXTS = 1_000
"""Texts with a headline that are taken, by lot: with the judged summaries that makes about 5,000
claims, half an hour of reading on two cores."""


@dataclass(frozen=True)
class LabelledClaim:
    """A sentence, what it was made from, and what of it is not borne out."""

    group: str
    """Claims of one source share it: they stay in one fold."""
    corpus: str
    text: str
    source: tuple[str, ...]
    """The sentences of its source."""
    faithful: bool
    spans: Spans = ()


class _Judged(Row):
    doc_id: str
    source: str
    summary: str
    spans: list[tuple[str, str]]
    label: int


class _Headed(Row):
    id: str
    text: str
    headline: str = ""
    title: str = ""


def labelled_claims(root: Path, *, seed: int) -> list[LabelledClaim]:
    """Return all claims; the same ones for the same data and seed.

    Raises:
        UsageError: a file is missing.
        SourceError: a file is no such data.
    """
    return [*_judged(root / JUDGED), *_headed([root / name for name in HEADED], Random(seed))]


def _judged(path: Path) -> Iterator[LabelledClaim]:
    for row in read_corpus(path, _Judged).rows:
        spans: list[tuple[int, int]] = []
        for _, marked in row.spans:
            start = row.summary.find(marked.replace("\\'", "'"))
            if row.label and start >= 0 and marked.strip():
                spans.append((start, start + len(marked)))
        yield LabelledClaim(
            group=row.doc_id,
            corpus="judged",
            text=row.summary,
            source=sentences(row.source),
            faithful=not row.label,
            spans=tuple(spans),
        )


def _headed(paths: Sequence[Path], random: Random) -> Iterator[LabelledClaim]:
    texts = [row for path in paths for row in read_corpus(path, _Headed).rows]
    texts = random.sample(texts, min(TEXTS, len(texts)))
    sources = [sentences(row.text) for row in texts]
    for row, source in zip(texts, sources, strict=True):
        other = sources[random.randrange(len(sources))]
        if not source:
            continue
        headline = (row.headline or row.title).partition(" (")[0]
        shortened = [condense(s, target_words=LEAD) for s in source[:LEAD]] if row.title else []
        random.shuffle(shortened)
        for text in [headline, *shortened[:SHORTENED]]:
            if len(words(text)) < 5:
                continue
            yield LabelledClaim(row.id, "true", text, source, faithful=True)
            error = corrupt(text, source, other, random)
            if error is not None:
                yield LabelledClaim(row.id, "error", error.text, source, False, error.spans)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, fragments of one or two words left out."""
    found = (sentence.text for sentence in split_sentences("", text))
    return tuple(sentence for sentence in found if len(words(sentence)) > 2)

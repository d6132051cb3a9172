"""`python -m evals summaries FILE`: the published sentences against summaries by people.

Rows are JSON lines (gzip or not) with `doc_id`, `source` and `summary`. Each document goes the way
of a plain-text file that a user hands in, through to its brief; scored are the sentences that
would be published, What Changed, then Why It Matters, then takeaways, cut at 50 words: ROUGE-1, -2
and -L F1 with stemming, the mean over a document's references, then over the documents. `lead2_*`
is the same for the first two sentences of the text, cut alike; `share_*` are the bases of the
claims that count.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from rouge_score.rouge_scorer import RougeScorer

from evals.models import models, settings
from evals.plans import NOW, plain_text, save_story
from evals.rows import Row, argument_parser, read_corpus
from pipeline.analysis.roles import RoleHead
from pipeline.console import progress_bars
from pipeline.schema import Claim, StoryBrief
from pipeline.stages.briefs import Span, Writing, write_briefs
from pipeline.stages.stories import Reading, encode_once
from pipeline.store import Store
from pipeline.stories.tags import Taxonomy
from pipeline.text import split_sentences

MEASURES = ("rouge1", "rouge2", "rougeL")
MAX_WORDS = 50
"""Where a summary is cut: about the length of the public references."""
LEAD_SENTENCES = 2


class SummaryRow(Row):
    """A document, repeated for each of its references."""

    doc_id: str
    source: str
    summary: str


def main(arguments: list[str]) -> dict[str, Any]:
    """Return the mean ROUGE F1 of our sentences and of the lead."""
    example = "summaries/writers.jsonl.gz"
    given = argument_parser("summaries", __doc__, example).parse_args(arguments)
    corpus = read_corpus(given.file, SummaryRow, limit=given.limit)
    sources = {row.doc_id: row.source for row in corpus.rows}
    references: dict[str, list[str]] = {doc_id: [] for doc_id in sources}
    for row in corpus.rows:
        references[row.doc_id].append(row.summary)
    briefs = published(sources)
    ours = {doc_id: cut(" ".join(c.text for c in claims)) for doc_id, claims in briefs.items()}
    leads = {doc_id: cut(lead(source)) for doc_id, source in sources.items()}
    bases = Counter(claim.basis for claims in briefs.values() for claim in claims)
    return (
        corpus.stamp("summaries")
        | {"documents": len(sources), "silent": sum(not text for text in ours.values())}
        | rouge(ours, references)
        | {f"lead2_{name}": score for name, score in rouge(leads, references).items()}
        | {f"share_{basis}": round(n / bases.total(), 4) for basis, n in sorted(bases.items())}
    )


def published(sources: Mapping[str, str]) -> dict[str, list[Claim]]:
    """Return, for each document, the claims of its brief in the order in which they are read."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "evals.db") as store:
        story_of = {
            doc_id: save_story(store, [plain_text(source)]) for doc_id, source in sources.items()
        }
        reading = Reading(store, models().encoder, RoleHead.shipped())
        means = Writing(
            reading,
            models().generator,
            models().support.score,
            Taxonomy.shipped(partial(encode_once, reading, "topics")),
            settings().models.batch_size,
        )
        stories = {story.story_id: story for story in story_of.values()}
        span = Span(NOW - timedelta(days=1), NOW + timedelta(days=1))
        with progress_bars() as progress:
            briefs = write_briefs(means, list(stories.values()), span, progress=progress).briefs
    told = {brief.id: claims_in_order(brief) for brief in briefs}
    return {doc_id: told.get(story.story_id, []) for doc_id, story in story_of.items()}


def claims_in_order(brief: StoryBrief) -> list[Claim]:
    """Return the claims that a reader of the news alone reads, first to last."""
    tldr = brief.tldr
    return [
        *tldr.what_changed.claims,
        *tldr.why_it_matters.claims,
        *brief.insight.key_takeaways.claims,
    ]


def lead(source: str) -> str:
    """Return the first two sentences of a text."""
    sentences = [sentence.text for sentence in split_sentences("", source)]
    return " ".join(sentences[:LEAD_SENTENCES])


def cut(text: str) -> str:
    """Return the first words of `text`, as many as a summary may have."""
    return " ".join(text.split()[:MAX_WORDS])


def rouge(
    summaries: Mapping[str, str], references: Mapping[str, Sequence[str]]
) -> dict[str, float | None]:
    """Return ROUGE F1 (0 to 1), the mean over a document's references, then over documents."""
    scorer = RougeScorer(MEASURES, use_stemmer=True)
    totals: Counter[str] = Counter()
    for doc_id, summary in summaries.items():
        for reference in references[doc_id]:
            scores = scorer.score(reference, summary)
            for name in MEASURES:
                totals[name] += scores[name].fmeasure / len(references[doc_id])
    return {
        name: round(totals[name] / len(summaries), 4) if summaries else None for name in MEASURES
    }

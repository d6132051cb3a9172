"""The shipped clustering on articles whose events are known, through the store as a run does it.

A row has `id`, `cluster`, `title` and `text` (which may be empty), and where known `date` (ISO, a
day or a moment), `source` and `url`. All rows are placed as one batch, in an empty store, with the
shipped thresholds; nothing is withheld.

precision, recall, f1   B-cubed: of each article, the share of its story that belongs to its event,
                        and the share of its event that is in its story; means over articles, and
                        their harmonic mean
stories, clusters       how many we made, how many there are
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from evals.models import models, settings
from evals.rows import Row, argument_parser, read_corpus
from pipeline.analysis.analyse import analyse, encode_sentences, sentence_key
from pipeline.analysis.roles import RoleHead
from pipeline.console import progress_bars
from pipeline.protocols import Encoder, Progress
from pipeline.records import Article, ArticleRevision, Revision
from pipeline.stages.placement import NewProfile, place
from pipeline.store import Store
from pipeline.stories.profile import profile

BATCH: Final = 64
"""Rows encoded between two reports of progress."""
SEEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When articles without a date were seen."""


class LabelledArticle(Row):
    """An article and the event that it is on."""

    id: str
    cluster: str
    title: str
    text: str
    date: datetime | None = None
    source: str = ""
    url: str | None = None


def main(arguments: list[str]) -> dict[str, Any]:
    """Return the metrics that the module's docstring names.

    Raises:
        HalfminuteError: the file or the encoder cannot be used.
    """
    parser = argument_parser("clustering", __doc__, "../shared/eval/clustering/basil.jsonl.gz")
    given = parser.parse_args(arguments)
    corpus = read_corpus(given.file, LabelledArticle, limit=given.limit)
    window = timedelta(days=settings().stories.window_days)
    with progress_bars() as report:
        stories = stories_of(corpus.rows, models().encoder, window, report)
    clusters = [row.cluster for row in corpus.rows]
    precision, recall, f1 = b_cubed(clusters, stories)
    return {
        **corpus.stamp("clustering"),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "stories": len(set(stories)),
        "clusters": len(set(clusters)),
    }


def stories_of(
    rows: Sequence[LabelledArticle], encoder: Encoder, window: timedelta, report: Progress
) -> list[str]:
    """Return the story of each row, as the pipeline places it."""
    articles = [_article(number, row) for number, row in enumerate(rows)]
    head = RoleHead.shipped()
    new: list[NewProfile] = []
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "rows.db") as store:
        for start in range(0, len(articles), BATCH):
            batch = articles[start : start + BATCH]
            vectors = encode_sentences(batch, encoder)
            for each in batch:
                store.save_article(each.article, each.revision)
                text = each.revision.text_sha256
                analysis = analyse(each, vectors[sentence_key(text)], head)
                new.append(NewProfile(profile(each, analysis), text, encoder.identity.id))
            report("reading rows", len(new), len(articles))
        place(store, new, window=window, now=SEEN)
        home = store.story_of([each.article.article_id for each in articles])
    return list(home.values())


def _article(number: int, row: LabelledArticle) -> ArticleRevision:
    """Return a row as an article, named by its number: ids of public sets are not always unique."""
    article_id = f"a-{number:06}"
    published = None if row.date is None else row.date.replace(tzinfo=row.date.tzinfo or UTC)
    return ArticleRevision(
        article=Article(
            article_id=article_id,
            url=row.url,
            source=row.source,
            first_seen=published or SEEN,
            published=published,
        ),
        revision=Revision(
            article_id=article_id,
            text_sha256=Revision.hash_of(row.title, row.text),
            title=row.title,
            text=row.text,
            seen_at=SEEN,
            via="file",
        ),
    )


def b_cubed(
    clusters: Sequence[Hashable], stories: Sequence[Hashable]
) -> tuple[float, float, float]:
    """Return B-cubed precision, recall and F1 of what was found (at least one article)."""
    both = Counter(zip(clusters, stories, strict=True))
    events, found = Counter(clusters), Counter(stories)
    precision = sum(n * n / found[story] for (_, story), n in both.items()) / len(stories)
    recall = sum(n * n / events[event] for (event, _), n in both.items()) / len(clusters)
    return precision, recall, 2 * precision * recall / (precision + recall)

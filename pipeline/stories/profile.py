"""What clustering, tagging and ranking know of an article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import log

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.analyse import Analysis, body_names
from pipeline.analysis.names import name_key
from pipeline.records import ArticleRevision
from pipeline.text import fold, words

TERM_SENTENCES = 30
"""Body sentences whose words describe the event: later ones drift to background."""


@dataclass(frozen=True)
class Profile:
    """An article as clustering sees it."""

    article_id: str
    moment: datetime
    source: str
    url: str | None
    title: str
    vector: NDArray[np.float32] = field(repr=False)
    """Unit vector of title and lead, shape (dimensions,)."""
    terms: Mapping[str, int] = field(repr=False)
    """Folded word → count in title (twice) and body."""
    names: Mapping[str, str] = field(repr=False)
    """Name key → spelling, of the body."""
    title_names: frozenset[str] = frozenset()
    """Keys of the body's names that stand in the title."""


def profile(revision: ArticleRevision, analysis: Analysis) -> Profile:
    """Return the profile of an analysed article."""
    names = body_names(analysis)
    title = f" {name_key(revision.revision.title)} "
    terms: Counter[str] = Counter()
    for sentence in analysis.sentences[: TERM_SENTENCES + 1]:
        weight = 2 if sentence.kind == "title" else 1
        for word in words(sentence.text):
            folded = fold(word).removesuffix("'s")
            if len(folded) > 2 or folded.isdigit():
                terms[folded] += weight
    return Profile(
        article_id=revision.article.article_id,
        moment=revision.article.moment,
        source=revision.article.source,
        url=revision.article.url,
        title=revision.revision.title,
        vector=analysis.article_vector,
        terms=dict(sorted(terms.items())),
        names=names,
        title_names=frozenset(key for key in names if f" {key} " in title),
    )


def inverse_document_frequencies(profiles: Sequence[Profile]) -> dict[str, float]:
    """Return log((n + 1) / (df + 0.5)) of every term, n at least 50.

    The floor keeps a handful of articles on one event from making their own words worthless.
    """
    counts: Counter[str] = Counter()
    for each in profiles:
        counts.update(each.terms.keys())
    total = max(50, len(profiles))
    return {term: log((total + 1) / (count + 0.5)) for term, count in counts.items()}

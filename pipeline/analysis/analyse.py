"""Analyse revisions: everything later stages ask about a text, computed once a revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.names import names_in
from pipeline.analysis.roles import ROLES, RoleHead
from pipeline.protocols import Encoder, Vectors
from pipeline.records import ArticleRevision, Role
from pipeline.text import SPLITTER_VERSION, Sentence, split_sentences

LEAD_SENTENCES = 4
"""Sentences after the title that stand for the article: the event is told there."""
TITLE_WEIGHT = 2.0
"""Weight of the title against one lead sentence in the article's vector."""
STARTS_THAT_NAME = 3
"""Sentences that begin with one capitalised word, from which that word is a name."""
MAX_SENTENCES = 240
"""Sentences analysed of one revision, some 5,000 words: longer texts are manuals and books, whose
news is told early, and a 100,000-word article stays bounded."""


@dataclass(frozen=True)
class Analysis:
    """One revision's sentences with vectors and role scores, row by row."""

    article_id: str
    text_sha256: str
    sentences: tuple[Sentence, ...]
    vectors: Vectors
    """Shape (sentences, dimensions)."""
    roles: NDArray[np.float32]
    """Shape (sentences, len(ROLES)): probabilities in the order of ROLES."""

    @property
    def article_vector(self) -> NDArray[np.float32]:
        """Unit vector of title and lead, shape (dimensions,)."""
        count = min(len(self.sentences), LEAD_SENTENCES + 1)
        weights = np.ones(count, np.float32)
        if count and self.sentences[0].kind == "title":
            weights[0] = TITLE_WEIGHT
        mean = weights @ self.vectors[:count]
        norm = float(np.linalg.norm(mean))
        return (mean / norm if norm else mean).astype(np.float32)

    def role(self, index: int, role: Role) -> float:
        """Return the probability that sentence `index` has `role`."""
        return float(self.roles[index, ROLES.index(role)])


def sentence_key(text_sha256: str) -> str:
    """Return the cache key of a revision's sentence vectors."""
    return f"{text_sha256}/{SPLITTER_VERSION}/{MAX_SENTENCES}"


def read_sentences(revision: ArticleRevision) -> tuple[Sentence, ...]:
    """Return the sentences that are analysed."""
    return split_sentences(revision.revision.title, revision.revision.text)[:MAX_SENTENCES]


def encode_sentences(revisions: Sequence[ArticleRevision], encoder: Encoder) -> dict[str, Vectors]:
    """Return sentence vectors by cache key, all revisions in one batch."""
    sentences = [read_sentences(revision) for revision in revisions]
    vectors = encoder.encode([s.text for batch in sentences for s in batch])
    borders = np.cumsum([len(batch) for batch in sentences])[:-1]
    pieces = np.split(vectors, borders) if revisions else []
    return {
        sentence_key(revision.revision.text_sha256): piece
        for revision, piece in zip(revisions, pieces, strict=True)
    }


def analyse(revision: ArticleRevision, vectors: Vectors, head: RoleHead) -> Analysis:
    """Return the analysis of one revision from its sentence vectors."""
    sentences = read_sentences(revision)
    return Analysis(
        article_id=revision.article.article_id,
        text_sha256=revision.revision.text_sha256,
        sentences=sentences,
        vectors=vectors,
        roles=head.scores([s.text for s in sentences], vectors),
    )


def body_names(analysis: Analysis) -> dict[str, str]:
    """Return the names of the body as key → most frequent spelling.

    Titles are left out: in title case every word looks like a name. So are single words that only
    ever begin a sentence in capitals, unless they do so again and again or own something.
    """
    spellings: dict[str, dict[str, int]] = {}
    inside: set[str] = set()
    for sentence in analysis.sentences:
        if sentence.kind in ("title", "heading", "table_row"):
            continue
        for name in names_in(sentence.text):
            counts = spellings.setdefault(name.key, {})
            counts[name.text] = counts.get(name.text, 0) + 1
            plain = name.text[1:].islower() and name.text.isalpha()
            owns = sentence.text[name.end : name.end + 2] in ("'s", "’s")
            often = counts[name.text] >= STARTS_THAT_NAME and not name.text.endswith(("s", "ing"))
            if name.start > 0 or not plain or owns or often:
                inside.add(name.key)
    return {
        key: min(counts, key=lambda spelling: (-counts[spelling], spelling))
        for key, counts in sorted(spellings.items())
        if key in inside
    }

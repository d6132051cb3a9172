"""What clustering, tagging and ranking know of an article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import log

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.analyse import LEAD_SENTENCES, Analysis, body_names
from pipeline.analysis.names import name_key, names_in
from pipeline.records import ArticleRevision
from pipeline.text import fold, words

TERM_SENTENCES = 30
"""Body sentences whose words describe the event: later ones drift to background."""


PROTAGONIST_MENTIONS = 3
"""Body sentences that name a title's name, from which it is whom the event is about."""
GENERIC_NAMES = frozenset(
    """
    ai api apis aws ceo cfo cio cpu cpus cto eu faq gdp gpu gpus hpc iaas it llm llms ml npu os paas
    african american arabic asian australian austrian baltic belgian brazilian british canadian
    chinese czech danish dutch english european finnish french german greek indian indonesian
    iranian irish israeli italian japanese korean mexican nordic norwegian polish portuguese russian
    scottish spanish swedish swiss taiwanese thai turkish ukrainian vietnamese welsh
    africa america asia australia austria belgium brazil britain canada china czechia denmark
    england estonia europe finland france germany greece hungary iceland india indonesia iran
    ireland israel italy japan korea latvia lithuania luxembourg mexico netherlands norway poland
    portugal romania russia scotland singapore spain sweden switzerland taiwan thailand turkey
    ukraine vietnam wales
    csv get html http https json post rest tcp udp xml yaml
    pdf pr pue q1 q2 q3 q4 rag saas sdk sla slas sql ssd tco tv uk un us usa url vc vp
    """.split()
)
"""Acronyms of kinds and roles, countries and their adjectives: not whom an event is about."""


@dataclass(frozen=True)
class Profile:
    """An article as clustering sees it."""

    article_id: str
    moment: datetime
    dated: bool
    """False when `moment` is only when it was first seen."""
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
    lead_names: frozenset[str] = frozenset()
    """Keys of the names in title and lead."""
    protagonists: frozenset[str] = frozenset()
    """Keys of the title's names that the body keeps returning to."""


def profile(revision: ArticleRevision, analysis: Analysis) -> Profile:
    """Return the profile of an analysed article."""
    names = body_names(analysis)
    title = f" {name_key(revision.revision.title)} "
    title_names = frozenset(
        key for key in names if f" {key} " in title or f" {_first_word(key)} " in title
    )
    lead = [s.text for s in analysis.sentences[1 : LEAD_SENTENCES + 1]]
    mentions = Counter(
        key for s in analysis.sentences for key in {name.key for name in names_in(s.text)}
    )
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
        dated=revision.article.published is not None,
        source=revision.article.source,
        url=revision.article.url,
        title=revision.revision.title,
        vector=analysis.article_vector,
        terms=dict(sorted(terms.items())),
        names=names,
        title_names=title_names,
        lead_names=title_names | {name.key for text in lead for name in names_in(text)},
        protagonists=frozenset(
            key for key in title_names - GENERIC_NAMES if mentions[key] >= PROTAGONIST_MENTIONS
        ),
    )


def _first_word(name: str) -> str:
    """Return the word by which a longer name is called: `inkwell` of `inkwell metrics`."""
    first = name.split()[0]
    return first if len(first) > 3 and first not in GENERIC_NAMES else name


def inverse_document_frequencies(profiles: Sequence[Profile]) -> dict[str, float]:
    """Return log((n + 1) / (df + 0.5)) of every term, n at least 50.

    The floor keeps a handful of articles on one event from making their own words worthless.
    """
    counts: Counter[str] = Counter()
    for each in profiles:
        counts.update(each.terms.keys())
    total = max(50, len(profiles))
    return {term: log((total + 1) / (count + 0.5)) for term, count in counts.items()}

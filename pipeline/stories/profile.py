"""What clustering, tagging and ranking know of an article."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.analyse import LEAD_SENTENCES, Analysis, body_names
from pipeline.analysis.names import name_key, names_in
from pipeline.analysis.values import values_in
from pipeline.canonical import compact_json
from pipeline.records import Article, ArticleRevision
from pipeline.text import Sentence, fold, words

TERM_SENTENCES = 30
"""Body sentences whose words describe the event: later ones drift to background."""


PROTAGONIST_MENTIONS = 3
SHORT_PROTAGONIST_MENTIONS = 2
"""Sentences that name a title's name, from which it is whom the event is about; the lower number
for texts of fewer than SHORT_SENTENCES sentences."""
SHORT_SENTENCES = 12
MIN_COUNT = 13
"""Quantities from here on count as terms: smaller ones (two firms, ten days) mark no event."""
FIRST_YEAR = 1991
"""There was no web before: an older date is a default such as 1970."""
EARLY = timedelta(days=2)
"""How far ahead of its first sight an article may be dated: zones and embargoes, no more."""
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
    """False when `moment` is only when it was first seen, the date being unknown or absurd."""
    source: str
    url: str | None
    title: str
    vector: NDArray[np.float32] = field(repr=False)
    """Unit vector of title and lead, shape (dimensions,)."""
    terms: Mapping[str, int] = field(repr=False)
    """Folded word, or a value's normal form (`=money/USD/9e+08`) → count, in the title twice."""
    names: Mapping[str, str] = field(repr=False)
    """Name key → spelling, of the body."""
    title_names: frozenset[str] = frozenset()
    """Keys of the body's names that stand in the title."""
    lead_names: frozenset[str] = frozenset()
    """Keys of the names in title and lead."""
    protagonists: frozenset[str] = frozenset()
    """Keys of the title's names that the body keeps returning to."""
    words: int = 0
    """Words of the text, the title left out."""


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
    short = len(analysis.sentences) < SHORT_SENTENCES
    enough = SHORT_PROTAGONIST_MENTIONS if short else PROTAGONIST_MENTIONS
    moment, dated = _moment(revision.article)
    return Profile(
        article_id=revision.article.article_id,
        moment=moment,
        dated=dated,
        source=revision.article.source,
        url=revision.article.url,
        title=revision.revision.title,
        vector=analysis.article_vector,
        terms=_terms(analysis.sentences[: TERM_SENTENCES + 1]),
        names=names,
        title_names=title_names,
        lead_names=title_names | {name.key for text in lead for name in names_in(text)},
        protagonists=frozenset(
            key for key in title_names - GENERIC_NAMES if mentions[key] >= enough
        ),
        words=len(words(revision.revision.text)),
    )


def _moment(article: Article) -> tuple[datetime, bool]:
    """Return when it was published and True, or, without a credible date, first seen and False."""
    published = article.published
    if published is None or published.year < FIRST_YEAR or published > article.first_seen + EARLY:
        return article.first_seen, False
    return published, True


def _terms(sentences: Sequence[Sentence]) -> dict[str, int]:
    terms: Counter[str] = Counter()
    for sentence in sentences:
        weight = 2 if sentence.kind == "title" else 1
        for word in words(sentence.text):
            folded = fold(word).removesuffix("'s")
            if len(folded) > 2 or folded.isdigit():
                terms[folded] += weight
        for value in values_in(sentence.text):
            counted = value.kind == "quantity" and (value.amount or 0) >= MIN_COUNT
            if counted or value.kind in ("money", "percent", "version"):
                terms["=" + "/".join(value.key)] += weight
    return dict(sorted(terms.items()))


def profile_json(known: Profile) -> str:
    """Return a profile as JSON, all but its vector and what names its article and moment."""
    return compact_json(
        {
            "dated": known.dated,
            "source": known.source,
            "url": known.url,
            "title": known.title,
            "terms": dict(known.terms),
            "names": dict(known.names),
            "title_names": sorted(known.title_names),
            "lead_names": sorted(known.lead_names),
            "protagonists": sorted(known.protagonists),
            "words": known.words,
        }
    )


def read_profile(
    article_id: str, moment: datetime, text: str, vector: NDArray[np.float32]
) -> Profile:
    """Return the profile that `profile_json` wrote down."""
    facets = json.loads(text)
    for sets in ("title_names", "lead_names", "protagonists"):
        facets[sets] = frozenset(facets[sets])
    return Profile(article_id=article_id, moment=moment, vector=vector, **facets)


def _first_word(name: str) -> str:
    """Return the word by which a longer name is called: `inkwell` of `inkwell metrics`."""
    first = name.split()[0]
    return first if len(first) > 3 and first not in GENERIC_NAMES else name

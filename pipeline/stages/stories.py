"""Judge new articles, analyse them, and place them in stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from pipeline.analysis.analyse import Analysis, analyse, encode_sentences, sentence_key
from pipeline.analysis.roles import RoleHead
from pipeline.canonical import sha256_text
from pipeline.protocols import Encoder, Progress, Vectors, no_progress
from pipeline.records import ArticleRevision, Story, Withholding
from pipeline.settings import IngestSettings, Settings
from pipeline.stages.placement import NewProfile, place
from pipeline.store import Store
from pipeline.stories.profile import profile
from pipeline.text import words

ENCODE_ARTICLES = 16
"""Articles encoded between two writes to the cache: a kill loses at most their vectors."""
PLACED_AT_ONCE = 1000
"""Articles clustered together, in order of publication: it bounds the memory of a first import."""


@dataclass(frozen=True)
class Reading:
    """The means of analysis."""

    store: Store
    encoder: Encoder
    head: RoleHead

    @property
    def model_key(self) -> str:
        """What vectors are cached under: the encoder's bytes."""
        return self.encoder.identity.sha256 or self.encoder.identity.id


def judge(revision: ArticleRevision, settings: IngestSettings) -> Withholding | None:
    """Return why an article is not summarised, or None.

    Reasons: `language` (not a configured one) and `thin` (too few words).
    """
    article_id = revision.article.article_id
    count = len(words(revision.revision.text))
    if count < settings.min_words:
        detail = f"{count} words, fewer than ingest.min_words = {settings.min_words}"
        return Withholding(subject_id=article_id, reason="thin", detail=detail)
    language = revision.revision.language
    if language is not None and language not in settings.languages:
        known = ", ".join(settings.languages)
        detail = f"its language is {language}; ingest.languages has {known}"
        return Withholding(subject_id=article_id, reason="language", detail=detail)
    return None


def read_articles(
    means: Reading, articles: Sequence[ArticleRevision], progress: Progress = no_progress
) -> dict[str, Analysis]:
    """Return article id → analysis; vectors come from the cache or go there."""
    ordered = sorted(articles, key=lambda a: a.article.article_id)
    vectors = _vectors(means, ordered, progress)
    return {
        each.article.article_id: analyse(
            each, vectors[sentence_key(each.revision.text_sha256)], means.head
        )
        for each in ordered
    }


def _vectors(
    means: Reading, ordered: Sequence[ArticleRevision], progress: Progress
) -> Mapping[str, Vectors]:
    keys = [sentence_key(each.revision.text_sha256) for each in ordered]
    known = dict(means.store.vectors("sentences", means.model_key, keys))
    missing = {
        sentence_key(each.revision.text_sha256): each
        for each in ordered
        if sentence_key(each.revision.text_sha256) not in known
    }
    todo = list(missing.values())
    for start in range(0, len(todo), ENCODE_ARTICLES):
        batch = encode_sentences(todo[start : start + ENCODE_ARTICLES], means.encoder)
        means.store.save_vectors("sentences", means.model_key, batch)
        known.update(batch)
        progress("reading articles", min(start + ENCODE_ARTICLES, len(todo)), len(todo))
    return known


def encode_once(means: Reading, kind: str, texts: Sequence[str]) -> Vectors:
    """Return the vectors of texts that every run needs again, from the cache where they are."""
    keys = [sha256_text(text) for text in texts]
    known = means.store.vectors(kind, means.model_key, keys)
    if len(known) < len(set(keys)):
        vectors = means.encoder.encode(texts)
        known = {key: vectors[n : n + 1] for n, key in enumerate(keys)}
        means.store.save_vectors(kind, means.model_key, known)
    return np.concatenate([known[key] for key in keys])


def update_stories(
    means: Reading, settings: Settings, now: datetime, progress: Progress = no_progress
) -> list[str]:
    """Place every article that has no story yet, or whose text was revised.

    Returns the ids of the stories touched, sorted.
    """
    fresh = _admit(means.store, settings.ingest)
    window = timedelta(days=settings.stories.window_days)
    since = min((each.article.moment for each in fresh), default=now) - window
    stale = means.store.stale_articles(means.model_key, since)
    ordered = sorted([*fresh, *stale], key=lambda a: (a.article.moment, a.article.article_id))
    touched: set[str] = set()
    for start in range(0, len(ordered), PLACED_AT_ONCE):
        batch = ordered[start : start + PLACED_AT_ONCE]
        analyses = read_articles(means, batch, progress)
        new = [
            NewProfile(
                profile(each, analyses[each.article.article_id]),
                each.revision.text_sha256,
                means.model_key,
            )
            for each in batch
        ]
        touched |= set(place(means.store, new, window=window, now=now))
    return sorted(touched & {story.story_id for story in means.store.stories(sorted(touched))})


def _admit(store: Store, settings: IngestSettings) -> list[ArticleRevision]:
    """Return the articles to place, judged anew, for settings and texts may have changed."""
    withheld = {w.subject_id for w in store.withholdings()}
    again = store.articles(sorted(withheld))
    candidates = [*store.unclustered_articles(), *again.values()]
    fresh: dict[str, ArticleRevision] = {}
    reasons: list[Withholding] = []
    for each in candidates:
        article_id = each.article.article_id
        reason = judge(each, settings)
        if reason is not None:
            reasons.append(reason)
        else:
            if article_id in withheld:
                store.clear_withholding(article_id)
            fresh[article_id] = each
    store.save_withholdings(reasons)
    return [fresh[article_id] for article_id in sorted(fresh)]


def member_articles(
    store: Store, story: Story, *, before: datetime | None = None
) -> list[ArticleRevision]:
    """Return a story's articles in order of publication, only those published before a moment."""
    found = store.articles(story.article_ids).values()
    kept = [a for a in found if before is None or a.article.moment < before]
    return sorted(kept, key=lambda a: (a.article.moment, a.article.article_id))

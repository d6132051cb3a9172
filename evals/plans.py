"""Labelled texts as stories, planned as a run plans them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from evals.models import models
from pipeline.analysis.roles import RoleHead
from pipeline.brief.compose import Plan, plan
from pipeline.brief.evidence import survey
from pipeline.errors import ExtractionError
from pipeline.ingest.plain import extract_plain
from pipeline.protocols import Progress
from pipeline.records import Extracted, Story
from pipeline.stages.articles import make_article
from pipeline.stages.stories import Reading, member_articles, read_articles
from pipeline.store import Store
from pipeline.stories.dedupe import origins

NOW = datetime(2025, 1, 1, tzinfo=UTC)
"""When a text was published that carries no date; any will do, for each is a story of its own."""


def plain_text(text: str) -> Extracted:
    """Return a text as a plain-text file is read, or as it stands where that finds nothing."""
    try:
        return extract_plain(text)
    except ExtractionError:
        return Extracted(text=text)


def save_story(store: Store, texts: Sequence[Extracted]) -> Story:
    """Return the story of these texts, which are then articles in the store."""
    ids: set[str] = set()
    for extracted in texts:
        article, revision = make_article(
            extracted, url=None, feed=None, entry=None, via="file", now=NOW
        )
        store.save_article(article, revision)
        ids.add(article.article_id)
    members = tuple(sorted(ids))
    return Story(story_id=Story.make_id(members[0]), article_ids=members, first_seen=NOW)


def planned(stories: Mapping[str, Sequence[Extracted]], progress: Progress) -> dict[str, Plan]:
    """Return the plan of each story, by the keys of `stories`."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "evals.db") as store:
        saved = {key: save_story(store, texts) for key, texts in stories.items()}
        members = {key: member_articles(store, story) for key, story in saved.items()}
        reading = Reading(store, models().encoder, RoleHead.shipped())
        articles = {a.article.article_id: a for group in members.values() for a in group}
        analyses = read_articles(reading, list(articles.values()), progress)
        found = {}
        for key, group in members.items():
            around = survey(group, analyses, origins(group))
            found[key] = plan(saved[key].story_id, around, articles=group)
        return found

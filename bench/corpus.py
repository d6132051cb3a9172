"""The stories that are timed: the shipped sample week or a file, varied until there are enough."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import AliasChoices, Field

from bench.vary import vary
from evals.rows import Row, read_corpus
from flows.sample_site import serve_sample
from pipeline.analysis.roles import RoleHead
from pipeline.assembly import open_workshop
from pipeline.brief.write import MAX_NEW_TOKENS
from pipeline.errors import ExtractionError, SourceError
from pipeline.feed_list import FeedList
from pipeline.home import Home
from pipeline.ingest.plain import extract_plain
from pipeline.local_models import load_encoder
from pipeline.protocols import Encoder
from pipeline.records import ArticleRevision, Story
from pipeline.resources import shipped_path
from pipeline.runs import refresh, subscribe
from pipeline.settings import IngestSettings, Settings
from pipeline.stages.articles import make_article
from pipeline.stages.briefs import Span
from pipeline.stages.stories import Reading, judge, member_articles, read_articles, update_stories
from pipeline.store import Store
from pipeline.text import words

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
"""The Monday after the sample's last week; also when the articles of a file were seen."""
SPAN = Span(NOW - timedelta(days=28), NOW + timedelta(days=1))
"""The period that briefs are written for: all of the sample, and every article of a file."""

Told = tuple[Story, list[ArticleRevision]]
"""A story with its articles."""


@dataclass(frozen=True)
class Setup:
    """What a measurement is made from; small enough to hand to a process."""

    home: Home
    """Where the stories lie: a home of the run's own."""
    cache: Path
    """Where the models lie."""
    settings: Settings
    """The same for all sides."""
    max_new_tokens: int = MAX_NEW_TOKENS
    """Longest completion of any side; fewer than the brief stage asks for make a smoke run."""


class ArticleRow(Row):
    """One article of a file."""

    text: str = Field(validation_alias=AliasChoices("text", "source"))
    title: str = ""


@dataclass(frozen=True)
class Corpus:
    """What lies in a store, ready to be timed."""

    story_ids: tuple[str, ...]
    """The stories as told, then their variations."""
    told: int
    """How many are as told."""
    articles: int
    words: int
    """Of all articles."""
    analysis_seconds: float
    """Wall time of the analysis of all articles: sentences, their vectors and roles."""


def prepare(setup: Setup, told: Sequence[Told], count: int) -> Corpus:
    """Put `count` stories into the home's store, with the analysis of their articles.

    Without `told` they are those of the shipped sample.

    Raises:
        ModelError: the encoder cannot be used.
    """
    models = setup.settings.models
    encoder = load_encoder(models.encoder, setup.cache, device=models.device)
    told = told or sample_stories(setup.settings, setup.cache, encoder)
    with Store.open(setup.home.database) as store:
        return fill(Reading(store, encoder, RoleHead.shipped()), told, count)


def fill(means: Reading, told: Sequence[Told], count: int) -> Corpus:
    """Save the first `count` stories of those told and their variations, and analyse them."""
    stories = [vary(*told[number % len(told)], number // len(told)) for number in range(count)]
    articles = [article for _, members in stories for article in members]
    for each in articles:
        means.store.save_article(each.article, each.revision)
    means.store.save_stories([story for story, _ in stories])
    started = time.perf_counter()
    read_articles(means, articles)
    return Corpus(
        story_ids=tuple(story.story_id for story, _ in stories),
        told=min(len(told), count),
        articles=len(articles),
        words=sum(len(words(each.revision.text)) for each in articles),
        analysis_seconds=time.perf_counter() - started,
    )


def sample_stories(settings: Settings, cache: Path, encoder: Encoder) -> list[Told]:
    """Return the stories of the shipped sample, fetched from loopback and clustered as shipped."""
    folder = shipped_path("data/sample")
    with (
        tempfile.TemporaryDirectory() as scratch,
        serve_sample(folder) as site,
        open_workshop(Home(Path(scratch)), settings, cache, route=site.route) as workshop,
    ):
        refresh(workshop, subscribe(workshop, FeedList.read(folder / "feeds.toml").lines, NOW), NOW)
        reading = Reading(workshop.store, encoder, RoleHead.shipped())
        update_stories(reading, settings, NOW)
        return [
            (story, [_without_feed(each) for each in member_articles(workshop.store, story)])
            for story in workshop.store.stories()
        ]


def _without_feed(known: ArticleRevision) -> ArticleRevision:
    """Return the article for a store that does not know its feed."""
    return known.model_copy(update={"article": known.article.model_copy(update={"feed_id": None})})


def file_stories(path: Path, settings: IngestSettings) -> list[Told]:
    """Return one story for each article of a JSON-lines file that would be summarised.

    Raises:
        UsageError: there is no such file.
        SourceError: a row lacks its text, or no article is fit to be summarised.
    """
    told: dict[str, Told] = {}
    for number, row in enumerate(read_corpus(path, ArticleRow).rows, start=1):
        try:
            found = extract_plain(row.text, subject=f"{path}, row {number}")
        except ExtractionError:
            continue
        found = found.model_copy(update={"title": row.title or found.title})
        article, revision = make_article(
            found, url=None, feed=None, entry=None, via="file", now=NOW
        )
        each = ArticleRevision(article=article, revision=revision)
        if judge(each, settings) is None:
            story = Story(
                story_id=Story.make_id(article.article_id),
                first_seen=NOW,
                article_ids=(article.article_id,),
            )
            told.setdefault(story.story_id, (story, [each]))
    if not told:
        mend = f"hand in articles of {settings.min_words} words or more in a configured language"
        raise SourceError(str(path), "holds no article to summarise", mend)
    return list(told.values())

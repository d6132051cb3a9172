"""The shipped tags on labelled news entries, each read as a story of one article.

A row has `id`, `title` (or `headline`) and `tldr` (or `text`, or `body`), and may have `companies`
and `models` (names), `topics` (slugs), `category`. A label that no row has makes its metrics null.

names   our org and product tags against companies and models, micro-averaged; two names are the
        same when their letters and digits are, whatever the case (`gpt-4o`, `GPT-4o`).
topics  no table maps the labels' topics to ours, which would only measure the table. A label and a
        tag meet when the words of one stand in the other in one run (`reasoning` in
        `reasoning-models`; by the tag's slug or name). Precision: share of our topic tags that meet
        a label of their row; recall: share of labels that meet a tag.
f1      the mean of f1_names and f1_topics, of those that are defined.
ami_category  adjusted mutual information of a row's first topic tag and its category, over the rows
        that have a topic: 0 for topics that say nothing of the category, 1 for the same partition.
names_a_row, topics_a_row   how many tags we give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from typing import Any, Final

from pydantic import AliasChoices, Field

from evals.models import models
from evals.rows import Row, argument_parser, read_corpus
from pipeline.analysis.analyse import analyse, encode_sentences, sentence_key
from pipeline.analysis.roles import RoleHead
from pipeline.console import progress_bars
from pipeline.protocols import Encoder, Progress
from pipeline.records import Article, ArticleRevision, Revision
from pipeline.schema import Tag
from pipeline.stories.profile import Profile, profile
from pipeline.stories.tags import EMPTY_ARCHIVE, Taxonomy, name_book, phrase_key, story_tags
from pipeline.text import fold

BATCH: Final = 16
"""Rows encoded between two reports of progress."""
SEEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When all articles were seen; tags do not depend on it."""


class LabelledEntry(Row):
    """A news entry and what its editors say it is about."""

    id: str
    title: str = Field(validation_alias=AliasChoices("title", "headline"))
    text: str = Field(validation_alias=AliasChoices("tldr", "text", "body"))
    companies: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    category: str | None = None

    @property
    def names(self) -> tuple[str, ...] | None:
        """The companies and models; None where the row says nothing of either."""
        if self.companies is None and self.models is None:
            return None
        return (*(self.companies or ()), *(self.models or ()))


@dataclass(frozen=True)
class Hits:
    """How many of what was given were right, and how many of what was wanted were found."""

    right: int = 0
    given: int = 0
    found: int = 0
    wanted: int = 0

    def __add__(self, other: Hits) -> Hits:
        return Hits(
            self.right + other.right,
            self.given + other.given,
            self.found + other.found,
            self.wanted + other.wanted,
        )

    def metrics(self, part: str) -> dict[str, float | None]:
        """Return precision, recall and F1, null where there is nothing to divide by."""
        precision = self.right / self.given if self.given else None
        recall = self.found / self.wanted if self.wanted else None
        if recall is None:
            f1 = None
        elif not precision or not recall:
            f1 = 0.0
        else:
            f1 = 2 * precision * recall / (precision + recall)
        return {
            f"precision_{part}": _rounded(precision if self.wanted else None),
            f"recall_{part}": _rounded(recall),
            f"f1_{part}": _rounded(f1),
        }


def main(arguments: list[str]) -> dict[str, Any]:
    """Return the metrics that the module's docstring names.

    Raises:
        HalfminuteError: the file, the encoder or the taxonomy cannot be used.
    """
    parser = argument_parser("tags", __doc__, "../shared/eval/newsletters/ainews.jsonl.gz")
    given = parser.parse_args(arguments)
    corpus = read_corpus(given.file, LabelledEntry, limit=given.limit)
    with progress_bars() as report:
        tags = tags_of(corpus.rows, models().encoder, report)
    return {**corpus.stamp("tags"), **metrics_of(corpus.rows, tags)}


def tags_of(
    rows: Sequence[LabelledEntry], encode_with: Encoder, report: Progress
) -> list[tuple[Tag, ...]]:
    """Return each row's tags as the pipeline gives them to a story of this one article.

    The rows together are the archive from whose sentences the kinds of names are read.
    """
    taxonomy = Taxonomy.shipped(encode_with.encode)
    head = RoleHead.shipped()
    articles = [_article(row) for row in rows]
    profiles: list[Profile] = []
    for start in range(0, len(rows), BATCH):
        batch = articles[start : start + BATCH]
        vectors = encode_sentences(batch, encode_with)
        profiles += [
            profile(each, analyse(each, vectors[sentence_key(each.revision.text_sha256)], head))
            for each in batch
        ]
        report("tags", len(profiles), len(rows))
    names = name_book(articles, profiles, EMPTY_ARCHIVE, taxonomy.names)
    return [
        story_tags([article], [of_article], taxonomy, names)
        for article, of_article in zip(articles, profiles, strict=True)
    ]


def _article(row: LabelledEntry) -> ArticleRevision:
    """Return the row as an article; the marks of bold text and code are Markdown's."""
    article_id = Article.make_id(row.id)
    text = row.text.replace("**", "").replace("`", "").strip()
    return ArticleRevision(
        article=Article(article_id=article_id, source="labelled rows", first_seen=SEEN),
        revision=Revision(
            article_id=article_id,
            text_sha256=Revision.hash_of(row.title, text),
            title=row.title,
            text=text,
            seen_at=SEEN,
            via="file",
        ),
    )


def metrics_of(
    rows: Sequence[LabelledEntry], tags: Sequence[Sequence[Tag]]
) -> dict[str, float | None]:
    """Return the metrics of the rows' tags."""
    names, topics = Hits(), Hits()
    for row, given in zip(rows, tags, strict=True):
        if row.names is not None:
            names += name_hits(row.names, [tag for tag in given if tag.kind in ("org", "product")])
        if row.topics is not None:
            topics += topic_hits(row.topics, [tag for tag in given if tag.kind == "topic"])
    parts = {**names.metrics("names"), **topics.metrics("topics")}
    defined = [part for part in (parts["f1_names"], parts["f1_topics"]) if part is not None]
    return {
        "f1": _rounded(fmean(defined)) if defined else None,
        **parts,
        "ami_category": _rounded(category_information(rows, tags)),
        "names_a_row": _rounded(fmean(_count(each, "org", "product") for each in tags)),
        "topics_a_row": _rounded(fmean(_count(each, "topic") for each in tags)),
    }


def name_hits(labels: Iterable[str], tags: Iterable[Tag]) -> Hits:
    """Return how our names meet the labelled ones, each spelling counted once."""
    wanted = {_letters(label) for label in labels}
    given = {_letters(tag.name) for tag in tags}
    common = len(wanted & given)
    return Hits(right=common, given=len(given), found=common, wanted=len(wanted))


def topic_hits(labels: Iterable[str], tags: Sequence[Tag]) -> Hits:
    """Return how our topics meet the labelled ones, by whole words."""
    wanted = {phrase_key(label) for label in labels}
    given = [{phrase_key(tag.slug), phrase_key(tag.name)} for tag in tags]
    return Hits(
        right=sum(any(_meet(label, name) for name in n for label in wanted) for n in given),
        given=len(given),
        found=sum(any(_meet(label, name) for n in given for name in n) for label in wanted),
        wanted=len(wanted),
    )


def category_information(
    rows: Sequence[LabelledEntry], tags: Sequence[Sequence[Tag]]
) -> float | None:
    """Return the adjusted mutual information of first topic and category, None without pairs."""
    from sklearn.metrics import adjusted_mutual_info_score

    pairs = [
        (row.category, next(tag.slug for tag in given if tag.kind == "topic"))
        for row, given in zip(rows, tags, strict=True)
        if row.category is not None and _count(given, "topic")
    ]
    if not pairs:
        return None
    categories, topics = zip(*pairs, strict=True)
    return float(adjusted_mutual_info_score(categories, topics))


def _count(tags: Iterable[Tag], *kinds: str) -> int:
    return sum(tag.kind in kinds for tag in tags)


def _meet(one: str, other: str) -> bool:
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)

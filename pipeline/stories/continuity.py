"""A story over several digests: which briefs told it, and what is known from them.

What was published comes in as `StoryBrief` records of earlier digests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from pipeline.analysis.analyse import Analysis
from pipeline.analysis.dates import publication_days
from pipeline.protocols import Vectors
from pipeline.records import ArticleRevision, Story
from pipeline.schema import Citation, Claim, Earlier, Status, StoryBrief
from pipeline.stories.known import Known, Statement
from pipeline.text import Sentence
from pipeline.urls import text_fragment_url

STILL_GAINING = timedelta(days=1)
"""A story gains sources while the last independent one came within this time before the end: of 200
gaps between two outlets' reports on one event of the public clustering set 186 are no longer
(measured once)."""


def claims_of(brief: StoryBrief) -> Iterator[Claim]:
    """Yield the published sentences of a brief in reading order."""
    if brief.hook is not None:
        yield brief.hook
    yield from brief.tldr.what_changed.claims
    yield from brief.tldr.why_it_matters.claims
    yield from brief.tldr.what_to_do_next.claims
    yield from brief.insight.key_takeaways.claims
    yield from brief.insight.technical.claims
    yield from brief.insight.implications.claims
    yield from brief.insight.timeline.claims


def cells_of(brief: StoryBrief) -> Iterator[Claim]:
    """Yield the stated values of the comparison table, row by row."""
    for row in brief.insight.comparison.rows:
        yield from (cell for cell in row.cells if isinstance(cell, Claim))


def contrasts_of(brief: StoryBrief) -> Iterator[Claim]:
    """Yield the sides of the disagreements, then the dates that stand side by side."""
    for one in brief.disagreements:
        yield from (side.claim for side in one.sides)
    yield from brief.dates_given


@dataclass(frozen=True)
class ToldBefore:
    """The briefs of earlier digests, the latest digest first, found by the articles they list."""

    briefs: tuple[StoryBrief, ...] = ()

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        """Article id → indexes of the briefs that list it."""
        found: dict[str, list[int]] = {}
        for index, brief in enumerate(self.briefs):
            for article_id in {source.article_id for source in brief.sources}:
                found.setdefault(article_id, []).append(index)
        return found

    def lists(self, article_id: str) -> bool:
        """Return whether an article is among the sources of what was told."""
        return article_id in self._places

    def tellings(self, story: Story, older: Collection[str]) -> tuple[StoryBrief, ...]:
        """Return the briefs that told a story, the latest first; none where it is news.

        A story is known by its articles, for stories merge and split after they were told: one of
        them was told under its id, or most of the `older`, which are from before the week, were.
        """
        places = {n for article_id in story.article_ids for n in self._places.get(article_id, ())}
        briefs = tuple(self.briefs[n] for n in sorted(places))
        told = sum(map(self.lists, older))
        if 2 * told > len(older) or any(brief.id == story.story_id for brief in briefs):
            return briefs
        return ()


NOTHING_TOLD = ToldBefore()


def told_claims(tellings: Sequence[StoryBrief]) -> list[Claim]:
    """Return the published sentences of a story, each once, the latest first; no inferred ones."""
    found: dict[str, Claim] = {}
    for brief in tellings:
        for claim in claims_of(brief):
            if claim.basis != "inferred":
                found.setdefault(claim.text, claim)
    return list(found.values())


def known_of(
    claims: Sequence[Claim],
    vectors: Vectors,
    listed: Sequence[ArticleRevision],
    analyses: Mapping[str, Analysis],
    own: Collection[str],
) -> Known:
    """Return what is known of a story.

    `claims` were published, `vectors` are theirs; `listed` are the articles that were listed with
    them, and `own` the ids of those that still are the story's.
    """
    days = {a.article.article_id: publication_days(a.article) for a in listed}
    published = [
        Statement(
            as_sentence(claim),
            vector,
            tuple(c for c in claim.citations if c.article_id in own),
            days.get(claim.citations[0].article_id, ()),
        )
        for claim, vector in zip(claims, vectors, strict=True)
    ]
    sources = [
        Statement(
            sentence,
            analyses[key].vectors[sentence.index],
            (cite(each, sentence),) if key in own else (),
            days[key],
        )
        for key, each in sorted((a.article.article_id, a) for a in listed)
        for sentence in analyses[key].sentences
    ]
    return Known((*published, *sources))


def cite(article: ArticleRevision, sentence: Sentence) -> Citation:
    """Return the citation of a whole sentence of the revision in force."""
    url = article.article.url
    return Citation(
        article_id=article.article.article_id,
        text_sha256=article.revision.text_sha256,
        field=sentence.field,
        quote=sentence.text,
        start=sentence.start,
        end=sentence.end,
        url=text_fragment_url(url, sentence.text) if url else None,
    )


def as_sentence(claim: Claim) -> Sentence:
    """Return a published sentence as one that can be read for facts."""
    return Sentence("text", 0, len(claim.text), claim.text, "paragraph", 0, 0)


def with_earlier(claim: Claim, known: Known, days: Sequence[date]) -> Claim:
    """Return the claim with what it overtakes, as both are published."""
    told = known.changed_by(as_sentence(claim), days)
    if told is None:
        return claim
    earlier = Earlier(text=told.sentence.text, citations=list(told.citations))
    return claim.model_copy(update={"previously": earlier})


def first_status(
    articles: Sequence[ArticleRevision], origin_of: Mapping[str, str], end: datetime
) -> Status:
    """Return the status of a story that no earlier digest told.

    It is developing while it gains sources: the last of several independent origins came within
    `STILL_GAINING` before `end`, after the first had come earlier.
    """
    first: dict[str, datetime] = {}
    for each in articles:
        origin, moment = origin_of[each.article.article_id], each.article.moment
        first[origin] = min(first.get(origin, moment), moment)
    opened = sorted(first.values())
    return "developing" if opened[0] < end - STILL_GAINING <= opened[-1] else "new"

"""The schema record of a story's brief: what is stated around the composed sections."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from slugify import slugify

from pipeline.brief.compose import Brief, Plan
from pipeline.edits import Edit
from pipeline.reader_rules import Rule
from pipeline.records import ArticleRevision, Story
from pipeline.schema import (
    Citation,
    Headline,
    RevisionRef,
    Source,
    Status,
    StoryBrief,
    Tag,
)
from pipeline.stages.updates import Update
from pipeline.stories.continuity import cells_of, claims_of, contrasts_of
from pipeline.stories.edits import told_edit, withheld_sentences, without_withheld
from pipeline.stories.profile import Profile
from pipeline.stories.related import Card, related_updates
from pipeline.urls import text_fragment_url
from pipeline.weeks import iso

SLUG_CHARS = 60


@dataclass(frozen=True)
class Told:
    """A story with all that its brief is made from."""

    story: Story
    articles: tuple[ArticleRevision, ...]
    origin_of: Mapping[str, str]
    profiles: tuple[Profile, ...]
    plan: Plan
    update: Update | None
    """None for a story that no earlier digest told."""
    news: float
    tags: tuple[Tag, ...]
    headline: Headline
    status: Status
    interest: float
    """How far the reader follows it, 0 to 1."""
    muted_by: Rule | None
    """The reader's rule that silences it."""
    edits: tuple[Edit, ...]
    """By the reader's hand, in force."""


def card_of(told: Told) -> Card:
    """Return what a related link needs of a story."""
    return Card(
        story_id=told.story.story_id,
        title=told.headline.text,
        url=told.articles[0].article.url,
        moment=told.articles[-1].article.moment,
        tags=told.tags,
        origins=frozenset(told.origin_of.values()),
        article_ids=frozenset(told.origin_of),
    )


def headline(
    group: Sequence[ArticleRevision], profiles: Sequence[Profile], among: Collection[str]
) -> Headline:
    """Return the headline nearest to what all articles are about, one of `among` unless empty."""
    centre = sum((p.vector for p in profiles[1:]), profiles[0].vector.copy())
    candidates = [
        (round(float(p.vector @ centre), 4), index)
        for index, (a, p) in enumerate(zip(group, profiles, strict=True))
        if a.revision.title.strip() and (not among or a.article.article_id in among)
    ]
    if not candidates:
        candidates = [(0.0, 0)]
    index = min(candidates, key=lambda pair: (-pair[0], pair[1]))[1]
    chosen = group[index]
    title = chosen.revision.title.strip()
    field: str = "title"
    if not title:
        title, field = chosen.revision.text.split("\n")[0][:120].strip(), "text"
    start = getattr(chosen.revision, field).index(title)
    url = chosen.article.url
    citation = Citation(
        article_id=chosen.article.article_id,
        text_sha256=chosen.revision.text_sha256,
        field="title" if field == "title" else "text",
        quote=title,
        start=start,
        end=start + len(title),
        url=text_fragment_url(url, title) if url else None,
    )
    return Headline(text=title, citation=citation)


def story_brief(
    told: Told, brief: Brief, scores: dict[str, float], rank: int, pool: Sequence[Card]
) -> StoryBrief:
    """Return the record of a composed brief; `pool` are the stories it may be related to."""
    story_id = told.story.story_id
    slug = slugify(told.headline.text, max_length=SLUG_CHARS, word_boundary=True)
    draft = StoryBrief(
        id=story_id,
        slug=f"{slug}-{story_id.removeprefix('s-')[:8]}".strip("-"),
        title=told.headline,
        hook=brief.hook,
        status=told.status,
        first_seen=iso(told.story.first_seen),
        last_updated=iso(told.articles[-1].article.moment),
        rank=rank,
        scores=scores,
        tldr=brief.tldr,
        insight=brief.insight,
        disagreements=list(brief.disagreements),
        dates_given=list(brief.dates_given),
        tags=list(told.tags),
        related=related_updates(card_of(told), pool),
        sources=[_source(a, told.origin_of) for a in told.articles],
        revisions=[],
        edits=[told_edit(edit) for edit in told.edits],
    )
    draft = without_withheld(draft, withheld_sentences(told.edits))
    cited = sorted({(c.article_id, c.text_sha256) for c in citations_of(draft)})
    refs = [RevisionRef(article_id=a, text_sha256=t) for a, t in cited]
    return draft.model_copy(update={"revisions": refs})


def citations_of(story: StoryBrief) -> list[Citation]:
    """Return every citation of a brief, the headline's first."""
    claims = [*claims_of(story), *cells_of(story), *contrasts_of(story)]
    places = [c for claim in claims for c in claim.citations]
    earlier = [c for claim in claims if claim.previously for c in claim.previously.citations]
    return [story.title.citation, *places, *earlier]


def _source(revision: ArticleRevision, origin_of: Mapping[str, str]) -> Source:
    article = revision.article
    published = None
    if article.published is not None:
        published = (
            iso(article.published)[:10] if article.published_is_day else iso(article.published)
        )
    return Source(
        article_id=article.article_id,
        text_sha256=revision.revision.text_sha256,
        title=revision.revision.title,
        source=article.source,
        origin=origin_of[article.article_id],
        url=article.url,
        published=published,
        first_seen=iso(article.first_seen),
    )

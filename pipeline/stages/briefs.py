"""Write the briefs of stories: plan all, ask the model once for all, compose all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from slugify import slugify

from pipeline.brief.advice.infer import Guidance
from pipeline.brief.advice.playbooks import NO_PLAYBOOKS, Playbooks
from pipeline.brief.compose import Brief, Plan, compose, plan
from pipeline.brief.evidence import survey
from pipeline.brief.verify import ScoreSupport
from pipeline.brief.write import MAX_NEW_TOKENS, Draft, Writer, draft_key
from pipeline.protocols import Generator, ModelIdentity, Progress, no_progress
from pipeline.records import ArticleRevision, Role, Story
from pipeline.schema import (
    CheckerRole,
    Citation,
    Claim,
    Headline,
    Related,
    RevisionRef,
    Source,
    Status,
    StoryBrief,
    Tag,
)
from pipeline.stages.stories import Reading, member_articles, read_articles
from pipeline.stories.dedupe import independent_origins, origins
from pipeline.stories.profile import Profile, profile
from pipeline.stories.ranking import rank_scores
from pipeline.stories.related import Card, related_updates
from pipeline.stories.tags import Taxonomy, story_tags
from pipeline.urls import text_fragment_url
from pipeline.weeks import iso

SLUG_CHARS = 60


@dataclass(frozen=True)
class Span:
    """The period briefs are written for: which articles count, and which of them are news."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Told:
    """A story with all that its brief is made from."""

    story: Story
    articles: tuple[ArticleRevision, ...]
    origin_of: Mapping[str, str]
    profiles: tuple[Profile, ...]
    plan: Plan
    news: float
    tags: tuple[Tag, ...]
    headline: Headline
    status: Status


@dataclass(frozen=True)
class Writing:
    """The means of writing."""

    reading: Reading
    generator: Generator
    support: ScoreSupport
    taxonomy: Taxonomy
    batch_size: int
    playbooks: Playbooks = NO_PLAYBOOKS
    """What actions are inferred by; without any none is."""
    checkers: tuple[tuple[CheckerRole, ModelIdentity], ...] = ()
    """The models behind `support`, beside the encoder."""


def write_briefs(
    means: Writing,
    stories: Sequence[Story],
    span: Span,
    *,
    published: frozenset[str] = frozenset(),
    others: Sequence[Card] = (),
    progress: Progress = no_progress,
) -> tuple[list[StoryBrief], dict[str, Brief]]:
    """Return the stories' briefs in rank order, and story id → composed sections.

    `published` are the ids of stories that an earlier digest told; `others` are cards of stories
    told elsewhere, for related updates.
    """
    told = prepare(means, stories, span, published, progress)
    completions = complete(means, [each.plan for each in told], progress)
    composed = {
        each.story.story_id: compose(
            each.plan,
            completions,
            Writer(
                each.story.story_id,
                means.support,
                {a.article.article_id: a.article.url for a in each.articles},
            ),
            Guidance(
                means.playbooks,
                topics=frozenset(tag.slug for tag in each.tags if tag.kind == "topic"),
                published=each.articles[-1].article.moment.date(),
                today=span.end.date(),
            ),
        )
        for each in told
    }
    cards = [card_of(each) for each in told]
    known = {card.story_id for card in cards}
    pool = [*cards, *(card for card in others if card.story_id not in known)]
    scored = sorted(
        ((_scores(each, span), each) for each in told),
        key=lambda pair: (-pair[0]["total"], pair[1].story.story_id),
    )
    briefs = [
        _story_brief(each, composed[each.story.story_id], scores, rank, pool)
        for rank, (scores, each) in enumerate(scored, start=1)
    ]
    return briefs, composed


def prepare(
    means: Writing,
    stories: Sequence[Story],
    span: Span,
    published: frozenset[str],
    progress: Progress,
) -> list[Told]:
    """Read each story's articles and plan its brief; stories are in order of their ids."""
    ordered = sorted(stories, key=lambda s: s.story_id)
    members = {
        s.story_id: member_articles(means.reading.store, s, before=span.end) for s in ordered
    }
    articles = [a for group in members.values() for a in group]
    analyses = read_articles(means.reading, articles, progress)
    found = []
    for story in ordered:
        group = members[story.story_id]
        if not group:
            continue
        origin_of = origins(group)
        profiles = tuple(profile(a, analyses[a.article.article_id]) for a in group)
        around = survey(group, analyses, origin_of)
        status: Status = "updated" if story.story_id in published else "new"
        fresh = frozenset(a.article.article_id for a in group if a.article.moment >= span.start)
        made = plan(story.story_id, around, fresh if status == "updated" else None, group)
        found.append(
            Told(
                story=story,
                articles=tuple(group),
                origin_of=origin_of,
                profiles=profiles,
                plan=made,
                news=max(
                    (
                        d.evidence[0].probability(Role.WHAT_CHANGED)
                        for d in made.drafts["what_changed"]
                    ),
                    default=0.0,
                ),
                tags=story_tags(group, profiles, means.taxonomy),
                headline=_headline(group, profiles, fresh),
                status=status,
            )
        )
    return found


def complete(means: Writing, plans: Sequence[Plan], progress: Progress) -> dict[Draft, str]:
    """Return each prompted draft's completion, from the cache or the model, in one batch."""
    drafts = [draft for made in plans for draft in made.prompted]
    instructed = means.generator.follows_instructions
    prompts = [draft.render(instructed=instructed) for draft in drafts]
    keys = [draft_key(prompt, means.generator) for prompt in prompts]
    store = means.reading.store
    known = dict(store.drafts(keys))
    todo = sorted(
        {key: p for key, p in zip(keys, prompts, strict=True) if key not in known}.items()
    )
    for start in range(0, len(todo), means.batch_size):
        batch = todo[start : start + means.batch_size]
        texts = means.generator.generate([p for _, p in batch], max_new_tokens=MAX_NEW_TOKENS)
        made = {key: text for (key, _), text in zip(batch, texts, strict=True)}
        store.save_drafts(made)
        known.update(made)
        progress("writing", start + len(batch), len(todo))
    return {draft: known[key] for draft, key in zip(drafts, keys, strict=True)}


def card_of(told: Told) -> Card:
    """Return what a related link needs of a story."""
    return Card(
        story_id=told.story.story_id,
        title=told.headline.text,
        url=told.articles[0].article.url,
        moment=told.articles[-1].article.moment,
        tags=told.tags,
        origins=frozenset(told.origin_of.values()),
    )


def _scores(told: Told, span: Span) -> dict[str, float]:
    ids = [a.article.article_id for a in told.articles]
    return rank_scores(
        independent_origins=len(independent_origins(ids, told.origin_of)),
        news=told.news,
        latest=told.articles[-1].article.moment,
        start=span.start,
        end=span.end,
    )


def _headline(
    group: Sequence[ArticleRevision], profiles: Sequence[Profile], fresh: frozenset[str]
) -> Headline:
    """Return the headline nearest to what all articles are about; of an update, a new article's."""
    centre = sum((p.vector for p in profiles[1:]), profiles[0].vector.copy())
    candidates = [
        (round(float(p.vector @ centre), 4), index)
        for index, (a, p) in enumerate(zip(group, profiles, strict=True))
        if a.revision.title.strip() and (not fresh or a.article.article_id in fresh)
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


def _story_brief(
    told: Told, brief: Brief, scores: dict[str, float], rank: int, pool: Sequence[Card]
) -> StoryBrief:
    related: Related = related_updates(card_of(told), pool)
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
        disagreements=[],
        tags=list(told.tags),
        related=related,
        sources=[_source(a, told.origin_of) for a in told.articles],
        revisions=[],
    )
    cited = sorted({(c.article_id, c.text_sha256) for c in citations_of(draft)})
    refs = [RevisionRef(article_id=a, text_sha256=t) for a, t in cited]
    return draft.model_copy(update={"revisions": refs})


def citations_of(story: StoryBrief) -> list[Citation]:
    """Return every citation of a brief, the headline's first."""
    claims = [
        *([story.hook] if story.hook else []),
        *story.tldr.what_changed.claims,
        *story.tldr.why_it_matters.claims,
        *story.tldr.what_to_do_next.claims,
        *story.insight.key_takeaways.claims,
        *story.insight.technical.claims,
        *story.insight.implications.claims,
        *story.insight.timeline.claims,
        *(
            cell
            for row in story.insight.comparison.rows
            for cell in row.cells
            if isinstance(cell, Claim)
        ),
    ]
    return [story.title.citation, *(c for claim in claims for c in claim.citations)]


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

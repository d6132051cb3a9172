"""Write the briefs of stories: plan all, ask the model once for all, compose all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from pipeline.brief.advice.infer import Guidance
from pipeline.brief.advice.playbooks import NO_PLAYBOOKS, Playbooks
from pipeline.brief.compose import WHAT_CHANGED, Brief, Plan, compose, plan
from pipeline.brief.evidence import Field, survey
from pipeline.brief.verify import ScoreSupport
from pipeline.brief.write import MAX_NEW_TOKENS, Draft, Writer, draft_key, tidy
from pipeline.protocols import Generator, ModelIdentity, Progress, no_progress
from pipeline.records import Role, Story
from pipeline.schema import CheckerRole, Status, StoryBrief, Withheld
from pipeline.stages.brief_record import Told, card_of, headline, story_brief
from pipeline.stages.stories import Reading, member_articles, read_articles
from pipeline.stages.updates import find_update
from pipeline.stages.wishes import NO_WISHES, Wishes, muted
from pipeline.stories.continuity import NOTHING_TOLD, ToldBefore, first_status
from pipeline.stories.dedupe import independent_origins, origins
from pipeline.stories.edits import (
    edits_on,
    retagged,
    retitled,
    sentence_key,
    withheld_sentences,
)
from pipeline.stories.interests import interest, muting, opening
from pipeline.stories.profile import profile
from pipeline.stories.ranking import place_in, rank_scores, source_score
from pipeline.stories.related import Card
from pipeline.stories.tags import EMPTY_ARCHIVE, TagArchive, Taxonomy, name_book, story_tags


@dataclass(frozen=True)
class Span:
    """The period briefs are written for: which articles count, and which of them are news."""

    start: datetime
    end: datetime
    now: datetime | None = None
    """When they are written; None: after the end."""

    @property
    def closes(self) -> datetime:
        """The last moment of which anything can be known."""
        return self.end if self.now is None else min(self.end, self.now)


Foresee = Callable[[Iterable[str], Mapping[str, NDArray[np.float32]]], None]
"""Takes claims, and the vectors of the evidence that is known already, by sentence."""


def nothing_foreseen(claims: Iterable[str], known: Mapping[str, NDArray[np.float32]]) -> None:
    """Do nothing: each score is found by itself."""


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
    foresee: Foresee = nothing_foreseen
    """Told which sentences `support` may be asked to score, so that it can prepare."""
    checkers: tuple[tuple[CheckerRole, ModelIdentity], ...] = ()
    """The models behind `support`, beside the encoder."""


@dataclass(frozen=True)
class Written:
    """What was made of stories."""

    briefs: list[StoryBrief]
    """In rank order."""
    composed: Mapping[str, Brief]
    """Story id → composed sections."""
    muted: list[Withheld]
    """The stories that the reader mutes: nothing was written of them."""


def write_briefs(
    means: Writing,
    stories: Sequence[Story],
    span: Span,
    *,
    before: ToldBefore = NOTHING_TOLD,
    others: Sequence[Card] = (),
    archive: TagArchive = EMPTY_ARCHIVE,
    wishes: Wishes = NO_WISHES,
    progress: Progress = no_progress,
) -> Written:
    """Return the stories' briefs.

    A story that adds nothing to what was told `before` is unchanged and has no What Changed.
    `others` are cards of stories told elsewhere, for related updates; `archive` is what earlier
    digests called things.
    """
    prepared = prepare(means, stories, span, before, archive, wishes, progress)
    told = [each for each in prepared if each.muted_by is None]
    completions = complete(means, [each.plan for each in told], progress)
    means.foresee(
        map(tidy, completions.values()),
        {c.sentence.text: c.vector for draft in completions for c in draft.evidence},
    )
    composed = {each.story.story_id: _compose(means, each, completions, span) for each in told}
    cards = [card_of(each) for each in told]
    known = {card.story_id for card in cards}
    pool = [*cards, *(card for card in others if card.story_id not in known)]
    scored = sorted(
        ((_scores(each, span, before, wishes), each) for each in told),
        key=lambda pair: (-pair[0]["total"], pair[1].story.story_id),
    )
    briefs = [
        story_brief(each, composed[each.story.story_id], scores, rank, pool)
        for rank, (scores, each) in enumerate(scored, start=1)
    ]
    silent = [muted(t.muted_by, story_id=t.story.story_id) for t in prepared if t.muted_by]
    return Written(briefs, composed, silent)


def _compose(means: Writing, told: Told, completions: Mapping[Draft, str], span: Span) -> Brief:
    writer = Writer(
        told.story.story_id,
        means.support,
        {a.article.article_id: a.article.url for a in told.articles},
    )
    guidance = Guidance(
        means.playbooks,
        topics=frozenset(tag.slug for tag in told.tags if tag.kind == "topic"),
        published=told.articles[-1].article.moment.date(),
        today=span.end.date(),
    )
    brief = compose(told.plan, completions, writer, guidance)
    return told.update.finish(brief) if told.update else brief


def prepare(
    means: Writing,
    stories: Sequence[Story],
    span: Span,
    before: ToldBefore,
    archive: TagArchive,
    wishes: Wishes,
    progress: Progress,
) -> list[Told]:
    """Read each story's articles and plan its brief; stories are in order of their ids."""
    ordered = sorted(stories, key=lambda s: s.story_id)
    members = {
        s.story_id: wishes.heard(member_articles(means.reading.store, s, before=span.end))
        for s in ordered
    }
    articles = [a for group in members.values() for a in group]
    analyses = read_articles(means.reading, articles, progress)
    known = {a.article.article_id: profile(a, analyses[a.article.article_id]) for a in articles}
    names = name_book(
        articles,
        [known[a.article.article_id] for a in articles],
        archive,
        means.taxonomy.names,
    )
    everywhere = origins(articles)  # what all texts of a publisher hold shows only in many
    found = []
    for story in ordered:
        group = members[story.story_id]
        if not group:
            continue
        origin_of = {a.article.article_id: everywhere[a.article.article_id] for a in group}
        profiles = tuple(known[a.article.article_id] for a in group)
        edits = edits_on(wishes.edits, story.article_ids)
        around = _without(survey(group, analyses, origin_of), withheld_sentences(edits))
        update = find_update(means.reading, before, story, group, analyses, span.start)
        made = plan(story.story_id, around, update.news(around) if update else None, group)
        status: Status = first_status(group, origin_of, span.closes)
        if update is not None:
            made = update.lead(made)
            status = "updated" if made.drafts[WHAT_CHANGED.name] else "unchanged"
        leads = [draft.evidence[0] for draft in made.drafts[WHAT_CHANGED.name]]
        tags = retagged(story_tags(group, profiles, means.taxonomy, names), edits)
        openings = [opening(a) for a in group]
        found.append(
            Told(
                story=story,
                articles=tuple(group),
                origin_of=origin_of,
                profiles=profiles,
                plan=made,
                update=update,
                news=max((lead.probability(Role.WHAT_CHANGED) for lead in leads), default=0.0),
                tags=tags,
                headline=retitled(
                    headline(
                        group, profiles, {lead.article_id for lead in leads} if update else set()
                    ),
                    edits,
                ),
                status=status,
                interest=interest(wishes.follow, tags, openings),
                muted_by=muting(wishes.mute, tags, openings),
                edits=edits,
            )
        )
    return found


def _without(around: Field, withheld: frozenset[str]) -> Field:
    """Return the field without these sentences, so that the next best serve in their place."""
    kept = (c for c in around.candidates if sentence_key(c.sentence.text) not in withheld)
    return replace(around, candidates=tuple(kept)) if withheld else around


def complete(means: Writing, plans: Sequence[Plan], progress: Progress) -> dict[Draft, str]:
    """Return each prompted draft's completion, from the cache or the model, in one batch."""
    drafts = [draft for made in plans for draft in made.prompted]
    instructed = means.generator.follows_instructions
    prompts = [draft.render(instructed=instructed) for draft in drafts]
    keys = [draft_key(prompt, means.generator) for prompt in prompts]
    store = means.reading.store
    held = dict(zip(keys, (draft.held for draft in drafts), strict=True))
    known = dict(store.drafts(keys))
    # a long prompt has a long completion: begun first, it does not hold up the end of the batch
    todo = sorted(
        {key: p for key, p in zip(keys, prompts, strict=True) if key not in known}.items(),
        key=lambda made: (-len(made[1]), made[0]),
    )
    for start in range(0, len(todo), means.batch_size):
        batch = todo[start : start + means.batch_size]
        texts = means.generator.generate(
            [p for _, p in batch],
            max_new_tokens=MAX_NEW_TOKENS,
            held=[held[key] for key, _ in batch],
        )
        made = {key: text for (key, _), text in zip(batch, texts, strict=True)}
        store.save_drafts(made)
        known.update(made)
        progress("writing", start + len(batch), len(todo))
    return {draft: known[key] for draft, key in zip(drafts, keys, strict=True)}


def _scores(told: Told, span: Span, before: ToldBefore, wishes: Wishes) -> dict[str, float]:
    ids = [a.article.article_id for a in told.articles]
    unseen = [article_id for article_id in ids if not before.lists(article_id)]
    return rank_scores(
        origins=len(independent_origins(ids, told.origin_of)),
        novelty=told.news * len(unseen) / len(ids),
        recency=place_in(told.articles[-1].article.moment, span.start, span.end),
        source=source_score(wishes.weight(a.article.source for a in told.articles)),
        interest=told.interest,
    )

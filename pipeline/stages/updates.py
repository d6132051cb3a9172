"""The update of a story that an earlier digest told: only what is new leads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.analysis.analyse import Analysis
from pipeline.analysis.dates import publication_days
from pipeline.brief.compose import ROLE_FLOOR, WHAT_CHANGED, Brief, Plan
from pipeline.brief.evidence import Candidate, Field
from pipeline.records import ArticleRevision, Role, Story
from pipeline.schema import Claim, Section
from pipeline.stages.stories import Reading, encode_once, read_articles
from pipeline.stories.continuity import ToldBefore, known_of, told_claims, with_earlier
from pipeline.stories.known import Known

NO_NEW_REASON = "what came new does not say why it matters"


@dataclass(frozen=True)
class Update:
    """A story that was told before, and what its new articles may add."""

    known: Known
    days: Mapping[str, Sequence[date]]
    """Article id of a new article → possible days of its publication."""

    def news(self, around: Field) -> Field:
        """Return the field with the sentences of new articles that add something."""
        fresh = around.only(frozenset(self.days))
        return replace(fresh, candidates=tuple(c for c in fresh.candidates if self._adds(c)))

    def _adds(self, candidate: Candidate) -> bool:
        days = self.days[candidate.article_id]
        return self.known.adds(candidate.sentence, candidate.vector, days)

    def lead(self, made: Plan) -> Plan:
        """Return the plan whose What Changed holds news alone: changed facts first.

        A sentence that changes no fact must read like news, not only stand where news stands: the
        second paragraph of a follow-up retells what happened before.
        """
        drafts = made.drafts[WHAT_CHANGED.name]
        changed = [draft for draft in drafts if self._changes(draft.evidence[0])]
        others = [
            draft
            for draft in drafts
            if draft not in changed
            and draft.evidence[0].probability(Role.WHAT_CHANGED) >= ROLE_FLOOR
        ]
        return replace(made, drafts={**made.drafts, WHAT_CHANGED.name: (*changed, *others)})

    def _changes(self, candidate: Candidate) -> bool:
        days = self.days[candidate.article_id]
        return self.known.changed_by(candidate.sentence, days) is not None

    def finish(self, brief: Brief) -> Brief:
        """Return the brief with what each sentence of What Changed overtakes, such ones first."""
        claims = sorted(
            (self._with_earlier(claim) for claim in brief.tldr.what_changed.claims),
            key=lambda claim: claim.previously is None,
        )
        why = brief.tldr.why_it_matters
        tldr = brief.tldr.model_copy(
            update={
                "what_changed": Section(claims=claims, reason=brief.tldr.what_changed.reason),
                "why_it_matters": why if why.claims else Section(claims=[], reason=NO_NEW_REASON),
            }
        )
        return replace(brief, tldr=tldr)

    def _with_earlier(self, claim: Claim) -> Claim:
        return with_earlier(claim, self.known, self.days[claim.citations[0].article_id])


def find_update(
    means: Reading,
    before: ToldBefore,
    story: Story,
    articles: Sequence[ArticleRevision],
    analyses: Mapping[str, Analysis],
    start: datetime,
) -> Update | None:
    """Return the update of a story, None where no earlier digest told it.

    `articles` are the story's; `start` is when the period begins that is written about.
    """
    older = [a.article.article_id for a in articles if a.article.moment < start]
    tellings = before.tellings(story, older)
    if not tellings:
        return None
    claims = told_claims(tellings)
    vectors = encode_once(means, "told", [claim.text for claim in claims])
    own = {a.article.article_id: a for a in articles}
    ids = sorted({source.article_id for brief in tellings for source in brief.sources})
    gone = means.store.articles([article_id for article_id in ids if article_id not in own])
    listed = [*gone.values(), *(own[article_id] for article_id in ids if article_id in own)]
    known = known_of(
        claims, vectors, listed, {**analyses, **read_articles(means, [*gone.values()])}, own
    )
    new = (a.article for a in articles if not before.lists(a.article.article_id))
    return Update(known, {article.article_id: publication_days(article) for article in new})

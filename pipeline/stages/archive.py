"""What the digests before a week published, and what has become of it since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pipeline.publish import digest as files
from pipeline.schema import Correction, Digest
from pipeline.store import Store
from pipeline.stories.continuity import ToldBefore, cells_of, claims_of, contrasts_of
from pipeline.stories.corrections import corrections
from pipeline.stories.related import Card
from pipeline.weeks import IsoWeek, parse_moment

RELATED_DIGESTS = 12
"""Earlier digests searched for related updates: a quarter of a year."""


@dataclass(frozen=True)
class Past:
    """The digests before a week, the earliest week first; of each week all issues, oldest first."""

    weeks: tuple[tuple[Digest, ...], ...]

    @property
    def in_force(self) -> tuple[Digest, ...]:
        """The last issue of each week, the latest week first."""
        return tuple(issues[-1] for issues in reversed(self.weeks))

    @cached_property
    def told(self) -> ToldBefore:
        """What was told."""
        return ToldBefore(tuple(story for digest in self.in_force for story in digest.stories))


def read_past(store: Store, week: IsoWeek) -> Past:
    """Return the digests published before `week`; later ones are not looked at.

    Raises:
        StoreError: one of them is no digest of this major version.
    """
    before = [name for name in sorted(store.digest_weeks()) if name < str(week)]
    return Past(tuple(_issues(store, name) for name in before))


def _issues(store: Store, week: str) -> tuple[Digest, ...]:
    texts = store.digest_issues(week)
    return tuple(files.read(text, label=f"digest {week}") for text in texts)


def week_corrections(
    store: Store, past: Past, week: IsoWeek, end: datetime, now: datetime
) -> list[Correction]:
    """Return the corrections that the digest of `week`, which ends at `end`, has to report.

    They are settled by its first issue after the week: one that is made again reports the same,
    whatever the sources have changed since, for that is in a later digest.
    """
    for issue in _issues(store, str(week)):
        if parse_moment(issue.generated_at) >= end:
            return issue.corrections
    # every issue was read by somebody, also one that another has replaced
    briefs = [story for issues in past.weeks for issue in issues for story in issue.stories]
    cited = {
        citation.article_id
        for brief in briefs
        for claim in (*claims_of(brief), *cells_of(brief), *contrasts_of(brief))
        for citation in claim.citations
    }
    reported = [each for digest in reversed(past.in_force) for each in digest.corrections]
    return corrections(briefs, reported, store.articles(sorted(cited)), store.revision, now)


def archive_cards(digests: Sequence[Digest]) -> list[Card]:
    """Return a card of every story told in these digests, its latest telling.

    The digests come latest first; only the last quarter of a year counts.
    """
    cards: dict[str, Card] = {}
    for digest in digests[:RELATED_DIGESTS]:
        for story in digest.stories:
            cards.setdefault(
                story.id,
                Card(
                    story_id=story.id,
                    title=story.title.text,
                    url=next((s.url for s in story.sources if s.url), None),
                    moment=parse_moment(story.last_updated),
                    tags=tuple(story.tags),
                    origins=frozenset(s.origin for s in story.sources),
                    article_ids=frozenset(s.article_id for s in story.sources),
                ),
            )
    return [cards[story_id] for story_id in sorted(cards)]

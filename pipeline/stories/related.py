"""Related updates: other stories that share a topic, a product or a publisher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.schema import Related, RelatedUpdate, Tag

PER_KIND = 3
"""Links of a kind, as on the reference page."""


@dataclass(frozen=True)
class Card:
    """What a related link needs of a story."""

    story_id: str
    title: str
    url: str | None
    moment: datetime
    tags: tuple[Tag, ...]
    origins: frozenset[str]


def related_updates(card: Card, others: Sequence[Card]) -> Related:
    """Return the story's related updates: most shared tags first, then the latest, then by id.

    A story is listed once, under the first kind that fits. Stories with a common origin (reprints
    of one text) are not related but the same.
    """
    candidates = [
        other
        for other in others
        if other.story_id != card.story_id and not other.origins & card.origins
    ]
    listed: set[str] = set()
    found: dict[str, list[RelatedUpdate]] = {}
    for kind in ("topic", "product", "source"):
        own = {tag.slug: tag for tag in card.tags if tag.kind == kind}
        shared: Mapping[str, list[str]] = {
            other.story_id: [t.slug for t in other.tags if t.kind == kind and t.slug in own]
            for other in candidates
        }
        ranked = sorted(
            (other for other in candidates if shared[other.story_id]),
            key=lambda other: (
                -len(shared[other.story_id]),
                -other.moment.timestamp(),
                other.story_id,
            ),
        )
        fresh = [other for other in ranked if other.story_id not in listed][:PER_KIND]
        listed |= {other.story_id for other in fresh}
        found[kind] = [
            RelatedUpdate(
                story_id=other.story_id,
                title=other.title,
                via=shared[other.story_id][0],
                url=other.url,
            )
            for other in fresh
        ]
    return Related(
        same_topic=found["topic"], same_product=found["product"], same_source=found["source"]
    )

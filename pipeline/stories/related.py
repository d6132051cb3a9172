"""Related updates: other stories that share a topic, a product or a publisher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

from pipeline.schema import Related, RelatedUpdate, Tag

PER_KIND = 3
"""Links of a kind, as on the reference page."""
PER_TAG = 2
"""Links by one tag in a list: a reader who wants all of a tag's stories has its page."""
LEAST_RARITY = 0.7
"""Rarity from which a topic or a product relates: log 2, the tag of every other story. In a small
archive nothing is common, so `FLOOR` stories are supposed."""
FLOOR = 12
"""Stories that an archive is taken to have at least: with three, a tag of two says little."""


@dataclass(frozen=True)
class Card:
    """What a related link needs of a story."""

    story_id: str
    title: str
    url: str | None
    moment: datetime
    tags: tuple[Tag, ...]
    origins: frozenset[str]
    article_ids: frozenset[str]
    """All its articles."""


def related_updates(card: Card, others: Sequence[Card]) -> Related:
    """Return the story's related updates: the rarest shared tags first, then the latest, then id.

    A tag counts by its rarity among `others`; `via` is the rarest one shared. A story is listed
    once, under the first kind that fits. A story with a common origin (a reprint) or a common
    article (one that became part of this story) is not related but the same.
    """
    rarity = tag_rarity(others)
    candidates = [
        other
        for other in others
        if other.story_id != card.story_id
        and not other.origins & card.origins
        and not other.article_ids & card.article_ids
    ]
    listed: set[str] = set()
    found: dict[str, list[RelatedUpdate]] = {}
    for kind in ("topic", "product", "source"):
        mine = {(tag.kind, tag.slug) for tag in card.tags if tag.kind == kind}
        scored: list[tuple[float, Card, str]] = []
        for other in candidates:
            shared = sorted(
                ((tag.kind, tag.slug) for tag in other.tags if (tag.kind, tag.slug) in mine),
                key=lambda key: (-rarity[key], key),
            )
            telling = [key for key in shared if kind == "source" or rarity[key] >= LEAST_RARITY]
            if telling and other.story_id not in listed:
                weight = round(sum(rarity[key] for key in telling), 4)
                scored.append((weight, other, telling[0][1]))
        scored.sort(key=lambda s: (-s[0], -s[1].moment.timestamp(), s[1].story_id))
        found[kind] = _varied(scored)
        listed |= {update.story_id for update in found[kind]}
    return Related(
        same_topic=found["topic"], same_product=found["product"], same_source=found["source"]
    )


def tag_rarity(cards: Sequence[Card]) -> Mapping[tuple[str, str], float]:
    """Return (kind, slug) → log of how many stories there are to one that carries the tag."""
    counts = Counter((tag.kind, tag.slug) for card in cards for tag in card.tags)
    total = max(FLOOR, len(cards))
    return {key: log(total / count) for key, count in counts.items()}


def _varied(scored: Sequence[tuple[float, Card, str]]) -> list[RelatedUpdate]:
    """Return links to the first stories, no more than `PER_TAG` by one tag."""
    links: list[RelatedUpdate] = []
    by_tag: Counter[str] = Counter()
    for _, other, via in scored:
        if len(links) < PER_KIND and by_tag[via] < PER_TAG:
            by_tag[via] += 1
            links.append(
                RelatedUpdate(story_id=other.story_id, title=other.title, via=via, url=other.url)
            )
    return links

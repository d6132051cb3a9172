"""What earlier digests called things: a product or an organisation keeps its tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.analysis.names import name_key
from pipeline.schema import Digest, Tag


@dataclass(frozen=True)
class TagArchive:
    """The product and organisation tags of earlier digests, each slug with one kind."""

    tags: Mapping[str, Tag]
    """Name key → the tag: its kind is that of most stories, on a tie the first one's; its name is
    the first one's."""
    stories: Mapping[str, int]
    """Slug → number of tellings under it."""

    @classmethod
    def of(cls, digests: Iterable[Digest]) -> TagArchive:
        """Return what these digests called products and organisations."""
        first: dict[str, Tag] = {}
        kinds: dict[str, Counter[str]] = {}
        for digest in sorted(digests, key=lambda each: each.week):
            for tag in digest.tags:
                if tag.kind in ("product", "org"):
                    first.setdefault(tag.slug, Tag(slug=tag.slug, name=tag.name, kind=tag.kind))
                    kinds.setdefault(tag.slug, Counter())[tag.kind] += len(tag.story_ids)
        tags = {
            slug: Tag.model_validate(
                {**tag.model_dump(), "kind": _most(kinds[slug], first=tag.kind)}
            )
            for slug, tag in sorted(first.items())
        }
        return cls(
            {name_key(tag.name): tag for tag in tags.values()},
            {slug: counted.total() for slug, counted in kinds.items()},
        )


EMPTY_ARCHIVE = TagArchive({}, {})
"""Nothing was published before."""


def _most(counts: Mapping[str, int], *, first: str) -> str:
    return max(sorted(counts), key=lambda kind: (counts[kind], kind == first))

"""What the merge log says of a clustering: each decision in words and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.stories.joining import Clustering, Placement
from pipeline.stories.likeness import Likeness, shared_names


@dataclass(frozen=True, order=True)
class Line:
    """One decision; the fields are those of the log."""

    story_id: str
    kind: Literal["opened", "joined", "merged", "left", "kept_apart"]
    article_id: str
    other_story_id: str | None
    why: str


def log_lines(found: Clustering, left: Mapping[str, str]) -> list[Line]:
    """Return the decisions of a clustering, by story, kind and article.

    `left` maps articles whose text was revised to the story that they were taken out of.
    """
    founders: set[str] = set()
    lines: list[Line] = []
    for placement in found.placements.values():
        if not placement.stories:
            founders.add(placement.fresh[0].article_id)
            lines.append(_opened(found, placement))
    lines += _joined(found, founders | left.keys())
    lines += _returned(found, left)
    lines += _merged(found)
    lines += _kept_apart(found)
    return sorted(lines, key=lambda line: (line.story_id, line.kind, line.article_id, line.why))


def _opened(found: Clustering, placement: Placement) -> Line:
    founder = placement.fresh[0].article_id
    likeness, other = found.nearest.get(founder, (None, -1))
    if likeness is None:
        why = "no article within the window shares a name, a rare word or its meaning"
    elif found.placements[found.find(other)] is placement:
        why = "the earliest report on the event"
    else:
        why = f"no article is alike enough; the nearest has {_figures(likeness)}"
    return Line(placement.story_id, "opened", founder, None, why)


def _joined(found: Clustering, elsewhere: set[str]) -> Iterator[Line]:
    """Yield why articles joined; `elsewhere` are those of which another line says it."""
    for join in found.joins:
        names = shared_names(join.one, join.other)
        why = _figures(join.likeness) + (f"; both name {', '.join(names)}" if names else "")
        for article_id in join.placed:
            if article_id not in elsewhere:
                yield Line(found.story_of[article_id], "joined", article_id, None, why)
    for article_id, original in found.copies.items():
        if article_id not in elsewhere:
            why = f"a copy of the text of {original}"
            yield Line(found.story_of[article_id], "joined", article_id, None, why)


def _returned(found: Clustering, left: Mapping[str, str]) -> Iterator[Line]:
    """Yield which revised articles are in another story now."""
    for article_id, before in left.items():
        now = found.story_of[article_id]
        if now != found.story_of.get(before, before):
            why = "its revised text no longer fits"
            likeness, _ = found.nearest.get(article_id, (None, -1))
            if likeness is not None:
                why += f"; the nearest story or article has {_figures(likeness)}"
            yield Line(now, "left", article_id, before, why)


def _merged(found: Clustering) -> Iterator[Line]:
    fresh = {p.story_id: p.fresh[0].article_id for p in found.placements.values() if p.fresh}
    for join in found.joins:
        if join.merged is not None:
            kept, gone = join.merged
            story_id = found.story_of[kept.story_id]
            article_id = fresh.get(story_id, gone.article_ids[0])
            yield Line(story_id, "merged", article_id, gone.story_id, _figures(join.likeness))


def _kept_apart(found: Clustering) -> Iterator[Line]:
    """Yield once for each two stories what kept them apart, where they were most alike."""
    told: set[tuple[str, str]] = set()
    for refusal in sorted(found.refusals, key=lambda r: (-r.likeness.margin, r.article_id)):
        story_id = found.story_of[refusal.article_id]
        other = found.placements[found.find(refusal.other)].story_id
        pair = (min(story_id, other), max(story_id, other))
        if story_id != other and pair not in told:
            told.add(pair)
            why = f"{refusal.why}; {_figures(refusal.likeness)}"
            yield Line(story_id, "kept_apart", refusal.article_id, other, why)


def _figures(likeness: Likeness) -> str:
    """Return the figures of a comparison, such as `similarity 0.52, 0.34 needed (…)`."""
    parts = [f"meaning {likeness.meaning:.2f}", f"words {likeness.words:.2f}"]
    if likeness.named:
        parts.append(f"names {likeness.names / likeness.named:.2f}")
    parts.append("no date" if likeness.days is None else f"{likeness.days:.1f} days apart")
    return (
        f"similarity {likeness.similarity:.2f}, {likeness.threshold:.2f} needed "
        f"({', '.join(parts)})"
    )

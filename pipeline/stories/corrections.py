"""Corrections: published claims whose source has changed its text since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.analysis.stems import content_stems
from pipeline.records import ArticleRevision, Revision
from pipeline.schema import Citation, Correction, StoryBrief
from pipeline.stories.continuity import cells_of, cite, claims_of, contrasts_of
from pipeline.stories.wording import Wording
from pipeline.text import Sentence, split_sentences
from pipeline.weeks import iso

CLOSE = 0.35
"""Share of their words with meaning (Dice) from which a new sentence has taken an old one's place:
of 52,000 pairs of different sentences of one article of the public clustering set 99.5% share less
(measured once)."""
STILL_THERE = 0.5
"""Share of the old text's sentences that must still stand before one that does not counts as taken
back: a page that was cut off or replaced has lost its text, and corrected nothing."""
GONE = "The source no longer has this sentence."

Revisions = Callable[[str, str], Revision | None]
"""Returns an article's revision by its id and the hash of its text."""


@dataclass(frozen=True)
class Published:
    """A place in a source on which a published claim rests."""

    story_id: str
    claim_id: str
    said: str
    citation: Citation

    @property
    def key(self) -> tuple[str, str, str]:
        """What one correction is about, whichever revision was cited."""
        return (self.claim_id, self.citation.article_id, self.citation.quote)


def published_places(briefs: Iterable[StoryBrief]) -> Iterator[Published]:
    """Yield the places on which the claims of these briefs rest, in reading order.

    An inferred action is left out: it rests on other claims, which are corrected themselves.
    """
    for brief in briefs:
        for claim in (*claims_of(brief), *contrasts_of(brief)):
            if claim.basis != "inferred":
                for citation in claim.citations:
                    yield Published(brief.id, claim.id, claim.text, citation)
        for cell in cells_of(brief):
            for citation in cell.citations:
                yield Published(brief.id, cell.id, citation.quote, citation)


def corrections(
    briefs: Iterable[StoryBrief],
    reported: Sequence[Correction],
    in_force: Mapping[str, ArticleRevision],
    revision: Revisions,
    now: datetime,
) -> list[Correction]:
    """Return what the sources of published briefs have changed, by story, claim and place.

    `briefs` and `reported` are all that earlier digests published, in their order; a correction
    that was reported stands for its claim from then on. `in_force` has the cited articles.
    """
    chain: dict[str, list[Correction]] = {}
    for each in reported:
        chain.setdefault(each.claim_id, []).append(each)
    found: dict[tuple[str, str, str], Correction] = {}
    for place in published_places(briefs):
        last = _as_last_told(place, chain.get(place.claim_id, ()))
        current = in_force.get(place.citation.article_id)
        if last is None or current is None or last.key in found:
            continue
        made = _correction(last, current, revision, now)
        if made is not None:
            found[last.key] = made
    return [found[key] for key in sorted(found, key=lambda k: (found[k].story_id, *k))]


def _as_last_told(place: Published, reported: Sequence[Correction]) -> Published | None:
    """Return what a claim rests on after its corrections so far; None: taken back for good."""
    for each in reported:
        cited = each.citations[0]
        if (cited.article_id, cited.quote) == (place.citation.article_id, place.citation.quote):
            if len(each.citations) == 1:
                return None
            place = Published(place.story_id, place.claim_id, each.now, each.citations[1])
    return place


def _correction(
    place: Published, current: ArticleRevision, revision: Revisions, now: datetime
) -> Correction | None:
    """Return how a place reads in the revision in force; None where it says the same."""
    cited = place.citation
    new = current.revision
    if cited.text_sha256 == new.text_sha256:
        return None
    whole = Wording.of(f"{new.title}\n{new.text}")
    old = revision(cited.article_id, cited.text_sha256)
    if old is None or Wording.of(cited.quote).stands_in(whole):
        return None
    successor = _successor(cited.quote, old, new)
    if successor is None and not _mostly_stands(old, whole):
        return None
    seen = new.seen_at if new.seen_at > old.seen_at else now
    return Correction(
        story_id=place.story_id,
        claim_id=place.claim_id,
        was=place.said,
        now=successor.text if successor else GONE,
        citations=[cited, *([cite(current, successor)] if successor else [])],
        date=iso(seen)[:10],
    )


def _successor(quote: str, old: Revision, new: Revision) -> Sentence | None:
    """Return the changed sentence of `new` that is nearest to a quote of `old`."""
    before = Wording.of(f"{old.title}\n{old.text}")
    changed = [
        sentence
        for sentence in split_sentences(new.title, new.text)
        if sentence.kind != "title" and not Wording.of(sentence.text).stands_in(before)
    ]
    nearest = max(changed, key=lambda s: (_shared(quote, s.text), -s.index), default=None)
    return nearest if nearest and _shared(quote, nearest.text) >= CLOSE else None


def _shared(one: str, other: str) -> float:
    """Return the Dice coefficient of the words with meaning, rounded to 4 decimals."""
    first, second = Counter(content_stems(one)), Counter(content_stems(other))
    total = first.total() + second.total()
    return round(2 * (first & second).total() / total, 4) if total else 0.0


def _mostly_stands(old: Revision, new: Wording) -> bool:
    sentences = [s for s in split_sentences(old.title, old.text) if s.kind != "title"]
    standing = sum(Wording.of(sentence.text).stands_in(new) for sentence in sentences)
    return standing >= STILL_THERE * len(sentences)

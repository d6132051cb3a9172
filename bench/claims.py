"""How far the published sentences are our own: counted from their words, not from their labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from pipeline.brief.condense import is_subsequence
from pipeline.schema import Claim, StoryBrief
from pipeline.text import words

SHORTENED = 5
"""A claim counts as condensed if one in so many words of the evidence sentence is gone."""


@dataclass(frozen=True)
class ClaimCounts:
    """How many claims there are of each kind."""

    written: int = 0
    """No subsequence of an evidence sentence."""
    condensed: int = 0
    """A subsequence that lacks a fifth of the words or more."""
    trimmed: int = 0
    """A subsequence that lacks fewer."""
    quoted: int = 0
    """A sentence of a source as it stands."""
    inferred: int = 0
    """Advice that follows from cited facts; no evidence sentence says it."""

    def __add__(self, other: ClaimCounts) -> ClaimCounts:
        """Return the sums."""
        return ClaimCounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def sourced(self) -> int:
        """How many claims say what the sources say: all but the inferred ones."""
        return self.written + self.condensed + self.trimmed + self.quoted

    def share(self, kind: str) -> float | None:
        """Return the share of a kind among the claims that say what the sources say."""
        count: int = getattr(self, kind)
        return count / self.sourced if self.sourced else None


def count_claims(brief: StoryBrief) -> ClaimCounts:
    """Return the counts of a brief's sentences."""
    kinds = [kind_of(claim) for claim in sentences_of(brief)]
    return ClaimCounts(**{kind: kinds.count(kind) for kind in set(kinds)})


def kind_of(claim: Claim) -> str:
    """Return the name of the count that a claim belongs to."""
    if claim.basis == "inferred":
        return "inferred"
    sources = [
        len(words(citation.quote))
        for citation in claim.citations
        if is_subsequence(claim.text, citation.quote)
    ]
    if not sources:
        return "written"
    gone = min(sources) - len(words(claim.text))
    if gone * SHORTENED >= min(sources):
        return "condensed"
    return "trimmed" if gone else "quoted"


def sentences_of(brief: StoryBrief) -> Iterator[Claim]:
    """Yield the claims of a brief that are sentences; cells of a table hold values."""
    if brief.hook is not None:
        yield brief.hook
    tldr, insight = brief.tldr, brief.insight
    yield from tldr.what_changed.claims
    yield from tldr.why_it_matters.claims
    yield from tldr.what_to_do_next.claims
    yield from insight.key_takeaways.claims
    yield from insight.technical.claims
    yield from insight.implications.claims
    yield from insight.timeline.claims

"""Whether a sentence was told already."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.analysis.names import names_in
from pipeline.analysis.values import values_in
from pipeline.schema import Claim

SAME_FACTS = 0.6
"""Share of a claim's names and values that one earlier claim already has, from which it is a
repetition: two reports of one fact in the sample week share 0.67 of them."""
TOLD_VALUES = 2
"""Values told already, by whichever claims, from which a claim that has no more new ones is a
repetition: four reports of one lease gave its price four times."""


def repeats(claim: Claim, said: Sequence[Claim]) -> bool:
    """Return whether a published claim rests on the same sentence or tells the same facts."""
    places = {(c.article_id, c.start) for other in said for c in other.citations}
    if any((c.article_id, c.start) in places for c in claim.citations):
        return True
    values = {value.key for value in values_in(claim.text)}
    told = values & {value.key for other in said for value in values_in(other.text)}
    if len(told) >= max(TOLD_VALUES, len(values - told)):
        return True
    own = _facts(claim.text)
    return len(own) > 1 and any(
        len(own & _facts(other.text)) >= SAME_FACTS * len(own) and values_in(claim.text)
        for other in said
    )


def _facts(text: str) -> frozenset[object]:
    return frozenset(value.key for value in values_in(text)) | frozenset(
        name.key for name in names_in(text)
    )

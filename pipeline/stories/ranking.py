"""Rank of a story in its week; every component is published in `scores`."""

from __future__ import annotations

from datetime import datetime
from math import log2

WEIGHTS = {"origins": 0.35, "novelty": 0.25, "recency": 0.1, "source": 0.1, "interest": 0.2}
"""Parts of the total; they add up to 1. That publishers tell a story independently is the surest
sign of weight, so it counts most; then that it holds news; what the reader follows can lift a story
over one more origin, not over four; recency only orders stories of like weight, for within a week
it says little. Set by hand, not fitted: there is no labelled order of stories."""
MANY_ORIGINS = 7
"""Independent origins from which more count alike."""


def rank_scores(
    *,
    origins: int,
    novelty: float,
    recency: float,
    source: float,
    interest: float,
) -> dict[str, float]:
    """Return the components, each 0 to 1, and `total`, their sum weighted by `WEIGHTS`.

    All have 4 decimals, and the total is that of the rounded components, so that a reader can
    compute it again. `origins` is a number of independent origins; the other arguments are 0 to 1:
    `novelty` how much is news against what was published, `recency` by `place_in`, `source` by
    `source_score`, `interest` how far the reader follows the story.
    """
    scores = {
        "origins": min(1.0, log2(1 + origins) / log2(1 + MANY_ORIGINS)),
        "novelty": novelty,
        "recency": recency,
        "source": source,
        "interest": interest,
    }
    scores = {name: round(score, 4) for name, score in scores.items()}
    total = sum(WEIGHTS[name] * score for name, score in scores.items())
    return {**scores, "total": round(total, 4)}


def place_in(moment: datetime, start: datetime, end: datetime) -> float:
    """Return where a moment lies in a period: 0 at its start or before, 1 at its end or after."""
    return min(1.0, max(0.0, (moment - start) / (end - start)))


def source_score(weight: float) -> float:
    """Return the score of a publisher's weight: 0.5 for the usual 1, 0 for 0, towards 1 above."""
    return weight / (1 + weight)

"""Rank of a story in its week; every component is published in `scores`."""

from __future__ import annotations

from datetime import datetime
from math import log2

ORIGINS_WEIGHT = 0.5
NEWS_WEIGHT = 0.3
RECENCY_WEIGHT = 0.2
"""A story that independent publishers tell is the surest sign of weight, so it counts half; the
order within the sample week was checked by hand."""


def rank_scores(
    *, independent_origins: int, news: float, latest: datetime, start: datetime, end: datetime
) -> dict[str, float]:
    """Return the components, each 0 to 1, and their weighted `total`, rounded to 4 decimals.

    `news` is the best what-changed probability among the story's claims; recency is the latest
    article's place in the period.
    """
    origins = min(1.0, log2(1 + independent_origins) / 3)  # 7 origins and more count alike
    span = (end - start).total_seconds()
    recency = min(1.0, max(0.0, (latest - start).total_seconds() / span))
    total = ORIGINS_WEIGHT * origins + NEWS_WEIGHT * news + RECENCY_WEIGHT * recency
    return {
        "origins": round(origins, 4),
        "news": round(news, 4),
        "recency": round(recency, 4),
        "total": round(total, 4),
    }

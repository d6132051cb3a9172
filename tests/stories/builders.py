"""Profiles of articles, and the reports that several tests tell apart or join."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.stories.profile import Profile, profile
from tests.fakes import PUBLISHED, FakeEncoder, make_analysis, make_article_revision

ENCODER = FakeEncoder()
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

LEASE = (
    (
        "Corvane Labs rents a hall of chips from Brightmoor for $40 million a month",
        "Corvane Labs will pay Brightmoor $40 million a month for a hall of GB300 chips, both "
        "companies said on Thursday.\n"
        "The lease covers 18,000 accelerators in Brightmoor's Quay Street data centre until 2029.\n"
        "Corvane Labs trains open models and had asked for capacity since spring. Brightmoor keeps "
        "the right to sublet idle racks.",
    ),
    (
        "Brightmoor leases its Quay Street hall to Corvane Labs",
        "Brightmoor has found a tenant for its Quay Street data centre: Corvane Labs takes the "
        "hall of 18,000 GB300 accelerators.\n"
        "The lease brings Brightmoor $40 million a month until 2029, the companies said.\n"
        "Brightmoor may sublet racks that Corvane Labs leaves idle.",
    ),
    (
        "Corvane Labs signs $40 million GPU lease with Brightmoor",
        "A lease with Brightmoor gives Corvane Labs 18,000 GB300 chips for its open models.\n"
        "Corvane Labs pays $40 million a month until 2029 for the Quay Street data centre, and "
        "Brightmoor may sublet idle racks.\n"
        "The capacity is what Corvane Labs had asked for since spring.",
    ),
)
"""Title and text of three reports on one event."""
HARVEST = (
    "Lindhaven growers expect a record plum harvest",
    "Growers around Lindhaven expect a record plum harvest after a wet spring.\n"
    "The Lindhaven cooperative has hired two hundred more pickers for August.",
)
"""Title and text of a report on something else."""


def profiled(
    title: str,
    text: str,
    article_id: str,
    *,
    published: datetime | None = PUBLISHED,
    first_seen: datetime | None = None,
    source: str = "The Example",
    url: str | None = None,
) -> Profile:
    """Return the profile of an article as the stages make it."""
    revision = make_article_revision(
        text,
        title=title,
        article_id=article_id,
        published=published,
        first_seen=first_seen or max(PUBLISHED, published or PUBLISHED),
        source=source,
        url=url,
    )
    return profile(revision, make_analysis(revision, ENCODER))


def lease_reports() -> list[Profile]:
    """Return three reports on one event, an hour apart: a-1, a-2, a-3."""
    return [
        profiled(title, text, f"a-{n}", published=PUBLISHED + n * HOUR)
        for n, (title, text) in enumerate(LEASE, start=1)
    ]

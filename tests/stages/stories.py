"""Two weeks of news: an event that three publishers tell and that moves on, and others."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.records import ArticleRevision
from pipeline.store import Store
from tests.fakes import make_article_revision


def told(
    article_id: str, source: str, published: datetime | None, title: str, *paragraphs: str
) -> ArticleRevision:
    """Return an article as its publisher tells it."""
    return make_article_revision(
        "\n".join(paragraphs),
        title=title,
        article_id=article_id,
        source=source,
        url=f"https://{source.lower().replace(' ', '')}.example/{article_id}",
        published=published,
        first_seen=published or datetime(2026, 11, 16, 6, tzinfo=UTC),
    )


LEASE_CHIP = told(
    "a-lease-chip",
    "Chip Ledger",
    datetime(2026, 11, 10, 13, 30, tzinfo=UTC),
    "Corvane Labs rents a hall of chips from Brightmoor for $40 million a month",
    "Corvane Labs will pay Brightmoor $40 million a month for a hall of GB300 chips, both "
    "companies said on Tuesday. The lease covers 18,000 accelerators in Brightmoor's Quay Street "
    "data centre until 2029.",
    "The deal matters because Corvane Labs had run out of capacity in spring and turned customers "
    "away. It shows how small labs now compete with hyperscalers for the same halls.",
    "## What tenants should do",
    "- Check your own Brightmoor contract for the sublet clause before December.",
    "Analysts expect Brightmoor to open a second hall next year.",
)
LEASE_STACK = told(
    "a-lease-stack",
    "Stack Dispatch",
    datetime(2026, 11, 10, 19, 15, tzinfo=UTC),
    "Brightmoor leases its Quay Street hall to Corvane Labs",
    "Brightmoor has found a tenant for its Quay Street data centre: Corvane Labs takes the hall of "
    "18,000 GB300 accelerators. The lease brings Brightmoor $40 million a month until 2029, the "
    "companies said.",
    "The accelerators sit on one InfiniBand fabric with 400 Gbps a port. Brightmoor may sublet "
    "racks that Corvane Labs leaves idle.",
)
LEASE_NORTH = told(
    "a-lease-north",
    "Northgate Review",
    datetime(2026, 11, 11, 7, 30, tzinfo=UTC),
    "Corvane Labs signs $40 million GPU lease with Brightmoor",
    "A lease with Brightmoor gives Corvane Labs 18,000 GB300 chips for its open models. Corvane "
    "Labs pays $40 million a month until 2029 for the Quay Street data centre.",
    "The GPU shortage makes such a lease costly: rents have doubled within a year, which means "
    "that smaller labs may have to merge.",
)
LEASE_MOVES_ON = told(
    "a-lease-later",
    "Chip Ledger",
    datetime(2026, 11, 17, 16, 40, tzinfo=UTC),
    "Brightmoor delays the Quay Street hall that Corvane Labs leased",
    "Brightmoor will hand over the Quay Street hall to Corvane Labs in March 2027, three months "
    "late, after a transformer fire.",
    "Corvane Labs pays no rent until then, Brightmoor said. The lease of 18,000 GB300 chips for "
    "$40 million a month stands.",
)
HARVEST = told(
    "a-harvest",
    "Northgate Review",
    datetime(2026, 11, 12, 10, tzinfo=UTC),
    "Lindhaven growers expect a record plum harvest",
    "Growers around Lindhaven, a town of orchards in the hills above the lake, expect a record "
    "plum harvest after a wet spring. The Lindhaven "
    "cooperative has hired two hundred more pickers for August.",
)
GERMAN = told(
    "a-german",
    "Nordblatt",
    datetime(2026, 11, 12, 10, tzinfo=UTC),
    "Halle vermietet",
    "Brightmoor vermietet seine Halle in der Quay Street bis 2029 an die Corvane Labs.",
)
GERMAN = GERMAN.model_copy(
    update={"revision": GERMAN.revision.model_copy(update={"language": "de"})}
)

FIRST_WEEK = (LEASE_CHIP, LEASE_STACK, LEASE_NORTH, HARVEST, GERMAN)
WRITTEN = "Growers around Lindhaven expect the record plum harvest after a wet spring."
"""What a good model writes of the harvest."""
ANSWERS = {"Growers around Lindhaven": WRITTEN}


def save(store: Store, *articles: ArticleRevision) -> None:
    """Put articles into a store."""
    for each in articles:
        store.save_article(each.article, each.revision)

"""Invented stories to bench with fakes."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.records import ArticleRevision, Story
from tests.fakes import make_article_revision

PUBLISHED = datetime(2026, 11, 12, 9, tzinfo=UTC)

LEASE = """\
Corvane Labs will rent 18,000 accelerators from Brightmoor until March 2029, both said on Tuesday, \
after a search that had taken the lab to eleven halls in four countries.
Corvane pays $40 million a month. The hall stands in Lindhaven.
The deal matters because small labs had run out of capacity. They turned customers away in spring.
Analysts expect that rents could double next year. Brightmoor may open a second hall by June 2027.
- Check your contract for the sublet clause before December.
Each rack draws 132 kilowatts and sits on one fabric of 400 Gbps. The pumps move 85 litres."""
HALL = """\
Brightmoor has found a tenant for its hall in Lindhaven: Corvane Labs takes 18,000 accelerators.
The lease brings Brightmoor $40 million a month, the companies said on Tuesday.
It means that smaller labs compete with far larger ones for the same halls."""
RECALL = """\
Quenby has recalled 12,400 wall chargers after two fires, the regulator of Ostrava said on Friday.
Owners should unplug the charger and register it on the site of Quenby.
The recall matters because the same board sits in three other models.
The board fails at 71 degrees when a relay sticks. Quenby could face a fine of $2.5 million."""


def article(article_id: str, title: str, text: str) -> ArticleRevision:
    """Return an article of the week."""
    return make_article_revision(text, title=title, article_id=article_id, published=PUBLISHED)


def story(*articles: ArticleRevision) -> tuple[Story, list[ArticleRevision]]:
    """Return the story of these articles."""
    ids = tuple(each.article.article_id for each in articles)
    return (
        Story(story_id=Story.make_id(ids[0]), first_seen=PUBLISHED, article_ids=ids),
        list(articles),
    )


LEASE_STORY = story(
    article("a-lease", "Corvane Labs rents a hall of Brightmoor", LEASE),
    article("a-hall", "Brightmoor leases its hall to Corvane Labs", HALL),
)
RECALL_STORY = story(article("a-recall", "Quenby recalls its chargers", RECALL))

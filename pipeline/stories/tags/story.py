"""All tags of one story."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.records import ArticleRevision
from pipeline.schema import Tag
from pipeline.stories.profile import Profile
from pipeline.stories.tags.names import NameBook, name_tags
from pipeline.stories.tags.slugs import named
from pipeline.stories.tags.taxonomy import Taxonomy, topic_tags

LEAD_CHARS = 1500
"""Code points of a text in which a topic's aliases count: further down they are asides."""


def story_tags(
    articles: Sequence[ArticleRevision],
    profiles: Sequence[Profile],
    taxonomy: Taxonomy,
    names: NameBook,
) -> tuple[Tag, ...]:
    """Return a story's tags: topics, then products and organisations, then sources.

    `profiles` are those of `articles`, in the same order; `names` was made with these articles
    among others.
    """
    leads = [f"{each.revision.title}\n{each.revision.text[:LEAD_CHARS]}" for each in articles]
    topics = {topic.slug for topic in taxonomy.topics}  # Kubernetes is followed as a topic
    return (
        *topic_tags(profiles, leads, taxonomy),
        *(
            tag
            for tag in name_tags([each.article.article_id for each in articles], names)
            if tag.slug not in topics
        ),
        *source_tags(profiles),
    )


def source_tags(profiles: Sequence[Profile]) -> list[Tag]:
    """Return one tag a publisher, by name; a local file has none."""
    return named(sorted({each.source for each in profiles if each.url}), "source")

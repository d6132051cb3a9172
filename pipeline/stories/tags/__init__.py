"""Tags: topics by taxonomy, products and organisations by the names that sources use.

`taxonomy` gives topics, `names` products and organisations, `archive` remembers what earlier
digests called them, so that a thing keeps its slug and its kind from week to week.
"""

from __future__ import annotations

from pipeline.stories.tags.archive import EMPTY_ARCHIVE, TagArchive
from pipeline.stories.tags.names import NameBook, name_book, name_tags
from pipeline.stories.tags.story import source_tags, story_tags
from pipeline.stories.tags.taxonomy import KnownName, Taxonomy, Topic, phrase_key, read_topics

__all__ = [
    "EMPTY_ARCHIVE",
    "KnownName",
    "NameBook",
    "TagArchive",
    "Taxonomy",
    "Topic",
    "name_book",
    "name_tags",
    "phrase_key",
    "read_topics",
    "source_tags",
    "story_tags",
]

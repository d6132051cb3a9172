from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.schema import Tag
from pipeline.stories.profile import profile
from pipeline.stories.tags import (
    EMPTY_ARCHIVE,
    Taxonomy,
    name_book,
    name_tags,
    source_tags,
    story_tags,
)
from tests.fakes import make_analysis, make_article_revision
from tests.stories.builders import ENCODER, profiled


def test_two_spellings_of_one_slug_are_one_tag() -> None:
    assert source_tags(
        [
            profiled("T", "Text.", "a-1", source="Chip Ledger", url="https://chip.example/1"),
            profiled("T", "Text.", "a-2", source="Chip-Ledger", url="https://chip.example/2"),
            profiled("T", "Text.", "a-3", source="Zinc!", url="https://zinc.example/1"),
        ]
    ) == [
        Tag(slug="chip-ledger", name="Chip Ledger", kind="source"),
        Tag(slug="zinc", name="Zinc!", kind="source"),
    ]


def test_a_local_file_has_no_source_tag() -> None:
    assert (
        source_tags([replace(profiled("T", "Text.", "a-1", source="local file"), url=None)]) == []
    )


@pytest.mark.parametrize(
    ("name", "slug"),
    [("C++", "cpp"), ("C#", "csharp"), ("Disney+", "disney-plus"), ("AT&T", "at-t")],
)
def test_signs_do_not_make_two_names_one_tag(name: str, slug: str) -> None:
    (tag,) = source_tags([profiled("T", "Text.", "a-1", source=name, url="https://x.example/1")])
    assert tag == Tag(slug=slug, name=name, kind="source")


def test_what_is_a_topic_is_no_product_too() -> None:
    article = make_article_revision(
        "The system Kubernetes 3.2 is out. Users of Kubernetes can upgrade to Kubernetes 3.2.",
        title="Kubernetes 3.2 is out",
    )
    of_article = profile(article, make_analysis(article, ENCODER))
    names = name_book([article], [of_article], EMPTY_ARCHIVE)
    assert "kubernetes" in {tag.slug for tag in name_tags([article.article.article_id], names)}
    tags = story_tags([article], [of_article], Taxonomy.shipped(ENCODER.encode), names)
    assert [tag.kind for tag in tags if tag.slug == "kubernetes"] in ([], ["topic"])

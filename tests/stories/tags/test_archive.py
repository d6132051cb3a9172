from __future__ import annotations

from pipeline.schema import Digest, DigestTag, Tag
from pipeline.stories.tags import TagArchive
from tests.publish.samples import make_digest


def week(name: str, *tags: tuple[str, str, int]) -> Digest:
    """Return a digest with tags given as slug, kind and number of stories."""
    made = [
        DigestTag.model_validate(
            {"slug": slug, "name": slug.title(), "kind": kind, "story_ids": ["s"] * count}
        )
        for slug, kind, count in tags
    ]
    return make_digest().model_copy(update={"week": name, "tags": made})


def kind_of(*digests: Digest) -> str:
    return TagArchive.of(digests).tags["lantern"].kind


def test_the_kind_of_most_stories_decides() -> None:
    digests = [week("2026-W40", ("lantern", "org", 1)), week("2026-W41", ("lantern", "product", 2))]
    assert kind_of(*digests) == "product"


def test_on_a_tie_the_first_kind_stays_whatever_the_order() -> None:
    digests = [week("2026-W40", ("lantern", "product", 2)), week("2026-W41", ("lantern", "org", 2))]
    assert kind_of(*digests) == kind_of(*digests[::-1]) == "product"


def test_topics_and_sources_are_no_names() -> None:
    archive = TagArchive.of([week("2026-W40", ("energy", "topic", 2), ("ledger", "source", 1))])
    assert archive.tags == {}


def test_stories_are_counted_over_all_weeks() -> None:
    archive = TagArchive.of([week(f"2026-W{n}", ("lantern", "org", n)) for n in (40, 41)])
    assert archive.stories == {"lantern": 81}
    assert archive.tags == {"lantern": Tag(slug="lantern", name="Lantern", kind="org")}

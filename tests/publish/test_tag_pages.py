from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from pipeline.publish.digest import TREND_WEEKS, with_trends
from pipeline.publish.tag_pages import TagPage, index_view, page_view, sparkline, tag_pages
from pipeline.schema import Digest, DigestTag, Tag, TagKind
from pipeline.weeks import IsoWeek
from tests.publish.samples import make_brief, make_digest


def tag(slug: str, kind: TagKind = "topic") -> Tag:
    return Tag(slug=slug, name=slug.title(), kind=kind)


def week(number: int, **stories: list[Tag]) -> Digest:
    """Return the digest of a week of 2026 with these stories and their tags."""
    briefs = [
        make_brief(f"s-{name}", title=f"About {name}", rank=rank, tags=tags)
        for rank, (name, tags) in enumerate(stories.items(), start=1)
    ]
    return make_digest(*briefs, week=IsoWeek(2026, number))


DIGESTS = [
    week(40, mill=[tag("energy")], court=[tag("law")]),
    week(41, quay=[tag("law")]),
    week(42, mill=[tag("energy")], dam=[tag("energy"), tag("lantern", "product")]),
]


def page(slug: str, digests: list[Digest] = DIGESTS) -> TagPage:
    return next(each for each in tag_pages(digests) if each.slug == slug)


def shown(view: RenderableType) -> str:
    page = io.StringIO()
    Console(file=page, width=120).print(view)
    return page.getvalue()


def test_a_page_lists_its_stories_the_latest_week_first() -> None:
    weeks = [(w.week, [s.story_id for s in w.stories]) for w in page("energy").weeks]
    assert weeks == [("2026-W42", ["s-mill", "s-dam"]), ("2026-W40", ["s-mill"])]


def test_a_story_told_twice_counts_once_and_each_week_has_its_place_in_the_trend() -> None:
    assert page("energy").told == 2
    assert [(w.week, w.stories) for w in page("energy").trend] == [
        ("2026-W40", 1),
        ("2026-W41", 0),
        ("2026-W42", 2),
    ]


def test_the_order_of_the_digests_makes_no_difference() -> None:
    assert tag_pages(DIGESTS[::-1]) == tag_pages(DIGESTS)


def test_a_slug_of_two_kinds_has_one_page_with_the_kind_of_most_stories() -> None:
    both = [
        week(40, a=[tag("lantern", "org")]),
        week(41, b=[tag("lantern", "product")], c=[tag("lantern", "product")]),
    ]
    assert [(each.slug, each.kind, each.told) for each in tag_pages(both)] == [
        ("lantern", "product", 3)
    ]


def test_a_trend_has_no_more_than_its_weeks() -> None:
    many = [week(n, mill=[tag("energy")]) for n in range(10, 30)]
    assert [w.week for w in page("energy", many).trend][:: TREND_WEEKS - 1] == [
        "2026-W18",
        "2026-W29",
    ]


def test_the_digests_own_trend_ends_with_its_week() -> None:
    (energy,) = with_trends(
        [DigestTag(slug="energy", name="Energy", kind="topic", story_ids=["s-1"])],
        "2026-W43",
        DIGESTS[::-1],
    )
    assert [(w.week, w.stories) for w in energy.trend] == [
        ("2026-W40", 1),
        ("2026-W41", 0),
        ("2026-W42", 2),
        ("2026-W43", 1),
    ]


def test_a_digest_counts_no_more_weeks_than_a_trend_has() -> None:
    mine = DigestTag(slug="energy", name="Energy", kind="topic", story_ids=[])
    many = [week(n, mill=[tag("energy")]) for n in range(10, 30)]
    assert len(with_trends([mine], "2026-W30", many)[0].trend) == TREND_WEEKS


@pytest.mark.parametrize(
    ("counts", "bars"),
    [([], ""), ([0, 0], "  "), ([0, 1, 2], " ▄█"), ([5], "█"), ([1, 100], "▁█")],
)
def test_a_sparkline_has_a_bar_a_week(counts: list[int], bars: str) -> None:
    assert sparkline(counts) == bars


@given(st.lists(st.integers(0, 1000), max_size=14))
def test_what_is_told_is_seen_and_what_is_not_is_blank(counts: list[int]) -> None:
    assert [bar == " " for bar in sparkline(counts)] == [count == 0 for count in counts]


def test_the_index_shows_tags_of_most_stories_first() -> None:
    lines = [line.split() for line in shown(index_view(tag_pages(DIGESTS))).splitlines()]
    assert [line[0] for line in lines] == ["tag", "#energy", "#law", "#lantern"]
    assert lines[1][1:3] == ["topic", "2"]


def test_a_page_shows_status_and_title_of_each_story() -> None:
    text = shown(page_view(page("law")))
    assert "#law · Law · topic" in text
    assert "About quay (s-quay)" in text
    assert "new" in text
    assert text.index("2026-W41\n") < text.index("2026-W40\n")

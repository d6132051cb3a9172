"""Tag pages: each tag's stories over the weeks, for `<home>/tags/<slug>.json` and a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.canonical import canonical_json
from pipeline.publish.digest import TREND_WEEKS
from pipeline.schema import Digest, SchemaModel, Status, Tag, TagWeek
from pipeline.text_cleaning import printable

_BARS = " ▁▂▃▄▅▆▇█"
"""No story, then one to the most of the trend."""


class TaggedStory(SchemaModel):
    """A story as one digest told it."""

    story_id: str
    """Identity over weeks."""
    title: str
    """Its headline then."""
    status: Status
    """Against the digests before that one."""
    rank: int
    """In that digest."""


class TaggedWeek(SchemaModel):
    """The stories of one digest that carry the tag."""

    week: str
    """ISO week."""
    stories: list[TaggedStory]
    """By rank."""


class TagPage(Tag):
    """A tag with its stories in all digests."""

    told: int
    """Stories in all, each counted once however many digests tell it."""
    trend: list[TagWeek]
    """The last 12 weeks with a digest, earliest first."""
    weeks: list[TaggedWeek]
    """The weeks that have such stories, the latest first."""


def tag_pages(digests: Sequence[Digest]) -> list[TagPage]:
    """Return the page of every tag in these digests, by slug; their order makes no difference.

    A slug has one page: where it has several kinds, the page has the kind of most stories.
    """
    ordered = sorted(digests, key=lambda digest: digest.week)
    tags: dict[str, dict[Tag, int]] = {}
    weeks: dict[str, dict[str, list[TaggedStory]]] = {}
    for digest in ordered:
        for story in digest.stories:
            entry = TaggedStory(
                story_id=story.id, title=story.title.text, status=story.status, rank=story.rank
            )
            for slug in sorted({tag.slug for tag in story.tags}):
                weeks.setdefault(slug, {}).setdefault(digest.week, []).append(entry)
            for tag in story.tags:
                counts = tags.setdefault(tag.slug, {})
                counts[tag] = counts.get(tag, 0) + 1
    recent = [digest.week for digest in ordered[-TREND_WEEKS:]]
    return [_page(_prevailing(tags[slug]), weeks[slug], recent) for slug in sorted(tags)]


def _prevailing(counts: dict[Tag, int]) -> Tag:
    return min(counts, key=lambda tag: (-counts[tag], tag.kind, tag.name))


def _page(tag: Tag, weeks: dict[str, list[TaggedStory]], recent: Sequence[str]) -> TagPage:
    return TagPage(
        slug=tag.slug,
        name=tag.name,
        kind=tag.kind,
        told=len({story.story_id for stories in weeks.values() for story in stories}),
        trend=[TagWeek(week=week, stories=len(weeks.get(week, ()))) for week in recent],
        weeks=[
            TaggedWeek(week=week, stories=sorted(weeks[week], key=lambda story: story.rank))
            for week in sorted(weeks, reverse=True)
        ],
    )


def render_page(page: TagPage) -> str:
    """Return the file's canonical text."""
    return canonical_json(page.model_dump(mode="json"))


def sparkline(counts: Sequence[int]) -> str:
    """Return one bar a number, the largest the highest; a space is none."""
    most = max(counts, default=0)
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most) if most else 0] for count in counts)


def index_view(pages: Sequence[TagPage]) -> RenderableType:
    """Return the list of tags with their stories and trends, those of most stories first."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    for heading in ("tag", "kind", "stories", "trend"):
        table.add_column(heading, justify="right" if heading == "stories" else "left")
    for page in sorted(pages, key=lambda page: (-page.told, page.slug)):
        bars = sparkline([week.stories for week in page.trend])
        table.add_row(Text(f"#{page.slug}"), page.kind, str(page.told), bars)
    return table


def page_view(page: TagPage) -> RenderableType:
    """Return a tag's stories week by week, with their status."""
    first, last = (page.trend[0].week, page.trend[-1].week) if page.trend else ("", "")
    bars = sparkline([week.stories for week in page.trend])
    lines = [
        Text(printable(f"#{page.slug} · {page.name} · {page.kind}"), style="bold cyan"),
        Text(f"{first} {bars} {last}"),
    ]
    for week in page.weeks:
        lines.append(Text(week.week, style="bold"))
        for story in week.stories:
            line = Text(f"  {story.rank:>2}  ").append(f"{story.status:<10}", style="dim")
            lines.append(line.append(printable(f" {story.title} ({story.story_id})")))
    return Group(*lines)

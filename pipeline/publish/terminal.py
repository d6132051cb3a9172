"""Digests and stories as text for a terminal, with the source of each claim numbered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.schema import (
    Action,
    Citation,
    Claim,
    Comparison,
    Correction,
    DateGiven,
    Digest,
    DigestTag,
    Disagreement,
    StoryBrief,
    Timeline,
)
from pipeline.text_cleaning import printable

_BASIS_MARK = {"quoted": "“ ”", "condensed": "…", "written": "✎", "inferred": "⇒ inferred"}


def story_view(story: StoryBrief, *, full: bool = True) -> RenderableType:
    """Return a story's brief; without `full` only title, hook and TL;DR."""
    numbers = {source.article_id: n for n, source in enumerate(story.sources, start=1)}
    parts: list[RenderableType] = [
        _line(f"{story.rank}. {story.title.text}", style="bold"),
        _line(f"{story.id} · {story.status} · {_origins(story)}", style="dim"),
        *(_line(f"by hand, {edit.date}: {edit.detail}", style="dim") for edit in story.edits),
    ]
    if story.title.edited:
        parts.append(_line(f"a source's headline: {story.title.citation.quote}", style="dim"))
    if story.hook is not None:
        parts.append(_claim(story.hook, numbers, style="italic"))
    parts += _section(
        "What Changed", story.tldr.what_changed.claims, story.tldr.what_changed.reason, numbers
    )
    parts += _section(
        "Why It Matters",
        story.tldr.why_it_matters.claims,
        story.tldr.why_it_matters.reason,
        numbers,
    )
    parts += _section(
        "What To Do Next",
        story.tldr.what_to_do_next.claims,
        story.tldr.what_to_do_next.reason,
        numbers,
    )
    if full:
        parts += list(_deeper(story, numbers))
    parts.append(_line(" ".join(f"#{tag.slug}" for tag in story.tags), style="cyan"))
    parts += [
        _line(
            f"[{numbers[source.article_id]}] {source.source}: {source.url or source.title}",
            style="dim",
        )
        for source in story.sources
    ]
    return Group(*parts, Text(""))


def _deeper(story: StoryBrief, numbers: dict[str, int]) -> Iterator[RenderableType]:
    insight = story.insight
    for name, section in (
        ("Key Takeaways", insight.key_takeaways),
        ("Technical Deep Dive", insight.technical),
        ("Future Implications", insight.implications),
    ):
        if section.claims:
            yield from _section(name, section.claims, None, numbers)
    if insight.comparison.rows:
        yield Text("Comparison", style="bold yellow")
        yield Padding(_table(insight.comparison, numbers), (0, 2))
    if insight.timeline.claims:
        yield Text("Timeline", style="bold yellow")
        yield Padding(_dated(insight.timeline, numbers), (0, 2))
    if story.disagreements:
        yield Text("Disagreements", style="bold yellow")
        yield Padding(_sides(story.disagreements, numbers), (0, 2))
    if story.dates_given:
        yield Text("Dates Given", style="bold yellow")
        yield Padding(_verbs(story.dates_given, numbers), (0, 2))
    links = [
        (kind, update)
        for kind, updates in (
            ("Same topic", story.related.same_topic),
            ("Same product", story.related.same_product),
            ("Same source", story.related.same_source),
        )
        for update in updates
    ]
    if links:
        yield Text("Related Updates", style="bold yellow")
        for kind, update in links:
            yield Padding(
                _line(f"{kind} (#{update.via}): {update.title} ({update.story_id})"), (0, 2)
            )


def _section(
    name: str, claims: Sequence[Claim], reason: str | None, numbers: dict[str, int]
) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(name, style="bold yellow")]
    if not claims:
        parts.append(Padding(_line(reason or "nothing to say", style="dim"), (0, 2)))
    return parts + [Padding(_claim(claim, numbers), (0, 2)) for claim in claims]


def _table(comparison: Comparison, numbers: dict[str, int]) -> Table:
    """Return the comparison as a table that wraps its cells to the console's width."""
    table = _grid()
    for heading in ("", *(column.entity for column in comparison.columns)):
        table.add_column(_line(heading), overflow="fold")
    for row in comparison.rows:
        cells = [
            _line(cell.text).append(f" {_cited(cell.citations, numbers)}", style="dim")
            if isinstance(cell, Claim)
            else _line("not stated", style="dim")
            for cell in row.cells
        ]
        table.add_row(_line(row.attribute, style="bold"), *cells)
    return table


def _dated(timeline: Timeline, numbers: dict[str, int]) -> Table:
    """Return the timeline as lines that begin with their dates."""
    table = _grid()
    table.show_header = False
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for entry in timeline.claims:
        table.add_row(_line(entry.date, style="bold"), _claim(entry, numbers))
    return table


def _sides(disagreements: Sequence[Disagreement], numbers: dict[str, int]) -> Table:
    """Return each contested attribute, then a line a side: its value, and where it stands."""
    table = _grid()
    table.show_header = False
    table.add_column(overflow="fold", max_width=32)
    table.add_column(overflow="fold")
    for one in disagreements:
        table.add_row(_line(one.attribute, style="bold"), Text(""))
        for side in one.sides:
            table.add_row(_line(side.value), _claim(side.claim, numbers))
    return table


def _verbs(dates: Sequence[DateGiven], numbers: dict[str, int]) -> Table:
    """Return dates as lines that say what happened then, and in whose words."""
    table = _grid()
    table.show_header = False
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", max_width=24)
    table.add_column(overflow="fold")
    for one in dates:
        table.add_row(_line(one.date, style="bold"), _line(one.verb), _claim(one, numbers))
    return table


def _grid() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)


def _claim(claim: Claim, numbers: dict[str, int], style: str = "") -> Text:
    text = _line(claim.text, style=style)
    if (
        isinstance(claim, Action)
        and claim.audience not in claim.text
        and claim.audience != "readers"
    ):
        text.append(f" (for {printable(claim.audience)})", style="dim")
    text.append(f" {_cited(claim.citations, numbers)} {_BASIS_MARK[claim.basis]}", style="dim")
    if claim.previously is not None:
        earlier = _cited(claim.previously.citations, numbers)
        text.append(f"\n  told before: {printable(claim.previously.text)} {earlier}", style="dim")
    return text


def _cited(citations: Sequence[Citation], numbers: dict[str, int]) -> str:
    return "".join(f"[{n}]" for n in sorted({numbers[c.article_id] for c in citations}))


def _line(text: str, style: str = "") -> Text:
    """Return a line of text that is shown as it is: no markup, nothing that steers a terminal."""
    return Text(printable(text), style=style)


def _origins(story: StoryBrief) -> str:
    count = len({source.origin for source in story.sources})
    articles = len(story.sources)
    return (
        f"{articles} article{'s' * (articles != 1)} from {count} "
        f"independent source{'s' * (count != 1)}"
    )


def digest_view(digest: Digest, *, top: int | None = None) -> RenderableType:
    """Return a digest: a line on the week, then its briefs (the first `top`)."""
    shown = digest.stories[:top]
    unchanged = sum(each.reason == "unchanged" for each in digest.withheld)
    counts = [
        f"{len(digest.stories)} stories",
        *([f"{unchanged} unchanged"] if unchanged else []),
        f"{len(digest.withheld) - unchanged} withheld",
    ]
    head = _line(f"Week {digest.week} ({digest.timezone}): {', '.join(counts)}", style="bold")
    briefs = [story_view(story, full=top is None) for story in shown]
    return Group(head, Text(""), *_corrected(digest.corrections), *briefs)


def _corrected(corrections: Sequence[Correction]) -> Iterator[RenderableType]:
    """Yield what sources have changed: each change once, however many claims rested on it."""
    if not corrections:
        return
    yield Text("Corrections of earlier digests", style="bold red")
    for was, now, date, url in dict.fromkeys(
        (each.was, each.now, each.date, each.citations[-1].url or "") for each in corrections
    ):
        yield Padding(_line(f"was: {was}", style="dim"), (0, 2))
        yield Padding(_line(f"now: {now}").append(f" ({date}) {printable(url)}", "dim"), (0, 2))
    yield Text("")


def tag_view(tag: DigestTag, weeks: Sequence[tuple[str, Sequence[StoryBrief]]]) -> RenderableType:
    """Return a tag's stories, week by week."""
    lines = [_line(f"#{tag.slug} · {tag.name} · {tag.kind}", style="bold cyan")]
    for week, stories in weeks:
        lines.append(_line(f"{week}: {len(stories)}", style="bold"))
        lines += [Text("  ").append(_line(f"{story.title.text} ({story.id})")) for story in stories]
    return Group(*lines)

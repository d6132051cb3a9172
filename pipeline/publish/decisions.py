"""The merge log of a story as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from pipeline.records import Story
from pipeline.text_cleaning import printable


class LoggedDecision(Protocol):
    """One line of the merge log."""

    @property
    def kind(self) -> str:
        """What was decided."""
        ...

    @property
    def story_id(self) -> str:
        """The story that has the article."""
        ...

    @property
    def other_story_id(self) -> str | None:
        """The other story, where there is one."""
        ...

    @property
    def article_id(self) -> str:
        """The article."""
        ...

    @property
    def why(self) -> str:
        """The reason."""
        ...


_SAID = {
    "opened": "opened by",
    "joined": "joined by",
    "merged": "took in {other} on the evidence of",
    "left": "gained from {other}",
    "kept_apart": "kept apart from {other}:",
}


def decisions_view(
    story: Story, decisions: Sequence[LoggedDecision], titles: Mapping[str, str]
) -> RenderableType:
    """Return a story's decisions; `titles` says how to name an article."""
    count = len(story.article_ids)
    lines: list[RenderableType] = [
        Text(f"{story.story_id}: {count} article{'s' * (count != 1)}", style="bold")
    ]
    if not decisions:
        lines.append(Text("nothing is logged: it is older than the merge log", style="dim"))
    for each in decisions:
        other, said = each.other_story_id, _SAID[each.kind]
        if other == story.story_id:  # the log of the other story
            other, said = each.story_id, "lost to {other}" if each.kind == "left" else said
        title = titles.get(each.article_id, each.article_id)
        lines.append(Text(printable(f"{said.format(other=other)} {title}")))
        lines.append(Padding(Text(printable(each.why), style="dim"), (0, 2)))
    return Group(*lines)

"""What the reader changed by hand: the records of the edit log, which only grows.

An edit names articles, because stories come and go: whatever story holds them is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from pipeline.canonical import compact_json, make_id
from pipeline.records import Moment, Record, Story
from pipeline.schema import Tag


class Merge(Record):
    """Stories that tell one event."""

    kind: Literal["merge"] = "merge"
    stories: tuple[Story, ...] = Field(min_length=2)
    """As they were; the first gives its id to the whole."""

    @property
    def article_ids(self) -> tuple[str, ...]:
        """The articles it places."""
        return tuple(article_id for story in self.stories for article_id in story.article_ids)


class Split(Record):
    """Articles that tell another event than the rest of their story."""

    kind: Literal["split"] = "split"
    story: Story
    """As it was."""
    taken: tuple[str, ...] = Field(min_length=1)
    """Ids of the articles that become a story of their own."""

    @property
    def new_story_id(self) -> str:
        """Id of that story: not its founder's, which may be the old story's."""
        return make_id("s", self.story.story_id, *sorted(self.taken))

    @property
    def article_ids(self) -> tuple[str, ...]:
        """The articles it places: those that left, and those that stayed."""
        return self.story.article_ids


class _OnStory(Record):
    article_id: str
    """An article of the story: the edit goes wherever it goes."""

    @property
    def article_ids(self) -> tuple[str, ...]:
        """The one article."""
        return (self.article_id,)


class Retitle(_OnStory):
    """A headline of the reader's own."""

    kind: Literal["retitle"] = "retitle"
    title: str


class Retag(_OnStory):
    """Tags that the reader gave or took away."""

    kind: Literal["retag"] = "retag"
    add: tuple[Tag, ...] = ()
    remove: tuple[str, ...] = ()
    """Slugs."""


class Withhold(_OnStory):
    """A sentence that is never published again for the story."""

    kind: Literal["withhold"] = "withhold"
    claim_id: str
    """The claim as it was published."""
    text: str
    """Its sentence."""
    quotes: tuple[str, ...] = ()
    """The sources' sentences that it says again; none of an inferred action, which says more."""


class Undo(Record):
    """An edit taken back."""

    kind: Literal["undo"] = "undo"
    edit_id: str

    @property
    def article_ids(self) -> tuple[str, ...]:
        """None: the edit that it takes back names them."""
        return ()


Change = Annotated[Merge | Split | Retitle | Retag | Withhold | Undo, Field(discriminator="kind")]


class Edit(Record):
    """One line of the log."""

    edit_id: str
    """Hash of all it says, so that a digest which names it says what was in force."""
    number: int = Field(ge=1)
    """Its place in the log."""
    at: Moment
    change: Change

    @classmethod
    def make(cls, number: int, at: datetime, change: Change) -> Edit:
        """Return the edit with its id."""
        said = compact_json(change.model_dump(mode="json"))
        moment = at.astimezone(UTC)
        edit_id = make_id("e", str(number), moment.isoformat(), said)
        return cls(edit_id=edit_id, number=number, at=moment, change=change)


def in_force(log: Sequence[Edit]) -> list[Edit]:
    """Return the edits that were not taken back, in the order of the log."""
    undone = {edit.change.edit_id for edit in log if isinstance(edit.change, Undo)}
    return [
        edit for edit in log if edit.edit_id not in undone and not isinstance(edit.change, Undo)
    ]

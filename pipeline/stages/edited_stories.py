"""Stories after clustering, as the reader's merges and splits leave them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.edits import in_force
from pipeline.records import Story
from pipeline.store import Decision, Store
from pipeline.stories.edits import apply_story_edits, edits_on


def obey_edits(
    store: Store, changed: Sequence[Story], now: datetime
) -> tuple[list[Story], list[Decision]]:
    """Return the stories to save in place of those that clustering changed, and why.

    Only edits that name an article of these stories count, and the stories of the articles they
    name.
    """
    edits = in_force(store.edits())
    placed = {article_id for story in changed for article_id in story.article_ids}
    named = {a for edit in edits_on(edits, placed) for a in edit.change.article_ids}
    if not named:
        return list(changed), []
    homes = store.stories(sorted(set(store.story_of(sorted(named)).values())))
    others = [
        story.model_copy(update={"article_ids": kept})
        for story in homes
        if (kept := tuple(a for a in story.article_ids if a not in placed))
        and story.story_id not in {each.story_id for each in changed}
    ]
    clustered = [*changed, *others]
    moment_of = store.moments(a for story in clustered for a in story.article_ids)
    obeyed = [s for s in apply_story_edits(clustered, edits, moment_of) if s not in others]
    return obeyed, moves(clustered, obeyed, now, "the reader put it here")


def moves(
    before: Sequence[Story], after: Sequence[Story], at: datetime, why: str
) -> list[Decision]:
    """Return what the merge log is to say of articles that moved: a story that is gone merged."""
    was_in = {article_id: story.story_id for story in before for article_id in story.article_ids}
    still = {story.story_id for story in after}
    found: dict[tuple[str, ...], Decision] = {}
    for story in after:
        for article_id in story.article_ids:
            old = was_in[article_id]
            if old != story.story_id:
                alone = (article_id,) if old in still else ()
                decision = Decision(
                    at=at,
                    kind="left" if old in still else "merged",
                    story_id=story.story_id,
                    other_story_id=old,
                    article_id=article_id,
                    why=why,
                )
                found.setdefault((story.story_id, old, *alone), decision)
    return list(found.values())

"""The reader's edits: find what is meant, note the edit, and leave the stories as it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.edits import Change, Edit, Merge, Retag, Retitle, Split, Undo, Withhold, in_force
from pipeline.errors import UsageError
from pipeline.records import Moment, Record, Story
from pipeline.stages.edited_stories import moves
from pipeline.stages.naming import (
    all_told,
    find_story,
    named_tag,
    pick,
    published,
    stated_claims,
    unknown,
)
from pipeline.store import Store
from pipeline.stories.edits import apply_story_edits, edits_on, logged, retagged, revert_story_edit
from pipeline.text_cleaning import clean_text

MAX_TITLE = 200
"""Code points of a headline: twice what newspapers print, and room for a feed reader's line."""
BY_HAND = "by the reader's hand, edit {}"
"""What the merge log says of it."""


def merge_stories(store: Store, names: Sequence[str], now: datetime) -> Edit:
    """Join stories into the first one named.

    Raises:
        UsageError: a name is not one story's, or they are fewer than two.
    """
    found = {story.story_id: story for story in (find_story(store, name) for name in names)}
    if len(found) < 2:
        raise UsageError(", ".join(names), "is one story", "name two or more")
    return _place(store, Merge(stories=tuple(found.values())), now)


def split_story(store: Store, name: str, articles: Sequence[str], now: datetime) -> Edit:
    """Make articles of a story, by id or address, a story of their own.

    Raises:
        UsageError: a name is not one story's, or not one of its articles', or none would be left.
    """
    story = find_story(store, name)
    known: dict[str, str] = {}
    for article_id, each in store.articles(story.article_ids).items():
        known[article_id] = article_id
        if each.article.url:
            known[each.article.url] = article_id
    taken = {
        pick(article, known, "article of that story", f"halfminute edit ids {story.story_id}")
        for article in articles
    }
    if taken == set(story.article_ids):
        raise UsageError(name, "has no other articles", "leave one where it is")
    order = tuple(article_id for article_id in story.article_ids if article_id in taken)
    return _place(store, Split(story=story, taken=order), now)


def retitle_story(store: Store, name: str, title: str, now: datetime) -> Edit:
    """Give a story a headline of the reader's own.

    Raises:
        UsageError: the name is not one story's, or the title is empty or too long.
    """
    story, line = find_story(store, name), clean_text(title)
    if not line or len(line) > MAX_TITLE:
        what = f"a title of {len(line)} characters"
        raise UsageError(name, what, f"give it one of 1 to {MAX_TITLE}")
    return _note(store, Retitle(article_id=story.article_ids[0], title=line), now)


def retag_story(
    store: Store, name: str, add: Sequence[str], remove: Sequence[str], now: datetime
) -> Edit:
    """Give a story tags (`[topic:|product:|org:]NAME`), and take others away (slugs).

    Raises:
        UsageError: the name is not one story's, or a tag makes no sense.
    """
    story = find_story(store, name)
    if not add and not remove:
        raise UsageError(name, "no tag to add or to remove", "say --add TAG or --remove TAG")
    told = published(store)
    known = {tag.slug: tag for brief in told.values() for tag in brief.tags}
    added = tuple(named_tag(text, known) for text in add)
    removed = tuple(text.removeprefix("#") for text in remove)
    if story.story_id in told:
        edits = edits_on(in_force(store.edits()), story.article_ids)
        here = {tag.slug: tag.slug for tag in retagged(told[story.story_id].tags, edits)}
        for slug in removed:
            if slug not in here:
                raise unknown(slug, here, "tag of that story", f"halfminute show {story.story_id}")
    return _note(store, Retag(article_id=story.article_ids[0], add=added, remove=removed), now)


def withhold_claim(store: Store, name: str, now: datetime) -> Edit:
    """Never publish a claim's sentence again for its story.

    Raises:
        UsageError: the name is not one published claim's.
    """
    claims = {claim.id: claim for brief in all_told(store) for claim in stated_claims(brief)}
    claim_id = pick(
        name, {each: each for each in claims}, "published claim", "halfminute edit ids STORY"
    )
    claim = claims[claim_id]
    quotes = {citation.quote for citation in claim.citations if claim.basis != "inferred"}
    change = Withhold(
        article_id=claim.citations[0].article_id,
        claim_id=claim_id,
        text=claim.text,
        quotes=tuple(sorted(quotes)),
    )
    return _note(store, change, now)


def undo_edit(store: Store, name: str, now: datetime) -> Edit:
    """Take an edit back.

    Raises:
        UsageError: the name is not one edit's that is in force, or a later edit builds on it.
    """
    edits = {edit.edit_id: edit for edit in in_force(store.edits())}
    edit = edits[
        pick(name, {each: each for each in edits}, "edit in force", "halfminute edit list")
    ]
    if not isinstance(edit.change, Merge | Split):
        return _note(store, Undo(edit_id=edit.edit_id), now)
    placed = set(edit.change.article_ids)
    for later in edits.values():
        if (
            later.number > edit.number
            and isinstance(later.change, Merge | Split)
            and not placed.isdisjoint(later.change.article_ids)
        ):
            what = f"edit {later.edit_id} builds on it"
            raise UsageError(edit.edit_id, what, "undo that one first")
    held = store.story_of(sorted(placed))
    stories = store.stories(sorted(set(held.values())))
    restored = revert_story_edit(stories, edit, _moments(store, stories))
    undo = _next(store, Undo(edit_id=edit.edit_id), now)
    store.save_edit(undo, restored, moves(stories, restored, now, BY_HAND.format(undo.edit_id)))
    return undo


class LogLine(Record):
    """An edit as the log shows it."""

    edit_id: str
    at: Moment
    kind: str
    story_id: str | None
    """The story it is on now: of a split, the new one."""
    detail: str
    in_force: bool


def edit_log(store: Store) -> list[LogLine]:
    """Return the log in its order."""
    log = store.edits()
    active = {edit.edit_id for edit in in_force(log)}
    lines = []
    for edit in log:
        change = edit.change
        on = change.taken if isinstance(change, Split) else change.article_ids
        detail = f"took back {change.edit_id}" if isinstance(change, Undo) else logged(edit)
        lines.append(
            LogLine(
                edit_id=edit.edit_id,
                at=edit.at,
                kind=change.kind,
                story_id=next(iter(store.story_of(on[:1]).values()), None),
                detail=detail,
                in_force=edit.edit_id in active or isinstance(change, Undo),
            )
        )
    return lines


def _place(store: Store, change: Merge | Split, now: datetime) -> Edit:
    """Note an edit that moves articles, and move them."""
    stories = change.stories if isinstance(change, Merge) else (change.story,)
    edit = _next(store, change, now)
    placed = apply_story_edits(stories, [edit], _moments(store, stories))
    store.save_edit(edit, placed, moves(stories, placed, now, BY_HAND.format(edit.edit_id)))
    return edit


def _note(store: Store, change: Change, now: datetime) -> Edit:
    """Note an edit that moves no article."""
    edit = _next(store, change, now)
    store.save_edit(edit)
    return edit


def _next(store: Store, change: Change, now: datetime) -> Edit:
    return Edit.make(len(store.edits()) + 1, now, change)


def _moments(store: Store, stories: Sequence[Story]) -> dict[str, datetime]:
    return store.moments(article_id for story in stories for article_id in story.article_ids)

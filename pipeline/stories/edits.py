"""What the reader's edits do to stories and to what is published of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from pipeline.edits import Edit, Merge, Retag, Retitle, Split, Undo, Withhold
from pipeline.records import Story
from pipeline.schema import (
    ActionSection,
    Claim,
    Comparison,
    Correction,
    Headline,
    Section,
    StoryBrief,
    StoryEdit,
    Tag,
    Timeline,
)
from pipeline.text import fold

STRUCK = "withheld by the reader"
"""Reason of a section that the reader's hand has emptied."""

AnyClaim = TypeVar("AnyClaim", bound=Claim)
AnySection = TypeVar("AnySection", Section, ActionSection, Timeline)


def apply_story_edits(
    stories: Sequence[Story], edits: Sequence[Edit], moment_of: Mapping[str, datetime]
) -> list[Story]:
    """Return `stories` with their articles where the edits in force put them, by id.

    Of two edits of one article the later wins. An article that no edit names goes with most of the
    story it is in. Doing it again changes nothing. `moment_of` maps article ids to moments.
    """
    home_of: dict[str, str] = {}
    for edit in edits:
        if isinstance(edit.change, Merge):
            home_of |= dict.fromkeys(edit.change.article_ids, edit.change.stories[0].story_id)
        elif isinstance(edit.change, Split):
            home_of |= dict.fromkeys(edit.change.story.article_ids, edit.change.story.story_id)
            home_of |= dict.fromkeys(edit.change.taken, edit.change.new_story_id)
    return _rehoused(stories, home_of, moment_of)


def revert_story_edit(
    stories: Sequence[Story], edit: Edit, moment_of: Mapping[str, datetime]
) -> list[Story]:
    """Return `stories` as they would be without the edit, by id.

    Merged stories come apart as they were; what was split off returns with all it has gained.
    """
    change = edit.change
    if isinstance(change, Merge):
        home_of = {a: story.story_id for story in change.stories for a in story.article_ids}
        before = change.stories
    elif isinstance(change, Split):
        gone = [story for story in stories if story.story_id == change.new_story_id]
        home_of = {a: change.story.story_id for story in gone for a in story.article_ids}
        before = (change.story,)
    else:
        return sorted(stories, key=lambda story: story.story_id)
    first_seen = {story.story_id: story.first_seen for story in before}
    return [
        story.model_copy(update={"first_seen": first_seen.get(story.story_id, story.first_seen)})
        for story in _rehoused(stories, home_of, moment_of)
    ]


def _rehoused(
    stories: Sequence[Story], home_of: Mapping[str, str], moment_of: Mapping[str, datetime]
) -> list[Story]:
    """Return the stories after each article of `home_of` went to that story id."""
    members: dict[str, list[str]] = defaultdict(list)
    first_seen: dict[str, datetime] = {}
    for story in stories:
        votes = Counter(home_of.get(a, story.story_id) for a in story.article_ids)
        rest = min(votes, key=lambda home: (-votes[home], home))
        for article_id in story.article_ids:
            home = home_of.get(article_id, rest)
            members[home].append(article_id)
            first_seen[home] = min(first_seen.get(home, story.first_seen), story.first_seen)
    return [
        Story(
            story_id=story_id,
            first_seen=first_seen[story_id],
            article_ids=tuple(sorted(members[story_id], key=lambda a: (moment_of[a], a))),
        )
        for story_id in sorted(members)
    ]


def edits_on(edits: Sequence[Edit], article_ids: Collection[str]) -> tuple[Edit, ...]:
    """Return the edits that concern the story with these articles, in their order."""
    return tuple(edit for edit in edits if not set(article_ids).isdisjoint(edit.change.article_ids))


def told_edit(edit: Edit) -> StoryEdit:
    """Return an edit in force as the digest shows it; a withheld sentence is not said again."""
    change = edit.change
    assert not isinstance(change, Undo)  # what is in force is no undoing
    match change:
        case Merge():
            detail = f"{len(change.stories)} stories joined"
        case Split():
            count = len(change.taken)
            detail = f"{count} article{'s' * (count != 1)} taken out as another story"
        case Retitle():
            detail = "the headline is the reader's"
        case Retag():
            added = [f"+#{tag.slug}" for tag in change.add]
            detail = " ".join([*added, *(f"-#{slug}" for slug in change.remove)])
        case Withhold():
            detail = "a sentence withheld"
    return StoryEdit(
        id=edit.edit_id, kind=change.kind, date=edit.at.date().isoformat(), detail=detail
    )


def retitled(headline: Headline, edits: Sequence[Edit]) -> Headline:
    """Return the headline with the reader's last title; its citation stays the source's."""
    titles = [edit.change.title for edit in edits if isinstance(edit.change, Retitle)]
    if not titles:
        return headline
    return headline.model_copy(update={"text": titles[-1], "edited": True})


def retagged(tags: Sequence[Tag], edits: Sequence[Edit]) -> tuple[Tag, ...]:
    """Return the tags after the reader's, topics first, each slug of a kind once."""
    found = list(tags)
    for edit in edits:
        if isinstance(edit.change, Retag):
            gone = {*edit.change.remove, *(tag.slug for tag in edit.change.add)}
            found = [tag for tag in found if tag.slug not in gone] + list(edit.change.add)
    order = ("topic", "product", "org", "source")
    return tuple(sorted(found, key=lambda tag: order.index(tag.kind)))


def withheld_sentences(edits: Sequence[Edit]) -> frozenset[str]:
    """Return the keys of the sentences that the reader withheld, for `sentence_key`."""
    return frozenset(
        sentence_key(sentence)
        for edit in edits
        if isinstance(edit.change, Withhold)
        for sentence in (edit.change.text, *edit.change.quotes)
    )


def sentence_key(sentence: str) -> str:
    """Return a sentence as it is compared: folded, single-spaced."""
    return " ".join(fold(sentence).split())


def repeats_withheld(correction: Correction, edits: Sequence[Edit]) -> bool:
    """Return whether a correction would say a withheld sentence again."""
    said = {sentence_key(correction.was), sentence_key(correction.now)}
    return not said.isdisjoint(withheld_sentences(edits))


def without_withheld(story: StoryBrief, withheld: frozenset[str]) -> StoryBrief:
    """Return the brief without the claims that say a withheld sentence or rest on one.

    A row of the comparison goes as a whole: a gap would read as not stated.
    """
    if not withheld:
        return story
    tldr, insight = story.tldr, story.insight
    sides = [
        one.model_copy(update={"sides": [s for s in one.sides if not _says(s.claim, withheld)]})
        for one in story.disagreements
    ]
    dates = [date for date in story.dates_given if not _says(date, withheld)]
    return story.model_copy(
        update={
            "hook": story.hook if story.hook and not _says(story.hook, withheld) else None,
            "tldr": tldr.model_copy(
                update={
                    "what_changed": _struck(tldr.what_changed, withheld),
                    "why_it_matters": _struck(tldr.why_it_matters, withheld),
                    "what_to_do_next": _struck(tldr.what_to_do_next, withheld),
                }
            ),
            "insight": insight.model_copy(
                update={
                    "key_takeaways": _struck(insight.key_takeaways, withheld),
                    "comparison": _struck_rows(insight.comparison, withheld),
                    "technical": _struck(insight.technical, withheld),
                    "implications": _struck(insight.implications, withheld),
                    "timeline": _struck(insight.timeline, withheld),
                }
            ),
            "disagreements": [one for one in sides if len(one.sides) > 1],
            "dates_given": dates if len(dates) > 1 else [],
        }
    )


def _says(claim: Claim, withheld: frozenset[str]) -> bool:
    said = {claim.text, *(citation.quote for citation in claim.citations)}
    return not withheld.isdisjoint(map(sentence_key, said))


def _struck(section: AnySection, withheld: frozenset[str]) -> AnySection:
    kept = [_silent(claim, withheld) for claim in section.claims if not _says(claim, withheld)]
    if kept == section.claims:
        return section
    return section.model_copy(update={"claims": kept, "reason": None if kept else STRUCK})


def _silent(claim: AnyClaim, withheld: frozenset[str]) -> AnyClaim:
    """Return the claim, silent on what it overtakes where that is withheld."""
    before = claim.previously
    if before is None or sentence_key(before.text) not in withheld:
        return claim
    return claim.model_copy(update={"previously": None})


def _struck_rows(comparison: Comparison, withheld: frozenset[str]) -> Comparison:
    kept = [
        row
        for row in comparison.rows
        if not any(isinstance(cell, Claim) and _says(cell, withheld) for cell in row.cells)
    ]
    if len(kept) == len(comparison.rows):
        return comparison
    if not kept:
        return Comparison(columns=[], rows=[], reason=STRUCK)
    return comparison.model_copy(update={"rows": kept})


def logged(edit: Edit) -> str:
    """Return what an edit in force did in one line, for the reader's own eyes."""
    match edit.change:
        case Retitle(title=title):
            return title
        case Withhold(text=text):
            return text
    return told_edit(edit).detail

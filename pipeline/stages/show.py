"""Find what `halfminute show` was asked for among the published digests."""

from __future__ import annotations

import re

from rich.console import RenderableType

from pipeline.errors import UsageError
from pipeline.publish import digest as files
from pipeline.publish.decisions import decisions_view
from pipeline.publish.terminal import digest_view, story_view, tag_view
from pipeline.records import Story
from pipeline.schema import Digest
from pipeline.store import Store


def find_view(store: Store, what: str | None) -> RenderableType:
    """Return the view of a week, a story (id, its beginning, or slug) or a tag; None: latest week.

    Raises:
        UsageError: nothing published has that name.
    """
    weeks = sorted(store.digest_weeks(), reverse=True)
    if not weeks:
        raise UsageError(what or "show", "no digest was published yet", "run halfminute digest")
    if what is None:
        return digest_view(_load(store, weeks[0]))
    if re.fullmatch(r"\d{4}-W\d{2}", what):
        if what not in weeks:
            raise UsageError(what, "no digest of that week", f"there are: {', '.join(weeks[:12])}")
        return digest_view(_load(store, what))
    digests = [_load(store, week) for week in weeks]
    for digest in digests:
        for story in digest.stories:
            if what in (story.id, story.slug) or (len(what) > 5 and story.id.startswith(what)):
                return story_view(story)
    slug = what.removeprefix("#").lower()
    told = [(d, tag) for d in digests for tag in d.tags if tag.slug == slug]
    if not told:
        raise UsageError(what, "is no published story, tag or week", "see halfminute show")
    by_week = [
        (d.week, [story for story in d.stories if story.id in tag.story_ids]) for d, tag in told
    ]
    return tag_view(told[0][1], by_week)


def why_view(store: Store, what: str) -> RenderableType:
    """Return why a story holds its articles: what the merge log says, one decision a line.

    Raises:
        UsageError: no story has that id, beginning of an id, or published slug.
    """
    story = _story_of(store, what)
    decisions = store.decisions(story.story_id)
    articles = store.articles([*story.article_ids, *(each.article_id for each in decisions)])
    titles = {
        article_id: f"{each.article.source}: {each.revision.title}"
        for article_id, each in articles.items()
    }
    return decisions_view(story, decisions, titles)


def _story_of(store: Store, what: str) -> Story:
    known = {story.story_id: story for story in store.stories()}
    ids = [story_id for story_id in known if story_id == what or _begins(story_id, what)]
    if not ids:
        weeks = sorted(store.digest_weeks(), reverse=True)
        told = (story for week in weeks for story in _load(store, week).stories)
        ids = [story.id for story in told if story.slug == what and story.id in known][:1]
    if len(ids) != 1:
        found = f"begins {len(ids)} ids" if ids else "is no story"
        raise UsageError(what, found, "name a story by its id or slug; see halfminute show")
    return known[ids[0]]


def _begins(story_id: str, what: str) -> bool:
    return len(what) > 5 and story_id.startswith(what)


def _load(store: Store, week: str) -> Digest:
    text = store.digest(week)
    if text is None:
        raise UsageError(week, "no digest of that week", "run halfminute digest")
    return files.read(text, label=f"digest {week}")

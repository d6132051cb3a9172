"""Find what a person names: a story by id or slug, a claim, a tag; else say what is near."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from slugify import slugify

from pipeline.errors import UsageError
from pipeline.publish import digest as files
from pipeline.records import ArticleRevision, Story
from pipeline.resources import shipped_toml
from pipeline.schema import Claim, StoryBrief, Tag, TagKind
from pipeline.store import Store
from pipeline.stories.continuity import cells_of, claims_of
from pipeline.stories.tags import read_topics
from pipeline.text_cleaning import clean_text

NEAR = 3
"""Near matches that an error names."""

_KINDS: Mapping[str, TagKind] = {"topic": "topic", "product": "product", "org": "org"}


def find_story(store: Store, name: str) -> Story:
    """Return the story with that id or published slug, or the only one whose name begins so.

    A story that was joined to another is still found by the names under which it was published.

    Raises:
        UsageError: there is none, or more than one.
    """
    stories = {story.story_id: story for story in store.stories()}
    names = {story_id: story_id for story_id in stories}
    for story_id, brief in published(store).items():
        if story_id in stories:
            names[brief.slug] = story_id
        else:
            for home in store.story_of([source.article_id for source in brief.sources]).values():
                names |= {story_id: home, brief.slug: home}
    return stories[pick(name, names, "story")]


def story_parts(store: Store, name: str) -> tuple[Story, list[ArticleRevision], list[Claim]]:
    """Return a story, its articles, and its claims as last published.

    Raises:
        UsageError: the name is not one story's.
    """
    story = find_story(store, name)
    brief = published(store).get(story.story_id)
    articles = store.articles(story.article_ids).values()
    return story, list(articles), list(stated_claims(brief)) if brief else []


def published(store: Store) -> dict[str, StoryBrief]:
    """Return story id → its brief as last published."""
    found: dict[str, StoryBrief] = {}
    for brief in all_told(store):
        found.setdefault(brief.id, brief)
    return found


def all_told(store: Store) -> Iterator[StoryBrief]:
    """Yield all published briefs, those of the latest week first."""
    for week in reversed(store.digest_weeks()):
        text = store.digest(week)
        if text is not None:
            yield from files.read(text, label=f"digest {week}").stories


def stated_claims(brief: StoryBrief) -> Iterator[Claim]:
    """Yield every sentence and value that a brief states."""
    yield from claims_of(brief)
    yield from cells_of(brief)
    yield from (side.claim for one in brief.disagreements for side in one.sides)
    yield from brief.dates_given


def named_tag(text: str, known: Mapping[str, Tag]) -> Tag:
    """Return the tag meant: one of the taxonomy or of `known` where there is such a slug.

    Raises:
        UsageError: the text is not `[topic:|product:|org:]NAME`.
    """
    prefix, colon, rest = text.removeprefix("#").partition(":")
    name = clean_text(rest if colon else prefix)
    slug = slugify(name)
    if not slug or (colon and prefix not in _KINDS):
        raise UsageError(text, "is no tag", "write gpu-shortage, 'product:Colossus 2' or org:NAME")
    topics = {
        topic.slug: Tag(slug=topic.slug, name=topic.name, kind="topic")
        for topic in read_topics(shipped_toml("data/taxonomy.toml"))
    }
    found = topics.get(slug) or known.get(slug)
    kind = _KINDS[prefix] if colon else "topic"
    if found is not None and (not colon or found.kind == kind) and found.kind in _KINDS:
        return found
    return Tag(slug=slug, name=name if name != slug else slug.replace("-", " "), kind=kind)


def pick(name: str, names: Mapping[str, str], what: str, where: str = "halfminute show") -> str:
    """Return what `name`, or the only longer name that begins so, stands for among `names`.

    `what` it should be and `where` to look for one are said in the error.

    Raises:
        UsageError: there is none, or more than one.
    """
    if name in names:
        return names[name]
    begun = sorted({target for each, target in names.items() if name and each.startswith(name)})
    if len(begun) > 1:
        some = ", ".join(begun[:NEAR])
        raise UsageError(name, f"begins the name of {len(begun)}: {some}", "give more of it")
    if not begun:
        raise unknown(name, names, what, where)
    return begun[0]


def unknown(name: str, names: Mapping[str, str], what: str, where: str) -> UsageError:
    """Return the error for a name that is not there, with what is near it."""
    near = [each for each in sorted(names) if name and name in each]
    beginnings = {each[: len(name)]: each for each in sorted(names)}
    near += [beginnings[b] for b in difflib.get_close_matches(name, beginnings, n=NEAR)]
    some = list(dict.fromkeys(near))[:NEAR]
    mend = f"did you mean {' or '.join(some)}?" if some else f"see {where}"
    return UsageError(name, f"is no {what}", mend)

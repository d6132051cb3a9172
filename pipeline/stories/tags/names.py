"""Product and organisation tags: which names a week's articles use, and for what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.analysis.names import name_key
from pipeline.records import ArticleRevision
from pipeline.schema import Tag
from pipeline.stories.name_kinds import NameKind, kinds_of
from pipeline.stories.name_lists import INSTITUTIONS, NO_NAMES, PUBLISHERS
from pipeline.stories.profile import Profile
from pipeline.stories.tags.aliases import model_numbers, same_names
from pipeline.stories.tags.archive import TagArchive
from pipeline.stories.tags.mentions import (
    HOUSEHOLD,
    Naming,
    in_title,
    mentions_in,
    most_used,
    naming,
)
from pipeline.stories.tags.slugs import slug_of
from pipeline.stories.tags.taxonomy import KnownName

MAX_NAMES = 4
"""Tags of a kind: more are noise to a reader who follows tags."""
REPEATED = 2
"""Sentences of an only article that name what it is about, where its title does not."""
_CVE = re.compile(r"cve \d")


@dataclass(frozen=True)
class NameBook:
    """What each name stands for, as the articles of a week show it."""

    tags: Mapping[str, Tag]
    """Name key → its product or organisation tag; a name without clear signs has none."""
    namings: Mapping[str, Naming]
    """Article id → its names."""


def name_book(
    articles: Sequence[ArticleRevision],
    profiles: Sequence[Profile],
    archive: TagArchive,
    known: Sequence[KnownName] = (),
) -> NameBook:
    """Return what the names in these articles stand for; `profiles` are those of `articles`.

    A name that the taxonomy lists or an earlier digest tagged keeps that tag. Otherwise the kind is
    what the sentences of all articles together show, and the name is the one most articles use.
    """
    listed = {name_key(name): each.tag for each in known for name in (each.tag.name, *each.aliases)}
    settled = frozenset((*listed, *archive.tags))
    namings = {
        article.article.article_id: naming(article, profile, settled)
        for article, profile in zip(articles, profiles, strict=True)
    }
    sentences = [s for _, each in sorted(namings.items()) for s in each.sentences]
    spellings: dict[str, Counter[str]] = {}
    for each in namings.values():
        for key, written in each.spelling.items():
            spellings.setdefault(key, Counter())[written] += 1
    names = spellings.keys() - (NO_NAMES - INSTITUTIONS) - _ordinary(namings.values())
    kinds: dict[str, NameKind] = {
        **kinds_of(names, sentences),
        **dict.fromkeys(names & INSTITUTIONS, "org"),
        **{key: "product" for key in names if _CVE.match(key)},
    }
    for key, tag in (*archive.tags.items(), *listed.items()):
        if tag.kind == "org" or tag.kind == "product":
            kinds[key] = tag.kind
    spelling = {key: most_used(spellings[key]) for key in sorted(names)}
    spelling = {**model_numbers(spelling, kinds), **spelling}
    earlier = {key: tag.name for key, tag in archive.tags.items()}
    groups: dict[str, list[str]] = {}
    for key, root in sorted(same_names({**earlier, **spelling}, kinds, sentences).items()):
        groups.setdefault(root, []).append(key)
    tags: dict[str, Tag] = {}
    for root, keys in groups.items():
        made = _settled(keys, listed, archive) or _new_tag([root, *keys], spelling, kinds)
        if made is not None:
            tags.update(dict.fromkeys(keys, made))
    return NameBook({key: tag for key, tag in sorted(tags.items()) if key in names}, namings)


def _settled(keys: Iterable[str], listed: Mapping[str, Tag], archive: TagArchive) -> Tag | None:
    """Return the tag that a thing has: the taxonomy's, else the one it was told under most."""
    ours = [listed[key] for key in keys if key in listed]
    if ours:
        return min(ours, key=lambda tag: tag.slug)
    earlier = [archive.tags[key] for key in keys if key in archive.tags]
    return min(earlier, key=lambda tag: (-archive.stories[tag.slug], tag.slug), default=None)


def _new_tag(
    keys: Sequence[str], spelling: Mapping[str, str], kinds: Mapping[str, NameKind]
) -> Tag | None:
    """Return the tag of a thing, named by the first key; None without clear signs of its kind."""
    kind = next((kinds[key] for key in keys if key in kinds), None)
    slug = slug_of(spelling[keys[0]])
    if slug and not slug.isdigit() and (kind == "org" or kind == "product"):
        return Tag(slug=slug, name=spelling[keys[0]], kind=kind)
    return None


def _ordinary(namings: Iterable[Naming]) -> frozenset[str]:
    """Return the lone words that more articles write in lower case than as names."""
    named: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    for each in namings:
        named.update(each.count.keys() - each.plain)
        plain.update(each.plain)
    return frozenset(
        key for key in plain if key not in HOUSEHOLD and plain[key] >= max(1, named[key])
    )


def name_tags(article_ids: Sequence[str], names: NameBook) -> list[Tag]:
    """Return a story's product and organisation tags: those in titles first, then by articles.

    A name counts that stands in a title, or in the lead of two articles, or, where there is one
    article only, in its lead and again. A publisher counts in a title only: it is mostly quoted.
    A lone word that the story writes in lower case too was put in capitals by a title.
    """
    told = [names.namings[article_id] for article_id in article_ids]
    plain = frozenset(word for each in told for word in each.plain) - HOUSEHOLD
    titles: Counter[str] = Counter()
    leads: Counter[str] = Counter()
    tags: dict[str, Tag] = {}
    for each in told:
        keys = {key for key in each.count if key in names.tags and key not in plain}
        tags.update({names.tags[key].slug: names.tags[key] for key in keys})
        titles.update({names.tags[key].slug for key in keys if in_title(key, each.title)})
        leads.update({names.tags[key].slug for key in keys & each.lead if not _reports(key)})
    if len(told) == 1:
        repeated = _repeated(told[0], names)
        leads = Counter({slug: REPEATED for slug in leads if slug in repeated})
    ranked = sorted(
        (slug for slug in tags if titles[slug] or leads[slug] >= REPEATED),
        key=lambda slug: (-titles[slug], -leads[slug], slug),
    )
    return [
        tags[slug]
        for kind in ("product", "org")
        for slug in [slug for slug in ranked if tags[slug].kind == kind][:MAX_NAMES]
    ]


def _reports(key: str) -> bool:
    """Return whether a name is a publisher's or an agency's."""
    return key in PUBLISHERS or key.rpartition(" ")[2] in ("news", "press", "wire")


def _repeated(article: Naming, names: NameBook) -> frozenset[str]:
    """Return the slugs of what at least `REPEATED` sentences of an article name."""
    count = Counter(
        slug
        for sentence in article.sentences
        for slug in {names.tags[m.key].slug for m in mentions_in(sentence) if m.key in names.tags}
    )
    return frozenset(slug for slug, sentences in count.items() if sentences >= REPEATED)

"""Tags: topics by taxonomy, products and organisations by the names that sources use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from slugify import slugify

from pipeline.errors import ResourceError
from pipeline.protocols import Vectors
from pipeline.records import ArticleRevision
from pipeline.resources import shipped_toml
from pipeline.schema import Tag, TagKind
from pipeline.stories.profile import GENERIC_NAMES, Profile
from pipeline.text import fold

LEAD_CHARS = 1500
"""Code points of a text in which a topic's aliases count: further down they are asides."""
MAX_TOPICS = 4
MAX_NAMES = 4
"""Tags of a kind: more are noise to a reader who follows tags."""
ALIAS_SCORE = 0.15
"""What one distinct alias adds to the cosine with a topic's description, for up to three."""
TOPIC_THRESHOLD = 0.40
UNNAMED_THRESHOLD = 0.45
"""From which a topic is given, with an alias in the text and without any. Set by reading the scores
of the sample week's 22 articles: an aside that holds an alias adds 0.15 to a cosine of 0.24 or
less; without an alias only topics that are truly meant lie well above 0.45."""

_PHRASE_WORD = re.compile(r"[^\W_]+(?:['.&/][^\W_]+)*[+#]*")
_SIGNS = (("++", "pp"), ("+", "-plus-"), ("#", "sharp"))
"""How the signs in names are written in a slug: c++ is cpp."""
_PRODUCT = re.compile(r"(?=.*\d)[a-z][\w+#.\- ]*")
ORG_WORDS = frozenset(
    """
    ab ag agency ai alliance association authority bank board bv bureau capital cloud club co
    college commission committee company computing corp corporation council court data department
    dynamics foundation fund gmbh group holdings inc industries institute institution instruments
    lab labs laboratories laboratory limited llc ltd media ministry motors networks office
    organisation organization partners pharma plc research robotics sa semiconductor
    semiconductors society software studios systems technologies technology university ventures
    wire
    """.split()
)
_KINDS_OF_THING = frozenset(
    """
    agi ama ar arr cli covid css dna elo ev evs hiv http ip ipo jpeg mlp moe mp3 mri nfc ocr oss ota
    png pov qa qr rl rlhf rna sft sota ssh sso svg tls ui url usb ux vpn vr wifi xr
    """.split()
) | {"covid 19"}
"""Acronyms of kinds of thing that nobody follows as an organisation or a product."""
_LOWER = re.compile(r"(?<![\w@#/.\-])[a-z]{2,}(?![\w/]|[.\-]\w)")
"""A word in lower case, no part of an address, a handle or a compound."""


@dataclass(frozen=True)
class Topic:
    """One entry of the taxonomy."""

    slug: str
    name: str
    description: str
    aliases: tuple[str, ...]
    playbook: str | None = None


@dataclass(frozen=True)
class Taxonomy:
    """The topics with the vectors of their descriptions."""

    topics: tuple[Topic, ...]
    vectors: NDArray[np.float32]
    """Shape (topics, dimensions)."""
    alias_topics: Mapping[str, int]
    """Folded alias, single-spaced → topic number."""

    @classmethod
    def shipped(cls, encode: Callable[[Sequence[str]], Vectors]) -> Taxonomy:
        """Return the shipped taxonomy; `encode` gives the vectors of its descriptions.

        Raises:
            ResourceError: it is malformed.
        """
        topics = read_topics(shipped_toml("data/taxonomy.toml"))
        aliases = {
            phrase_key(alias): number
            for number, topic in enumerate(topics)
            for alias in (topic.name, *topic.aliases)
        }
        vectors = encode([f"{topic.name}: {topic.description}" for topic in topics])
        return cls(topics, vectors, aliases)


def read_topics(content: Mapping[str, Any]) -> tuple[Topic, ...]:
    """Return the topics of a taxonomy file.

    Raises:
        ResourceError: a topic lacks a field, or two have one slug.
    """
    try:
        topics = tuple(
            Topic(
                slug=entry["slug"],
                name=entry["name"],
                description=entry["description"],
                aliases=tuple(entry["aliases"]),
                playbook=entry.get("playbook"),
            )
            for entry in content["topics"]
        )
    except (KeyError, TypeError) as error:
        raise ResourceError("data/taxonomy.toml", f"a topic lacks {error}", "mend it") from error
    if len({topic.slug for topic in topics}) < len(topics):
        raise ResourceError("data/taxonomy.toml", "two topics have one slug", "rename one")
    return topics


def phrase_key(phrase: str) -> str:
    """Return a phrase as it is compared: folded words, single-spaced, hyphens as spaces.

    The signs of C++, C# and Disney+ stay: without them they are other words.
    """
    return " ".join(_PHRASE_WORD.findall(fold(phrase).replace("-", " ")))


def story_tags(
    articles: Sequence[ArticleRevision], profiles: Sequence[Profile], taxonomy: Taxonomy
) -> tuple[Tag, ...]:
    """Return a story's tags: topics, then products and organisations, then sources.

    `profiles` are those of `articles`, in the same order.
    """
    leads = [f"{each.revision.title}\n{each.revision.text[:LEAD_CHARS]}" for each in articles]
    return (
        *topic_tags(profiles, leads, taxonomy),
        *name_tags(profiles, _plain_words(articles)),
        *source_tags(profiles),
    )


def topic_tags(profiles: Sequence[Profile], texts: Sequence[str], taxonomy: Taxonomy) -> list[Tag]:
    """Return the story's topics, strongest first.

    A topic's score is the mean over articles of the cosine with its description, plus what its
    aliases add. `texts` are titles and leads.
    """
    vectors = np.stack([each.vector for each in profiles])
    meaning = np.round((vectors @ taxonomy.vectors.T).mean(axis=0), 4)
    found = _aliases(texts, taxonomy)
    scored = sorted(
        (
            (round(float(meaning[n]) + ALIAS_SCORE * min(3, len(found[n])), 4), n)
            for n in range(len(taxonomy.topics))
            if found[n] or meaning[n] >= UNNAMED_THRESHOLD
        ),
        key=lambda pair: (-pair[0], taxonomy.topics[pair[1]].slug),
    )
    return [
        Tag(slug=taxonomy.topics[n].slug, name=taxonomy.topics[n].name, kind="topic")
        for total, n in scored[:MAX_TOPICS]
        if total >= TOPIC_THRESHOLD
    ]


def _aliases(texts: Sequence[str], taxonomy: Taxonomy) -> Mapping[int, set[str]]:
    """Return topic number → aliases found; word windows are looked up, so text length is all."""
    found: dict[int, set[str]] = {n: set() for n in range(len(taxonomy.topics))}
    longest = max((alias.count(" ") + 1 for alias in taxonomy.alias_topics), default=1)
    for text in texts:
        tokens = phrase_key(text).split()
        for start in range(len(tokens)):
            for length in range(1, min(longest, len(tokens) - start) + 1):
                phrase = " ".join(tokens[start : start + length])
                if phrase in taxonomy.alias_topics:
                    found[taxonomy.alias_topics[phrase]].add(phrase)
    return found


def _plain_words(articles: Sequence[ArticleRevision]) -> frozenset[str]:
    """Return the words that stand in the articles in lower case; parts of addresses do not."""
    return frozenset(
        word
        for each in articles
        for field in (each.revision.title, each.revision.text)
        for word in _LOWER.findall(field)
    )


def name_tags(profiles: Sequence[Profile], plain_words: frozenset[str] = frozenset()) -> list[Tag]:
    """Return product and organisation tags: names in titles first, then by number of articles.

    A name that no title holds needs two articles, and more than one plain word. A lone word that
    the articles write in lower case too (`plain_words`) is a word that a title put in capitals,
    and one that ends the name of somebody not known by a first name (`Musk`) is a person.

    A name with a digit in it is a product. A name is an organisation when a word of it says so, or
    when it stands in a title; a name inside a longer one (`GB300` in `Nvidia GB300`) is left out.
    """
    articles: Counter[str] = Counter()
    titles: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for each in profiles:
        for key, written in each.names.items():
            articles[key] += 1
            titles[key] += key in each.title_names
            spelling.setdefault(key, written)
    no_names = GENERIC_NAMES | _KINDS_OF_THING | plain_words | _surnames(articles.keys())
    eligible = [
        key
        for key in articles
        if key not in no_names and (titles[key] or (articles[key] > 1 and not key.isalpha()))
    ]
    ranked = sorted(eligible, key=lambda key: (-titles[key], -articles[key], key))
    tags: list[Tag] = []
    kinds: tuple[TagKind, ...] = ("product", "org")
    for kind in kinds:
        chosen: list[str] = []
        for key in ranked:
            inside = any(
                f" {key} " in f" {other} " or f" {other} " in f" {key} " for other in chosen
            )
            if _kind(key) == kind and not inside:
                chosen.append(key)
        tags += _named([spelling[key] for key in chosen], kind)[:MAX_NAMES]
    return tags


def _surnames(keys: Iterable[str]) -> frozenset[str]:
    """Return the last words of two-word names whose first word never stands alone."""
    known = frozenset(keys)
    pairs = [key.split() for key in known if key.replace(" ", "").isalpha()]
    return frozenset(
        pair[1]
        for pair in pairs
        if len(pair) == 2 and pair[0] not in known and pair[1] not in ORG_WORDS
    )


def _named(names: Iterable[str], kind: TagKind) -> list[Tag]:
    """Return a tag for each name that has a slug, the first of those that share one."""
    tags: dict[str, Tag] = {}
    for name in names:
        slug = slugify(name, replacements=_SIGNS)
        if slug:
            tags.setdefault(slug, Tag(slug=slug, name=name, kind=kind))
    return list(tags.values())


def _kind(key: str) -> str:
    if re.match(r"cve \d", key):
        return "product"
    if _PRODUCT.fullmatch(key) and not key.isdigit():
        return "product"
    return "org" if set(key.split()) & ORG_WORDS or " " not in key else "other"


def source_tags(profiles: Sequence[Profile]) -> list[Tag]:
    """Return one tag a publisher, by name; a local file has none."""
    return _named(sorted({each.source for each in profiles if each.url}), "source")

"""Topics by the shipped taxonomy: descriptions for the encoder, aliases, and known names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from pipeline.errors import ResourceError
from pipeline.protocols import Vectors
from pipeline.resources import shipped_toml
from pipeline.schema import Tag
from pipeline.stories.profile import Profile
from pipeline.text import fold

MAX_TOPICS = 4
"""Topics of a story: more are noise to a reader who follows tags."""
ALIAS_SCORE = 0.15
"""What one distinct alias adds to the cosine with a topic's description, for up to three."""
TOPIC_THRESHOLD = 0.40
UNNAMED_THRESHOLD = 0.55
"""From which a topic is given, with an alias in the text and without any. Read topic by topic on
600 newsletter entries: without an alias half of the topics from 0.45 to 0.55 were wrong. Measured
with `python -m evals tags`: 0.43 with an alias loses recall, and precision gains nothing."""
FULL = 3
"""Aliases from which more count alike, and which are no aside whatever the cosine."""
ASIDE_THRESHOLD = 0.15
"""Cosine below which fewer aliases are asides (`rate limit` in a report of an outage)."""

_PHRASE_WORD = re.compile(r"[^\W_]+(?:['.&/][^\W_]+)*[+#]*")


@dataclass(frozen=True)
class Topic:
    """One entry of the taxonomy."""

    slug: str
    name: str
    description: str
    aliases: tuple[str, ...]
    playbook: str | None = None


@dataclass(frozen=True)
class KnownName:
    """A product or organisation with names that do not show that they are one."""

    tag: Tag
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Taxonomy:
    """The topics with the vectors of their descriptions, and the known names."""

    topics: tuple[Topic, ...]
    vectors: NDArray[np.float32]
    """Shape (topics, dimensions)."""
    alias_topics: Mapping[str, int]
    """Folded alias, single-spaced → topic number."""
    names: tuple[KnownName, ...] = ()

    @classmethod
    def shipped(cls, encode: Callable[[Sequence[str]], Vectors]) -> Taxonomy:
        """Return the shipped taxonomy; `encode` gives the vectors of its descriptions.

        Raises:
            ResourceError: it is malformed.
        """
        content = shipped_toml("data/taxonomy.toml")
        topics = read_topics(content)
        aliases = {
            phrase_key(alias): number
            for number, topic in enumerate(topics)
            for alias in (topic.name, *topic.aliases)
        }
        vectors = encode([f"{topic.name}: {topic.description}" for topic in topics])
        return cls(topics, vectors, aliases, read_names(content))


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


def read_names(content: Mapping[str, Any]) -> tuple[KnownName, ...]:
    """Return the known names of a taxonomy file.

    Raises:
        ResourceError: a name lacks a field or has no kind that names have.
    """
    try:
        return tuple(
            KnownName(
                Tag(slug=entry["slug"], name=entry["name"], kind=entry["kind"]),
                tuple(entry["aliases"]),
            )
            for entry in content.get("names", ())
        )
    except (KeyError, TypeError) as error:
        raise ResourceError("data/taxonomy.toml", f"a name lacks {error}", "mend it") from error
    except ValidationError as error:
        what = f"a name has a kind that is none ({error.errors()[0]['msg']})"
        raise ResourceError("data/taxonomy.toml", what, "write org or product") from error


def phrase_key(phrase: str) -> str:
    """Return a phrase as it is compared: folded words, single-spaced, hyphens as spaces.

    The signs of C++, C# and Disney+ stay: without them they are other words.
    """
    return " ".join(_PHRASE_WORD.findall(fold(phrase).replace("-", " ")))


def topic_tags(profiles: Sequence[Profile], texts: Sequence[str], taxonomy: Taxonomy) -> list[Tag]:
    """Return the story's topics, strongest first.

    A topic's score is the mean over articles of the cosine with its description, plus what its
    aliases add, each by the share of articles that have it. `texts` are titles and leads.
    """
    vectors = np.stack([each.vector for each in profiles])
    meaning = np.round((vectors @ taxonomy.vectors.T).mean(axis=0), 4)
    found = _aliases(texts, taxonomy)
    scored = sorted(
        (
            (round(float(cosine) + ALIAS_SCORE * min(FULL, found.get(n, 0.0)), 4), n)
            for n, cosine in enumerate(meaning)
            if found.get(n, 0.0) >= FULL
            or cosine >= (ASIDE_THRESHOLD if n in found else UNNAMED_THRESHOLD)
        ),
        key=lambda pair: (-pair[0], taxonomy.topics[pair[1]].slug),
    )
    return [
        Tag(slug=taxonomy.topics[n].slug, name=taxonomy.topics[n].name, kind="topic")
        for total, n in scored[:MAX_TOPICS]
        if total >= TOPIC_THRESHOLD
    ]


def _aliases(texts: Sequence[str], taxonomy: Taxonomy) -> dict[int, float]:
    """Return topic number → its distinct aliases, each counted by the share of texts that have it.

    Word windows are looked up, so the length of the texts is all that counts.
    """
    longest = max((alias.count(" ") + 1 for alias in taxonomy.alias_topics), default=1)
    found: dict[int, int] = {}
    for text in texts:
        tokens = phrase_key(text).split()
        phrases = {
            " ".join(tokens[start : start + length])
            for start in range(len(tokens))
            for length in range(1, min(longest, len(tokens) - start) + 1)
        }
        for phrase in phrases & taxonomy.alias_topics.keys():
            number = taxonomy.alias_topics[phrase]
            found[number] = found.get(number, 0) + 1
    return {number: count / len(texts) for number, count in found.items()}

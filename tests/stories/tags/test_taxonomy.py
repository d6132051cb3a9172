from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.errors import ResourceError
from pipeline.schema import Tag
from pipeline.stories.tags.taxonomy import (
    ALIAS_SCORE,
    MAX_TOPICS,
    Taxonomy,
    phrase_key,
    read_names,
    read_topics,
    topic_tags,
)
from tests.stories.builders import ENCODER, profiled


def topic(slug: str, *aliases: str, description: str = "") -> dict[str, object]:
    name = slug.replace("-", " ")
    return {"slug": slug, "name": name, "description": description, "aliases": list(aliases)}


def taxonomy(*topics: dict[str, object]) -> Taxonomy:
    """Return a taxonomy whose topics all have the vector of the text they are tried on."""
    read = read_topics({"topics": list(topics)})
    aliases = {
        phrase_key(alias): n for n, each in enumerate(read) for alias in (each.name, *each.aliases)
    }
    return Taxonomy(read, np.stack([SUBJECT.vector * 0.35] * len(read)), aliases)


SUBJECT = profiled("Rent for chips", "A tenant pays rent for chips.", "a-1")
"""Close to every topic of `taxonomy`, but not close enough for a tag without an alias."""


def topics_of(text: str, *topics: dict[str, object]) -> list[str]:
    return [tag.slug for tag in topic_tags([SUBJECT], [text], taxonomy(*topics))]


@pytest.mark.parametrize(
    ("alias", "text", "found"),
    [
        ("GPU lease", "A GPU lease for years", True),
        ("GPU lease", "a gpu LEASE for years", True),
        ("GPU lease", "A GPU-lease for years", True),
        ("GPU lease", "“GPU lease”, they said", True),
        ("GPU lease", "Two GPU leases for years", False),
        ("GPU leases", "Two GPU leases for years", True),
        ("GPU lease", "A GPU. Lease it", True),
        ("high-performance computing", "High performance computing", True),
        ("high performance computing", "high‑performance computing".replace("‑", "-"), True),
        ("C++ standard", "The next C++ standard", True),
        ("C++ standard", "Vitamin C standard tablets", False),
        ("C# developers", "C developers meet", False),
        ("Node.js", "node.js has a release", True),
        ("Node.js", "a node of js", False),
        ("AT&T", "at&t cuts prices", True),
        ("Disney+", "Disney parks reopen", False),
        ("kids' safety", "Kids’ safety first", True),
        ("AI factory", "The main factory", False),
    ],
)
def test_an_alias_is_found_as_whole_words_in_any_spelling(
    alias: str, text: str, found: bool
) -> None:
    assert topics_of(text, topic("the-topic", alias)) == (["the-topic"] if found else [])


def test_the_name_of_a_topic_is_an_alias_too() -> None:
    assert topics_of("No end of the GPU shortage", topic("gpu-shortage")) == ["gpu-shortage"]


def test_an_alias_alone_is_an_aside_where_the_story_is_about_something_else() -> None:
    far = replace(SUBJECT, vector=-SUBJECT.vector)
    tags = topic_tags([far], ["A GPU lease, by the way"], taxonomy(topic("gpu", "GPU lease")))
    assert tags == []


def test_more_aliases_come_first_and_ties_go_by_slug() -> None:
    found = topics_of(
        "chips and more chips for rent, and a lease",
        topic("zinc", "chips"),
        topic("brass", "chips and"),
        topic("tin", "rent", "lease"),
    )
    assert found == ["tin", "brass", "zinc"]


def test_no_more_topics_than_a_reader_can_follow() -> None:
    many = [topic(f"topic-{n}", f"word{n}") for n in range(9)]
    text = " ".join(f"word{n}" for n in range(9))
    assert len(topics_of(text, *many)) == MAX_TOPICS


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"topics": [{"slug": "a", "name": "A", "description": ""}]},
        {"topics": [topic("a"), topic("a")]},
        {"topics": ["a"]},
    ],
    ids=["no topics", "no aliases", "one slug twice", "no table"],
)
def test_a_malformed_taxonomy_is_named(content: dict[str, object]) -> None:
    with pytest.raises(ResourceError) as caught:
        read_topics(content)
    assert "data/taxonomy.toml" in str(caught.value)


def test_an_alias_counts_by_the_share_of_articles_that_have_it() -> None:
    two = [SUBJECT, replace(SUBJECT, article_id="a-2")]
    lease = taxonomy(topic("capacity", "GPU lease"))
    assert 0.35 + ALIAS_SCORE / 2 > 0.4 > 0.35 + ALIAS_SCORE / 4
    assert topic_tags(two, ["A GPU lease", "A lease"], lease)
    four = [replace(SUBJECT, article_id=f"a-{n}") for n in range(4)]
    assert not topic_tags(four, ["A GPU lease", "A lease", "A lease", "A lease"], lease)


def test_without_an_alias_only_a_topic_that_is_truly_meant_is_given() -> None:
    near = replace(SUBJECT, vector=SUBJECT.vector * 1.5)
    truly = replace(SUBJECT, vector=SUBJECT.vector * 1.7)
    assert topic_tags([near], ["Rent"], taxonomy(topic("gpu", "GPU lease"))) == []
    assert len(topic_tags([truly], ["Rent"], taxonomy(topic("gpu", "GPU lease")))) == 1


def test_known_names_are_read_with_their_tags() -> None:
    entry = {"slug": "fws", "name": "FWS", "kind": "org", "aliases": ["Farol Web Services"]}
    (known,) = read_names({"names": [entry]})
    assert known.tag == Tag(slug="fws", name="FWS", kind="org")
    assert known.aliases == ("Farol Web Services",)


@pytest.mark.parametrize(
    "entry",
    [
        {"slug": "fws", "name": "FWS", "kind": "org"},
        {"slug": "f", "name": "F", "kind": "firm", "aliases": []},
    ],
    ids=["no aliases", "no such kind"],
)
def test_a_malformed_name_is_named(entry: dict[str, object]) -> None:
    with pytest.raises(ResourceError) as caught:
        read_names({"names": [entry]})
    assert "a name" in str(caught.value)


def test_the_shipped_taxonomy_gets_a_vector_for_each_topic() -> None:
    shipped = Taxonomy.shipped(ENCODER.encode)
    assert shipped.vectors.shape == (len(shipped.topics), ENCODER.dimensions)
    (number,) = [n for n, each in enumerate(shipped.topics) if each.slug == "gpu-shortage"]
    assert shipped.alias_topics["gpu shortages"] == number
    assert any("Amazon Web Services" in known.aliases for known in shipped.names)


@pytest.mark.parametrize(("count", "given"), [(2, False), (3, True)])
def test_few_aliases_of_a_topic_far_away_are_asides(count: int, given: bool) -> None:
    words = ("GPU lease", "GPU rent", "GPU deal")
    far = replace(SUBJECT, vector=SUBJECT.vector * 0.4)
    text = ". ".join(words[:count])
    assert bool(topic_tags([far], [text], taxonomy(topic("capacity", *words)))) is given

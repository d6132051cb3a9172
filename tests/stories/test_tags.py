from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ResourceError
from pipeline.schema import Tag
from pipeline.stories.profile import Profile, profile
from pipeline.stories.tags import (
    MAX_NAMES,
    MAX_TOPICS,
    Taxonomy,
    name_tags,
    phrase_key,
    read_topics,
    source_tags,
    story_tags,
    topic_tags,
)
from tests.fakes import make_analysis, make_article_revision
from tests.stories.builders import ENCODER, profiled

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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


def names(*profiles: Profile) -> dict[str, list[str]]:
    tags = name_tags(profiles)
    return {kind: [tag.slug for tag in tags if tag.kind == kind] for kind in ("product", "org")}


def test_names_with_digits_are_products_and_others_organisations() -> None:
    found = names(
        profiled(
            "Brightmoor Data fits VX-9 boards",
            "The hall of Brightmoor Data is full: it fits VX-9 boards from Tarnhelm Networks.\n"
            "A VX-9 board of Brightmoor Data draws little power.",
            "a-1",
        )
    )
    assert found == {"product": ["vx-9"], "org": ["brightmoor-data"]}


def test_a_vulnerability_is_a_product() -> None:
    found = names(
        profiled(
            "Quayside closes CVE-2026-90417",
            "The proxy of Quayside has a hole, CVE-2026-90417, that is closed now.",
            "a-1",
        )
    )
    assert found["product"] == ["cve-2026-90417"]


@pytest.mark.parametrize("word", ["AI", "GPU", "CEO", "API", "LLM", "SaaS", "EU", "US", "Q3"])
def test_generic_acronyms_are_no_tags(word: str) -> None:
    article = profiled(
        f"Brightmoor and the {word} question",
        f"What the {word} wants from Brightmoor is unclear. The {word} and Brightmoor talk.",
        "a-1",
    )
    again = replace(article, article_id="a-2")
    assert word.lower() not in {tag.slug for tag in name_tags([article, again])}


def orgs_of(title: str, text: str) -> set[str]:
    """Return the organisations among the tags of a story of one article."""
    article = make_article_revision(text, title=title)
    of_article = profile(article, make_analysis(article, ENCODER))
    tags = story_tags([article], [of_article], taxonomy(topic("a-topic")))
    return {tag.slug for tag in tags if tag.kind == "org"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("With Lumen Skills, says Brightmoor, Skills can be sold. It checks skills first.", False),
        ("With Lumen Skills, says Brightmoor, Skills can be sold. It checks them first.", True),
        ("With Lumen Skills, says Brightmoor, Skills can be sold: lumen.example/skills.", True),
        ("With Lumen Skills, says Brightmoor, Skills can be sold, writes @skills.", True),
    ],
)
def test_a_lone_word_that_the_article_writes_in_lower_case_is_no_name(
    text: str, found: bool
) -> None:
    text += " As Lumen says, it is new."
    assert ("skills" in orgs_of("Brightmoor opens Skills", text)) is found


def test_a_surname_is_no_organisation() -> None:
    text = "Brightmoor has named Orla Quill. At Brightmoor, Quill will run the mills."
    assert orgs_of("Quill takes over at Brightmoor", text) == {"brightmoor"}


def test_a_product_called_by_its_makers_name_too_stays() -> None:
    text = "The Corvane Lantern is a lamp. With it, Corvane says, a Lantern costs less."
    assert "corvane" in orgs_of("Corvane shows the Lantern", text)


def test_a_name_inside_a_longer_one_is_left_out() -> None:
    one = profiled(
        "Nvidia GB300 boards arrive",
        "The first Nvidia GB300 boards arrive. A GB300 costs as much as before, says Nvidia GB300 "
        "dealer Rook.",
        "a-1",
    )
    assert len([slug for slug in names(one)["product"] if "gb300" in slug]) == 1


def test_two_spellings_of_one_slug_are_one_tag() -> None:
    assert source_tags(
        [
            profiled("T", "Text.", "a-1", source="Chip Ledger", url="https://chip.example/1"),
            profiled("T", "Text.", "a-2", source="Chip-Ledger", url="https://chip.example/2"),
            profiled("T", "Text.", "a-3", source="Zinc!", url="https://zinc.example/1"),
        ]
    ) == [
        Tag(slug="chip-ledger", name="Chip Ledger", kind="source"),
        Tag(slug="zinc", name="Zinc!", kind="source"),
    ]


def test_a_local_file_has_no_source_tag() -> None:
    local = replace(profiled("T", "Text.", "a-1", source="local file"), url=None)
    assert source_tags([local]) == []


NAMES = st.dictionaries(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), st.text(max_size=12), max_size=6
)


@given(
    st.lists(st.tuples(NAMES, st.text(max_size=9)), min_size=1, max_size=3),
)
def test_whatever_the_names_a_slug_is_kebab_case_and_unique_in_its_kind(
    stated: list[tuple[dict[str, str], str]],
) -> None:
    profiles = [
        replace(SUBJECT, names=found, title_names=frozenset(found), source=source, url="https://x")
        for found, source in stated
    ]
    tags = [*name_tags(profiles), *source_tags(profiles)]
    assert all(KEBAB.fullmatch(tag.slug) for tag in tags)
    assert len({(tag.slug, tag.kind) for tag in tags}) == len(tags)
    for kind in ("product", "org"):
        assert sum(tag.kind == kind for tag in tags) <= MAX_NAMES


@pytest.mark.parametrize(
    ("name", "slug"),
    [("C++", "cpp"), ("C#", "csharp"), ("Disney+", "disney-plus"), ("AT&T", "at-t")],
)
def test_signs_do_not_make_two_names_one_tag(name: str, slug: str) -> None:
    (tag,) = source_tags([profiled("T", "Text.", "a-1", source=name, url="https://x.example/1")])
    assert tag == Tag(slug=slug, name=name, kind="source")


def test_the_shipped_taxonomy_gets_a_vector_for_each_topic() -> None:
    shipped = Taxonomy.shipped(ENCODER.encode)
    assert shipped.vectors.shape == (len(shipped.topics), ENCODER.dimensions)
    (number,) = [n for n, each in enumerate(shipped.topics) if each.slug == "gpu-shortage"]
    assert shipped.alias_topics["gpu shortages"] == number

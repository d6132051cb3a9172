"""data/taxonomy.toml and data/playbooks.toml keep the rules that stand at their heads."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from pipeline.analysis.names import name_key
from pipeline.resources import shipped_toml
from pipeline.stories.tags.taxonomy import phrase_key, read_names, read_topics
from pipeline.text import words

TOPICS = read_topics(shipped_toml("data/taxonomy.toml"))
PLAYBOOKS: list[dict[str, Any]] = shipped_toml("data/playbooks.toml")["playbooks"]
SLUGS = {topic.slug for topic in TOPICS}

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLOT = re.compile(r"\{([^{}]*)\}")
SLOTS = {
    *("product", "org", "service", "acquired", "version", "affected_version", "date"),
    *("money", "quantity", "percentage", "place"),
}
BARE = {"ai", "model", "models", "cloud", "security", "release", "chip", "data", "update"}
"""Words that stand in stories of every topic."""
ACTION_WORDS = 30


def test_there_are_enough_topics_and_the_reference_one_is_among_them() -> None:
    assert len(TOPICS) >= 120
    assert "gpu-shortage" in SLUGS


def test_every_topic_is_complete() -> None:
    for topic in TOPICS:
        assert KEBAB.fullmatch(topic.slug), topic.slug
        assert topic.name.strip() == topic.name != "", topic.slug
        assert topic.description.endswith("."), topic.slug
        assert topic.aliases, topic.slug
    assert len({topic.name.lower() for topic in TOPICS}) == len(TOPICS)


def test_no_alias_belongs_to_two_topics_or_stands_twice() -> None:
    owners: dict[str, set[str]] = {}
    for topic in TOPICS:
        for alias in (topic.name, *topic.aliases):
            owners.setdefault(phrase_key(alias), set()).add(topic.slug)
        keys = Counter(phrase_key(alias) for alias in topic.aliases)
        assert not [key for key, count in keys.items() if count > 1], topic.slug
    assert not {key: slugs for key, slugs in owners.items() if len(slugs) > 1}


def test_no_alias_is_a_word_of_every_topic() -> None:
    assert not {
        (topic.slug, alias)
        for topic in TOPICS
        for alias in topic.aliases
        if phrase_key(alias) in BARE or len(phrase_key(alias)) < 2
    }


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda playbook: playbook["slug"])
def test_a_playbook_is_complete(playbook: dict[str, Any]) -> None:
    assert set(playbook) == {
        *("slug", "topics", "audience", "requires", "any_of", "none_of", "action"),
    }
    assert KEBAB.fullmatch(playbook["slug"])
    assert playbook["topics"]
    assert set(playbook["topics"]) <= SLUGS
    assert len(set(playbook["topics"])) == len(playbook["topics"])
    used = set(SLOT.findall(playbook["action"] + playbook["audience"]))
    assert used <= SLOTS
    assert used == set(playbook["requires"]), "requires names exactly the slots that are used"
    assert playbook["any_of"]
    assert all(phrase.strip() for phrase in playbook["any_of"] + playbook["none_of"])
    assert not set(playbook["any_of"]) & set(playbook["none_of"]), "it could never be used"
    assert len(words(playbook["action"])) <= ACTION_WORDS
    assert playbook["action"].endswith(".")


def test_every_playbook_has_its_own_slug() -> None:
    assert len({playbook["slug"] for playbook in PLAYBOOKS}) == len(PLAYBOOKS)


def test_a_topic_names_a_playbook_that_lists_it() -> None:
    topics_of = {playbook["slug"]: set(playbook["topics"]) for playbook in PLAYBOOKS}
    wrong = {
        (topic.slug, topic.playbook)
        for topic in TOPICS
        if topic.playbook is not None and topic.slug not in topics_of.get(topic.playbook, set())
    }
    assert any(topic.playbook for topic in TOPICS)
    assert not wrong


def test_no_name_belongs_to_two_tags() -> None:
    known = read_names(shipped_toml("data/taxonomy.toml"))
    names = Counter(name_key(n) for each in known for n in {each.tag.name, *each.aliases})
    assert not [name for name, count in names.items() if count > 1]
    assert len({each.tag.slug for each in known}) == len(known)
    assert all(KEBAB.fullmatch(each.tag.slug) for each in known)
    assert not SLUGS & {each.tag.slug for each in known}

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reader_rules import Rule, holds, parse_rule, word_keys


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("#gpu-shortage", Rule("tag", ("gpu", "shortage"), "#gpu-shortage")),
        (" source: Harbour Wire ", Rule("source", ("harbour", "wire"), "source: Harbour Wire")),
        ("SOURCE:Harbour", Rule("source", ("harbour",), "SOURCE:Harbour")),
        ("Data Centre", Rule("words", ("data", "centre"), "Data Centre")),
        ("Mission: Impossible", Rule("words", ("mission", "impossible"), "Mission: Impossible")),
        ("Café", Rule("words", ("cafe",), "Café")),
        ("C#", Rule("words", ("c#",), "C#")),
    ],
)
def test_a_rule_says_its_kind_and_its_words(written: str, rule: Rule) -> None:
    assert parse_rule(written) == rule


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("#GPU Shortage", "is no tag; write it as #gpu-shortage"),
        ("#", "is no tag; write it as #gpu-shortage"),
        ("topic:ai", "'topic:', which is no kind of rule; write #tag, source:NAME"),
        ("tag:ai", "which is no kind of rule"),
        ("source:", "holds no word; write"),
        ("", "holds no word"),
        ("!?", "holds no word"),
    ],
)
def test_what_is_no_rule_is_answered_with_how_to_write_it(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        parse_rule(written)


@given(st.text(), st.text())
def test_words_are_found_where_they_stand_whatever_their_case(before: str, after: str) -> None:
    wanted = word_keys("Crème Brûlée")
    assert holds(word_keys(f"{before} CREME-brulee {after}"), wanted)
    assert word_keys(before.upper()) == word_keys(before.upper().lower())

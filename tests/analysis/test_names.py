from __future__ import annotations

import time

import pytest
from hypothesis import given

from pipeline.analysis.names import name_key, names_in
from tests.strategies import any_line, messy_line


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Reflection AI will pay SpaceX for chips.", ["Reflection AI", "SpaceX"]),
        ("The lab rents Nvidia GB300 accelerators.", ["Nvidia GB300"]),
        ("It fixed CVE-2026-9001 in GPT-6.", ["CVE-2026-9001", "GPT-6"]),
        ("The Bank of England kept rates.", ["Bank of England"]),
        ("He met Ana de la Cruz in Oslo.", ["Ana de la Cruz", "Oslo"]),
        ("PyTorch runs on an iPhone.", ["PyTorch", "iPhone"]),
        ("The Colossus 2 site is near Memphis.", ["Colossus 2", "Memphis"]),
        ("The merger of AT&T and Acme failed.", ["AT&T", "Acme"]),
        ("Dr. Oz and St. Louis agree.", ["Oz", "St. Louis"]),
        ("They will pay Brightmoor 150 million dollars.", ["Brightmoor"]),
        ("New York's mills moved to New Zealand.", ["New York", "New Zealand"]),
        ("New Corvane mills open in New Orleans.", ["Corvane", "New Orleans"]),
    ],
)
def test_names_of_a_sentence(text: str, names: list[str]) -> None:
    assert [name.text for name in names_in(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Intel's foundry won, SpaceX’s lost.", ["Intel", "SpaceX"]),
        ("Critics of the EU's AI Act say so.", ["EU", "AI Act"]),
    ],
)
def test_a_possessive_ends_the_name(text: str, names: list[str]) -> None:
    assert [name.text for name in names_in(text)] == names


@pytest.mark.parametrize(
    "start",
    "The A This It Developers However Today Users Negotiate Quickly Running Officials".split(),
)
def test_an_ordinary_word_that_begins_a_sentence_is_no_name(start: str) -> None:
    assert [name.text for name in names_in(f"{start} left for Oslo early.")] == ["Oslo"]
    assert names_in(f"Oslo won. {start} left early.")[1:] == ()


@pytest.mark.parametrize("word", ["Monday", "August", "Sept", "Friday"])
def test_calendar_words_are_no_names(word: str) -> None:
    assert names_in(f"They met on {word} and left.") == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The Bank of England", "bank of england", True),
        ("GPT-6", "GPT 6", True),
        ("AT&T", "AT&T", True),
        ("C++", "C", False),
        ("Reflection AI", "Reflexion AI", False),
        ("GB300", "GB200", False),
    ],
)
def test_name_keys(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


@given(any_line | messy_line)
def test_arbitrary_text_gives_ordered_spans_and_no_error(text: str) -> None:
    position = 0
    for name in names_in(text):
        assert position <= name.start < name.end
        assert text[name.start : name.end] == name.text
        assert name.key == name_key(name.text) != ""
        position = name.end


@pytest.mark.parametrize(
    "text",
    ["A " * 10_000, "Ab-" * 7_000, "ABC, " * 4_000, "a1" * 10_000, "1,2." * 5_000, "." * 20_000],
)
def test_long_runs_are_fast(text: str) -> None:
    start = time.process_time()
    names_in(text)
    assert time.process_time() - start < 1

from __future__ import annotations

import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.values import values_in
from tests.strategies import any_line, messy_line

SAME = [
    [
        "$1.8bn",
        "$1.8 billion",
        "1.8 billion dollars",
        "US$1.8bn",
        "USD 1.8 billion",
        "$1,800 million",
        "$1.8-billion",
    ],
    ["€5m", "5 million euros", "€5 million", "EUR 5m", "€5,000,000"],
    ["£3", "3 pounds", "£3.00"],
    ["¥5bn", "5 billion yen"],
    ["40%", "40 per cent", "40 percent", "40-percent", "40.0%"],
    ["20,000", "20000", "20 thousand", "20k", "twenty thousand"],
    ["22", "twenty-two"],
    ["12", "a dozen", "twelve"],
    ["500,000", "half a million", "0.5 million"],
    ["1,000,000", "a million", "one million", "1m"],
    [
        "12 August 2026",
        "August 12, 2026",
        "2026-08-12",
        "Aug. 12, 2026",
        "12th August 2026",
        "12 Aug 2026",
        "the 12th of August 2026",
    ],
    ["12 August", "August 12", "Aug 12th"],
    ["August 2026", "Aug. 2026"],
    ["2.7.4", "v2.7.4"],
    ["40 MW", "40 megawatts", "40-megawatt", "40MW"],
    ["1.5 GB", "1.5 gigabytes", "1.5GB"],
    ["3 years", "three years", "3-year", "three-year"],
    ["6 hours", "six hours", "6-hour"],
]
"""Spellings of one value, a row each; no value stands in two rows."""


@pytest.mark.parametrize("spellings", SAME, ids=lambda row: row[0])
def test_spellings_of_one_value_have_one_key(spellings: list[str]) -> None:
    keys = [[value.key for value in values_in(f"It is {text} now.")] for text in spellings]
    assert all(len(found) == 1 for found in keys), keys
    assert len({found[0] for found in keys}) == 1, keys


def test_values_of_different_rows_differ() -> None:
    firsts = [values_in(row[0])[0].key for row in SAME]
    assert len(set(firsts)) == len(SAME)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *combinations(["$5m", "$5bn", "€5m", "£5m", "5m", "$5", "$6m"], 2),
        *combinations(["40%", "41%", "40 percentage points", "40", "4%"], 2),
        *combinations(["40 MW", "40 GW", "40 kW", "40 MB", "40"], 2),
        *combinations(["6 hours", "6 days", "6 weeks", "6 minutes", "60 hours"], 2),
        *combinations(["12 May 2026", "12 June 2026", "13 May 2026", "12 May 2025", "May 2026"], 2),
        *combinations(["2.7.4", "2.7.3", "2.7.40", "2.7.4.1", "2.7.4-rc1"], 2),
        ("1,234,567", "1,234,568"),
        ("9:30", "9:45"),
        ("twenty-two", "twenty-three"),
        ("a million", "half a million"),
    ],
)
def test_different_values_have_different_keys(one: str, other: str) -> None:
    keys = [{value.key for value in values_in(text)} for text in (one, other)]
    assert keys[0] != keys[1]
    assert all(keys)


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (
            "SpaceX gets $150 million a month until 2029, or $6.3bn in all.",
            ["$150 million", "2029", "$6.3bn"],
        ),
        ("On 9 November 2.7.4 came out, 15% smaller.", ["9 November", "2.7.4", "15%"]),
        ("Nvidia GB300 and H100 are names, not values.", []),
        ("It rose from 34 to 71 per cent.", ["34", "71 per cent"]),
        ("One may march on.", ["One"]),
    ],
)
def test_values_of_a_sentence(text: str, texts: list[str]) -> None:
    assert [value.text for value in values_in(text)] == texts


@given(any_line | messy_line | st.text())
def test_arbitrary_text_gives_ordered_spans_and_no_error(text: str) -> None:
    position = 0
    for value in values_in(text):
        assert position <= value.start < value.end
        assert text[value.start : value.end] == value.text
        assert value.key[0] == value.kind
        position = value.end


@pytest.mark.parametrize(
    "text",
    [
        "1" * 20_000,
        "1,234," * 3_300,
        "1,234" * 4_000,
        "1." * 10_000,
        "1.2.3.4." * 2_500,
        "1 m " * 5_000,
        "$1" * 10_000,
        "twenty-one " * 2_000,
        "1 May " * 4_000,
        " " * 20_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_long_runs_are_fast(text: str) -> None:
    start = time.process_time()
    values_in(text)
    assert time.process_time() - start < 1

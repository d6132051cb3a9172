"""The writer's training pairs: the checker finds every kind of flaw, and the pairs have none."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import SourceError, UsageError
from training.pairs import (
    Pair,
    PlacedPair,
    all_flaws,
    duplicates,
    flaws,
    load_pairs,
    main,
    pair_files,
    summary,
    unborne,
)

MIN_PAIRS = 1_500
"""Pairs that data/writer holds at least."""

LEASE = "Corvane Labs said on Monday that it had leased 18,000 boards from Ostrel for $40m."
TERM = "The company's lease runs for three years, and the boards will stand in Malmgard."
TARGET = "Corvane Labs leased 18,000 boards from Ostrel; the lease runs for three years."


def pair(target: str | None = TARGET, *texts: str, section: str = "what_changed") -> Pair:
    return Pair.model_validate(
        {
            "id": "chips-0001",
            "area": "chips",
            "section": section,
            "evidence": [{"source": "wire", "text": text} for text in texts or (LEASE, TERM)],
            "target": target,
        }
    )


@cache
def shipped() -> list[PlacedPair]:
    return load_pairs(pair_files())


def test_every_pair_keeps_the_house_rules() -> None:
    assert not (found := all_flaws(shipped())), "\n".join(found)


def test_there_are_enough_pairs() -> None:
    assert len(shipped()) >= MIN_PAIRS


def test_a_good_pair_has_no_flaw() -> None:
    assert flaws(pair()) == []


def test_where_nothing_can_be_said_the_evidence_may_be_a_fragment() -> None:
    assert flaws(pair(None, "More on that later.")) == []
    assert flaws(pair(None, "word " * 46 + "end.")) == ["evidence above 45 words"]


@pytest.mark.parametrize(
    ("target", "flaw"),
    [
        (TARGET.replace("18,000", "80,000"), "not in the evidence: 80,000"),
        (TARGET.replace("Ostrel", "Ostrell"), "not in the evidence: Ostrell"),
        (TARGET.replace("three", "four"), "not in the evidence: four"),
        (TARGET.replace("leased", "bought"), "verify: words"),
        (TARGET.replace("leased", "may have leased"), "verify: hedges"),
        ("Corvane Labs leased boards.", "target has 4 words, not 6 to 40"),
        ("It leased 18,000 boards from Ostrel for $40m.", "by its form"),
        ("Corvane Labs leased 18,000 boards from Ostrel", "by its form"),
        (LEASE, "target copies the beginning"),
        ("Corvane Labs said on Monday that it had leased 18,000 boards.", "copies the beginning"),
    ],
)
def test_a_flaw_of_the_target_is_found(target: str, flaw: str) -> None:
    assert flaw in "\n".join(flaws(pair(target)))


def test_a_target_is_shorter_than_what_it_draws_on() -> None:
    target = "On Monday, it said, Corvane Labs had leased 18,000 boards from Ostrel for $40m."
    assert "target has 15 words for 16 of evidence" in flaws(pair(target, LEASE))


def test_a_hook_is_shorter() -> None:
    long = "The boards that Corvane Labs leased from Ostrel for $40m " + "on Monday " * 5 + "stand."
    assert "target has 21 words, not 6 to 20" in flaws(pair(long, section="hook"))


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("The company's lease runs for years.", "evidence has 6 words"),
        (TERM[:-1], "evidence is no sentence"),
    ],
)
def test_a_flaw_of_the_evidence_is_found(text: str, flaw: str) -> None:
    assert flaw in "\n".join(flaws(pair(TARGET, LEASE, TERM, text)))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Boards of Ostrel cost $40m.", []),  # the first word's capital tells nothing
        ("After Monday, the boards went to Malmgard’s hall.", []),
        ("Racks went from Ostrel to Malm.", ["Racks", "Malm"]),
        (
            "Ostrel had 8,000 boards, then 18, then $40 and twenty.",
            ["8,000", "18", "$40", "twenty"],
        ),
        ("For $40M, OSTREL leased boards to Labs.", ["$40M", "OSTREL"]),
    ],
)
def test_names_and_numbers_must_stand_letter_by_letter(text: str, missing: list[str]) -> None:
    assert unborne(text, [LEASE, TERM]) == missing


def test_pairs_that_say_nearly_the_same_are_found() -> None:
    near = pair(TARGET, LEASE, TERM.replace("Malmgard", "Oslo"))
    other = pair(None, "Veltrix will close the port of Lisbon for repairs until the end of May.")
    placed = [PlacedPair(p, f"f:{n}") for n, p in enumerate([pair(), near, other], start=1)]
    assert [(p.place, flaw) for p, flaw in duplicates(placed)] == [
        ("f:2", "has the id of f:1"),
        ("f:2", "is nearly chips-0001"),
        ("f:3", "has the id of f:1"),
    ]


def row(**changes: Any) -> str:
    return json.dumps(pair().model_dump(mode="json") | changes)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line: Invalid JSON"),
        ("", "line: Invalid JSON"),
        (row(section="title"), "section: Input should be 'hook'"),
        (row(evidence=[]), "evidence: Tuple should have at least 1 item"),
        (row(target=""), "target: String should have at least 1 character"),
        (row(target=" padded"), "target: String should match pattern"),
        (row(id="1"), "id: String should match pattern"),
        (row(note="x"), "note: Extra inputs"),
    ],
)
def test_a_line_that_is_no_pair_is_an_error(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{row()}\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        load_pairs([path])
    assert caught.value.subject == f"{path}:2"
    assert complaint in caught.value.what


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_pairs([tmp_path / "none.jsonl"])


def test_the_command_prints_flaws_and_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "chips.jsonl"
    path.write_text(row() + "\n", encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert "what_changed 1 (100%)" in capsys.readouterr().out
    path.write_text(row(target="Corvane Labs leased 18,001 boards from Ostrel."), encoding="utf-8")
    assert main(["check", str(path)]) == 1
    assert f"{path}:1: chips-0001: verify: values" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "none.jsonl")]) == 2


def test_the_summary_tells_written_from_shortened_and_nothing() -> None:
    shortened = "Corvane Labs had leased 18,000 boards from Ostrel for $40m."
    told = summary([pair(), pair(shortened), pair(None)])
    assert "target: nothing 1 (33%), subsequence 1 (33%), written 1 (33%)" in told

from __future__ import annotations

import numpy as np
import pytest

from pipeline.stories.passages import exchanged, overlap, passages

FIVE = "grey herons nest on weirs"


def quoted_words(text: str) -> int:
    """Return how many words are quoted, where whole shingles are."""
    return int(passages(text).quoted.sum())


@pytest.mark.parametrize(
    "text",
    [
        f"“{FIVE}”",
        f'"{FIVE}"',
        f"«{FIVE}»",
        f"»{FIVE}«",
        f"„{FIVE}“",
        f"‘{FIVE},’",
        f"> {FIVE}",
        f"“{FIVE}",
    ],
)
def test_every_style_of_quotation_is_known(text: str) -> None:
    assert quoted_words(text) == 1


@pytest.mark.parametrize(
    "text", [FIVE, "the weirs' grey herons and the boats' own nest", f'a 5" {FIVE}']
)
def test_apostrophes_and_inches_open_no_quotation(text: str) -> None:
    assert quoted_words(text) == 0


def test_a_quotation_left_open_ends_with_its_block() -> None:
    assert quoted_words(f"“{FIVE}\n{FIVE} {FIVE}") < quoted_words(f"“{FIVE} {FIVE} {FIVE}”")


def test_names_and_numbers_are_facts_but_not_the_first_word_of_a_sentence() -> None:
    found = passages("Herons nest here. Two of them, says Ines Pellworth, have 14 eggs.")
    assert found.facts.tolist() == [*[False] * 7, True, True, False, True, False]


def test_the_lead_is_the_first_line_that_is_long_enough() -> None:
    line = "one two three four five six seven eight nine ten eleven twelve thirteen"
    assert passages(f"A caption\n{line}").lead == passages(line).lead != passages("A caption").lead


def test_shares_are_of_each_text() -> None:
    one, other = passages(FIVE), passages(f"{FIVE} where boats are rare")
    whole = [np.ones(len(each.shingles), np.bool_) for each in (one, other)]
    found = overlap(one, other, *whole)
    assert (found.shared, found.shares, found.mean) == (1, (1.0, 0.2), 0.6)


def test_an_empty_text_shares_nothing() -> None:
    empty, none = passages(""), np.ones(0, np.bool_)
    assert overlap(empty, empty, none, none).mean == 0.0
    assert exchanged(empty, empty) == 0.0


def test_names_exchanged_between_shared_runs_count() -> None:
    frame = "On the day of the race the winner was {} and the crowd in town was {} strong."
    one, other = (passages(frame.format(*each)) for each in (("Rook", 900), ("Wren", 400)))
    assert exchanged(one, other) == pytest.approx(2 / 5)
    assert exchanged(one, one) == 0.0

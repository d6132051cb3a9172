from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import BlockKind, blocks, fold, split_sentences, words
from tests.strategies import any_line, text_of_blocks


@given(any_line, text_of_blocks)
def test_offsets_recover_every_sentence(title: str, text: str) -> None:
    for sentence in split_sentences(title, text):
        field = title if sentence.field == "title" else text
        assert field[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip() != ""


@given(any_line, text_of_blocks)
def test_sentences_are_in_reading_order_and_do_not_overlap(title: str, text: str) -> None:
    sentences = split_sentences(title, text)
    assert [s.index for s in sentences] == list(range(len(sentences)))
    body = [s for s in sentences if s.field == "text"]
    assert all(one.end <= other.start for one, other in pairwise(body))
    assert [s.block for s in body] == sorted(s.block for s in body)


@given(text_of_blocks)
def test_no_content_is_lost(text: str) -> None:
    kept = "".join(s.text for s in split_sentences("", text))
    content = "".join(content for _, content, _ in blocks(text))
    assert "".join(kept.split()) == "".join(content.split())


@given(text_of_blocks)
def test_a_blocks_offset_points_at_its_content(text: str) -> None:
    for offset, content, _ in blocks(text):
        assert text[offset : offset + len(content)] == content


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_at_all_is_split_without_an_error(text: str) -> None:
    assert all(text[s.start : s.end] == s.text for s in split_sentences("", text))


def test_the_title_comes_first_and_is_one_sentence() -> None:
    title, *body = split_sentences(" One thing. Another thing. ", "Text.")
    assert (title.field, title.kind, title.text) == (
        "title",
        "title",
        "One thing. Another thing.",
    )
    assert [s.field for s in body] == ["text"]


@pytest.mark.parametrize(
    ("line", "kind", "texts"),
    [
        ("One is here. Two is there.", "paragraph", ["One is here.", "Two is there."]),
        ("## Dr. No. And more", "heading", ["Dr. No. And more"]),
        ("- First do this. Then that.", "list_item", ["First do this.", "Then that."]),
        ("> Said once. Said twice.", "quotation", ["Said once.", "Said twice."]),
        ("Name | 3.5 GB. Fast | yes", "table_row", ["Name | 3.5 GB. Fast | yes"]),
        ("-5 degrees is cold.", "paragraph", ["-5 degrees is cold."]),
    ],
)
def test_kinds(line: str, kind: BlockKind, texts: list[str]) -> None:
    sentences = split_sentences("", line)
    assert [s.text for s in sentences] == texts
    assert {s.kind for s in sentences} == {kind}


@pytest.mark.parametrize(
    "sentence",
    [
        "It grew by 3.5 percent to $1.2 million.",
        "Dr. Ruiz met Mr. Oz in the U.S. on Jan. 5 at noon.",
        "The senators sent a letter to Ms. Brewer, who signed it at the gate of Ft. Hollis.",
        "“Is it safe?” asked Ana Ruiz.",
        "Version 2.7.4 (e.g. for Acme Inc.) is out.",
    ],
)
def test_dots_inside_a_sentence_do_not_end_it(sentence: str) -> None:
    assert [s.text for s in split_sentences("", sentence)] == [sentence]


def test_empty_text_has_no_sentences() -> None:
    assert split_sentences("", "") == split_sentences("  ", "\n \n") == ()


@pytest.mark.parametrize(
    "text",
    ["word " * 20_000, "One sentence here. " * 5_500, "x" * 100_000, "(" * 100_000],
    ids=["no stop", "sentences", "no space", "brackets"],
)
def test_a_line_of_100_kb_is_fast(text: str) -> None:
    start = time.process_time()
    sentences = split_sentences("", text)
    assert time.process_time() - start < 1
    assert "".join("".join(s.text for s in sentences).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AT&T's open-source v2.7.4", ["AT&T's", "open-source", "v2.7.4"]),
        ("don’t stop — now!", ["don’t", "stop", "now"]),
        ("800 Gb/s, 40%", ["800", "Gb/s", "40"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_fold_makes_typography_plain() -> None:
    assert fold("“It’s” A–B\u00a0C") == '"it\'s" a-b c'


def test_a_quotation_mark_opens_the_sentence_that_it_stands_before() -> None:
    line = '"It is sad," he said. "From the start they lied. It goes on.'
    texts = [sentence.text for sentence in split_sentences("", line)]
    assert texts == ['"It is sad," he said.', '"From the start they lied.', "It goes on."]

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text_cleaning import clean_lines, clean_text, printable


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\u00a0b\u2009c\u202fd\te\r\nf", "a b c d e f"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth\ufeff\u2060", "zerowidth"),
        ("\u202eleft\u202c \u200fmark", "left mark"),
        ("bell\x07 and null\x00", "bell and null"),
        ("e\u0301te\u0301", "été"),
        ("icon \ue001 font", "icon font"),
        ("hidden\U000e0068\U000e0069", "hidden"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("“curly” ‘quotes’ – and — dashes…", "“curly” ‘quotes’ – and — dashes…"),
        ("👩\u200d🔬 stays", "👩\u200d🔬 stays"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("AI\u200d model", "AI model"),
        ("SpaceXâ€™s â€œdealâ€\x9d", "SpaceX’s “deal”"),
        ("a â€œlostâ€ quote", "a “lost” quote"),
        ("Ã¼ber â‚¬5", "über €5"),
        ("", ""),
    ],
)
def test_clean_text(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_clean_lines_keeps_lines_and_drops_empty_ones() -> None:
    assert clean_lines(" a  b \n\n\u200b\n c\u2028d") == "a b\nc\nd"


@given(st.text(max_size=60))
def test_clean_text_is_clean(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean == " ".join(clean.split())
    assert unicodedata.is_normalized("NFC", clean)
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("over\rwritten\x07", "over written"),
        ("two\n lines", "two lines"),
        ("\x9b2J \u202eturned\u2069", "2J turned"),
        ("half \ud800", "half"),
        ("“curly” – 漢字 👩\u200d🔬", "“curly” – 漢字 👩\u200d🔬"),
    ],
)
def test_what_is_printed_steers_no_terminal(text: str, printed: str) -> None:
    assert printable(text) == printed


@given(st.text(max_size=40))
def test_what_is_printed_is_one_line_that_can_be_encoded(text: str) -> None:
    printed = printable(text)
    printed.encode("utf-8")
    assert not [c for c in printed if unicodedata.category(c) == "Cc"]
    assert printable(printed) == printed

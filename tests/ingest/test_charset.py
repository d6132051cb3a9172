from __future__ import annotations

import pytest

from pipeline.ingest.charset import binary_kind, decode

TEXTS = {
    "cp1251": "Компания объявила о новом центре обработки данных в Москве и области.",
    "shift_jis": "これは日本語のテキストです。文字コードの検出を試します。",
    "gb18030": "人工智能公司宣布新的数据中心将于明年投入使用，预计投资超过十亿美元。",
    "euc_kr": "인공지능 기업이 새로운 데이터 센터를 건설한다고 발표했다",
    "cp1252": "El señor añadió que el niño está aquí – “según” informó la compañía.",
}


@pytest.mark.parametrize("charset", TEXTS)
def test_undeclared(charset: str) -> None:
    assert decode(TEXTS[charset].encode(charset)) == TEXTS[charset]


@pytest.mark.parametrize("charset", TEXTS)
def test_declared_in_the_header(charset: str) -> None:
    text = TEXTS[charset]
    assert decode(text.encode(charset), f"text/html; charset={charset}") == text


@pytest.mark.parametrize(
    "declaration",
    ['<meta charset="koi8-r">', '<?xml version="1.0" encoding="KOI8-R"?>'],
)
def test_declared_in_the_document(declaration: str) -> None:
    text = declaration + "Привет"
    assert decode(text.encode("koi8-r")) == text


def test_utf8_wins_over_what_is_declared() -> None:
    text = '<meta charset="iso-8859-1">naïve “quotes”'
    assert decode(text.encode(), "text/html; charset=iso-8859-1") == text


def test_declared_utf8_that_is_not() -> None:
    assert decode("café – à la carte".encode("cp1252"), "text/xml; charset=utf-8") == (
        "café – à la carte"
    )


def test_utf8_with_windows_bytes_in_it() -> None:
    assert decode("naïve über señor ".encode() + b"\x93quoted\x94") == "naïve über señor “quoted”"


def test_unknown_charset_names_are_no_error() -> None:
    assert decode("é".encode("cp1252"), "text/html; charset=no-such-thing") == "é"


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_and_marked(charset: str) -> None:
    assert decode("<p>žluťoučký</p>".encode(charset)) == "<p>žluťoučký</p>"


def test_stateful_charset() -> None:
    text = "日本語"
    assert decode(text.encode("iso2022_jp"), "text/html; charset=iso-2022-jp") == text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04rest", "a ZIP archive or office document"),
        (b"\x89PNG\r\n", "an image"),
        (b"\x00\x01\x02binary", "binary"),
        (b"<html>", None),
        ("<html>".encode("utf-16"), None),
        ("<html>".encode("utf-16-le"), None),
        (b"", None),
    ],
)
def test_binary(body: bytes, kind: str | None) -> None:
    assert binary_kind(body) == kind

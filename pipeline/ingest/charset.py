"""Bytes to text, whatever the headers claim.

Declarations are often wrong, but text in another charset is hardly ever valid UTF-8 by chance. So
the order is: byte order mark, valid UTF-8, the declarations that decode without an error, UTF-8
with defects (which are taken for Windows-1252), a guess from the bytes.
"""

from __future__ import annotations

import codecs
import unicodedata
from typing import Final

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

VALID_SHARE: Final = 0.5
"""Share of valid UTF-8 sequences among all non-ASCII ones from which a body is UTF-8 with defects.
In Western legacy charsets none is valid, in Chinese and Japanese ones one in seven by chance."""
GUESS_BYTES: Final = 20_000
"""Guessing reads this much: 20 ms, and more bytes do not change the guess."""

BINARY_MAGIC: Final = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"ID3", "audio"),
    (b"\x00\x00\x00\x18ftyp", "video"),
    (b"\x00\x00\x00\x20ftyp", "video"),
)
"""First bytes of what people most often hand in by mistake."""

DEFAULT: Final = "cp1252"
"""What browsers take for undeclared Western text."""

_WINDOWS: Final = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)
}
"""What `surrogateescape` makes of a byte that is no UTF-8, to what it means in Windows-1252."""
_STATEFUL: Final = ("iso2022", "hz")
"""Charsets whose text is ASCII bytes: the UTF-8 test cannot tell."""


def binary_kind(body: bytes) -> str | None:
    """Return what `body` is when it is no text (`a PDF`, `binary`), else None."""
    for magic, name in BINARY_MAGIC:
        if body.startswith(magic):
            return name
    if read_bom(body)[0] or _utf16_without_mark(body):
        return None
    return "binary" if b"\x00" in body[:1024] else None


def decode(body: bytes, content_type: str = "") -> str:
    """Return the text of `body`; `content_type` is the HTTP header, empty where there is none."""
    marked, mark = read_bom(body)
    if marked is not None and mark is not None:
        return body[len(mark) :].decode(marked, "replace")
    wide = _utf16_without_mark(body)
    if wide is not None:
        return body.decode(wide, "replace")
    declared = [http_content_type_encoding(content_type), html_body_declared_encoding(body)]
    for name in declared:
        if name is not None and codecs.lookup(name).name.startswith(_STATEFUL):
            return body.decode(name, "replace")
    for name in ["utf-8", *declared]:
        if name is not None and (text := _strict(body, name)) is not None:
            return text
    text = body.decode("utf-8", "surrogateescape")
    foreign = sum("\udc80" <= char <= "\udcff" for char in text)
    if foreign < (1 - VALID_SHARE) * sum(not char.isascii() for char in text):
        return text.translate(_WINDOWS)
    other = next((name for name in declared if name not in (None, "utf-8")), None)
    return body.decode(other or _guess(body), "replace")


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _utf16_without_mark(body: bytes) -> str | None:
    if body[:4:2].strip(b"\x00") == b"" and body[1:2] in (b"<", b"{"):
        return "utf-16-be"
    if body[1:4:2] == b"\x00\x00" and body[:1] in (b"<", b"{"):
        return "utf-16-le"
    return None


def _guess(body: bytes) -> str:
    """Return a charset that is clearly another script's, else the web's default.

    Among Western charsets the guesser cannot tell Spanish from Croatian.
    """
    from charset_normalizer import from_bytes  # slow to load, seldom needed

    best = from_bytes(body[:GUESS_BYTES]).best()
    if best is None:
        return DEFAULT
    letters = [char for char in str(best) if char.isalpha() and not char.isascii()]
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters)
    sure = best.percent_coherence > 0 or len(str(best)) < len(body[:GUESS_BYTES])
    return best.encoding if sure and latin * 2 < len(letters) else DEFAULT

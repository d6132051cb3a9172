from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.content_coding import PIECE_BYTES, ContentCodingError, decoded


def packed(data: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(data) + packer.flush()


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.binary(max_size=3000), st.sampled_from([31, 15, -15]), st.integers(1, 700))
def test_round_trip(data: bytes, wbits: int, size: int) -> None:
    name = "gzip" if wbits == 31 else "deflate"
    assert b"".join(decoded(cut(packed(data, wbits), size), name)) == data


def test_codings_are_undone_from_the_last() -> None:
    data = b"words " * 500
    assert b"".join(decoded([gzip.compress(packed(data, 15))], "deflate, gzip")) == data


def test_no_coding() -> None:
    assert list(decoded([b"a", b"b"], "")) == [b"a", b"b"]
    assert list(decoded([b"a"], "Identity")) == [b"a"]


def test_a_bomb_comes_in_small_pieces() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    read = 0
    for piece in decoded([bomb], "gzip"):
        assert len(piece) <= PIECE_BYTES
        read += len(piece)
    assert read == 50_000_000


def test_a_bomb_in_a_bomb_is_not_unfolded_ahead_of_need() -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    pulled = 0

    def chunks() -> Iterator[bytes]:
        nonlocal pulled
        for chunk in cut(bomb, 16):
            pulled += 1
            yield chunk

    first = next(decoded(chunks(), "gzip, gzip"))
    assert len(first) <= PIECE_BYTES
    assert pulled * 16 < len(bomb)


@pytest.mark.parametrize("missing", [1, 8, 50])
def test_cut_short(missing: int) -> None:
    data = gzip.compress(bytes(range(256)) * 40)
    with pytest.raises(ContentCodingError) as caught:
        list(decoded([data[:-missing]], "gzip"))
    assert caught.value.cut_short


def test_not_in_its_coding() -> None:
    with pytest.raises(ContentCodingError) as caught:
        list(decoded([b"<html>plain text"], "gzip"))
    assert not caught.value.cut_short


def test_empty_body_needs_no_trailer() -> None:
    assert list(decoded([], "gzip")) == []

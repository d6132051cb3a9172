"""Content codings of HTTP (gzip, deflate), undone in bounded pieces.

A small body can unfold to gigabytes, so no step ever yields more than `PIECE_BYTES`, and a stream
that ends early is an error: httpx2's own decoder passes a gzip body cut short as whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

ACCEPT_ENCODING: Final = "gzip, deflate"
PIECE_BYTES: Final = 1 << 16
"""64 KiB, as much as one read from the socket: a bomb costs no more memory than a plain body."""

_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_RAW_DEFLATE: Final = -zlib.MAX_WBITS


class ContentCodingError(Exception):
    """The body is not in the coding its header names. `cut_short`: it merely ends too early."""

    def __init__(self, what: str, *, cut_short: bool = False) -> None:
        self.cut_short = cut_short
        super().__init__(what)


def decoded(chunks: Iterable[bytes], codings: str) -> Iterator[bytes]:
    """Yield the body that was sent as `chunks` under the header `Content-Encoding: codings`.

    Raises:
        ContentCodingError: an unknown coding, or bytes that are not in it.
    """
    stream: Iterable[bytes] = chunks
    for name in reversed([part.strip().lower() for part in codings.split(",")]):
        if name in ("", "identity"):
            continue
        if name not in ("gzip", "x-gzip", "deflate"):
            raise ContentCodingError(f"is sent as {name!r}, which was not asked for")
        stream = _inflate(stream)
    yield from stream


def _inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    decoder = None
    for chunk in chunks:
        if not chunk:
            continue
        if decoder is None:
            decoder = zlib.decompressobj(_window(chunk))
        pending = chunk
        while not decoder.eof:
            try:
                piece = decoder.decompress(pending, PIECE_BYTES)
            except zlib.error as error:
                raise ContentCodingError(f"is not in the coding it names ({error})") from error
            pending = decoder.unconsumed_tail
            if piece:
                yield piece
            elif not pending:
                break
    if decoder is not None and not decoder.eof:
        raise ContentCodingError("its compressed body is cut short", cut_short=True)


def _window(head: bytes) -> int:
    # some servers send raw deflate under the name of zlib's; zlib's first byte names method 8
    return _GZIP_OR_ZLIB if head[0] & 0x0F == 8 or head[0] == 0x1F else _RAW_DEFLATE

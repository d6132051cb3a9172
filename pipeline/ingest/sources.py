"""One-off sources: what a newcomer hands in on the command line.

A source is a web address, the path of a file, or `-` for standard input. Its bytes say what it is:
a feed, an HTML page or plain text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

from pipeline.errors import ExtractionError, SourceError, TooLargeError, UsageError
from pipeline.ingest.charset import binary_kind, decode
from pipeline.ingest.feeds import looks_like_feed, parse_feed
from pipeline.ingest.parsed_feed import ParsedFeed
from pipeline.ingest.plain import extract_plain
from pipeline.protocols import Extractor, Fetcher, Response
from pipeline.records import Extracted, Feed, Validators
from pipeline.settings import IngestSettings
from pipeline.urls import is_web_url, redact, url_key

STDIN: Final = "-"

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HTML: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|article|"
    r"main|div|p|h1|section|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_ANY_HTML: Final = re.compile(r"<(?:html|body|article|p|div|br|h[1-6])\b[^<>]*>", re.IGNORECASE)
HEAD_CHARS: Final = 5000
"""What a document is shows in its first characters."""
HTML_TAGS: Final = 3
"""So many block tags near the top make a file HTML that does not begin like it."""


class SourceKind(StrEnum):
    """Where a source's bytes come from."""

    URL = "url"
    FILE = "file"
    STDIN = "stdin"


class BodyKind(StrEnum):
    """What a source's bytes are."""

    FEED = "feed"
    HTML = "html"
    TEXT = "text"


@dataclass(frozen=True)
class ReadFeed:
    """A source that is a feed."""

    source: str
    """As handed in, secrets redacted."""
    feed_id: str
    """Made from the address, or from the path where there is none."""
    feed: ParsedFeed
    response: Response | None = None
    """How it was fetched; None for a file or standard input."""


@dataclass(frozen=True)
class ReadArticle:
    """A source that is one article."""

    source: str
    """As handed in, secrets redacted."""
    extracted: Extracted
    via: Literal["page", "file"]
    response: Response | None = None
    """How it was fetched; None for a file or standard input."""


def classify(spec: str) -> SourceKind:
    """Return where the bytes of `spec` come from.

    Raises:
        UsageError: neither a web address, nor an existing file, nor `-`.
    """
    if spec == STDIN:
        return SourceKind.STDIN
    if is_web_url(spec):
        return SourceKind.URL
    if _SCHEME.match(spec):
        raise UsageError(redact(spec), "is no http or https address", "only those can be fetched")
    if _exists(spec):
        return SourceKind.FILE
    raise UsageError(
        redact(spec),
        "is neither an address nor an existing file",
        "check the path, or add https://",
    )


def sniff(text: str) -> BodyKind:
    """Return what a document is, by its beginning; JSON and XML of other kinds pass for feeds.

    (`parse_feed` has the better words for what is wrong with them.)
    """
    head = text[:HEAD_CHARS].lstrip("\ufeff \t\r\n")
    if looks_like_feed(text):
        return BodyKind.FEED
    if _HTML.match(head) or len(_ANY_HTML.findall(head)) >= HTML_TAGS:
        return BodyKind.HTML
    return BodyKind.FEED if head.startswith(("<?xml", "{")) else BodyKind.TEXT


def read_source(
    spec: str,
    *,
    fetcher: Fetcher,
    extractor: Extractor,
    settings: IngestSettings,
    stdin: Callable[[int], bytes] = lambda size: sys.stdin.buffer.read(size),
    validators: Validators | None = None,
) -> ReadFeed | ReadArticle | None:
    """Return what the source `spec` is, read and parsed; None when it is unchanged.

    Args:
        spec: a web address, a path, or `-`.
        fetcher: gets addresses.
        extractor: takes articles out of HTML.
        settings: the caps on sizes.
        stdin: reads so many bytes of standard input.
        validators: of the last fetch of this address.

    Raises:
        UsageError: see `classify`.
        SourceError: unreadable, empty, binary or too large; or FetchError, FeedError,
            ExtractionError.
    """
    source = redact(spec)
    kind = classify(spec)
    if kind is SourceKind.URL:
        asked = validators or Validators()
        response = fetcher.fetch(spec, validators=asked, max_bytes=settings.feed_bytes)
        if response.body is None:
            return None
        feed_id = Feed.make_id(url_key(spec))
        return _read_body(source, response.body, feed_id, response, extractor, settings)
    if kind is SourceKind.STDIN:
        body = stdin(settings.feed_bytes + 1)
    else:
        body = _read_file(Path(spec), source, settings.feed_bytes + 1)
    _check_size(source, body, settings.feed_bytes, "feed_bytes")
    return _read_body(source, body, Feed.make_id(source), None, extractor, settings)


def _read_body(
    source: str,
    body: bytes,
    feed_id: str,
    response: Response | None,
    extractor: Extractor,
    settings: IngestSettings,
) -> ReadFeed | ReadArticle:
    if not body.strip():
        raise SourceError(source, "is empty", "hand in a feed, a page or a text")
    binary = binary_kind(body)
    if binary is not None:
        raise SourceError(source, f"is {binary}, not text", "convert it to HTML or plain text")
    content_type = response.content_type if response else ""
    url = response.final_url if response else None
    text = decode(body, content_type)
    what = sniff(text)
    if what is BodyKind.FEED:
        feed = parse_feed(
            body, label=source, content_type=content_type, base_url=url, feed_id=feed_id
        )
        return ReadFeed(source, feed_id, feed, response)
    _check_size(source, body, settings.page_bytes, "page_bytes")
    via: Literal["page", "file"] = "page" if response else "file"
    if what is BodyKind.TEXT:
        return ReadArticle(source, extract_plain(text, subject=source), via, response)
    try:
        return ReadArticle(source, extractor.extract(text, url=url), via, response)
    except ExtractionError as error:
        raise ExtractionError(source, error.what, error.mend) from error


def _check_size(source: str, body: bytes, cap: int, setting: str) -> None:
    if len(body) > cap:
        mend = f"raise ingest.{setting} in the settings if it is meant"
        raise TooLargeError(source, f"has more than the {cap:,} bytes allowed", mend)


def _exists(spec: str) -> bool:
    try:
        return bool(spec.strip()) and Path(spec).exists()
    except (OSError, ValueError):
        return False


def _read_file(path: Path, source: str, size: int) -> bytes:
    if path.is_dir():
        raise SourceError(source, "is a folder", "name a file in it")
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SourceError(source, f"cannot be read ({why})", "check the permissions") from error

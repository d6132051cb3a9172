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
from typing import Final

from pipeline.errors import SourceError, UsageError
from pipeline.ingest.charset import binary_kind, decode
from pipeline.ingest.feeds import looks_like_feed, parse_feed
from pipeline.ingest.parsed_feed import ParsedFeed
from pipeline.ingest.plain import extract_plain
from pipeline.protocols import Extractor, Fetcher
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
    url: str | None
    """None for a file or standard input."""
    feed: ParsedFeed
    validators: Validators = Validators()
    moved_to: str | None = None


@dataclass(frozen=True)
class ReadArticle:
    """A source that is one article."""

    source: str
    """As handed in, secrets redacted."""
    url: str | None
    """None for a file or standard input, unless the page names its address."""
    extracted: Extracted
    validators: Validators = Validators()


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
    """Return what a document is, by its beginning."""
    if looks_like_feed(text):
        return BodyKind.FEED
    head = text[:5000]
    if _HTML.match(head) or len(_ANY_HTML.findall(head)) >= HTML_TAGS:
        return BodyKind.HTML
    return BodyKind.TEXT


def read_source(
    spec: str,
    *,
    fetcher: Fetcher,
    extractor: Extractor,
    settings: IngestSettings,
    stdin: Callable[[], bytes] = lambda: sys.stdin.buffer.read(),
    validators: Validators | None = None,
) -> ReadFeed | ReadArticle | None:
    """Return what the source `spec` is, read and parsed; None when it is unchanged.

    Args:
        spec: a web address, a path, or `-`.
        fetcher: gets addresses.
        extractor: takes articles out of HTML.
        settings: the caps on sizes.
        stdin: reads standard input.
        validators: of the last fetch of this address.

    Raises:
        UsageError: see `classify`.
        SourceError: unreadable, empty, binary or too large; or FetchError, FeedError,
            ExtractionError.
    """
    source = redact(spec)
    kind = classify(spec)
    if kind is not SourceKind.URL:
        body = stdin() if kind is SourceKind.STDIN else _read_file(Path(spec), source)
        return _read_body(source, body, "", None, extractor, settings)
    response = fetcher.fetch(
        spec, validators=validators or Validators(), max_bytes=settings.feed_bytes
    )
    if response.body is None:
        return None
    read = _read_body(
        source, response.body, response.content_type, response.final_url, extractor, settings
    )
    if isinstance(read, ReadFeed):
        return ReadFeed(
            source=source,
            feed_id=Feed.make_id(url_key(spec)),
            url=spec,
            feed=read.feed,
            validators=response.validators,
            moved_to=response.moved_to,
        )
    return ReadArticle(source, read.url, read.extracted, response.validators)


def _read_body(
    source: str,
    body: bytes,
    content_type: str,
    url: str | None,
    extractor: Extractor,
    settings: IngestSettings,
) -> ReadFeed | ReadArticle:
    if not body.strip():
        raise SourceError(source, "is empty", "hand in a feed, a page or a text")
    binary = binary_kind(body)
    if binary is not None:
        raise SourceError(source, f"is {binary}, not text", "convert it to HTML or plain text")
    text = decode(body, content_type)
    what = sniff(text)
    if what is not BodyKind.FEED and len(body) > settings.page_bytes:
        raise SourceError(
            source,
            f"has {len(body):,} bytes, more than the {settings.page_bytes:,} allowed",
            "raise ingest.page_bytes in the settings if it is meant",
        )
    if what is BodyKind.FEED:
        feed_id = Feed.make_id(source)
        feed = parse_feed(
            body, label=source, content_type=content_type, base_url=url, feed_id=feed_id
        )
        return ReadFeed(source, feed_id, url, feed)
    if what is BodyKind.HTML:
        extracted = extractor.extract(text, url=url)
        return ReadArticle(source, extracted.canonical_url or url, extracted)
    return ReadArticle(source, url, extract_plain(text, subject=source))


def _exists(spec: str) -> bool:
    try:
        return Path(spec).exists()
    except (OSError, ValueError):
        return False


def _read_file(path: Path, source: str) -> bytes:
    if path.is_dir():
        raise SourceError(source, "is a folder", "name a file in it")
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SourceError(source, f"cannot be read ({why})", "check the permissions") from error

"""Feeds of every kind to one record: RSS 0.9x, 1.0 (RDF) and 2.0, Atom, JSON Feed.

Pure: bytes and their labels in, a `ParsedFeed` out. A feed that is cut short is refused as a whole,
so that nothing is stored half; mere sloppiness (feedparser's `bozo`) never costs an entry.
"""

from __future__ import annotations

import calendar
import io
import re
from datetime import UTC, datetime
from functools import partial
from time import struct_time
from typing import Any, Final

import feedparser

from pipeline.errors import FeedError
from pipeline.ingest.charset import binary_kind, decode
from pipeline.ingest.jsonfeed import parse_json_feed
from pipeline.ingest.language import language_code
from pipeline.ingest.parsed_feed import (
    ParsedFeed,
    absolute_url,
    author_names,
    entry_key,
    first_of_each_key,
    paragraphs_html,
    sane_moment,
    title_text,
)
from pipeline.records import Entry

__all__ = ["ParsedFeed", "looks_like_feed", "parse_feed"]

FEED_ROOTS: Final = frozenset({"rss", "rdf", "feed", "channel"})
"""Local names of the root elements of RSS, RSS 1.0, Atom and RSS 0.9x without a wrapper."""
CONTENT_MODULE: Final = "http://purl.org/rss/1.0/modules/content/"
XHTML: Final = "http://www.w3.org/1999/xhtml"

_PROLOG: Final = re.compile(r"(?is)\s*(?:<\?.*?\?>|<!--.*?-->|<!doctype[^\[>]*(?:\[.*?\]\s*)?>)")
_ROOT: Final = re.compile(r"\s*<((?:[\w.-]+:)?([\w.-]+))")
_ALTERNATE: Final = re.compile(r"(?is)<link\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r"""(?s)([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_FEED_TYPES: Final = re.compile(r"(?i)application/(?:rss|atom|rdf|feed)\+(?:xml|json)")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML forbids: one of them would stop the strict parser."""


def looks_like_feed(text: str) -> bool:
    """Return True when `text` begins as a feed does (which says nothing of its end)."""
    head = text.lstrip("\ufeff \t\r\n")
    if head.startswith("{"):
        return "jsonfeed.org/version" in head[:2000]
    root = _root(head)
    return root is not None and root[1].lower() in FEED_ROOTS


def parse_feed(
    body: bytes, *, label: str, content_type: str, base_url: str | None, feed_id: str
) -> ParsedFeed:
    """Return the feed in `body`.

    Args:
        body: the document, decoded from its transfer encoding.
        label: what errors call it, secrets redacted.
        content_type: the HTTP header, empty where there is none.
        base_url: the document's address, against which relative links are resolved.
        feed_id: goes into every entry.

    Raises:
        FeedError: empty, cut short, or no feed; an HTML page's own feeds are named in the mend.
    """
    if not body.strip():
        raise FeedError(label, "the feed is empty", "check the address")
    if kind := binary_kind(body):
        raise FeedError(label, f"is {kind}, not a feed", "check the address")
    text = decode(body, content_type).lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return parse_json_feed(text, label=label, base_url=base_url, feed_id=feed_id)
    _check_xml(text, label, base_url)
    clean = _NOT_XML.sub("", text)
    # BytesIO: feedparser takes bare bytes for a file name first. The charset is settled, and
    # application/xml is the type for which feedparser believes the header.
    # Sanitising would drop the `hidden` attribute, and with it what tells hidden text apart.
    parsed = feedparser.parse(
        io.BytesIO(clean.encode("utf-8")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    site_url = absolute_url(parsed.feed.get("link"), base_url)
    content_from = _content_source(str(parsed.version), parsed.namespaces)
    language = language_code(parsed.feed.get("language"))
    # only Atom says that its feed's authors are its entries'
    authors = parsed.feed.get("authors", []) if content_from == "any" else []
    entries = [
        _entry(stated, position, base_url or site_url, content_from, language, authors, feed_id)
        for position, stated in enumerate(parsed.entries)
    ]
    kept = [entry for entry in entries if entry is not None]
    return ParsedFeed(
        title=title_text(parsed.feed.get("title") or "") or None,
        site_url=site_url,
        language=language,
        entries=first_of_each_key(kept),
        skipped=len(entries) - len(kept),
    )


def _root(text: str) -> tuple[str, str] | None:
    """Return (qualified name, local name) of the first element."""
    start = 0
    while match := _PROLOG.match(text, start):
        start = match.end()
    root = _ROOT.match(text, start)
    return (root[1], root[2]) if root else None


def _check_xml(text: str, label: str, base_url: str | None) -> None:
    root = _root(text)
    if root is None or root[1].lower() in ("html", "head", "body"):
        is_html = root is not None or "<html" in text[:5000].lower()
        what = "is an HTML page, not a feed" if is_html else "is no feed"
        raise FeedError(label, what, _alternative(text, base_url))
    if root[1].lower() not in FEED_ROOTS:
        mend = "subscribe to the feeds it lists" if root[1].lower() == "opml" else ""
        raise FeedError(label, f"is XML but no feed (<{root[0]}>)", mend or "check the address")
    if not re.search(rf"</{re.escape(root[0])}\s*>", text):
        raise FeedError(label, "the feed is cut short", "fetch it again later")


def _alternative(text: str, base_url: str | None) -> str:
    """Name the feeds that an HTML page offers."""
    found: list[str] = []
    for tag in _ALTERNATE.findall(text):
        attributes = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag)}
        is_feed = _FEED_TYPES.fullmatch(attributes.get("type", ""))
        url = absolute_url(attributes.get("href"), base_url)
        if is_feed and "alternate" in attributes.get("rel", "").lower() and url:
            found.append(url)
    if found:
        return "it offers " + " and ".join(dict.fromkeys(found[:3]))
    return "look for the feed's own address on the site"


def _entry(
    stated: dict[str, Any],
    position: int,
    base: str | None,
    content_from: str,
    feed_language: str | None,
    feed_authors: list[dict[str, Any]],
    feed_id: str,
) -> Entry | None:
    # dict's own get: feedparser's hands out one date for another, with a warning
    get = partial(dict.get, stated)
    url = absolute_url(get("feedburner_origlink") or get("link"), base)
    title = title_text(get("title") or "")
    parts = get("content") or []
    content = _full_content(parts, content_from)
    summary = get("summary") or ""
    if content and any(part.get("value") == summary for part in parts):
        summary = ""  # feedparser repeats the content where the feed has no summary
    if not (url or title or content or summary):
        return None
    updated = _moment(get("updated_parsed"))
    published = _moment(get("published_parsed")) or _moment(get("created_parsed")) or updated
    return Entry(
        feed_id=feed_id,
        entry_key=entry_key(get("id"), url, title or content or summary, published),
        position=position,
        url=url,
        title=title,
        published=published,
        updated=updated,
        authors=author_names(person.get("name") for person in get("authors") or feed_authors),
        summary_html=summary,
        content_html=content,
        language=language_code((get("title_detail") or {}).get("language")) or feed_language,
    )


def _content_source(version: str, namespaces: dict[str, str]) -> str:
    """Say which of feedparser's contents are the feed's full text: `any`, `html` or `none`.

    A second description, such as a podcast's, also lands among them.
    """
    if version.startswith("atom"):
        return "any"
    return "html" if {CONTENT_MODULE, XHTML} & set(namespaces.values()) else "none"


def _full_content(parts: list[dict[str, Any]], source: str) -> str:
    texts = [""]
    for part in parts:
        is_plain = part.get("type") == "text/plain"
        if source == "any" or (source == "html" and not is_plain):
            text = part.get("value") or ""
            texts.append(paragraphs_html(text) if is_plain else text)
    return max(texts, key=len)


def _moment(stamp: struct_time | None) -> datetime | None:
    """Return feedparser's time, which is UTC."""
    if stamp is None:
        return None
    try:
        return sane_moment(datetime.fromtimestamp(calendar.timegm(stamp), UTC))
    except (OverflowError, ValueError, OSError):
        return None

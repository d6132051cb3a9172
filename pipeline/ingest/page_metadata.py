"""What a page says about its article: title, authors, date, address, site.

A visible headline beats the metadata that confirm it, metadata beat the `<title>` with the site's
name on it. Of a date only as much is believed as is stated: without a time zone it is a day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from urllib.parse import urlsplit

from lxml.etree import _Element

from pipeline.ingest.language import language_code
from pipeline.ingest.parsed_feed import absolute_url, author_names, sane_moment
from pipeline.text_cleaning import clean_text
from pipeline.urls import host_of, is_web_url

LAST_DATE: Final = "2100-01-01"
"""Handed to htmldate as its latest date; its default is today, and extraction must not depend on
when it runs."""
SHARED_WORDS: Final = 0.5
"""A headline is confirmed by a metadata title that has half of its words."""
MIN_LABEL: Final = 4
"""A shorter part of a host (`www`, `com`, `bbc`) may stand in a headline by chance."""

_ARTICLE_TYPE: Final = re.compile(r"Article$|^BlogPosting$|^Report|^Review$|^LiveBlogPosting$")
_SEPARATOR: Final = re.compile(r"\s+[|•·»—–-]\s+|\s*\|\s*")
_TIMES: Final = (
    "//meta[@property='article:published_time' or @property='og:article:published_time' or "
    "@name='article:published_time' or @itemprop='datePublished' or @name='parsely-pub-date' or "
    "@name='date' or @name='pubdate' or @name='DC.date.issued']/@content",
    "//time[@itemprop='datePublished' or @pubdate or contains(@class, 'published') or "
    "contains(@class, 'entry-date')]/@datetime",
    "//article//time/@datetime",
)


@dataclass(frozen=True)
class PageMetadata:
    """The fields of `Extracted` that do not come from the text."""

    title: str
    authors: tuple[str, ...]
    published: datetime | None
    published_is_day: bool
    declared_language: str | None
    canonical_url: str | None
    site_name: str | None


def read_metadata(tree: _Element, url: str | None) -> PageMetadata:
    """Return what the whole page (before anything is removed) states."""
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(
        tree,
        url,
        {"original_date": True, "extensive_search": False, "max_date": LAST_DATE},
        extensive=False,
    )
    linked = _article_object(tree)
    site_name = _site_name(tree, linked)
    published, is_day = _published(tree, linked, found.date)
    return PageMetadata(
        title=_title(tree, linked, site_name, url),
        authors=author_names(
            name
            for name in (found.author or "").split(";")
            if not name.strip().startswith("http") and name.strip() != site_name
        ),
        published=published,
        published_is_day=is_day,
        declared_language=_declared_language(tree),
        canonical_url=_canonical(tree, url),
        site_name=site_name,
    )


def _title(tree: _Element, linked: dict[str, Any], site_name: str | None, url: str | None) -> str:
    stated = [*_meta(tree, "og:title", "twitter:title"), _string(linked.get("headline"))]
    page_title = clean_text("".join(_strings(tree, "//head/title//text()")))
    stated = [_without_site(text, site_name, url) for text in stated if text]
    stated.append(_without_site(page_title, site_name, url))
    stated = [text for text in stated if text]
    headlines = [clean_text("".join(head.itertext())) for head in tree.iter("h1")]
    for headline in headlines:
        if headline and any(_confirms(text, headline) for text in stated):
            return headline
    if stated:
        return stated[0]
    return headlines[0] if len(headlines) == 1 else ""


def _confirms(stated: str, headline: str) -> bool:
    ours = set(re.findall(r"\w+", headline.casefold()))
    theirs = set(re.findall(r"\w+", stated.casefold()))
    return bool(ours) and len(ours & theirs) >= SHARED_WORDS * max(len(ours), len(theirs))


def _without_site(title: str, site_name: str | None, url: str | None) -> str:
    """Cut ` | Site` from either end, where it is the site's name or resembles the host."""
    host = host_of(url or "").removeprefix("www.")
    names = {_letters(site_name or ""), _letters(host)}
    labels = [label for label in host.split(".") if len(label) >= MIN_LABEL]

    def is_site(part: str) -> bool:
        letters = _letters(part)
        return letters in names or any(label in letters for label in labels)

    borders = list(_SEPARATOR.finditer(title))
    if borders and is_site(title[borders[-1].end() :]):
        return title[: borders[-1].start()].strip()
    if borders and is_site(title[: borders[0].start()]):
        return title[borders[0].end() :].strip()
    return title


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold()))


def _published(
    tree: _Element, linked: dict[str, Any], day: str | None
) -> tuple[datetime | None, bool]:
    stated = [_string(linked.get("datePublished"))]
    for path in _TIMES:
        stated.extend(_strings(tree, path))
    for text in stated:
        moment = _moment(text)
        if moment is not None and moment.tzinfo is not None:
            return sane_moment(moment), False
    for text in stated:
        moment = _moment(text)
        if moment is not None:
            return _noon(moment.date()), True
    try:
        return (_noon(date.fromisoformat(day)), True) if day else (None, False)
    except ValueError:
        return None, False


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if sane_moment(moment) is not None else None


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _canonical(tree: _Element, url: str | None) -> str | None:
    base = next(iter(_strings(tree, "//head/base/@href")), None)
    stated = _strings(tree, "//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
    for link in [*stated, *_meta(tree, "og:url")]:
        found = absolute_url(link, absolute_url(base, url) or url)
        if found is not None and not (_is_root(found) and url and not _is_root(url)):
            return found
    return None


def _is_root(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _site_name(tree: _Element, linked: dict[str, Any]) -> str | None:
    """Return the stated name without its motto; None where only an address is stated."""
    publisher = linked.get("publisher")
    named = _string(publisher.get("name")) if isinstance(publisher, dict) else ""
    stated = [*_meta(tree, "og:site_name"), named, *_meta(tree, "application-name")]
    names = [_SEPARATOR.split(text)[0].strip() or text for text in stated if text]
    names = [name for name in names if not is_web_url(name)]
    # some state their domain first and their name after it
    return next((name for name in names if "." not in name), names[0] if names else None)


def _declared_language(tree: _Element) -> str | None:
    stated = [tree.get("lang") or "", *_meta(tree, "og:locale", "content-language")]
    return next((code for text in stated if (code := language_code(text))), None)


def _meta(tree: _Element, *names: str) -> list[str]:
    """Return the non-empty contents of meta elements, in the order of `names`."""
    found: list[str] = []
    for name in names:
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            found.extend(_strings(tree, f"//meta[@{attribute}='{name}']/@content"))
    return [clean_text(text) for text in found if text.strip()]


def _strings(tree: _Element, path: str) -> list[str]:
    found = tree.xpath(path)
    return [str(text) for text in found] if isinstance(found, list) else []


def _string(value: Any) -> str:
    return clean_text(value) if isinstance(value, str) else ""


def _article_object(tree: _Element) -> dict[str, Any]:
    """Return the page's first JSON-LD object that is an article, empty where there is none."""
    for text in _strings(tree, "//script[@type='application/ld+json']/text()"):
        try:
            document = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for candidate in _objects(document):
            types = candidate.get("@type")
            for name in types if isinstance(types, list) else [types]:
                if isinstance(name, str) and _ARTICLE_TYPE.search(name):
                    return candidate
    return {}


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    parts: Iterable[Any] = document if isinstance(document, list) else [document]
    for part in parts:
        if isinstance(part, dict):
            yield part
            yield from _objects(part.get("@graph") or part.get("mainEntity") or [])

"""From an extracted text to the article and revision that are stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.ingest.extract import extract_html_fragment
from pipeline.ingest.language import detect_language
from pipeline.records import Article, Entry, Extracted, Feed, Revision
from pipeline.text import words
from pipeline.urls import host_of, same_site, url_key

EARLIEST = datetime.fromisoformat("1990-01-01T00:00:00+00:00")
"""There was no web before: an earlier date is a default such as 1970."""
FUTURE_TOLERANCE = timedelta(days=2)
"""A later date is an event's, or an error; less is a wrong time zone."""
FEED_CONTENT_MARGIN = 1.2
"""The feed's own content is taken when it has this many times the page's words: both are the same
article up to furniture on most sites, a paywall stub is far shorter."""


def own_content(entry: Entry) -> Extracted | None:
    """Return the full content that the feed itself carries."""
    if not entry.content_html.strip():
        return None
    text = extract_html_fragment(entry.content_html)
    return Extracted(title=entry.title, text=text, authors=entry.authors) if text else None


def fuller(own: Extracted | None, page: Extracted | None) -> tuple[Extracted, str] | None:
    """Return the better of the feed's own content and the page, and which it was; None: neither.

    The page's declarations of its address and its site's name are kept with the feed's content.
    """
    if page is not None and (
        own is None or len(words(own.text)) <= FEED_CONTENT_MARGIN * len(words(page.text))
    ):
        return page, "page"
    if own is None:
        return None
    if page is None:
        return own, "feed"
    declared = {"canonical_url": page.canonical_url, "site_name": page.site_name}
    return own.model_copy(update=declared), "feed"


def make_article(
    extracted: Extracted,
    *,
    url: str | None,
    feed: Feed | None,
    entry: Entry | None,
    via: str,
    now: datetime,
) -> tuple[Article, Revision]:
    """Return the article and revision of an extracted text.

    The identity is the canonical URL: the page's own declaration where it names the same site,
    else the address itself, else (no address at all) the text.
    """
    declared = extracted.canonical_url
    own_site = declared is not None and (url is None or same_site(declared, url))
    address = declared if own_site else url
    title = extracted.title or (entry.title if entry else "")
    text_sha256 = Revision.hash_of(title, extracted.text)
    language = detect_language(extracted.text)
    published, is_day = _published(extracted, entry, now)
    article = Article(
        article_id=Article.make_id(url_key(address) if address else text_sha256),
        url=address,
        source=extracted.site_name
        or (feed.title if feed else None)
        or (host_of(address) if address else None)
        or "local file",
        feed_id=feed.feed_id if feed else None,
        first_seen=now,
        published=published,
        published_is_day=is_day,
        declared_canonical=declared if declared is not None and not own_site else None,
    )
    revision = Revision.model_validate(
        {
            "article_id": article.article_id,
            "text_sha256": text_sha256,
            "title": title,
            "text": extracted.text,
            "authors": extracted.authors or (entry.authors if entry else ()),
            "language": language.code if language else None,
            "seen_at": now,
            "via": via,
        }
    )
    return article, revision


def _published(
    extracted: Extracted, entry: Entry | None, now: datetime
) -> tuple[datetime | None, bool]:
    """Return when it was published: the feed's word first, then the page's, if they make sense."""
    stated = entry.published or entry.updated if entry else None
    for moment, is_day in ((stated, False), (extracted.published, extracted.published_is_day)):
        if moment is not None and EARLIEST <= moment <= now + FUTURE_TOLERANCE:
            return moment, is_day
    return None, False

"""Refresh feeds and pages, and read one-off sources, into the store."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.errors import ExtractionError, FetchError, SourceError
from pipeline.ingest.extract import extract_html_fragment
from pipeline.ingest.feeds import parse_feed
from pipeline.ingest.language import detect_language
from pipeline.ingest.parsed_feed import ParsedFeed
from pipeline.protocols import Extractor, Fetcher, Progress, Response, no_progress
from pipeline.records import (
    Article,
    Entry,
    Extracted,
    Failure,
    Feed,
    FetchState,
    FetchStatus,
    Page,
    Revision,
    Validators,
)
from pipeline.settings import IngestSettings
from pipeline.store import Store
from pipeline.text import words
from pipeline.urls import host_of, redact, same_site, url_key

EARLIEST = datetime.fromisoformat("1990-01-01T00:00:00+00:00")
"""There was no web before: an earlier date is a default such as 1970."""
FUTURE_TOLERANCE = timedelta(days=2)
"""A later date is an event's, or an error; less is a wrong time zone."""
FEED_CONTENT_MARGIN = 1.2
"""The feed's own content is taken when it has this many times the page's words: both are the same
article up to furniture on most sites, a paywall stub is far shorter."""


@dataclass(frozen=True)
class IngestReport:
    """What one run of ingestion did."""

    article_ids: tuple[str, ...]
    """Articles seen in these sources, new or known, in order."""
    failures: tuple[Failure, ...]
    sources: int
    """Sources asked for."""
    sources_failed: int
    """Sources of which nothing could be used."""

    def __add__(self, other: IngestReport) -> IngestReport:
        """Join two reports."""
        return IngestReport(
            tuple(dict.fromkeys(self.article_ids + other.article_ids)),
            self.failures + other.failures,
            self.sources + other.sources,
            self.sources_failed + other.sources_failed,
        )


NOTHING = IngestReport((), (), 0, 0)


@dataclass(frozen=True)
class Ingestion:
    """The means of ingestion, as handed down by whoever built them."""

    store: Store
    fetcher: Fetcher
    extractor: Extractor
    settings: IngestSettings
    now: datetime


def failure_of(error: SourceError) -> Failure:
    """Return an error as the report has it."""
    return Failure(
        source=error.subject,
        kind=error.kind,
        reason=error.what,
        mend=error.mend,
        retryable=error.retryable,
    )


def refresh_feed(means: Ingestion, feed: Feed, progress: Progress = no_progress) -> IngestReport:
    """Fetch a feed, store its entries, then fetch the pages that are due."""
    state = feed.state
    try:
        response = means.fetcher.fetch(
            feed.url, validators=state.validators, max_bytes=means.settings.feed_bytes
        )
        parsed = _parse(feed, response)
    except SourceError as error:
        means.store.save_feed_fetch(
            feed.feed_id, state=_failed(state, error, means.now), title=feed.title, entries=()
        )
        return IngestReport((), (failure_of(error),), 1, 1)
    save_feed(means, feed, response, parsed)
    known = means.store.feed(feed.feed_id) or feed
    return fetch_pages(means, known, means.store.entries(feed.feed_id), progress)


def _parse(feed: Feed, response: Response) -> ParsedFeed | None:
    if response.body is None:
        return None
    return parse_feed(
        response.body,
        label=redact(feed.url),
        content_type=response.content_type,
        base_url=response.final_url,
        feed_id=feed.feed_id,
    )


def save_feed(means: Ingestion, feed: Feed, response: Response, parsed: ParsedFeed | None) -> None:
    """Store what a fetched feed says; `parsed` is None when it is unchanged."""
    means.store.save_feed_fetch(
        feed.feed_id,
        state=_succeeded(response.validators, response.status, means.now),
        title=(parsed.title if parsed else None) or feed.title,
        entries=parsed.entries if parsed else (),
    )
    if response.moved_to and url_key(response.moved_to) != url_key(feed.url):
        means.store.add_feed_url(feed.feed_id, response.moved_to, url_key(response.moved_to))


def fetch_pages(
    means: Ingestion, feed: Feed, entries: Sequence[Entry], progress: Progress = no_progress
) -> IngestReport:
    """Fetch the entries' pages that are due and store their articles.

    A page that is not due is reported as it was left: its article, or its failure.
    """
    keyed = [(url_key(entry.url) if entry.url else None, entry) for entry in entries]
    pages = means.store.pages([key for key, _ in keyed if key])
    article_ids: list[str] = []
    failures: list[Failure] = []

    def work(pair: tuple[str | None, Entry]) -> _Outcome:
        key, entry = pair
        page = pages.get(key) if key else None
        if key is None or entry.url is None:
            return _from_entry_alone(means, feed, entry)
        page = page or Page(url_key=key, url=entry.url)
        if not page_is_due(page, means.settings, means.now):
            return _Outcome(page=None, known=page)
        return _fetch_page(means, feed, entry, page)

    with ThreadPoolExecutor(means.settings.workers, thread_name_prefix="pages") as pool:
        for done, outcome in enumerate(pool.map(work, keyed), start=1):
            _save(means, outcome)
            if outcome.failure is not None:
                failures.append(outcome.failure)
            if (article_id := outcome.article_id) is not None:
                article_ids.append(article_id)
            progress(feed.title or feed.url, done, len(keyed))
    return IngestReport(tuple(dict.fromkeys(article_ids)), tuple(failures), 1, 0)


@dataclass(frozen=True)
class _Outcome:
    """What became of one entry; `page` is to be saved, `known` is as it was left before."""

    page: Page | None
    article: Article | None = None
    revision: Revision | None = None
    error: SourceError | None = None
    known: Page | None = None

    @property
    def article_id(self) -> str | None:
        if self.article is not None:
            return self.article.article_id
        page = self.page or self.known
        return page.article_id if page is not None else None

    @property
    def failure(self) -> Failure | None:
        if self.error is not None:
            return failure_of(self.error)
        if self.known is not None and self.known.state.status is FetchStatus.FAILED:
            return Failure(
                source=redact(self.known.url),
                kind="fetch",
                reason=self.known.state.error or "failed",
            )
        return None


def page_is_due(page: Page, settings: IngestSettings, now: datetime) -> bool:
    """Return whether a page is to be asked for now.

    A page never had is due; so is a failed one in a rerun (same `now`), else after a wait that
    doubles with each failure. A page that was had is asked again while it is young.
    """
    state = page.state
    if state.fetched_at is None:
        return True
    wait = timedelta(hours=settings.recheck_hours)
    if state.status is FetchStatus.FAILED:
        waited = now - state.fetched_at
        return state.fetched_at == now or waited >= wait * 2 ** min(state.failures - 1, 6)
    first = state.ok_at or state.fetched_at
    young = now - first < timedelta(days=settings.recheck_days)
    return young and now - state.fetched_at >= wait and now > state.fetched_at


def _fetch_page(means: Ingestion, feed: Feed, entry: Entry, page: Page) -> _Outcome:
    assert entry.url is not None
    try:
        response = means.fetcher.fetch(
            entry.url, validators=page.state.validators, max_bytes=means.settings.page_bytes
        )
        if response.body is None:
            state = _succeeded(response.validators, response.status, means.now)
            return _Outcome(page=page.model_copy(update={"state": state}))
        article, revision = _read_page(means, feed, entry, response)
    except SourceError as error:
        failed = page.model_copy(update={"state": _failed(page.state, error, means.now)})
        own = _own_content(entry)
        if own is None or page.article_id is not None:
            return _Outcome(page=failed, error=error)
        article, revision = make_article(
            own, url=entry.url, feed=feed, entry=entry, via="feed", now=means.now
        )
        return _Outcome(failed, article, revision, error)
    state = _succeeded(response.validators, response.status, means.now)
    fetched = page.model_copy(update={"state": state, "article_id": article.article_id})
    return _Outcome(fetched, article, revision)


def _read_page(
    means: Ingestion, feed: Feed, entry: Entry, response: Response
) -> tuple[Article, Revision]:
    assert response.body is not None
    own = _own_content(entry)
    try:
        extracted = means.extractor.extract(response.body, url=response.final_url)
    except ExtractionError:
        if own is None:
            raise
        extracted = None
    if own is not None and (
        extracted is None or len(words(own.text)) > FEED_CONTENT_MARGIN * len(words(extracted.text))
    ):
        canonical = extracted.canonical_url if extracted else None
        site = extracted.site_name if extracted else None
        chosen = own.model_copy(update={"canonical_url": canonical, "site_name": site})
        return make_article(
            chosen, url=response.final_url, feed=feed, entry=entry, via="feed", now=means.now
        )
    assert extracted is not None
    return make_article(
        extracted, url=response.final_url, feed=feed, entry=entry, via="page", now=means.now
    )


def _own_content(entry: Entry) -> Extracted | None:
    """Return the full content that the feed itself carries."""
    if not entry.content_html.strip():
        return None
    text = extract_html_fragment(entry.content_html)
    return Extracted(title=entry.title, text=text, authors=entry.authors) if text else None


def _from_entry_alone(means: Ingestion, feed: Feed, entry: Entry) -> _Outcome:
    """An entry without a link can only be its own content."""
    own = _own_content(entry)
    if own is None:
        return _Outcome(page=None)
    article, revision = make_article(
        own, url=None, feed=feed, entry=entry, via="feed", now=means.now
    )
    return _Outcome(page=None, article=article, revision=revision)


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


def _save(means: Ingestion, outcome: _Outcome) -> None:
    if outcome.page is not None:
        page = outcome.page
        if outcome.article is not None:
            page = page.model_copy(update={"article_id": outcome.article.article_id})
        means.store.save_page(page, article=outcome.article, revision=outcome.revision)
    elif outcome.article is not None and outcome.revision is not None:
        means.store.save_article(outcome.article, outcome.revision)


def _succeeded(validators: Validators, status: int, now: datetime) -> FetchState:
    return FetchState(
        status=FetchStatus.OK, validators=validators, fetched_at=now, ok_at=now, http_status=status
    )


def _failed(state: FetchState, error: SourceError, now: datetime) -> FetchState:
    status = error.status if isinstance(error, FetchError) else None
    return FetchState(
        status=FetchStatus.FAILED,
        validators=state.validators,
        fetched_at=now,
        ok_at=state.ok_at,
        failures=state.failures + 1,
        error=str(error),
        http_status=status,
    )


FEEDS_AT_ONCE = 4
"""Feeds refreshed side by side; pages within a feed have workers of their own."""


def refresh_feeds(
    means: Ingestion, feeds: Sequence[Feed], progress: Progress = no_progress
) -> IngestReport:
    """Refresh feeds side by side; the report is in order of their ids."""
    ordered = sorted(feeds, key=lambda feed: feed.feed_id)
    with ThreadPoolExecutor(FEEDS_AT_ONCE, thread_name_prefix="feeds") as pool:
        reports = pool.map(lambda feed: refresh_feed(means, feed, progress), ordered)
        return sum(reports, start=NOTHING)

"""Refresh feeds and pages, and read one-off sources, into the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline.errors import ExtractionError, FetchError, SourceError, UsageError
from pipeline.ingest.charset import decode
from pipeline.ingest.feeds import parse_feed
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
from pipeline.stages.articles import fuller, make_article, own_content
from pipeline.store import Store
from pipeline.urls import host_of, redact, url_key


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


def failure_of(error: SourceError | UsageError) -> Failure:
    """Return an error as the report has it."""
    return Failure(
        source=error.subject,
        kind=error.kind,
        reason=error.what,
        mend=error.mend,
        retryable=isinstance(error, SourceError) and error.retryable,
    )


def refresh_feeds(
    means: Ingestion, feeds: Sequence[Feed], progress: Progress = no_progress
) -> IngestReport:
    """Fetch feeds, store their entries, then fetch the pages that are due.

    Documents are fetched side by side and stored in order of the feeds' ids and of their entries,
    so that what two feeds say of one article does not depend on which came first.
    """
    ordered = sorted(feeds, key=lambda feed: feed.feed_id)
    report = NOTHING
    refreshed: list[Feed] = []
    with _workers(means.settings.workers, "feeds") as pool:
        fetched = pool.map(lambda feed: _fetch_feed(means, feed), ordered)
        for done, (feed, outcome) in enumerate(zip(ordered, fetched, strict=True), start=1):
            if isinstance(outcome, SourceError):
                state = _failed(feed.state, outcome, means.now)
                means.store.save_feed_fetch(feed.feed_id, state=state, title=feed.title, entries=())
                report += IngestReport((), (failure_of(outcome),), 1, 1)
            else:
                _save_feed(means, feed, *outcome)
                refreshed.append(means.store.feed(feed.feed_id) or feed)
                report += IngestReport((), (), 1, 0)
            progress("feeds", done, len(ordered))
    entries = [(feed, entry) for feed in refreshed for entry in means.store.entries(feed.feed_id)]
    return report + fetch_pages(means, entries, progress)


@contextmanager
def _workers(count: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """Give a pool; when the user or an error ends the work, what has not begun is left out."""
    pool = ThreadPoolExecutor(count, thread_name_prefix=name)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch_feed(means: Ingestion, feed: Feed) -> tuple[Response, ParsedFeed | None] | SourceError:
    """Return a fetched feed, parsed (None: unchanged), or what went wrong."""
    try:
        response = means.fetcher.fetch(
            feed.url, validators=feed.state.validators, max_bytes=means.settings.feed_bytes
        )
        if response.body is None:
            return response, None
        parsed = parse_feed(
            response.body,
            label=redact(feed.url),
            content_type=response.content_type,
            base_url=response.final_url,
            feed_id=feed.feed_id,
        )
    except SourceError as error:
        return error
    return response, parsed


def _save_feed(means: Ingestion, feed: Feed, response: Response, parsed: ParsedFeed | None) -> None:
    means.store.save_feed_fetch(
        feed.feed_id,
        state=_succeeded(response.validators, response.status, means.now),
        title=feed.title or (parsed.title if parsed else None),
        entries=parsed.entries if parsed else (),
    )
    if response.moved_to and url_key(response.moved_to) != url_key(feed.url):
        means.store.add_feed_url(feed.feed_id, response.moved_to, url_key(response.moved_to))


def fetch_pages(
    means: Ingestion,
    entries: Sequence[tuple[Feed, Entry]],
    progress: Progress = no_progress,
) -> IngestReport:
    """Fetch the entries' pages that are due and store their articles.

    A page that is not due is reported as it was left: its article, or its failure. Of the entries
    that link to one page the first counts, whatever was fetched before a run was killed.
    """
    entries = _one_a_page(entries)
    keys = [url_key(entry.url) if entry.url else None for _, entry in entries]
    pages = means.store.pages([key for key in keys if key])
    articles = means.store.articles([p.article_id for p in pages.values() if p.article_id])
    first_seen = {article_id: each.article.first_seen for article_id, each in articles.items()}
    article_ids: list[str] = []
    failures: list[Failure] = []
    with _workers(means.settings.workers, "pages") as pool:
        futures: dict[int, Future[_Outcome]] = {
            index: pool.submit(
                _fetch_entry, means, *entries[index], pages.get(keys[index] or ""), first_seen
            )
            for index in _host_by_host([entry.url for _, entry in entries])
        }
        for index in range(len(entries)):
            outcome = futures[index].result()
            _save(means, outcome)
            if outcome.failure is not None:
                failures.append(outcome.failure)
            if (article_id := outcome.article_id) is not None:
                article_ids.append(article_id)
            progress("pages", index + 1, len(entries))
    return IngestReport(tuple(dict.fromkeys(article_ids)), tuple(failures), 0, 0)


def _host_by_host(urls: Sequence[str | None]) -> list[int]:
    """Return the indices, hosts taking turns, so that a slow one does not hold all workers."""
    turns: Counter[str] = Counter()
    order = []
    for index, url in enumerate(urls):
        host = host_of(url) if url else ""
        order.append((turns[host], index))
        turns[host] += 1
    return [index for _, index in sorted(order)]


def _one_a_page(entries: Sequence[tuple[Feed, Entry]]) -> list[tuple[Feed, Entry]]:
    """Return the entries without those that link to a page that an earlier one links to."""
    first: dict[str, tuple[Feed, Entry]] = {}
    for number, (feed, entry) in enumerate(entries):
        first.setdefault(url_key(entry.url) if entry.url else f"without {number}", (feed, entry))
    return list(first.values())


def _fetch_entry(
    means: Ingestion,
    feed: Feed,
    entry: Entry,
    page: Page | None,
    first_seen: Mapping[str, datetime],
) -> _Outcome:
    if entry.url is None:
        return _from_entry_alone(means, feed, entry)
    page = page or Page(url_key=url_key(entry.url), url=entry.url)
    if not page_is_due(page, first_seen.get(page.article_id or ""), means.settings, means.now):
        return _Outcome(page=None, known=page)
    return _fetch_page(means, feed, entry, page)


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
            source = redact(self.known.url)
            reason = (self.known.state.error or "failed").removeprefix(f"{source}: ")
            return Failure(source=source, kind="fetch", reason=reason)
        return None


def page_is_due(
    page: Page, first_seen: datetime | None, settings: IngestSettings, now: datetime
) -> bool:
    """Return whether a page is to be asked for now.

    A page never had is due; so is a failed one in a rerun (same `now`), else after a wait that
    doubles with each failure. A page that was had is asked again while its article, `first_seen`
    then, is young.
    """
    state = page.state
    if state.fetched_at is None:
        return True
    wait = timedelta(hours=settings.recheck_hours)
    if state.status is FetchStatus.FAILED:
        waited = now - state.fetched_at
        return state.fetched_at == now or waited >= wait * 2 ** min(state.failures - 1, 6)
    young = now - (first_seen or state.fetched_at) < timedelta(days=settings.recheck_days)
    return young and now - state.fetched_at >= wait and now > state.fetched_at


def _fetch_page(means: Ingestion, feed: Feed, entry: Entry, page: Page) -> _Outcome:
    own = own_content(entry)
    try:
        response = means.fetcher.fetch(
            page.url, validators=page.state.validators, max_bytes=means.settings.page_bytes
        )
        _refuse_home_page(page.url, response)
        state = _succeeded(response.validators, response.status, means.now)
        if response.body is None:
            return _Outcome(page=page.model_copy(update={"state": state}))
        chosen = fuller(own, _extract(means, response, required=own is None))
    except SourceError as error:
        failed = page.model_copy(update={"state": _failed(page.state, error, means.now)})
        if own is None or page.article_id is not None:
            return _Outcome(page=failed, error=error)
        article, revision = make_article(
            own, url=page.url, feed=feed, entry=entry, via="feed", now=means.now
        )
        return _Outcome(failed, article, revision, error)
    assert chosen is not None  # without the feed's own content a page without text is an error
    article, revision = make_article(
        chosen[0],
        url=response.final_url,
        feed=feed,
        entry=entry,
        via=chosen[1],
        now=means.now,
    )
    fetched = page.model_copy(update={"state": state, "article_id": article.article_id})
    return _Outcome(fetched, article, revision)


def _extract(means: Ingestion, response: Response, *, required: bool) -> Extracted | None:
    assert response.body is not None
    try:
        html = decode(response.body, response.content_type)
        return means.extractor.extract(html, url=response.final_url)
    except ExtractionError:
        if required:
            raise
        return None


def _refuse_home_page(url: str, response: Response) -> None:
    """Sites send the readers of a deleted page to their home page: that is no article."""
    path = urlsplit(response.final_url).path
    if response.final_url != url and path in ("", "/") and urlsplit(url).path not in ("", "/"):
        raise FetchError(
            redact(url), "leads to the site's home page", "the page is gone; check the address"
        )


def _from_entry_alone(means: Ingestion, feed: Feed, entry: Entry) -> _Outcome:
    """An entry without a link can only be its own content."""
    own = own_content(entry)
    if own is None:
        return _Outcome(page=None)
    article, revision = make_article(
        own, url=None, feed=feed, entry=entry, via="feed", now=means.now
    )
    return _Outcome(page=None, article=article, revision=revision)


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

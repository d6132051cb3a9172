"""Fetch the pages that entries link to, and store their articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipeline.errors import ExtractionError, FetchError, SourceError
from pipeline.ingest.charset import decode
from pipeline.protocols import Progress, Response, no_progress
from pipeline.records import (
    Article,
    Entry,
    Extracted,
    Failure,
    Feed,
    FetchStatus,
    Page,
    Revision,
)
from pipeline.settings import IngestSettings
from pipeline.stages.articles import fuller, make_article, own_content
from pipeline.stages.ingestion import (
    Ingestion,
    IngestReport,
    failed,
    failure_of,
    succeeded,
    workers,
)
from pipeline.urls import host_of, redact, url_key


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
    with workers(means.settings.workers, "pages") as pool:
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
        state = succeeded(response.validators, response.status, means.now)
        if response.body is None:
            return _Outcome(page=page.model_copy(update={"state": state}))
        chosen = fuller(own, _extract(means, response, required=own is None))
    except SourceError as error:
        left = page.model_copy(update={"state": failed(page.state, error, means.now)})
        if own is None or page.article_id is not None:
            return _Outcome(page=left, error=error)
        article, revision = make_article(
            own, url=page.url, feed=feed, entry=entry, via="feed", now=means.now
        )
        return _Outcome(left, article, revision, error)
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

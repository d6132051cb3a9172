"""What ingestion needs and what it reports; how a fetch ended."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import FetchError, SourceError, UsageError
from pipeline.protocols import Extractor, Fetcher
from pipeline.records import Failure, FetchState, FetchStatus, Validators
from pipeline.settings import IngestSettings
from pipeline.store import Store


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


@contextmanager
def workers(count: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """Give a pool; when the user or an error ends the work, what has not begun is left out."""
    pool = ThreadPoolExecutor(count, thread_name_prefix=name)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def succeeded(validators: Validators, status: int, now: datetime) -> FetchState:
    """Return the state of what was fetched now."""
    return FetchState(
        status=FetchStatus.OK, validators=validators, fetched_at=now, ok_at=now, http_status=status
    )


def failed(state: FetchState, error: SourceError, now: datetime) -> FetchState:
    """Return the state of what was in `state` and could not be fetched now."""
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

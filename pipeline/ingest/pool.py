"""Extraction in worker processes that can be killed.

A page of a few megabytes can keep trafilatura busy for minutes, and a thread cannot be stopped. So
pages go to spawned workers (a fork after torch was loaded can deadlock) that import nothing but
`pipeline.ingest.extract`, and a worker that passes its deadline dies with its page.
"""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Final, Self

from pebble import ProcessExpired, ProcessPool

from pipeline.errors import ExtractionError
from pipeline.ingest.extract import extract_article, load_libraries
from pipeline.records import Extracted
from pipeline.settings import IngestSettings
from pipeline.urls import redact

WORKERS: Final = 2
"""Extraction takes 0.1 s a page and fetching takes longer: two workers keep up with eight fetchers
on the two cores this is made for, and cost 90 MB each."""


class ExtractionPool:
    """A `pipeline.protocols.Extractor` over worker processes; one object serves many threads.

    Workers start with the first page. Use it as a context manager, or call `close`.
    """

    def __init__(self, settings: IngestSettings, *, workers: int = WORKERS) -> None:
        """Create a pool whose workers get `settings.extraction_deadline` seconds a page."""
        self._deadline = settings.extraction_deadline
        self._workers = workers
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers, also those at work."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def extract(self, html: bytes | str, *, url: str | None) -> Extracted:
        """Return the article on a page.

        Raises:
            ExtractionError: no usable text, past the deadline, or the worker died.
        """
        subject = redact(url) if url else "page"
        pool = self._running()
        try:
            extracted: Extracted = pool.schedule(
                extract_article, args=(html,), kwargs={"url": url}, timeout=self._deadline
            ).result()
        except TimeoutError as error:
            raise ExtractionError(
                subject,
                f"taking the text out took longer than {self._deadline:g} s",
                "raise ingest.extraction_deadline in the settings if the page is worth it",
            ) from error
        except (ProcessExpired, BrokenProcessPool) as error:
            raise ExtractionError(
                subject,
                "the worker died while it took the text out",
                "leave the source out if it happens again",
            ) from error
        return extracted

    def _running(self) -> ProcessPool:
        with self._lock:
            if self._pool is not None and not self._pool.active:  # its workers died at their start
                self._pool.stop()  # type: ignore[no-untyped-call]
                self._pool = None
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self._workers,
                    initializer=load_libraries,
                    context=multiprocessing.get_context("spawn"),
                )
            return self._pool


class InlineExtractor:
    """An `pipeline.protocols.Extractor` in this process, without a deadline: for a page or two."""

    def extract(self, html: bytes | str, *, url: str | None) -> Extracted:
        """Return the article on a page.

        Raises:
            ExtractionError: no usable text.
        """
        return extract_article(html, url=url)

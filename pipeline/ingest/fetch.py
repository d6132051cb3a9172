"""Getting documents politely: one pool of connections, one layer of retries, one deadline each.

``HttpFetcher.fetch`` is a chain of small steps::

    fetch → retries (stamina) → hops (redirects) → one request → status → body under its cap

It stands on httpcore2's pool with httpx2's addresses and headers. httpx2's client is left out on
purpose: it keeps cookies, logs addresses with their secrets, and takes a gzip body that was cut
short for a whole one.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import httpcore2
import httpx2
import stamina

from pipeline.canonical import sha256_bytes
from pipeline.errors import FetchError
from pipeline.ingest.content_coding import ACCEPT_ENCODING, decoded
from pipeline.ingest.http_errors import (
    as_fetch_error,
    bad_address,
    bad_redirect,
    bad_status,
    too_large,
)
from pipeline.ingest.network import Deadline, GuardedBackend, Resolver, system_resolve
from pipeline.protocols import Response
from pipeline.records import Validators
from pipeline.settings import IngestSettings
from pipeline.urls import redact

MAX_REDIRECTS: Final = 10
"""Longer chains are loops; browsers stop at 20, curl's documentation suggests 10."""
PERMANENT: Final = frozenset({301, 308})
REDIRECTS: Final = PERMANENT | {302, 303, 307}
ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "text/html;q=0.9, application/xhtml+xml;q=0.9, */*;q=0.5"
)
KEEPALIVE_SECONDS: Final = 5.0
"""An idle connection is closed after it: less than the 5 to 75 s after which servers do."""

# stamina logs each retry as a warning, which without a handler Python prints; we report once, at
# the end
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Backoff:
    """How long to wait before trying again, in seconds: `initial`, doubled up to `maximum`."""

    initial: float = 0.5
    maximum: float = 4.0
    jitter: float = 0.5
    retry_after_limit: float = 10.0
    """A server that asks for more patience is left alone until the next run."""


class HttpFetcher:
    """A `pipeline.protocols.Fetcher` over HTTP/1.1; one object serves many threads.

    Use it as a context manager, or call `close`.
    """

    def __init__(
        self,
        settings: IngestSettings,
        *,
        allow_private_hosts: bool = False,
        connect_to: Mapping[str, tuple[str, int]] | None = None,
        resolve: Resolver = system_resolve,
        backoff: Backoff | None = None,
    ) -> None:
        """Create a fetcher.

        Args:
            settings: user agent, timeouts, attempts and the cap on concurrency per host.
            allow_private_hosts: fetch from loopback and private addresses too.
            connect_to: for a URL with this host, connect to that (host, port), keeping the URL and
                the Host header; the check for private addresses is skipped for these hosts.
            resolve: the name service.
            backoff: the waits between attempts.
        """
        self._settings = settings
        self._backoff = backoff or Backoff()
        self._slots = _Slots(settings.per_host)
        self._backend = GuardedBackend(
            allow_private_hosts=allow_private_hosts, connect_to=connect_to, resolve=resolve
        )
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=None,
            max_keepalive_connections=settings.workers,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=self._backend,
        )

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
        """Close all connections."""
        self._pool.close()

    def fetch(self, url: str, *, validators: Validators, max_bytes: int) -> Response:
        """Return the document at `url`, decoded; `body` is None when it is unchanged.

        Unchanged means that the server says so (304), or that the body has the hash
        `validators.body_sha256`. Failures that may pass are tried again within the deadline.

        Raises:
            BlockedHostError: a loopback or private address.
            TooLargeError: more than `max_bytes` after decoding.
            FetchError: any other failure of network or server.
        """
        deadline = Deadline(self._settings.deadline)

        def wait_before_retry(error: Exception) -> bool | float:
            if not isinstance(error, FetchError) or not error.retryable:
                return False
            wish = error.retry_after
            if (wish or 0.0) > min(self._backoff.retry_after_limit, deadline.remaining()):
                return False
            return deadline.remaining() > 0 if wish is None else wish

        for attempt in stamina.retry_context(
            on=wait_before_retry,
            attempts=self._settings.attempts,
            timeout=None,
            wait_initial=self._backoff.initial,
            wait_max=self._backoff.maximum,
            wait_jitter=self._backoff.jitter,
        ):
            with attempt:
                return self._follow(url, validators, max_bytes, deadline)
        raise AssertionError("stamina neither returned nor raised")

    def _follow(
        self, url: str, validators: Validators, max_bytes: int, deadline: Deadline
    ) -> Response:
        """Go through redirects up to a document."""
        subject = redact(url)
        address = _parse(url, subject)
        moved_to: str | None = None
        permanent = True
        for _ in range(MAX_REDIRECTS + 1):
            deadline.extend(self._slots.acquire(address.host))
            try:
                with (
                    as_fetch_error(subject, address.host, deadline, self._settings.deadline),
                    self._backend.until(deadline),
                    self._request(address, validators) as (status, headers, chunks),
                ):
                    if status not in REDIRECTS or "location" not in headers:
                        document = _Document(subject, status, headers, validators)
                        body = document.read(chunks, max_bytes)
                        return Response(
                            url=url,
                            final_url=str(address),
                            status=status,
                            body=body,
                            content_type=headers.get("content-type", ""),
                            validators=document.new_validators(body),
                            moved_to=moved_to if permanent else None,
                        )
            finally:
                self._slots.release(address.host)
            address = _next_address(address, headers["location"], subject)
            permanent = permanent and status in PERMANENT
            moved_to = str(address)
        raise bad_redirect(subject, f"redirects more than {MAX_REDIRECTS} times")

    @contextlib.contextmanager
    def _request(
        self, address: httpx2.URL, validators: Validators
    ) -> Iterator[tuple[int, httpx2.Headers, Iterator[bytes]]]:
        """Send one GET; the body arrives while it is iterated."""
        headers = httpx2.Headers(
            {
                "Host": address.netloc.decode("ascii"),
                "User-Agent": self._settings.user_agent,
                "Accept": ACCEPT,
                "Accept-Encoding": ACCEPT_ENCODING,
            },
            encoding="utf-8",
        )
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        if address.userinfo:
            pair = f"{address.username}:{address.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode('ascii')}"
        seconds = self._settings.connect_timeout
        target = httpcore2.URL(
            scheme=address.raw_scheme,
            host=address.raw_host,
            port=address.port,
            target=address.raw_path,
        )
        timeouts = {"connect": seconds, "read": seconds, "write": seconds}
        with self._pool.stream(
            "GET", target, headers=headers.raw, extensions={"timeout": timeouts}
        ) as response:
            yield response.status, httpx2.Headers(response.headers), response.iter_stream()


@dataclass(frozen=True)
class _Document:
    """The answer that is no redirect."""

    subject: str
    status: int
    headers: httpx2.Headers
    asked: Validators

    def read(self, chunks: Iterator[bytes], max_bytes: int) -> bytes | None:
        if self.status == 304 and (self.asked.etag or self.asked.last_modified):
            return None
        if self.status not in (200, 203):
            raise bad_status(self.subject, self.status, self.headers)
        announced = self.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > max_bytes:
            raise too_large(self.subject, max_bytes, int(announced))
        body = bytearray()
        for piece in decoded(chunks, self.headers.get("content-encoding", "")):
            body += piece
            if len(body) > max_bytes:
                raise too_large(self.subject, max_bytes, None)
        whole = bytes(body)
        return None if sha256_bytes(whole) == self.asked.body_sha256 else whole

    def new_validators(self, body: bytes | None) -> Validators:
        """Return what to ask with next time; a 304 need not repeat what is still true."""
        old = self.asked if self.status == 304 else Validators()
        return Validators(
            etag=self.headers.get("etag") or old.etag,
            last_modified=self.headers.get("last-modified") or old.last_modified,
            body_sha256=self.asked.body_sha256 if body is None else sha256_bytes(body),
        )


class _Slots:
    """At most `size` requests at once to each host."""

    def __init__(self, size: int) -> None:
        self._lock = threading.Lock()
        self._free: defaultdict[str, threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(size)
        )

    def _of(self, host: str) -> threading.BoundedSemaphore:
        with self._lock:
            return self._free[host]

    def acquire(self, host: str) -> float:
        """Take a slot and return the seconds it took to get one."""
        start = time.monotonic()
        self._of(host).acquire()
        return time.monotonic() - start

    def release(self, host: str) -> None:
        self._of(host).release()


def _parse(url: str, subject: str) -> httpx2.URL:
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise bad_address(subject, str(error)) from error
    if address.scheme not in ("http", "https") or not address.host:
        raise bad_address(subject, "only http and https can be fetched")
    return address


def _next_address(address: httpx2.URL, location: str, subject: str) -> httpx2.URL:
    try:
        following = address.join(location)
    except (httpx2.InvalidURL, ValueError) as error:
        raise bad_redirect(subject, f"redirects to an invalid address ({error})") from error
    if following.scheme not in ("http", "https") or not following.host:
        raise bad_redirect(subject, f"redirects to {redact(str(following))}")
    return following

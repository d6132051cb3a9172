"""Connections that go only where they may, and end when they must.

`GuardedBackend` is the network backend of an httpcore2 pool. It resolves a host itself, refuses it
if any of its addresses is not public, and connects to the very addresses it checked, so that a name
cannot change its mind between check and use. Every read and write is cut off at the running
document's deadline, so a server that drips one byte a second cannot hold a worker.
"""

from __future__ import annotations

import contextlib
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import httpcore2

Resolver = Callable[[str, int], list[str]]
"""Returns the addresses of a host; raises OSError when there are none."""

GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""The only IPv6 space handed out so far. Mapped IPv4, 64:ff9b::/96 and site-local lie outside."""
SPECIAL_NETWORKS: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "3fff::/20")
)
"""Protocol assignments, 6to4 and documentation (IANA special-purpose registries), which
`ipaddress.is_global` of Python 3.11 calls global."""


class RefusedHostError(Exception):
    """A host is, or resolves to, an address that is not public."""

    def __init__(self, host: str, address: str) -> None:
        self.host = host
        self.address = address
        super().__init__(host, address)


class ResolutionError(Exception):
    """A host name has no address."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(host)


def is_public(address: str) -> bool:
    """Return True when `address` is one that anybody on the internet may be sent to."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip not in GLOBAL_UNICAST:
        return False
    special = any(ip in network for network in SPECIAL_NETWORKS if network.version == ip.version)
    return ip.is_global and not (special or ip.is_multicast or ip.is_reserved)


def system_resolve(host: str, port: int) -> list[str]:
    """Return the addresses of `host` in the order the system prefers, without repeats."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Deadline:
    """The moment (monotonic clock) at which work on one document ends."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds left, negative when it is over."""
        return self._at - time.monotonic()

    def extend(self, seconds: float) -> None:
        """Move it: time spent waiting for our own politeness does not count."""
        self._at += seconds


class GuardedBackend(httpcore2.NetworkBackend):
    """Resolves, checks and pins addresses, and keeps the running deadline of each thread."""

    def __init__(
        self,
        *,
        allow_private_hosts: bool = False,
        connect_to: Mapping[str, tuple[str, int]] | None = None,
        resolve: Resolver = system_resolve,
    ) -> None:
        """Create a backend.

        Args:
            allow_private_hosts: let loopback and private addresses pass.
            connect_to: for a host in it, connect to that (host, port) instead, unchecked.
            resolve: the name service.
        """
        self._allow_private_hosts = allow_private_hosts
        self._connect_to = dict(connect_to or {})
        self._resolve = resolve
        self._sockets = httpcore2.SyncBackend()
        # a pooled connection serves many documents, each read on one thread
        self._running = threading.local()

    @contextlib.contextmanager
    def until(self, deadline: Deadline) -> Iterator[None]:
        """Cut off everything this thread reads, writes and opens at `deadline`."""
        self._running.deadline = deadline
        try:
            yield
        finally:
            self._running.deadline = None

    def limited(self, timeout: float | None) -> float | None:
        """Return `timeout` seconds, or what is left until the deadline if that is less.

        Raises:
            httpcore2.ReadTimeout: nothing is left.
        """
        deadline: Deadline | None = getattr(self._running, "deadline", None)
        if deadline is None:
            return timeout
        left = deadline.remaining()
        if left <= 0:
            raise httpcore2.ReadTimeout("deadline")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of `host` that answers, after all of them were checked."""
        end = None if (limit := self.limited(timeout)) is None else time.monotonic() + limit
        host, port, checked = self._destination(host, port)
        addresses = self._addresses(host, port, limit)
        for address in addresses if checked else []:
            if not is_public(address):
                raise RefusedHostError(host, address)
        for tries_left in range(len(addresses), 0, -1):
            left = None if end is None else max(0.001, (end - time.monotonic()) / tries_left)
            try:
                stream = self._sockets.connect_tcp(
                    addresses[-tries_left], port, left, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if tries_left == 1:
                    raise
            else:
                return _TimedStream(stream, self)
        raise ResolutionError(host)

    def _destination(self, host: str, port: int) -> tuple[str, int, bool]:
        override = self._connect_to.get(host)
        return (*override, False) if override else (host, port, not self._allow_private_hosts)

    def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        """Resolve on a thread of its own: the system call knows no timeout."""
        answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(OSError(str(error)))

        threading.Thread(target=ask, daemon=True, name=f"resolve-{host}").start()
        try:
            answer = answers.get(timeout=timeout)
        except queue.Empty:
            raise httpcore2.ConnectTimeout(f"no answer from the name service for {host}") from None
        if isinstance(answer, OSError):
            raise ResolutionError(host) from answer
        return answer


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose every operation ends at the backend's running deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, backend: GuardedBackend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend.limited(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.limited(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        limit = self._backend.limited(timeout)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, limit), self._backend
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

"""The sample week as a small web on loopback: several publishers behind one port, as on a shared
host. The `Host` header picks the publisher, as a browser or our fetcher sends it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.canonical import sha256_bytes

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
}
OTHER_TYPE = "application/octet-stream"
CONTENT_TYPES_OF_HOST = {
    "portandprotocol.example": {".html": "text/html", ".xml": "application/rdf+xml"},
}
"""This publisher's files are windows-1252 and its server leaves it to them to say so."""


@dataclass(frozen=True)
class SampleSite:
    """Where the sample web listens."""

    address: str
    port: int
    hosts: tuple[str, ...]

    @property
    def route(self) -> dict[str, tuple[str, int]]:
        """Host → (address, port), as a fetcher takes it."""
        return {host: (self.address, self.port) for host in self.hosts}


@contextmanager
def serve_sample(folder: Path) -> Iterator[SampleSite]:
    """Serve each subfolder of `folder` under its name as host, on a free port of 127.0.0.1."""
    hosts = tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(folder.resolve(), hosts))
    server.daemon_threads = True
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield SampleSite("127.0.0.1", server.server_port, hosts)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def find_file(root: Path, host: str, target: str) -> Path | None:
    """Return the file that a request means, or None; never one outside the host's folder.

    `target` is the request's path with its query; one that ends in `/` means its `index.html`.
    """
    path = unquote(urlsplit(target).path).lstrip("/")
    if "\0" in path:
        return None
    own = root / host
    found = (own / path / "index.html" if path.endswith("/") or not path else own / path).resolve()
    return found if found.is_relative_to(own) and found.is_file() else None


def content_type(host: str, path: Path) -> str:
    """Return the Content-Type that the publisher sends with a file."""
    return CONTENT_TYPES_OF_HOST.get(host, CONTENT_TYPES).get(path.suffix, OTHER_TYPE)


def _handler(root: Path, hosts: tuple[str, ...]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # noqa: N802 (http.server's name)
            host = self.headers.get("Host", "").partition(":")[0].lower()
            path = find_file(root, host, self.path) if host in hosts else None
            with suppress(ConnectionError):  # a client that hangs up is no trouble of ours
                if path is None:
                    self._answer(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain"}, b"not found")
                else:
                    self._send_file(host, path)

        def _send_file(self, host: str, path: Path) -> None:
            body = path.read_bytes()
            modified = path.stat().st_mtime
            headers = {
                "ETag": f'"{sha256_bytes(body)[:16]}"',
                "Last-Modified": formatdate(modified, usegmt=True),
            }
            if self._has_it(headers["ETag"], modified):
                self._answer(HTTPStatus.NOT_MODIFIED, headers, None)
                return
            self._answer(HTTPStatus.OK, {**headers, "Content-Type": content_type(host, path)}, body)

        def _has_it(self, etag: str, modified: float) -> bool:
            """Return whether the client's copy is current; an ETag decides before a date does."""
            known = self.headers.get("If-None-Match")
            if known is not None:
                return etag in known
            try:
                since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
            except ValueError:
                return False
            return int(modified) <= since.timestamp()

        def _answer(self, status: HTTPStatus, headers: dict[str, str], body: bytes | None) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if body is not None:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002
            """Say nothing: stderr belongs to the demo's progress."""

    return Handler

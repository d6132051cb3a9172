"""The sample week as a small web on loopback.

Several publishers share a port, as on a shared host; the `Host` header, which a browser or our
fetcher sends, picks one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
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
        return dict.fromkeys(self.hosts, (self.address, self.port))


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


@dataclass(frozen=True)
class Document:
    """A file as its publisher sends it."""

    body: bytes
    modified: float
    content_type: str

    @property
    def etag(self) -> str:
        """A validator that changes with the body."""
        return f'"{sha256_bytes(self.body)[:16]}"'

    def is_known(self, headers: Message) -> bool:
        """Return whether the client's copy is current; an ETag decides before a date does."""
        etag = headers.get("If-None-Match")
        if etag is not None:
            return self.etag in etag
        try:
            since = parsedate_to_datetime(headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return int(self.modified) <= since.timestamp()


def find_document(root: Path, host: str, target: str) -> Document | None:
    """Return what a request asks for, or None where the publisher has nothing of that name."""
    path = find_file(root, host, target)
    if path is None:
        return None
    return Document(path.read_bytes(), path.stat().st_mtime, content_type(host, path))


def _handler(root: Path, hosts: tuple[str, ...]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = self.headers.get("Host", "").partition(":")[0].lower()
            found = find_document(root, host, self.path) if host in hosts else None
            with suppress(ConnectionError):  # a client that hangs up is no trouble of ours
                if found is None:
                    self._answer(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain"}, b"not found")
                    return
                headers = {
                    "ETag": found.etag,
                    "Last-Modified": formatdate(found.modified, usegmt=True),
                }
                if found.is_known(self.headers):
                    self._answer(HTTPStatus.NOT_MODIFIED, headers, None)
                else:
                    headers["Content-Type"] = found.content_type
                    self._answer(HTTPStatus.OK, headers, found.body)

        def _answer(self, status: HTTPStatus, headers: dict[str, str], body: bytes | None) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if body is not None:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: stderr belongs to the demo's progress."""

    return Handler

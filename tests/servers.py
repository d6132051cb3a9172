"""Real HTTP servers on loopback that do what they are told, also the wrong thing."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Request:
    """What a client sent; `path` includes the query, header names are in lower case."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What the server answers.

    `stream` instead of `body` is sent piece by piece without a length, and the connection is closed
    after it. `content_length` overrides the true length.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterable[bytes] | None = None
    content_length: int | None = None


Route = Reply | Callable[[Request], Reply]


def page(body: bytes | str, content_type: str = "text/html; charset=utf-8") -> Reply:
    """Return a plain 200 reply."""
    return Reply(
        body.encode() if isinstance(body, str) else body, headers={"Content-Type": content_type}
    )


def redirect(location: str, status: int = 302) -> Reply:
    """Return a redirect."""
    return Reply(status=status, headers={"Location": location})


class LoopbackServer:
    """Serves `routes` (path without query → reply) and remembers every request."""

    def __init__(self, routes: Mapping[str, Route] | None = None) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.host = "127.0.0.1"
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def url(self, path: str) -> str:
        """Return the address of `path` on this server."""
        return f"http://{self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return the paths asked for so far, in order of arrival."""
        return [request.path for request in self.requests]

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the socket; threads that still drip are left to die with the process."""
        self._server.shutdown()
        self._server.socket.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.path, headers)
                owner.requests.append(request)
                route = owner.routes.get(self.path.partition("?")[0], Reply(status=404))
                # a client that hangs up early is what many tests are about
                with contextlib.suppress(ConnectionError):
                    self._send(route if isinstance(route, Reply) else route(request))

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                length = len(reply.body) if reply.content_length is None else reply.content_length
                if reply.stream is None or reply.content_length is not None:
                    self.send_header("Content-Length", str(length))
                self.close_connection = reply.stream is not None or length != len(reply.body)
                self.end_headers()
                for piece in [reply.body] if reply.stream is None else reply.stream:
                    self.wfile.write(piece)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep the test output clean."""

        return Handler


@contextlib.contextmanager
def serving(routes: Mapping[str, Route] | None = None) -> Iterator[LoopbackServer]:
    """Run a server for the length of a `with` block."""
    server = LoopbackServer(routes)
    server.start()
    try:
        yield server
    finally:
        server.stop()

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pipeline.canonical import sha256_bytes
from pipeline.errors import BlockedHostError, FetchError, TooLargeError
from pipeline.ingest.fetch import Backoff, HttpFetcher
from pipeline.protocols import Response
from pipeline.records import Validators
from pipeline.settings import IngestSettings
from tests.servers import LoopbackServer, Reply, Request, page, redirect, serving

CAP = 1_000_000
NO_WAIT = Backoff(initial=0.0, maximum=0.0, jitter=0.0)


def make_fetcher(
    *, backoff: Backoff = NO_WAIT, allow_private_hosts: bool = True, **settings: Any
) -> HttpFetcher:
    return HttpFetcher(
        IngestSettings(**{"attempts": 1, "connect_timeout": 5.0, **settings}),
        allow_private_hosts=allow_private_hosts,
        backoff=backoff,
    )


@pytest.fixture(scope="module")
def fetcher() -> Iterator[HttpFetcher]:
    with make_fetcher() as made:
        yield made


def get(
    fetcher: HttpFetcher, url: str, validators: Validators | None = None, cap: int = CAP
) -> Response:
    return fetcher.fetch(url, validators=validators or Validators(), max_bytes=cap)


def failure(fetcher: HttpFetcher, url: str, cap: int = CAP) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(fetcher, url, cap=cap)
    return caught.value


def bomb(megabytes: int) -> Iterator[bytes]:
    """A gzip stream of zeros, compressed as it is sent."""
    packer = zlib.compressobj(wbits=31)
    for _ in range(megabytes):
        yield packer.compress(bytes(1_000_000))
    yield packer.flush()


class TestDocument:
    def test_body_type_and_validators(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        headers = {
            "Content-Type": "text/html; charset=koi8-r",
            "ETag": '"v1"',
            "Last-Modified": "Mon, 02 Nov 2026 08:00:00 GMT",
        }
        server.routes["/a"] = Reply(b"<p>x", headers=headers)
        response = get(fetcher, server.url("/a"))
        assert response.body == b"<p>x"
        assert response.content_type == "text/html; charset=koi8-r"
        assert response.final_url == response.url == server.url("/a")
        assert response.moved_to is None
        assert response.validators == Validators(
            etag='"v1"',
            last_modified="Mon, 02 Nov 2026 08:00:00 GMT",
            body_sha256=sha256_bytes(b"<p>x"),
        )

    def test_who_asks(self, server: LoopbackServer) -> None:
        server.routes["/a"] = page("x")
        with make_fetcher(user_agent="halfminute-test") as fetcher:
            get(fetcher, server.url("/a"))
        (request,) = server.requests
        assert request.headers["user-agent"] == "halfminute-test"
        assert request.headers["host"] == f"127.0.0.1:{server.port}"
        assert "cookie" not in request.headers

    def test_cookies_are_not_kept(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = Reply(b"x", headers={"Set-Cookie": "id=1"})
        get(fetcher, server.url("/a"))
        get(fetcher, server.url("/a"))
        assert "cookie" not in server.requests[1].headers

    def test_user_in_the_address(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = page("x")
        get(fetcher, f"http://me:w%40rd@127.0.0.1:{server.port}/a")
        assert server.requests[0].headers["authorization"] == "Basic bWU6d0ByZA=="

    def test_connections_are_reused(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = page("x")
        ports: set[int] = set()
        accept = socket.socket.accept

        def counting(listener: socket.socket) -> Any:
            connection, address = accept(listener)
            ports.add(address[1])
            return connection, address

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(socket.socket, "accept", counting)
            for _ in range(3):
                get(fetcher, server.url("/a"))
        assert len(ports) == 1

    @pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "raw deflate"])
    def test_content_codings(
        self, server: LoopbackServer, fetcher: HttpFetcher, coding: str
    ) -> None:
        text = b"words and words " * 20_000
        wbits = {"deflate": 15, "raw deflate": -15}.get(coding, 31)
        packer = zlib.compressobj(wbits=wbits)
        packed = packer.compress(text) + packer.flush()
        name = coding.removeprefix("raw ")
        server.routes["/a"] = Reply(packed, headers={"Content-Encoding": name})
        assert get(fetcher, server.url("/a")).body == text

    def test_coding_not_asked_for(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = Reply(b"x", headers={"Content-Encoding": "br"})
        error = failure(fetcher, server.url("/a"))
        assert "'br'" in error.what
        assert not error.retryable

    def test_coding_that_is_a_lie(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = Reply(b"<html>plain", headers={"Content-Encoding": "gzip"})
        assert not failure(fetcher, server.url("/a")).retryable


class TestUnchanged:
    def test_not_modified(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        def route(request: Request) -> Reply:
            same = request.headers.get("if-none-match") == '"v1"'
            since = request.headers.get("if-modified-since")
            assert since == "Mon, 02 Nov 2026 08:00:00 GMT"
            return Reply(status=304 if same else 200, headers={"ETag": '"v2"'})

        server.routes["/a"] = route
        known = Validators(
            etag='"v1"', last_modified="Mon, 02 Nov 2026 08:00:00 GMT", body_sha256="abc"
        )
        response = get(fetcher, server.url("/a"), known)
        assert response.status == 304
        assert response.body is None
        assert response.validators == known.model_copy(update={"etag": '"v2"'})

    def test_identical_body(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = Reply(b"same", headers={"ETag": '"new"'})
        response = get(fetcher, server.url("/a"), Validators(body_sha256=sha256_bytes(b"same")))
        assert (response.status, response.body) == (200, None)
        assert response.validators == Validators(etag='"new"', body_sha256=sha256_bytes(b"same"))

    def test_304_to_a_plain_request_is_an_error(
        self, server: LoopbackServer, fetcher: HttpFetcher
    ) -> None:
        server.routes["/a"] = Reply(status=304)
        assert failure(fetcher, server.url("/a")).status == 304


class TestSize:
    def test_announced_size_is_refused_before_the_body(
        self, server: LoopbackServer, fetcher: HttpFetcher
    ) -> None:
        sent: list[int] = []

        def body() -> Iterator[bytes]:
            for number in range(50):
                sent.append(number)
                yield bytes(1_000_000)

        server.routes["/a"] = Reply(stream=body(), content_length=50_000_000)
        with pytest.raises(TooLargeError) as caught:
            get(fetcher, server.url("/a"))
        assert "50,000,000" in str(caught.value)
        assert not caught.value.retryable
        assert len(sent) < 20

    def test_endless_body_stops_at_the_cap(
        self, server: LoopbackServer, fetcher: HttpFetcher
    ) -> None:
        server.routes["/a"] = Reply(stream=(bytes(100_000) for _ in range(10_000)))
        assert isinstance(failure(fetcher, server.url("/a")), TooLargeError)

    def test_gzip_bomb(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = Reply(stream=bomb(300), headers={"Content-Encoding": "gzip"})
        started = time.monotonic()
        assert isinstance(failure(fetcher, server.url("/a")), TooLargeError)
        assert time.monotonic() - started < 5

    def test_body_of_exactly_the_cap(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = Reply(stream=iter([bytes(1000), bytes(24)]))
        assert get(fetcher, server.url("/a"), cap=1024).body == bytes(1024)
        server.routes["/a"] = Reply(stream=iter([bytes(1000), bytes(24)]))
        assert isinstance(failure(fetcher, server.url("/a"), cap=1023), TooLargeError)


class TestCutShort:
    def test_missing_bytes(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = Reply(b"half a page", content_length=1000)
        error = failure(fetcher, server.url("/a"))
        assert error.retryable
        assert "cut short" in error.what

    def test_gzip_that_ends_early(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        packed = gzip.compress(b"words " * 1000)
        server.routes["/a"] = Reply(
            stream=iter([packed[:-12]]), headers={"Content-Encoding": "gzip"}
        )
        error = failure(fetcher, server.url("/a"))
        assert error.retryable
        assert "cut short" in error.what


class TestTime:
    def test_slow_drip_of_the_body_ends_at_the_deadline(self, server: LoopbackServer) -> None:
        def drip() -> Iterator[bytes]:
            for _ in range(100):
                yield b"x"
                time.sleep(0.05)

        server.routes["/a"] = Reply(stream=drip())
        with make_fetcher(deadline=0.4) as fetcher:
            started = time.monotonic()
            error = failure(fetcher, server.url("/a"))
        assert time.monotonic() - started < 2
        assert error.retryable
        assert "0.4 s in all" in error.what

    def test_slow_drip_of_the_headers_ends_at_the_deadline(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def drip() -> None:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                    for _ in range(40):
                        time.sleep(0.05)
                        try:
                            connection.sendall(b"x")
                        except OSError:
                            return

            threading.Thread(target=drip, daemon=True).start()
            with make_fetcher(deadline=0.4) as fetcher:
                started = time.monotonic()
                error = failure(fetcher, f"http://127.0.0.1:{listener.getsockname()[1]}/")
        assert time.monotonic() - started < 1.5
        assert "in all" in error.what

    def test_silent_server(self) -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as listener,
            make_fetcher(connect_timeout=0.2) as fetcher,
        ):
            error = failure(fetcher, f"http://127.0.0.1:{listener.getsockname()[1]}/")
        assert error.retryable
        assert "did not answer in time" in error.what

    def test_redirects_share_one_deadline(self, server: LoopbackServer) -> None:
        def slow(request: Request) -> Reply:
            time.sleep(0.2)
            return redirect("/a")

        server.routes["/a"] = slow
        with make_fetcher(deadline=0.5) as fetcher:
            assert "in all" in failure(fetcher, server.url("/a")).what
        assert len(server.requests) <= 3

    def test_name_service_that_hangs(self) -> None:
        def hang(host: str, port: int) -> list[str]:
            time.sleep(1.0)
            return ["127.0.0.1"]

        settings = IngestSettings(attempts=1, connect_timeout=0.2)
        with HttpFetcher(settings, resolve=hang) as fetcher:
            started = time.monotonic()
            assert failure(fetcher, "http://slow.example/").retryable
        assert time.monotonic() - started < 0.9


class TestRedirects:
    def test_permanent_all_the_way(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes.update(
            {"/a": redirect("/b", 301), "/b": redirect("c?x=1", 308), "/c": page("x")}
        )
        response = get(fetcher, server.url("/a"))
        assert response.final_url == response.moved_to == server.url("/c?x=1")

    def test_one_temporary_hop_moves_nothing(
        self, server: LoopbackServer, fetcher: HttpFetcher
    ) -> None:
        server.routes.update(
            {"/a": redirect("/b", 301), "/b": redirect("/c", 302), "/c": page("x")}
        )
        response = get(fetcher, server.url("/a"))
        assert response.final_url == server.url("/c")
        assert response.moved_to is None

    def test_loop(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        server.routes["/a"] = redirect("/a")
        error = failure(fetcher, server.url("/a"))
        assert "more than 10 times" in error.what
        assert len(server.requests) == 11

    @pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://[::1/"])
    def test_elsewhere(self, server: LoopbackServer, fetcher: HttpFetcher, target: str) -> None:
        server.routes["/a"] = redirect(target)
        assert "redirects to" in failure(fetcher, server.url("/a")).what

    def test_password_is_not_carried_to_another_host(self, server: LoopbackServer) -> None:
        server.routes["/b"] = page("x")
        with serving({"/a": redirect(server.url("/b"))}) as first, make_fetcher() as fetcher:
            get(fetcher, f"http://me:word@127.0.0.1:{first.port}/a")
        assert "authorization" not in server.requests[0].headers


class TestGuard:
    """A private address is refused, however it is written or reached."""

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]
    )
    def test_loopback_in_disguise(self, server: LoopbackServer, host: str) -> None:
        with (
            make_fetcher(allow_private_hosts=False) as fetcher,
            pytest.raises(BlockedHostError) as caught,
        ):
            get(fetcher, f"http://{host}:{server.port}/a")
        assert "--allow-private-hosts" in caught.value.mend
        assert not server.requests

    def test_name_that_resolves_to_a_private_address(self) -> None:
        fetcher = HttpFetcher(
            IngestSettings(attempts=1), resolve=lambda *_: ["93.184.215.14", "10.0.0.7"]
        )
        with fetcher, pytest.raises(BlockedHostError, match=r"10\.0\.0\.7"):
            get(fetcher, "http://inside.example/")

    def test_redirect_to_a_private_address(self, server: LoopbackServer) -> None:
        server.routes["/a"] = redirect("http://localhost:9/secret")
        fetcher = HttpFetcher(
            IngestSettings(attempts=1),
            connect_to={"news.example": (server.host, server.port)},
        )
        with fetcher, pytest.raises(BlockedHostError) as caught:
            get(fetcher, "http://news.example/a")
        assert caught.value.subject == "http://news.example/a"
        assert "localhost" in caught.value.what

    def test_the_checked_address_is_the_one_used(self, server: LoopbackServer) -> None:
        """A name that changes its answer between check and use gains nothing."""
        server.routes["/a"] = page("x")
        asked: list[str] = []

        def resolve(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        settings = IngestSettings(attempts=1)
        with HttpFetcher(settings, allow_private_hosts=True, resolve=resolve) as fetcher:
            get(fetcher, f"http://news.example:{server.port}/a")
        assert asked == ["news.example"]


class TestConnectTo:
    def test_virtual_host(self, server: LoopbackServer) -> None:
        server.routes["/a"] = page("x")
        override = {"alpha.example": (server.host, server.port)}
        with HttpFetcher(IngestSettings(attempts=1), connect_to=override) as fetcher:
            response = get(fetcher, "http://alpha.example/a?b=1")
            assert response.final_url == "http://alpha.example/a?b=1"
            assert server.requests[0].headers["host"] == "alpha.example"
            with pytest.raises(BlockedHostError):
                get(fetcher, server.url("/a"))


class TestFailures:
    @pytest.mark.parametrize(
        ("status", "retryable", "words"),
        [
            (404, False, "check the address"),
            (410, False, "remove"),
            (401, False, "login"),
            (402, False, "payment"),
            (403, False, "permission"),
            (418, False, "check the address"),
            (204, False, "check the address"),
            (429, True, "later"),
            (500, True, "later"),
            (503, True, "later"),
            (522, True, "later"),
        ],
    )
    def test_statuses(
        self,
        server: LoopbackServer,
        fetcher: HttpFetcher,
        status: int,
        retryable: bool,
        words: str,
    ) -> None:
        server.routes["/a"] = Reply(status=status)
        error = failure(fetcher, server.url("/a"))
        assert (error.status, error.retryable) == (status, retryable)
        assert str(status) in error.what
        assert words in error.mend

    def test_the_line_names_the_address_without_its_secrets(
        self, server: LoopbackServer, fetcher: HttpFetcher
    ) -> None:
        url = f"http://me:word@127.0.0.1:{server.port}/gone?token=abc&page=2"
        line = str(failure(fetcher, url))
        assert line.startswith(f"http://***@127.0.0.1:{server.port}/gone?token=***&page=2: ")
        assert "\n" not in line

    def test_unknown_host(self) -> None:
        def nobody(host: str, port: int) -> list[str]:
            raise OSError("Name or service not known")

        with HttpFetcher(IngestSettings(attempts=1), resolve=nobody) as fetcher:
            error = failure(fetcher, "https://nowhere.example/feed")
        assert error.retryable
        assert "nowhere.example" in error.what

    def test_refused_connection(self, fetcher: HttpFetcher) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        error = failure(fetcher, f"http://127.0.0.1:{port}/")
        assert error.retryable
        assert "refused the connection" in error.what

    def test_no_tls_on_the_other_side(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        error = failure(fetcher, f"https://127.0.0.1:{server.port}/")
        assert "secure connection" in error.what

    def test_not_http(self, fetcher: HttpFetcher) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def greet() -> None:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(b"220 mail.example ESMTP\r\n")

            threading.Thread(target=greet, daemon=True).start()
            error = failure(fetcher, f"http://127.0.0.1:{listener.getsockname()[1]}/")
        assert "no HTTP" in error.what

    @pytest.mark.parametrize(
        "url", ["ftp://a.example/", "a.example/feed", "http://", "http://[::1/", "http://a:b/"]
    )
    def test_not_an_address(self, fetcher: HttpFetcher, url: str) -> None:
        error = failure(fetcher, url)
        assert not error.retryable
        assert "https://host/path" in error.mend


class TestRetries:
    @staticmethod
    def flaky(failures: int, reply: Reply) -> Any:
        calls: list[Request] = []

        def route(request: Request) -> Reply:
            calls.append(request)
            return reply if len(calls) <= failures else page("at last")

        return route

    def test_until_it_works(self, server: LoopbackServer) -> None:
        server.routes["/a"] = self.flaky(2, Reply(status=503))
        with make_fetcher(attempts=3) as fetcher:
            assert get(fetcher, server.url("/a")).body == b"at last"
        assert len(server.requests) == 3

    def test_not_longer_than_allowed(self, server: LoopbackServer) -> None:
        server.routes["/a"] = self.flaky(9, Reply(status=500))
        with make_fetcher(attempts=3) as fetcher:
            assert failure(fetcher, server.url("/a")).status == 500
        assert len(server.requests) == 3

    def test_never_what_will_not_pass(self, server: LoopbackServer) -> None:
        with make_fetcher(attempts=3) as fetcher:
            failure(fetcher, server.url("/none"))
        assert len(server.requests) == 1

    def test_the_server_says_when(self, server: LoopbackServer) -> None:
        server.routes["/a"] = self.flaky(1, Reply(status=429, headers={"Retry-After": "1"}))
        with make_fetcher(attempts=2) as fetcher:
            started = time.monotonic()
            assert get(fetcher, server.url("/a")).body == b"at last"
        assert time.monotonic() - started >= 1

    def test_the_server_wants_more_patience_than_we_have(self, server: LoopbackServer) -> None:
        server.routes["/a"] = self.flaky(1, Reply(status=429, headers={"Retry-After": "120"}))
        with make_fetcher(attempts=3) as fetcher:
            error = failure(fetcher, server.url("/a"))
        assert (error.retryable, error.retry_after) == (True, 120.0)
        assert len(server.requests) == 1

    def test_the_server_names_a_date(self, server: LoopbackServer, fetcher: HttpFetcher) -> None:
        headers = {"Retry-After": "Wed, 01 Jan 2070 00:00:00 GMT"}
        server.routes["/a"] = Reply(status=503, headers=headers)
        error = failure(fetcher, server.url("/a"))
        assert error.retry_after is not None
        assert error.retry_after > 1e6


def test_concurrency_per_host(server: LoopbackServer) -> None:
    lock = threading.Lock()
    running = most = 0

    def route(request: Request) -> Reply:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.03)
        with lock:
            running -= 1
        return page("x")

    server.routes["/a"] = route
    # a deadline shorter than the queue: waiting for a slot of our own does not count
    with make_fetcher(per_host=2, deadline=0.15) as fetcher, ThreadPoolExecutor(10) as threads:
        bodies = list(threads.map(lambda _: get(fetcher, server.url("/a")).body, range(16)))
    assert bodies == [b"x"] * 16
    assert most == 2

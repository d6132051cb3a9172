from __future__ import annotations

import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sample_site import SampleSite, find_file, serve_sample
from pipeline.feed_list import FeedList
from pipeline.ingest.fetch import HttpFetcher
from pipeline.records import Validators
from pipeline.resources import shipped_path
from pipeline.settings import IngestSettings
from pipeline.urls import host_of


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    (folder / "secret.html").write_text("outside")
    for host in ("one.example", "two.example"):
        (folder / "site" / host / "news").mkdir(parents=True)
        (folder / "site" / host / "index.html").write_text(f"home of {host}")
        (folder / "site" / host / "news" / "index.html").write_text(f"news of {host}")
        (folder / "site" / host / "feed.xml").write_text(f"feed of {host}")
    (folder / "site" / "README.md").write_text("no host")
    return folder / "site"


@pytest.fixture(scope="module")
def site(root: Path) -> Iterator[SampleSite]:
    with serve_sample(root) as running:
        yield running


def get(
    site: SampleSite, host: str, target: str, headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(site.address, site.port, timeout=5)
    connection.putrequest("GET", target, skip_host=True)
    for name, value in {"Host": host, **(headers or {})}.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_the_host_picks_the_folder(site: SampleSite) -> None:
    assert site.hosts == ("one.example", "two.example")
    assert get(site, "one.example", "/feed.xml")[1] == b"feed of one.example"
    assert get(site, "TWO.example:8080", "/feed.xml")[1] == b"feed of two.example"


@pytest.mark.parametrize("host", ["three.example", "", "README.md", ".", "..", "site/one.example"])
def test_another_host_is_not_found(site: SampleSite, host: str) -> None:
    assert get(site, host, "/feed.xml")[0].status == 404


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/", b"home of one.example"),
        ("/news/", b"news of one.example"),
        ("/?utm_source=x", b"home of one.example"),
        ("/feed.xml?utm_source=x&y=/", b"feed of one.example"),
        ("/%66eed.xml", b"feed of one.example"),
    ],
)
def test_a_path_ends_at_its_file(site: SampleSite, target: str, body: bytes) -> None:
    response, found = get(site, "one.example", target)
    assert (response.status, found) == (200, body)


@pytest.mark.parametrize(
    "target",
    [
        "/news",
        "/missing.html",
        "/feed.xml/",
        "/../../secret.html",
        "/%2e%2e/%2e%2e/secret.html",
        "/..%2f..%2fsecret.html",
        "/../two.example/feed.xml",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/feed.xml%00",
    ],
)
def test_everything_else_is_not_found(site: SampleSite, target: str) -> None:
    response, body = get(site, "one.example", target)
    assert (response.status, body) == (404, b"not found")


def test_a_symbolic_link_does_not_lead_out(root: Path) -> None:
    link = root / "one.example" / "way-out.html"
    link.symlink_to(root.parent / "secret.html")
    try:
        assert find_file(root.resolve(), "one.example", "/way-out.html") is None
    finally:
        link.unlink()


@given(st.text(alphabet=st.sampled_from("./%2eEfF\\ax?#\0"), max_size=30))
def test_no_path_leads_out(root: Path, target: str) -> None:
    own = root.resolve() / "one.example"
    found = find_file(root.resolve(), "one.example", target)
    assert found is None or found.is_relative_to(own)


def test_a_known_etag_is_answered_without_a_body(site: SampleSite) -> None:
    first, _ = get(site, "one.example", "/feed.xml")
    etag = first.headers["ETag"]
    again, body = get(site, "one.example", "/feed.xml", {"If-None-Match": etag})
    assert (again.status, body, again.headers["ETag"]) == (304, b"", etag)
    other, _ = get(site, "two.example", "/feed.xml", {"If-None-Match": etag})
    assert other.status == 200


def test_a_known_date_is_answered_without_a_body(site: SampleSite) -> None:
    first, _ = get(site, "one.example", "/feed.xml")
    date = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert get(site, "one.example", "/feed.xml", date)[0].status == 304
    old = {"If-Modified-Since": "Thu, 01 Jan 1998 00:00:00 GMT"}
    assert get(site, "one.example", "/feed.xml", old)[0].status == 200
    assert get(site, "one.example", "/feed.xml", {"If-Modified-Since": "soon"})[0].status == 200
    # an ETag that differs outweighs a date that fits
    both = {**date, "If-None-Match": '"other"'}
    assert get(site, "one.example", "/feed.xml", both)[0].status == 200


def test_a_connection_serves_many_requests(site: SampleSite) -> None:
    connection = HTTPConnection(site.address, site.port, timeout=5)
    for target, status in (("/", 200), ("/missing", 404), ("/", 200)):
        connection.request("GET", target, headers={"Host": "one.example"})
        response = connection.getresponse()
        response.read()
        assert response.status == status
    connection.close()


def test_nobody_listens_afterwards(root: Path) -> None:
    with serve_sample(root) as running:
        port = running.port
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass


def test_the_shipped_sample_is_served_as_its_publishers_do() -> None:
    folder = shipped_path("data/sample")
    types = {}
    with serve_sample(folder) as site:
        for line in FeedList.read(folder / "feeds.toml").lines:
            host = host_of(line.url)
            path = line.url.split(host)[1]
            types[host] = [
                get(site, host, target)[0].headers["Content-Type"] for target in (path, "/")
            ]
    html, xml = "text/html; charset=utf-8", "application/xml; charset=utf-8"
    assert types == {
        "chipledger.example": [xml, html],
        "stackdispatch.example": [xml, html],
        "northgatereview.example": ["application/feed+json; charset=utf-8", html],
        "portandprotocol.example": ["application/rdf+xml", "text/html"],
    }


def test_the_fetcher_finds_the_site_by_its_route() -> None:
    folder = shipped_path("data/sample")
    with (
        serve_sample(folder) as site,
        HttpFetcher(IngestSettings(), connect_to=site.route) as fetcher,
    ):
        url = "http://chipledger.example/feed.xml"
        response = fetcher.fetch(url, validators=Validators(), max_bytes=1_000_000)
        again = fetcher.fetch(url, validators=response.validators, max_bytes=1_000_000)
    assert response.body == (folder / "chipledger.example" / "feed.xml").read_bytes()
    assert (again.status, again.body) == (304, None)

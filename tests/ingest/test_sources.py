from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pipeline.canonical import sha256_bytes
from pipeline.errors import (
    ExtractionError,
    FeedError,
    HalfminuteError,
    SourceError,
    TooLargeError,
    UsageError,
)
from pipeline.ingest.fetch import HttpFetcher
from pipeline.ingest.pool import InlineExtractor
from pipeline.ingest.sources import (
    BodyKind,
    ReadArticle,
    ReadFeed,
    SourceKind,
    classify,
    read_source,
    sniff,
)
from pipeline.protocols import Response
from pipeline.records import Feed, Validators
from pipeline.settings import IngestSettings
from pipeline.urls import url_key
from tests.servers import LoopbackServer, Reply, page

PROSE = "The lab will pay 150 million dollars a month for a data center near Memphis, it said. "
FEED = (
    '<rss version="2.0"><channel><title>News</title>'
    "<item><title>A</title><link>/a</link></item></channel></rss>"
)
HTML = f"<html><body><article><h1>Lab rents</h1><p>{PROSE * 3}</p></article></body></html>"
TEXT = f"Lab rents\n\n{PROSE * 3}\n"


class NoNetwork:
    """A fetcher that must not be needed."""

    def fetch(self, url: str, *, validators: Validators, max_bytes: int) -> Response:
        raise AssertionError(url)


def read(spec: str | Path, **more: Any) -> ReadFeed | ReadArticle | None:
    arguments = {
        "fetcher": NoNetwork(),
        "extractor": InlineExtractor(),
        "settings": IngestSettings(attempts=1),
        **more,
    }
    return read_source(str(spec), **arguments)


def error(spec: str | Path, kind: type[HalfminuteError] = SourceError, **more: Any) -> str:
    with pytest.raises(kind) as caught:
        read(spec, **more)
    assert caught.value.mend
    assert caught.value.subject
    return str(caught.value)


class TestClassify:
    def test_kinds(self, tmp_path: Path) -> None:
        assert classify("-") is SourceKind.STDIN
        assert classify("https://site.example/feed") is SourceKind.URL
        assert classify(str(tmp_path)) is SourceKind.FILE

    @pytest.mark.parametrize(
        "spec", ["no-such-file.txt", "ftp://site.example/x", "site.example", "", "x" * 5000, "a\0b"]
    )
    def test_neither(self, spec: str) -> None:
        with pytest.raises(UsageError) as caught:
            classify(spec)
        assert caught.value.mend


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (FEED, BodyKind.FEED),
        ('{"version": "https://jsonfeed.org/version/1.1"}', BodyKind.FEED),
        ('{"any": "json"}', BodyKind.FEED),
        ("<?xml version='1.0'?><opml/>", BodyKind.FEED),
        ("<?xml version='1.0'?><!DOCTYPE html><html>", BodyKind.HTML),
        ("\n <!-- saved from --><!DOCTYPE HTML><html>", BodyKind.HTML),
        ("<p>one<p>two", BodyKind.HTML),
        ("Words first.<br>Then <p>some</p> <p>markup</p>", BodyKind.HTML),
        ("Use <p> for paragraphs.", BodyKind.TEXT),
        (TEXT, BodyKind.TEXT),
    ],
)
def test_sniff(text: str, kind: BodyKind) -> None:
    assert sniff(text) is kind


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "body"), [("a.html", HTML), ("a.txt", TEXT), ("noname", HTML)]
    )
    def test_articles(self, tmp_path: Path, name: str, body: str) -> None:
        path = tmp_path / name
        path.write_text(body, encoding="utf-8")
        found = read(path)
        assert isinstance(found, ReadArticle)
        assert (found.source, found.via, found.response) == (str(path), "file", None)
        assert found.extracted.title == "Lab rents"
        assert found.extracted.text.startswith("The lab will pay")

    def test_feed(self, tmp_path: Path) -> None:
        path = tmp_path / "feed.xml"
        path.write_text(FEED, encoding="utf-8")
        found = read(path)
        assert isinstance(found, ReadFeed)
        assert found.feed.title == "News"
        assert {entry.feed_id for entry in found.feed.entries} == {found.feed_id}

    def test_legacy_charset(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_bytes(f"Café opens\n\nThe café “Zoë” opens. {PROSE}".encode("cp1252"))
        found = read(path)
        assert isinstance(found, ReadArticle)
        assert found.extracted.title == "Café opens"
        assert "“Zoë”" in found.extracted.text

    def test_no_such_file(self) -> None:
        assert "neither an address nor an existing file" in error("gone.txt", UsageError)

    def test_folder(self, tmp_path: Path) -> None:
        assert "is a folder" in error(tmp_path)

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (b"", "is empty"),
            (b" \n\t", "is empty"),
            (b"%PDF-1.7", "is a PDF"),
            (b"\x00\x01\x02\x03", "is binary"),
        ],
    )
    def test_unusable(self, tmp_path: Path, body: bytes, words: str) -> None:
        path = tmp_path / "a.bin"
        path.write_bytes(body)
        line = error(path)
        assert words in line
        assert str(path) in line

    def test_unreadable(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "a.txt"
        path.write_text(TEXT)

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        if os.geteuid() == 0:  # root reads everything
            monkeypatch.setattr(Path, "open", refuse)
        else:
            path.chmod(0)
        assert "Permission denied" in error(path)

    def test_html_without_text_names_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "app.html"
        path.write_text("<html><body><div id=root></div></body></html>")
        assert str(path) in error(path, ExtractionError)

    def test_cut_short_feed(self, tmp_path: Path) -> None:
        path = tmp_path / "feed.xml"
        path.write_text(FEED[:-10])
        assert "cut short" in error(path, FeedError)

    def test_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text(TEXT * 10)
        settings = IngestSettings(page_bytes=1000)
        assert "page_bytes" in error(path, TooLargeError, settings=settings)
        settings = IngestSettings(page_bytes=500, feed_bytes=1000)
        assert "feed_bytes" in error(path, TooLargeError, settings=settings)


class TestStdin:
    def test_text(self) -> None:
        found = read("-", stdin=lambda size: TEXT.encode()[:size])
        assert isinstance(found, ReadArticle)
        assert (found.source, found.via) == ("-", "file")

    def test_empty(self) -> None:
        assert error("-", stdin=lambda _: b"").startswith("-: is empty")

    def test_endless(self) -> None:
        settings = IngestSettings(feed_bytes=1000)
        assert "1,000" in error(
            "-", TooLargeError, stdin=lambda size: b"x" * size, settings=settings
        )


class TestAddresses:
    @pytest.fixture
    def arguments(self) -> dict[str, Any]:
        settings = IngestSettings(attempts=1)
        return {
            "fetcher": HttpFetcher(settings, allow_private_hosts=True),
            "settings": settings,
        }

    def test_feed(self, server: LoopbackServer, arguments: dict[str, Any]) -> None:
        server.routes["/feed"] = page(FEED, "text/html")
        url = server.url("/feed?token=secret")
        found = read(url, **arguments)
        assert isinstance(found, ReadFeed)
        assert found.feed_id == Feed.make_id(url_key(url))
        assert found.source == server.url("/feed?token=***")
        assert found.response is not None
        assert found.response.validators.body_sha256 == sha256_bytes(FEED.encode())
        assert [entry.url for entry in found.feed.entries] == [server.url("/a")]
        assert {entry.feed_id for entry in found.feed.entries} == {found.feed_id}

    def test_page(self, server: LoopbackServer, arguments: dict[str, Any]) -> None:
        html = HTML.replace("<html>", '<html><head><link rel=canonical href="/b"></head>')
        server.routes["/a"] = page(html)
        found = read(server.url("/a"), **arguments)
        assert isinstance(found, ReadArticle)
        assert found.via == "page"
        assert found.response is not None
        assert found.response.final_url == server.url("/a")
        assert found.extracted.canonical_url == server.url("/b")

    def test_text(self, server: LoopbackServer, arguments: dict[str, Any]) -> None:
        server.routes["/a.txt"] = page(TEXT, "text/plain")
        found = read(server.url("/a.txt"), **arguments)
        assert isinstance(found, ReadArticle)
        assert found.extracted.title == "Lab rents"

    def test_charset_of_the_header(self, server: LoopbackServer, arguments: dict[str, Any]) -> None:
        body = HTML.replace("Lab rents", "Лаборатория").encode("cp1251")
        server.routes["/a"] = page(body, "text/html; charset=windows-1251")
        found = read(server.url("/a"), **arguments)
        assert isinstance(found, ReadArticle)
        assert found.extracted.title == "Лаборатория"

    def test_unchanged(self, server: LoopbackServer, arguments: dict[str, Any]) -> None:
        server.routes["/a"] = page(HTML)
        known = Validators(body_sha256=sha256_bytes(HTML.encode()))
        assert read(server.url("/a"), validators=known, **arguments) is None

    def test_api_answer(self, server: LoopbackServer, arguments: dict[str, Any]) -> None:
        server.routes["/api"] = page('{"posts": []}', "application/json")
        assert "no JSON Feed" in error(server.url("/api"), FeedError, **arguments)

    def test_fetch_errors_pass_through(
        self, server: LoopbackServer, arguments: dict[str, Any]
    ) -> None:
        server.routes["/a"] = Reply(status=404)
        assert "404" in error(server.url("/a"), **arguments)

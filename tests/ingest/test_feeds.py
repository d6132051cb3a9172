from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import FeedError
from pipeline.ingest.feeds import looks_like_feed, parse_feed
from pipeline.ingest.parsed_feed import (
    ParsedFeed,
    absolute_url,
    author_names,
    entry_key,
    sane_moment,
    title_text,
)
from pipeline.records import Entry
from tests.ingest import golden_files

BASE = "https://base.example/feeds/feed.xml"


def parse(text: str | bytes, content_type: str = "", base_url: str | None = BASE) -> ParsedFeed:
    body = text.encode() if isinstance(text, str) else text
    return parse_feed(
        body, label="the feed", content_type=content_type, base_url=base_url, feed_id="f-1"
    )


def rss(entries: str, channel: str = "") -> str:
    return f'<rss version="2.0"><channel>{channel}{entries}</channel></rss>'


def only(feed: ParsedFeed) -> Entry:
    (entry,) = feed.entries
    return entry


def failure(text: str | bytes) -> FeedError:
    with pytest.raises(FeedError) as caught:
        parse(text)
    assert caught.value.subject == "the feed"
    assert not caught.value.retryable
    return caught.value


@pytest.mark.parametrize("path", golden_files.inputs("feeds"), ids=lambda path: path.name)
def test_goldens(path: Path) -> None:
    assert golden_files.outcome(path) == golden_files.golden(path)


class TestNoFeed:
    def test_empty(self) -> None:
        assert "empty" in failure(" \n").what

    def test_a_page_names_the_feeds_it_offers(self) -> None:
        page = """<!doctype html><html><head>
            <link rel="stylesheet" href="/x.css"><link rel=alternate hreflang=de href="/de">
            <link rel="alternate" type="application/rss+xml" title="All" href="/all.xml">
            <link href='atom.xml' type='application/atom+xml' rel='alternate'></head>"""
        error = failure(page)
        assert "HTML page" in error.what
        assert "https://base.example/all.xml and https://base.example/feeds/atom.xml" in error.mend

    def test_a_page_without_feeds(self) -> None:
        assert "look for the feed" in failure("<html><body>Not found</body></html>").mend

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("<?xml version='1.0'?><opml version='2.0'><body/></opml>", "<opml>"),
            ("<svg:svg xmlns:svg='x'/>", "<svg:svg>"),
            ("Just some words.", "is no feed"),
            ('{"items": []}', "no JSON Feed"),
            ("[1, 2]", "no JSON Feed"),
            ('{"version": "https://jsonfeed.org/version/1.1"}', "items"),
            ('{"a": b}', "not valid JSON"),
            (b"%PDF-1.4", "a PDF"),
        ],
    )
    def test_other_documents(self, text: str | bytes, words: str) -> None:
        assert words in failure(text).what

    @pytest.mark.parametrize("name", ["rss20.xml", "rss10.xml", "atom.xml", "jsonfeed11.json"])
    def test_cut_short_anywhere(self, name: str) -> None:
        body = (golden_files.FOLDER / "feeds" / name).read_bytes().rstrip()
        for share in (0.4, 0.7, 0.95):
            assert "cut short" in failure(body[: int(len(body) * share)]).what
        assert "cut short" in failure(body[:-1]).what


class TestSloppiness:
    def test_malformed_xml_keeps_its_entries(self) -> None:
        feed = parse(rss("<item><title>A & B</title></item><item><title>C</b></title></item>"))
        assert [entry.title for entry in feed.entries] == ["A & B", "C"]

    def test_an_empty_feed_is_no_error(self) -> None:
        assert parse(rss("", "<title>Quiet</title>")) == ParsedFeed("Quiet", None, None, ())

    def test_wrong_charset_in_header_and_prolog(self) -> None:
        text = '<?xml version="1.0" encoding="us-ascii"?>' + rss(
            "<item><title>Zoë “ok”</title></item>"
        )
        assert only(parse(text, "text/xml; charset=iso-8859-1")).title == "Zoë “ok”"

    def test_legacy_charset_only_in_the_header(self) -> None:
        body = rss("<item><title>Привет, мир</title></item>").encode("cp1251")
        assert only(parse(body, "text/xml; charset=windows-1251")).title == "Привет, мир"

    def test_entity_bomb(self) -> None:
        bomb = (
            '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
            '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
        )
        feed = parse(bomb + rss("<item><title>x&c;</title><guid>1</guid></item>"))
        assert len(only(feed).title) < 1000


class TestEntries:
    def test_first_of_two_with_one_key(self) -> None:
        feed = parse(
            rss(
                "<item><guid>1</guid><title>A</title></item><item><guid>1</guid><title>B</title></item>"
            )
        )
        assert only(feed).title == "A"

    def test_key_does_not_depend_on_the_feeds_address(self) -> None:
        text = rss("<item><guid>12345</guid><title>A</title></item>")
        keys = {only(parse(text, base_url=base)).entry_key for base in (BASE, None)}
        assert keys == {"12345"}

    def test_links_resolve_against_the_site_where_the_feed_has_no_address(self) -> None:
        text = rss("<item><link>/a</link></item>", "<link>https://site.example/x/</link>")
        assert only(parse(text, base_url=None)).url == "https://site.example/a"

    @pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@b.example", "http://[x", ""])
    def test_links_that_lead_nowhere(self, link: str) -> None:
        assert only(parse(rss(f"<item><title>A</title><link>{link}</link></item>"))).url is None

    @pytest.mark.parametrize(
        ("stated", "moment"),
        [
            ("Mon, 16 Nov 2026 08:00:00 +0900", datetime(2026, 11, 15, 23, tzinfo=UTC)),
            ("Mon, 16 Nov 2026 08:00:00 EST", datetime(2026, 11, 16, 13, tzinfo=UTC)),
            ("2026-11-16T08:00:00.5Z", datetime(2026, 11, 16, 8, tzinfo=UTC)),
            ("2099-01-01T00:00:00Z", datetime(2099, 1, 1, tzinfo=UTC)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", None),
            ("0001-01-01T00:00:00Z", None),
            ("soon", None),
        ],
    )
    def test_dates(self, stated: str, moment: datetime | None) -> None:
        feed = parse(rss(f"<item><title>A</title><pubDate>{stated}</pubDate></item>"))
        assert only(feed).published == moment


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("<b>Bold</b> &lt;i&gt;claim&lt;/i&gt;", "Bold claim"),
        ("one<br/>two", "one two"),
        ("a < b and c > d", "a < b and c > d"),
        ("The <video> element", "The <video> element"),
        ("x&y=1&copy", "x&y=1&copy"),
        ("<script>alert(1)</script>safe", "safe"),
        ("donâ€™t", "don’t"),
        ("&#8220;quoted&#8221;&nbsp;&#x2014; dash", "“quoted” — dash"),
    ],
)
def test_title_text(markup: str, text: str) -> None:
    assert title_text(markup) == text


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["ann@site.example (Ann Lee)"], ("Ann Lee",)),
        (["Ann Lee <ann@site.example>"], ("Ann Lee",)),
        (["ann@site.example"], ()),
        (["By Ann Lee", "Ann Lee", None, " ", "admin"], ("Ann Lee",)),
        (["Ann Lee Monday", "Zoë O&#8217;Hara"], ("Ann Lee", "Zoë O’Hara")),
    ],
)
def test_author_names(names: list[str | None], found: tuple[str, ...]) -> None:
    assert author_names(names) == found


def test_entry_key_without_id_and_address_is_stable() -> None:
    moment = datetime(2026, 11, 16, tzinfo=UTC)
    key = entry_key(None, None, "Title", moment)
    assert key == entry_key(" ", None, "Title", moment)
    assert key != entry_key(None, None, "Title", None)
    assert entry_key(None, "https://a.example/?utm_source=x", "", None) == "https://a.example/"


def test_absolute_url() -> None:
    assert absolute_url("../x?y", "https://a.example/b/c/d") == "https://a.example/b/x?y"
    assert absolute_url("//cdn.example/x", "https://a.example/") == "https://cdn.example/x"
    assert absolute_url("x", None) is None


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_sane_moments_are_in_utc(moment: datetime) -> None:
    sane = sane_moment(moment)
    assert (sane is None) == (moment.year < 1990 or moment.year == 9999)
    assert sane is None or sane.tzinfo is UTC


@given(st.text(max_size=200))
def test_whatever_comes_is_a_feed_or_a_feed_error(text: str) -> None:
    for head in ("", "<rss>", "<feed>", '{"version": "https://jsonfeed.org/version/1.1", '):
        line = ""
        try:
            parse((head + text).encode("utf-8", "replace"))
        except FeedError as error:
            line = str(error)
        assert "\n" not in line


def test_looks_like_feed() -> None:
    assert looks_like_feed("\ufeff <?xml version='1.0'?><!-- x --><rss version='2.0'>")
    assert looks_like_feed('{"version": "https://jsonfeed.org/version/1"')
    assert not looks_like_feed("<!doctype html><html>")
    assert not looks_like_feed("Plain words")
    assert not looks_like_feed('{"openapi": "3.1"}')

"""Feeds and pages from a real server, through the real fetcher, into a real store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.ingest.fetch import HttpFetcher
from pipeline.ingest.pool import InlineExtractor
from pipeline.records import Feed, FetchStatus, Validators
from pipeline.settings import IngestSettings
from pipeline.stages.ingest import refresh_feeds
from pipeline.stages.ingestion import IngestReport
from pipeline.store import Store
from pipeline.urls import url_key
from tests.fakes import NOW, FakeFetcher, make_page
from tests.servers import LoopbackServer, Reply, Request, page, redirect
from tests.stages.world import Entry, atom, ingestion, subscribed

SETTINGS = IngestSettings(
    connect_timeout=2, deadline=1.5, attempts=1, recheck_hours=6, recheck_days=7
)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TEXT = "Corvane Labs pays Brightmoor 40 million dollars a month for its hall."


@pytest.fixture(scope="module")
def fetcher() -> Iterator[HttpFetcher]:
    with HttpFetcher(SETTINGS, allow_private_hosts=True) as fetcher:
        yield fetcher


class Site:
    """A site on a loopback server with one feed, and the home that reads it."""

    def __init__(self, server: LoopbackServer, store: Store, fetcher: HttpFetcher) -> None:
        self.server = server
        self.store = store
        self.fetcher = fetcher
        self.feeds = subscribed(store, server.url("/feed.xml"))

    def url(self, path: str) -> str:
        return self.server.url(path)

    def lists(self, *entries: Entry, path: str = "/feed.xml", title: str = "The Example") -> None:
        """Serve a feed; a link that is a path leads to this server."""
        stated = [
            Entry(**{**vars(e), "link": self.url(e.link)}) if e.link.startswith("/") else e
            for e in entries
        ]
        self.server.routes[path] = page(atom(stated, title), "application/atom+xml")

    def serves(self, path: str, *paragraphs: str, title: str = "A title") -> None:
        self.server.routes[path] = page(make_page(title, *(paragraphs or (TEXT,))))

    def refresh(self, now: datetime = NOW) -> IngestReport:
        feeds = [self.store.feed(feed.feed_id) or feed for feed in self.feeds]
        return refresh_feeds(ingestion(self.store, self.fetcher, now=now, given=SETTINGS), feeds)

    def texts(self, report: IngestReport) -> list[str]:
        return [a.revision.text for a in self.store.articles(report.article_ids).values()]


@pytest.fixture
def site(server: LoopbackServer, store: Store, fetcher: HttpFetcher) -> Site:
    return Site(server, store, fetcher)


def test_a_new_feed_gives_its_articles_in_its_order(site: Site) -> None:
    site.lists(Entry("/2", title="Second"), Entry("/1", title="First"))
    site.serves("/1", "One text.", title="First")
    site.serves("/2", "Another text.", title="Second")
    report = site.refresh()
    assert (report.sources, report.sources_failed, report.failures) == (1, 0, ())
    assert site.texts(report) == ["Another text.", "One text."]
    (second, first) = site.store.articles(report.article_ids).values()
    assert first.article.url == site.url("/1")
    assert first.article.source == "The Example"
    assert first.article.feed_id == site.feeds[0].feed_id
    assert first.article.published == datetime(2026, 11, 12, 9, tzinfo=UTC)
    assert (second.article.first_seen, second.revision.via) == (NOW, "page")
    assert site.store.feeds()[0].title == "The Example"


def test_a_rerun_asks_for_the_feed_alone_and_reports_the_same(site: Site) -> None:
    site.lists(Entry("/1"), Entry("/2"))
    site.serves("/1")
    site.serves("/2", "Another text.")
    first = site.refresh()
    site.server.requests.clear()
    assert site.refresh() == first
    assert site.server.paths() == ["/feed.xml"]


def answering_304(body: bytes) -> Reply:
    return Reply(body, headers={"ETag": '"v1"', "Content-Type": "text/html"})


def test_a_server_that_says_unchanged_is_believed(site: Site) -> None:
    site.lists(Entry("/1"))

    def conditional(request: Request) -> Reply:
        known = request.headers.get("if-none-match") == '"v1"'
        return Reply(status=304) if known else answering_304(make_page("A title", TEXT))

    site.server.routes["/1"] = conditional
    before = site.refresh()
    after = site.refresh(NOW + 7 * HOUR)
    assert after.article_ids == before.article_ids
    assert after.failures == ()
    assert site.server.paths().count("/1") == 2
    (known,) = site.store.pages([url_key(site.url("/1"))]).values()
    assert (known.state.http_status, known.state.ok_at) == (304, NOW + 7 * HOUR)
    assert known.article_id == before.article_ids[0]
    assert len(site.store.revisions(before.article_ids[0])) == 1


def test_an_identical_body_is_unchanged_whatever_the_headers_say(site: Site) -> None:
    site.lists(Entry("/1"))
    site.serves("/1")
    (article_id,) = site.refresh().article_ids
    assert site.refresh(NOW + 7 * HOUR).article_ids == (article_id,)
    assert site.server.paths().count("/1") == 2
    assert len(site.store.revisions(article_id)) == 1


def test_a_changed_page_gets_a_new_revision_and_keeps_the_old_one(site: Site) -> None:
    site.lists(Entry("/1"))
    site.serves("/1", "The hall costs 40 million dollars.")
    (article_id,) = site.refresh().article_ids
    site.serves("/1", "The hall costs 50 million dollars.")
    report = site.refresh(NOW + 7 * HOUR)
    assert report.article_ids == (article_id,)
    assert site.texts(report) == ["The hall costs 50 million dollars."]
    assert [(r.text, r.seen_at) for r in site.store.revisions(article_id)] == [
        ("The hall costs 40 million dollars.", NOW),
        ("The hall costs 50 million dollars.", NOW + 7 * HOUR),
    ]
    assert site.store.articles([article_id])[article_id].article.first_seen == NOW


def test_what_fails_is_reported_and_the_others_are_done(site: Site) -> None:
    site.lists(*(Entry(f"/{name}") for name in ("gone", "good", "broken", "empty", "slow", "last")))
    site.serves("/good")
    site.serves("/last", "Another text.")
    site.server.routes["/gone"] = Reply(status=404)
    site.server.routes["/broken"] = Reply(status=500)
    site.server.routes["/empty"] = page("<html><body></body></html>")

    def drip() -> Iterator[bytes]:
        while True:
            time.sleep(0.2)
            yield b"<p>"

    site.server.routes["/slow"] = lambda _: Reply(stream=drip())
    report = site.refresh()
    assert site.texts(report) == [TEXT, "Another text."]
    assert (report.sources, report.sources_failed) == (1, 0)
    assert [failure.source for failure in report.failures] == [
        site.url(f"/{name}") for name in ("gone", "broken", "empty", "slow")
    ]
    kinds = {failure.source.rpartition("/")[2]: failure for failure in report.failures}
    assert "404" in kinds["gone"].reason
    assert not kinds["gone"].retryable
    assert "500" in kinds["broken"].reason
    assert kinds["broken"].retryable
    assert kinds["empty"].kind == "extraction"
    assert kinds["slow"].retryable
    assert all(failure.mend for failure in report.failures)


def test_a_page_that_failed_is_tried_again_in_a_rerun_and_else_after_a_wait(site: Site) -> None:
    site.lists(Entry("/1"))
    (failure,) = site.refresh().failures
    assert failure.source == site.url("/1")
    assert "404" in failure.reason
    site.server.requests.clear()
    (told_again,) = site.refresh(NOW + HOUR).failures
    assert "/1" not in site.server.paths()
    assert told_again.source == failure.source
    assert told_again.reason.startswith(failure.reason)
    assert told_again.source not in told_again.reason
    site.serves("/1")
    assert site.refresh(NOW + 7 * HOUR).failures == ()
    (known,) = site.store.pages([url_key(site.url("/1"))]).values()
    assert (known.state.status, known.state.failures) == (FetchStatus.OK, 0)


def test_a_known_article_whose_page_is_gone_stays_and_the_failure_is_told(site: Site) -> None:
    site.lists(Entry("/1"))
    site.serves("/1")
    before = site.refresh()
    del site.server.routes["/1"]
    report = site.refresh(NOW + 7 * HOUR)
    assert report.article_ids == before.article_ids
    assert len(report.failures) == 1
    assert site.texts(report) == [TEXT]


def test_a_feed_that_fails_leaves_the_other_feeds_alone(site: Site) -> None:
    feeds = subscribed(site.store, site.url("/a.xml"), site.url("/b.xml"), site.url("/c.xml"))
    site.feeds = feeds
    site.lists(Entry("/1"), path="/b.xml")
    site.serves("/1")
    site.server.routes["/c.xml"] = page("<html><body>no feed</body></html>")
    report = site.refresh()
    assert (report.sources, report.sources_failed) == (3, 2)
    assert len(report.article_ids) == 1
    assert {failure.kind for failure in report.failures} == {"fetch", "feed"}
    states = {feed.url: feed.state for feed in site.store.feeds()}
    failed = states[site.url("/a.xml")]
    assert (failed.status, failed.failures, failed.http_status) == (FetchStatus.FAILED, 1, 404)
    assert failed.error is not None
    assert states[site.url("/b.xml")].status is FetchStatus.OK
    site.refresh(NOW + HOUR)
    assert {f.url: f.state.failures for f in site.store.feeds()}[site.url("/a.xml")] == 2


def test_a_truncated_feed_stores_nothing_and_is_fetched_whole_the_next_time(site: Site) -> None:
    site.lists(Entry("/1"), Entry("/2"))
    site.serves("/1")
    site.serves("/2", "Another text.")
    whole = atom([Entry(site.url("/1")), Entry(site.url("/2"))])
    site.server.routes["/feed.xml"] = page(whole[:-60], "application/atom+xml")
    report = site.refresh()
    assert (report.article_ids, report.sources_failed) == ((), 1)
    assert site.store.entries(site.feeds[0].feed_id) == []
    assert site.store.feeds()[0].state.validators == Validators()
    site.lists(Entry("/1"), Entry("/2"))
    assert len(site.refresh().article_ids) == 2


def test_a_feed_that_is_unchanged_still_has_its_pages_fetched(site: Site) -> None:
    """A run killed after the feed was stored goes on with its pages."""
    site.lists(Entry("/1"))
    site.refresh()
    site.serves("/1")
    site.server.requests.clear()
    report = site.refresh()
    assert site.texts(report) == [TEXT]


def test_a_feed_that_moved_for_good_keeps_its_id(site: Site) -> None:
    site.server.routes["/feed.xml"] = redirect("/new.xml", 301)
    site.lists(Entry("/1"), path="/new.xml")
    site.serves("/1")
    site.refresh()
    (moved,) = site.store.feeds()
    assert (moved.feed_id, moved.url) == (site.feeds[0].feed_id, site.url("/new.xml"))
    assert site.store.feed_by_url(url_key(site.url("/feed.xml"))) == moved
    site.server.requests.clear()
    site.refresh(NOW + HOUR)
    assert site.server.paths()[0] == "/new.xml"


def test_a_feed_that_moved_for_now_keeps_its_address(site: Site) -> None:
    site.server.routes["/feed.xml"] = redirect("/mirror.xml", 302)
    site.lists(Entry("/1"), path="/mirror.xml")
    site.refresh()
    assert site.store.feeds()[0].url == site.url("/feed.xml")


def test_the_title_of_the_feed_list_wins_over_the_feeds_own(site: Site) -> None:
    site.feeds = subscribed(site.store, site.url("/feed.xml"), title="My name for it")
    site.lists(Entry("/1"), title="Its own name")
    site.serves("/1")
    report = site.refresh()
    assert site.store.feeds()[0].title == "My name for it"
    (article,) = site.store.articles(report.article_ids).values()
    assert article.article.source == "My name for it"


LONG = "<p>" + " ".join(f"Word{n}" for n in range(60)) + " ends the full text.</p>"


def test_the_feeds_own_content_is_used_where_the_page_is_a_stub(site: Site) -> None:
    site.lists(Entry("/1", title="From the feed", content=LONG))
    site.serves("/1", "Subscribe to read on.", title="From the page")
    (article,) = site.store.articles(site.refresh().article_ids).values()
    assert article.revision.text.endswith("ends the full text.")
    assert (article.revision.via, article.revision.title) == ("feed", "From the feed")
    assert article.article.url == site.url("/1")


def test_the_page_is_used_where_the_feed_has_no_more(site: Site) -> None:
    site.lists(Entry("/1", content="<p>Only an excerpt.</p>"))
    site.serves("/1")
    (article,) = site.store.articles(site.refresh().article_ids).values()
    assert (article.revision.via, article.revision.text) == ("page", TEXT)


def test_the_feeds_own_content_stands_in_for_a_page_that_is_gone_or_empty(site: Site) -> None:
    site.lists(Entry("/gone", content=LONG), Entry("/empty", content=LONG.replace("Word", "W")))
    site.server.routes["/empty"] = page("<html><body></body></html>")
    report = site.refresh()
    assert len(report.article_ids) == 2
    assert all(text.endswith("ends the full text.") for text in site.texts(report))
    assert [failure.source for failure in report.failures] == [site.url("/gone")]


def test_an_entry_without_a_link_is_its_own_content(site: Site) -> None:
    site.lists(
        Entry(entry_id="urn:1", title="Note", content=LONG),
        Entry(entry_id="urn:2", title="Nothing but a title"),
    )
    report = site.refresh()
    (article,) = site.store.articles(report.article_ids).values()
    assert (article.article.url, article.revision.title) == (None, "Note")
    assert report.failures == ()
    assert site.refresh().article_ids == report.article_ids


def test_two_feeds_on_one_page_fetch_it_once_and_the_first_feed_has_it(site: Site) -> None:
    site.feeds = subscribed(site.store, site.url("/a.xml"), site.url("/b.xml"))
    for path in ("/a.xml", "/b.xml"):
        site.lists(Entry("/1?utm_source=feed"), Entry("/1"), path=path, title=f"Feed {path}")
    site.serves("/1")
    report = site.refresh()
    assert len(report.article_ids) == 1
    assert sum(path.startswith("/1") for path in site.server.paths()) == 1
    (article,) = site.store.articles(report.article_ids).values()
    assert article.article.feed_id == min(feed.feed_id for feed in site.feeds)


def test_a_deleted_page_that_leads_home_is_no_article(site: Site) -> None:
    site.lists(Entry("/2026/1"))
    site.server.routes["/2026/1"] = redirect("/")
    site.serves("/", "The home page of this site.")
    report = site.refresh()
    assert report.article_ids == ()
    assert "home page" in report.failures[0].reason


CANONICAL = '<html><head><title>A title</title><link rel="canonical" href="{}"></head><body>{}</body></html>'  # noqa: E501


@pytest.fixture
def extracting(server: LoopbackServer, store: Store, fetcher: HttpFetcher) -> Site:
    """Return a site whose pages go through the real extractor."""

    class Extracting(Site):
        def refresh(self, now: datetime = NOW) -> IngestReport:
            means = ingestion(
                self.store, self.fetcher, now=now, given=SETTINGS, extractor=InlineExtractor()
            )
            return refresh_feeds(means, self.feeds)

    return Extracting(server, store, fetcher)


BODY = "<article><h1>A title</h1>" + "".join(
    f"<p>Paragraph {n} of the report tells how {name} leases a hall of chips for a year.</p>"
    for n, name in enumerate(("Corvane Labs", "Brightmoor", "Ferncliff", "Tarnhelm"))
) + "</article>"  # fmt: skip


def canonical(server: LoopbackServer, path: str, declared: str) -> None:
    server.routes[path] = page(CANONICAL.format(declared, BODY))


def test_a_canonical_link_on_the_same_site_is_the_identity(extracting: Site) -> None:
    extracting.lists(Entry("/1?page=print"), Entry("/amp/1"))
    for path in ("/1", "/amp/1"):
        canonical(extracting.server, path, extracting.url("/articles/1"))
    report = extracting.refresh()
    (article,) = extracting.store.articles(report.article_ids).values()
    assert article.article.url == extracting.url("/articles/1")
    assert article.article.declared_canonical is None


def test_a_canonical_link_to_another_site_is_only_a_hint(extracting: Site) -> None:
    extracting.lists(Entry("/1"))
    canonical(extracting.server, "/1", "https://wire.example/report")
    (article,) = extracting.store.articles(extracting.refresh().article_ids).values()
    assert article.article.url == extracting.url("/1")
    assert article.article.declared_canonical == "https://wire.example/report"


def test_a_canonical_link_to_the_home_page_is_a_mistake(extracting: Site) -> None:
    extracting.lists(Entry("/1"), Entry("/2"))
    for path in ("/1", "/2"):
        canonical(extracting.server, path, extracting.url("/"))
    assert len(extracting.refresh().article_ids) == 2


@pytest.mark.parametrize(
    ("published", "kept"),
    [
        ("2026-11-12T09:00:00+02:00", datetime(2026, 11, 12, 7, tzinfo=UTC)),
        ("2026-11-17T06:00:00Z", datetime(2026, 11, 17, 6, tzinfo=UTC)),
        ("2026-12-24T09:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_that_makes_no_sense_is_no_date(
    store: Store, published: str, kept: datetime | None
) -> None:
    feeds = subscribed(store, "https://example.org/feed")
    fetched = FakeFetcher(
        {
            "https://example.org/feed": atom([Entry("https://example.org/1", published=published)]),
            "https://example.org/1": make_page("A title", TEXT),
        }
    )
    (article,) = store.articles(
        refresh_feeds(ingestion(store, fetched), feeds).article_ids
    ).values()
    assert article.article.published == kept
    assert article.article.moment == (kept or NOW)


def test_a_page_is_not_asked_for_ever_after(store: Store) -> None:
    """Each look at a page makes it no younger."""
    feeds: list[Feed] = list(subscribed(store, "https://example.org/feed"))
    fetched = FakeFetcher(
        {
            "https://example.org/feed": atom([Entry("https://example.org/1")]),
            "https://example.org/1": make_page("A title", TEXT),
        }
    )
    for hours in range(0, 24 * 20, 6):
        refresh_feeds(
            ingestion(store, fetched, now=NOW + hours * HOUR, given=SETTINGS),
            [store.feed(feed.feed_id) or feed for feed in feeds],
        )
    assert fetched.urls.count("https://example.org/1") == 7 * 4


def test_a_secret_in_a_feeds_address_is_told_to_nobody(site: Site) -> None:
    site.feeds = subscribed(site.store, site.url("/feed.xml?token=s3cret"))
    (failure,) = site.refresh().failures
    (known,) = (feed for feed in site.store.feeds() if feed.state.error)
    assert failure.source.endswith("/feed.xml?token=***")
    assert "s3cret" not in failure.model_dump_json() + str(known.state.error)

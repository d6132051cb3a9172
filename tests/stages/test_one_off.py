from __future__ import annotations

import io
from pathlib import Path

import pytest

from pipeline.errors import FetchError
from pipeline.stages.ingestion import IngestReport
from pipeline.stages.one_off import brief_articles, ingest_sources
from pipeline.stages.stories import update_stories
from pipeline.store import Store
from tests.fakes import NOW, FakeFetcher, make_page
from tests.stages.stories import FIRST_WEEK, GERMAN, HARVEST, save
from tests.stages.world import Entry, atom, ingestion, settings, subscribed, writing

TEXT = "Corvane Labs pays Brightmoor 40 million dollars a month.\n\nThe lease ends in 2029.\n"


def ingest(
    store: Store, *sources: str, fetcher: FakeFetcher | None = None, stdin: bytes = b""
) -> IngestReport:
    means = ingestion(store, fetcher or FakeFetcher({}))
    return ingest_sources(means, sources, io.BytesIO(stdin))


def texts(store: Store, report: IngestReport) -> list[str]:
    return [each.revision.text for each in store.articles(report.article_ids).values()]


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_text_file_is_an_article_named_by_its_text(store: Store, note: Path) -> None:
    report = ingest(store, str(note))
    assert (report.sources, report.sources_failed, report.failures) == (1, 0, ())
    (article,) = store.articles(report.article_ids).values()
    assert (article.article.url, article.article.source) == (None, "local file")
    assert (article.revision.via, article.article.moment) == ("file", NOW)
    assert ingest(store, str(note)).article_ids == report.article_ids


def test_what_a_source_is_shows_in_its_bytes(store: Store, tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.write_bytes(make_page("Of the page", "A paragraph of the page."))
    feed = tmp_path / "feed"
    feed.write_bytes(atom([Entry(entry_id="urn:1", content="<p>A paragraph of the feed.</p>")]))
    report = ingest(store, str(page), str(feed), "-", stdin=TEXT.encode())
    assert texts(store, report)[:2] == ["A paragraph of the page.", "A paragraph of the feed."]
    assert "ends in 2029" in texts(store, report)[2]
    assert report.sources == 3


def test_a_source_named_twice_is_read_once(store: Store, note: Path) -> None:
    assert ingest(store, str(note), str(note)).sources == 1


def test_what_cannot_be_used_leaves_the_others_alone(
    store: Store, note: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"%PDF-1.7\n\x00\x01\x02")
    (tmp_path / "broken.xml").write_bytes(atom([Entry("https://x.example/1")])[:-30])
    bad = [
        str(tmp_path / "missing"),
        str(tmp_path / "empty"),
        str(tmp_path),
        str(tmp_path / "binary"),
        str(tmp_path / "broken.xml"),
        "gopher://old.example/",
        "https://gone.example/1",
    ]
    report = ingest(store, *bad, str(note))
    assert len(texts(store, report)) == 1
    assert [failure.source for failure in report.failures] == bad
    assert all(failure.reason and failure.mend for failure in report.failures)
    assert (report.sources, report.sources_failed) == (8, 7)


def test_a_page_is_an_article_at_its_address(store: Store) -> None:
    url = "https://example.org/1"
    report = ingest(store, url, fetcher=FakeFetcher({url: make_page("T", "A paragraph.")}))
    (article,) = store.articles(report.article_ids).values()
    assert (article.article.url, article.article.source) == (url, "example.org")
    assert article.revision.via == "page"


FEED = "https://example.org/feed"


def test_a_feed_is_read_once_without_a_subscription(store: Store) -> None:
    pages = {
        FEED: atom([Entry("https://example.org/1"), Entry("https://example.org/2")]),
        "https://example.org/1": make_page("One", "A paragraph of one."),
    }
    report = ingest(store, FEED, fetcher=FakeFetcher(pages))
    assert texts(store, report) == ["A paragraph of one."]
    assert [failure.source for failure in report.failures] == ["https://example.org/2"]
    assert (report.sources, report.sources_failed) == (1, 0)
    assert store.feeds(subscribed=True) == []
    assert store.feeds()[0].title == "The Example"


def test_a_subscribed_feed_read_once_stays_as_it_is(store: Store) -> None:
    (feed,) = subscribed(store, FEED, title="My name for it")
    ingest(store, FEED, fetcher=FakeFetcher({FEED: atom([])}))
    (after,) = store.feeds(subscribed=True)
    assert after == feed


def test_a_feed_of_which_nothing_can_be_had_has_failed(store: Store) -> None:
    gone = FetchError("https://example.org/1", "no answer", "wait")
    fetcher = FakeFetcher({FEED: atom([Entry("https://example.org/1")]), gone.subject: gone})
    report = ingest(store, FEED, fetcher=fetcher)
    assert (report.sources, report.sources_failed, len(report.failures)) == (1, 1, 1)


def test_a_feed_without_entries_is_no_failure(store: Store) -> None:
    report = ingest(store, FEED, fetcher=FakeFetcher({FEED: atom([])}))
    assert report == IngestReport((), (), 1, 0)


def test_briefs_are_of_the_stories_the_articles_belong_to(store: Store) -> None:
    save(store, *FIRST_WEEK)
    means = writing(store)
    update_stories(means.reading, settings(), NOW)
    ids = [each.article.article_id for each in FIRST_WEEK]
    lease, harvest = brief_articles(means, ids, NOW)
    assert (lease.rank, harvest.rank) == (1, 2)
    assert len(lease.sources) == 3
    # one article of a story brings the whole story, and no other
    (alone,) = brief_articles(means, ["a-lease-stack"], NOW)
    assert (alone.id, alone.rank, alone.sources) == (lease.id, 1, lease.sources)


def test_what_is_withheld_has_no_brief(store: Store) -> None:
    save(store, GERMAN)
    means = writing(store)
    update_stories(means.reading, settings(), NOW)
    assert brief_articles(means, [GERMAN.article.article_id], NOW) == []
    assert brief_articles(means, [], NOW) == []
    assert brief_articles(means, [HARVEST.article.article_id], NOW) == []

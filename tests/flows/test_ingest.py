from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect.artifacts import Artifact
from prefect.runtime import flow_run

from flows.ingest import (
    BATCH_FEEDS,
    REPORT_FAILURES,
    SUPERSEDED_AFTER,
    batches,
    ingest,
    is_superseded,
    report_markdown,
    require_a_source,
)
from pipeline.errors import SourceError
from pipeline.options import RunOptions
from pipeline.records import Failure
from pipeline.stages.ingestion import NOTHING, IngestReport
from pipeline.store import Store
from tests.servers import LoopbackServer, page, serving

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
EMPTY_FEED = page(
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Quiet</title>'
    "<link>http://quiet.example/</link><description>No news</description></channel></rss>",
    "application/rss+xml",
)


def failure(source: str = "http://a.example/feed", reason: str = "status 404") -> Failure:
    return Failure(source=source, kind="fetch", reason=reason, mend="check the address")


def write_feeds(path: Path, urls: list[str]) -> Path:
    path.write_text("".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls))
    return path


@given(st.sets(st.text(alphabet="0123456789abcdef", min_size=4), max_size=80), st.randoms())
def test_batches_depend_on_nothing_but_the_ids(ids: set[str], random: Any) -> None:
    shuffled = sorted(ids)
    random.shuffle(shuffled)
    cut = batches(shuffled)
    assert [feed_id for batch in cut for feed_id in batch] == sorted(ids)
    assert all(len(batch) == BATCH_FEEDS for batch in cut[:-1])
    assert all(0 < len(batch) <= BATCH_FEEDS for batch in cut[-1:])


def test_a_run_an_hour_late_has_a_successor() -> None:
    assert not is_superseded(NOW, NOW)
    assert not is_superseded(NOW, NOW + SUPERSEDED_AFTER - timedelta(seconds=1))
    assert is_superseded(NOW, NOW + SUPERSEDED_AFTER)


def test_some_sources_may_fail() -> None:
    require_a_source(NOTHING)
    require_a_source(IngestReport((), (failure(),), 2, 1))


def test_all_sources_may_not_fail() -> None:
    secret = failure("http://user:pass@a.example/feed?token=abc")
    with pytest.raises(SourceError) as caught:
        require_a_source(IngestReport((), (secret, failure()), 2, 2))
    message = str(caught.value)
    assert message.startswith("all 2 feeds: failed, such as http://")
    assert "status 404" in message
    assert "pass@" not in message
    assert "abc" not in message


def test_the_report_counts_and_lists() -> None:
    report = IngestReport(("a-1", "a-2"), (failure(reason="no | feed"),), 3, 1)
    assert report_markdown(report, 2, NOW) == (
        "# Ingest at 2026-11-16T06:00:00Z\n\n"
        "| | |\n|---|---:|\n"
        "| feeds | 3 |\n| feeds that failed | 1 |\n| articles in them | 2 |\n"
        "| stories touched | 2 |\n| failures | 1 |\n\n"
        "| source | kind | reason | mend |\n|---|---|---|---|\n"
        "| http://a.example/feed | fetch | no \\| feed | check the address |\n"
    )


def test_the_report_keeps_secrets_and_measure() -> None:
    many = tuple(failure(f"http://u:pw@a.example/{n}") for n in range(REPORT_FAILURES + 5))
    text = report_markdown(IngestReport((), many, 1, 0), 0, NOW)
    assert text.count("a.example") == REPORT_FAILURES
    assert text.endswith("\nand 5 more\n")
    assert "pw@" not in text


@pytest.fixture
def web() -> Iterator[LoopbackServer]:
    with serving({"/quiet.xml": EMPTY_FEED}) as running:
        yield running


def latest_report() -> str:
    found: Any = Artifact.get("ingest-report")
    return str(found.data)


@pytest.mark.usefixtures("prefect_api")
def test_the_flow_reports_what_failed_and_goes_on(tmp_path: Path, web: LoopbackServer) -> None:
    urls = [web.url("/quiet.xml"), *(web.url(f"/gone{n}.xml") for n in range(BATCH_FEEDS))]
    options = RunOptions(home=tmp_path / "home", allow_private_hosts=True)
    feeds = write_feeds(tmp_path / "feeds.toml", urls)
    report: Any = ingest(options, feeds=feeds, now="2026-11-16T06:00:00Z")
    failures = report.pop("failures")
    assert report == {
        "now": "2026-11-16T06:00:00Z",
        "sources": BATCH_FEEDS + 1,
        "sources_failed": BATCH_FEEDS,
        "articles": 0,
        "stories": 0,
    }
    assert sorted(each["source"] for each in failures) == sorted(urls[1:])
    assert f"| feeds that failed | {BATCH_FEEDS} |" in latest_report()
    with Store.open(tmp_path / "home" / "halfminute.db") as store:
        assert len(store.feeds(subscribed=True)) == BATCH_FEEDS + 1
        assert {f.state.fetched_at for f in store.feeds()} == {NOW}


@pytest.mark.usefixtures("prefect_api")
def test_the_flow_fails_when_every_source_failed(tmp_path: Path, web: LoopbackServer) -> None:
    options = RunOptions(home=tmp_path, allow_private_hosts=True)
    write_feeds(tmp_path / "feeds.toml", [web.url("/gone.xml")])  # the home's own list
    state = ingest(options, return_state=True)
    assert state.is_failed()
    assert "all 1 feeds: failed, such as http://127.0.0.1" in str(state.message)
    assert "| feeds that failed | 1 |" in latest_report()


@pytest.mark.usefixtures("prefect_api")
def test_the_flow_without_feeds_has_nothing_to_do(tmp_path: Path) -> None:
    write_feeds(tmp_path / "feeds.toml", [])
    report: Any = ingest(RunOptions(home=tmp_path))
    assert (report["sources"], report["articles"]) == (0, 0)


@pytest.mark.usefixtures("prefect_api")
def test_the_flow_leaves_out_a_run_that_comes_too_late(
    tmp_path: Path, web: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_feeds(tmp_path / "feeds.toml", [web.url("/quiet.xml")])
    options = RunOptions(home=tmp_path, allow_private_hosts=True)
    due = datetime.now(UTC) - 2 * SUPERSEDED_AFTER
    monkeypatch.setitem(vars(flow_run), "scheduled_start_time", due)
    state = ingest(options, return_state=True)
    assert (state.is_completed(), state.name, web.requests) == (True, "Skipped", [])
    asked_for: Any = ingest(options, now="2026-11-16T06:00:00Z")  # by hand, for that moment
    assert asked_for["sources"] == 1

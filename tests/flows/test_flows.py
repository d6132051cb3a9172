"""Both flows with all their real parts, over two publishers of the sample week."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prefect.artifacts import Artifact

from flows.ingest import ingest
from flows.sample_site import serve_sample
from flows.weekly_digest import weekly_digest
from pipeline.options import RunOptions
from pipeline.publish.digest import read
from pipeline.resources import shipped_path

NOW = "2026-11-16T06:00:00Z"
FEEDS = """
[[feeds]]
url = "http://northgatereview.example/feed.json"

[[feeds]]
url = "http://portandprotocol.example/feeds/rss10.xml"

[[feeds]]
url = "http://northgatereview.example/no-such-feed.json"
"""


@pytest.mark.model
@pytest.mark.usefixtures("prefect_api")
def test_the_week_comes_from_its_feeds_the_same_each_time(tmp_path: Path) -> None:
    home = tmp_path / "home"
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(FEEDS)
    with serve_sample(shipped_path("data/sample")) as site:
        options = RunOptions(home=home, route=site.route)
        report: Any = ingest(options, feeds=feeds, now=NOW)
        path = Path(weekly_digest(options, now=NOW))
        first = path.read_bytes()
        again: Any = ingest(options, feeds=feeds, now=NOW)
        assert weekly_digest(options, week="2026-W46", now=NOW) == str(path)

    (failure,) = report["failures"]
    assert failure["source"] == "http://northgatereview.example/no-such-feed.json"
    assert (report["sources"], report["sources_failed"]) == (3, 1)
    assert (report["articles"], again["articles"]) == (10, 10)
    assert report["stories"] >= 8  # Quayside's hole is told by both
    assert again["stories"] == 0

    assert path == home / "digests" / "2026-W46.json"
    assert path.read_bytes() == first
    digest = read(first.decode(), label=str(path))
    told = {source.url for story in digest.stories for source in story.sources}
    assert "http://portandprotocol.example/news/10431-quayside-hosting-firms.html" in told
    assert [feed.status for feed in digest.health.feeds].count("failed") == 1

    written: Any = Artifact.get("weekly-digest")
    assert path.as_uri() in written.data
    assert f"| stories told | {len(digest.stories)} |" in written.data

"""The real site that lies beside the repository, through a loopback server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.replay import serving
from pipeline.assembly import open_workshop
from pipeline.feed_list import FeedLine
from pipeline.home import Home
from pipeline.runs import refresh, subscribe
from pipeline.settings import load_settings

SITE = Path(__file__).resolve().parents[3] / "shared/eval/replay/flink/content"
NOW = datetime(2024, 10, 1, tzinfo=UTC)


@pytest.mark.skipif(not SITE.is_dir(), reason="../shared is absent")
def test_stored_pages_become_articles_and_missing_ones_are_reported(tmp_path: Path) -> None:
    settings = load_settings(None, {})
    with (
        serving(SITE, "flink.apache.org") as address,
        open_workshop(Home(tmp_path), settings, tmp_path, allow_private_hosts=True) as workshop,
    ):
        feeds = subscribe(workshop, [FeedLine(url=f"{address}/posts/index.xml")], NOW)
        report = refresh(workshop, feeds, NOW)
        articles = list(workshop.store.articles(report.article_ids).values())
    assert len(report.article_ids) == 143
    assert len(report.failures) == 94
    assert all("404" in failure.reason for failure in report.failures)
    assert all(len(each.revision.text.split()) > 50 for each in articles)
    assert all(each.article.published is not None for each in articles)


def test_the_stand_in_rewrites_links_and_stays_in_its_folder(tmp_path: Path) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    (tmp_path / "site").mkdir()
    (tmp_path / "secret.xml").write_text("no")
    (tmp_path / "site" / "feed.xml").write_text("<a>https://example.org/x</a>")
    with serving(tmp_path / "site", "example.org") as address:
        with urlopen(f"{address}/feed.xml") as response:
            assert response.read().decode() == f"<a>{address}/x</a>"
        for missing in ("/none.xml", "/../secret.xml", "/"):
            with pytest.raises(HTTPError, match="404"):
                urlopen(address + missing)

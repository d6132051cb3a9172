"""`python -m evals replay SITE FEED [--host HOST] [--weeks W …]`: a stored site, end to end.

SITE is a folder laid out as the site's paths (a path that ends in `/` is its index.html); FEED is
the feed's path in it. A loopback server stands in for the site and rewrites its links to itself;
pages that are not stored answer 404. The feed is ingested, the digests of the given weeks (default:
the three with most articles) are written, and the metrics say what was fetched, failed, told and
withheld.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console

from pipeline.assembly import open_workshop
from pipeline.feed_list import FeedLine
from pipeline.home import Home
from pipeline.publish import digest as files
from pipeline.publish.terminal import digest_view
from pipeline.runs import place_articles, publish_week, refresh, subscribe
from pipeline.settings import cache_home, load_settings
from pipeline.weeks import IsoWeek, time_zone

TYPES = {".xml": "application/rss+xml", ".html": "text/html", ".json": "application/feed+json"}


class _Site(BaseHTTPRequestHandler):
    """Serves a folder with the site's absolute links pointing at this server."""

    def __init__(self, root: Path, host: str, *args: Any) -> None:
        self.root = root
        self.host = host
        super().__init__(*args)

    def do_GET(self) -> None:
        """Answer with the file, rewritten, or 404."""
        path = urlsplit(self.path).path
        file = (self.root / path.lstrip("/")).resolve()
        file = file / "index.html" if path.endswith("/") else file
        if not file.is_file() or not file.is_relative_to(self.root.resolve()):
            self.send_error(404)
            return
        here = f"http://{self.headers['Host']}"
        body = file.read_bytes()
        for scheme in ("https", "http"):
            body = body.replace(f"{scheme}://{self.host}".encode(), here.encode())
        self.send_response(200)
        self.send_header("Content-Type", TYPES.get(file.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(root: Path, host: str) -> Iterator[str]:
    """Serve `root` in place of `host`; give the server's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Site, root, host))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(arguments: list[str]) -> dict[str, Any]:
    """Replay the site and return what happened."""
    parser = argparse.ArgumentParser(
        prog="python -m evals replay",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("site", type=Path)
    parser.add_argument("feed", help="the feed's path below SITE, such as posts/index.xml")
    parser.add_argument("--host", default="flink.apache.org")
    parser.add_argument("--weeks", nargs="*", default=[], metavar="2023-W43")
    parser.add_argument("--home", type=Path, help="keep what the run writes here")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch, serving(given.site, given.host) as address:
        return _replay(given, given.home or Path(scratch), f"{address}/{given.feed}")


def _replay(given: argparse.Namespace, home: Path, url: str) -> dict[str, Any]:
    settings = load_settings(None, {"ingest": {"recheck_days": 0.0}})
    zone = time_zone(settings.digest.timezone)
    started = time.monotonic()
    with open_workshop(
        Home(home), settings, cache_home(dict(os.environ)), allow_private_hosts=True
    ) as workshop:
        now = IsoWeek.parse("2024-W40").period(zone)[0]
        report = refresh(workshop, subscribe(workshop, [FeedLine(url=url)], now), now)
        fetched = time.monotonic() - started
        place_articles(workshop, now)
        articles = workshop.store.articles(report.article_ids).values()
        weeks = Counter(IsoWeek.containing(a.article.moment, zone) for a in articles)
        busiest = sorted(weeks, key=lambda week: (-weeks[week], week))[:3]
        chosen = [IsoWeek.parse(text) for text in given.weeks] or busiest
        told, claims, both = 0, Counter[str](), 0
        for week in sorted(chosen):
            end = week.period(zone)[1] + timedelta(hours=6)
            path = publish_week(workshop, week, end)
            digest = files.read(path.read_text(encoding="utf-8"), label=str(path))
            Console().print(digest_view(digest))
            told += len(digest.stories)
            for story in digest.stories:
                tldr = story.tldr
                both += bool(tldr.what_changed.claims and tldr.why_it_matters.claims)
                claims.update(
                    c.basis for c in tldr.what_changed.claims + tldr.why_it_matters.claims
                )
        return {
            "task": "replay",
            "articles": len(articles),
            "failed": len(report.failures),
            "weeks": [str(week) for week in sorted(chosen)],
            "stories": told,
            "stories_with_both_sections": both,
            "tldr_claims": dict(sorted(claims.items())),
            "withheld_articles": len(workshop.store.withholdings()),
            "seconds_ingest": round(fetched, 1),
            "seconds": round(time.monotonic() - started, 1),
        }

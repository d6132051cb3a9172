"""A whole run with fakes that can be stopped at any step, for `tests.test_crash` to kill it."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import event

from pipeline.errors import FetchError
from pipeline.feed_list import FeedLine
from pipeline.protocols import Response, Vectors
from pipeline.records import Validators
from pipeline.stages.digest import make_digest, publish_digest
from pipeline.stages.feeds import sync_feeds
from pipeline.stages.ingest import refresh_feeds
from pipeline.stages.stories import update_stories
from pipeline.store import Store
from tests.fakes import NOW, FakeEncoder, FakeFetcher, FakeGenerator, make_page
from tests.stages.stories import ANSWERS, FIRST_WEEK
from tests.stages.world import SURFACE_ONLY, WEEK, Entry, atom, ingestion, settings, writing

FEEDS = ("https://a.example/feed", "https://b.example/feed", "https://gone.example/feed")
TOWNS = ("Oldbury", "Skarvik", "Tarnhelm", "Ferncliff", "Dunmarrow")


def site() -> FakeFetcher:
    """Return a web of two feeds: one event told thrice, others, a shared page, and failures."""
    bodies: dict[str, bytes | FetchError] = {}
    entries = []
    for told in FIRST_WEEK:
        url = f"https://a.example/{told.article.article_id}"
        bodies[url] = make_page(told.revision.title, *told.revision.text.split("\n"))
        entries.append(Entry(url, told.revision.title, "2026-11-12T09:00:00Z"))
    shared = "https://b.example/0"
    bodies[FEEDS[0]] = atom([*entries, Entry(shared), Entry("https://a.example/404")], "Paper A")
    for number, town in enumerate(TOWNS):
        bodies[f"https://b.example/{number}"] = make_page(
            f"{town} council buys {number + 3} ferries",
            f"The council of {town} buys {number + 3} ferries for the harbour of {town} in May.",
            f"The old ferries of {town} had broken down each winter, the council said.",
        )
    others = [Entry(f"https://b.example/{n}", f"Ferries {n}") for n in range(len(TOWNS))]
    bodies[FEEDS[1]] = atom(others, "Paper B")
    return FakeFetcher(bodies)


@dataclass
class Trap:
    """Stops the run for good at the nth occurrence of a step, and says so first."""

    step: str = ""
    nth: int = 0
    reached: Callable[[], None] = lambda: None
    passed: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def at(self, step: str) -> None:
        """Count an occurrence of `step`."""
        with self._lock:
            self.passed[step] += 1
            stop = (step, self.passed[step]) == (self.step, self.nth)
        if stop:
            self.reached()
            time.sleep(600)


@dataclass
class StoppableFetcher:
    """A fetcher in a trap."""

    trap: Trap
    fetcher: FakeFetcher = field(default_factory=site)

    def fetch(self, url: str, *, validators: Validators, max_bytes: int) -> Response:
        self.trap.at("fetch")
        return self.fetcher.fetch(url, validators=validators, max_bytes=max_bytes)


class StoppableEncoder(FakeEncoder):
    """An encoder in a trap."""

    def __init__(self, trap: Trap) -> None:
        super().__init__(SURFACE_ONLY)
        self.trap = trap

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.trap.at("encode")
        return super().encode(texts)


class StoppableGenerator(FakeGenerator):
    """A generator in a trap."""

    def __init__(self, trap: Trap) -> None:
        super().__init__(ANSWERS)
        self.trap = trap

    def generate(
        self, prompts: Sequence[str], *, max_new_tokens: int, held: Sequence[str] = ()
    ) -> list[str]:
        self.trap.at("generate")
        return super().generate(prompts, max_new_tokens=max_new_tokens, held=held)


def run(home: Path, trap: Trap) -> Path:
    """Fetch, place, write and publish; return the digest's path."""
    sync = os.fsync

    def fsync(handle: int) -> None:
        trap.at("fsync")
        sync(handle)

    with Store.open(home / "halfminute.db") as store, patch("pipeline.canonical.os.fsync", fsync):
        event.listen(store._engine, "commit", lambda _: trap.at("commit"))
        feeds = sync_feeds(store, [FeedLine(url=url) for url in FEEDS], NOW)
        refresh_feeds(ingestion(store, StoppableFetcher(trap)), feeds)
        means = writing(
            store, StoppableGenerator(trap), encoder=StoppableEncoder(trap), batch_size=1
        )
        update_stories(means.reading, settings(), NOW)
        digest = make_digest(means, WEEK, settings(), NOW, torch_version="2.13.0")
        return publish_digest(store, digest, home / "digests" / f"{WEEK}.json")

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.process import BaseProcess

import pytest

from pipeline.errors import ExtractionError
from pipeline.ingest.pool import ExtractionPool, InlineExtractor
from pipeline.settings import IngestSettings

PAGE = (
    "<html><head><title>Lab rents</title></head><body><article><h1>Lab rents</h1>"
    + "<p>The lab will pay 150 million dollars a month for a data center near Memphis.</p>" * 3
    + "</article></body></html>"
)
HUGE = PAGE.replace("<p>", "<p>" + "<b>deal</b> " * 60_000 + "<p>")
"""Keeps extraction busy for many seconds."""


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractionPool]:
    """One pool for all: a worker takes seconds to start. Its one worker makes deaths certain."""
    with ExtractionPool(IngestSettings(extraction_deadline=2), workers=1) as running:
        yield running


def kill_workers(*, after: float, but: Collection[BaseProcess] = ()) -> None:
    """Kill the worker processes, or those that appear next to `but`, after so many seconds."""

    def kill() -> None:
        while not (workers := set(multiprocessing.active_children()) - set(but)):
            time.sleep(0.01)
        time.sleep(after)
        for worker in workers:
            worker.kill()

    threading.Thread(target=kill, daemon=True).start()


def test_same_as_inline(pool: ExtractionPool) -> None:
    url = "https://site.example/a"
    assert pool.extract(PAGE, url=url) == InlineExtractor().extract(PAGE.encode(), url=url)


def test_many_threads(pool: ExtractionPool) -> None:
    with ThreadPoolExecutor(6) as threads:
        titles = threads.map(lambda _: pool.extract(PAGE, url=None).title, range(12))
    assert set(titles) == {"Lab rents"}


def test_errors_come_back_as_they_are(pool: ExtractionPool) -> None:
    with pytest.raises(ExtractionError) as caught:
        pool.extract("", url="https://site.example/a?key=1")
    assert caught.value.subject == "https://site.example/a?key=***"
    assert caught.value.mend


def test_a_worker_that_dies_takes_only_its_page(pool: ExtractionPool) -> None:
    pool.extract(PAGE, url=None)
    kill_workers(after=0.3)
    with pytest.raises(ExtractionError, match="worker died"):
        pool.extract(HUGE, url=None)
    assert pool.extract(PAGE, url=None).title == "Lab rents"


def test_a_page_past_its_deadline_dies_alone(pool: ExtractionPool) -> None:
    with pytest.raises(ExtractionError, match=r"longer than 2 s"):
        pool.extract(HUGE, url="https://site.example/huge")
    assert pool.extract(PAGE, url=None).title == "Lab rents"


def test_workers_that_die_at_their_start() -> None:
    with ExtractionPool(IngestSettings(), workers=1) as starting:
        kill_workers(after=0.05, but=multiprocessing.active_children())
        with pytest.raises(ExtractionError, match="worker died"):
            starting.extract(PAGE, url=None)
        assert starting.extract(PAGE, url=None).title == "Lab rents"


def test_the_worker_loads_no_models() -> None:
    code = (
        "import sys, pipeline.ingest.extract as e; e.load_libraries();"
        "print(sorted({'torch', 'transformers', 'prefect', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

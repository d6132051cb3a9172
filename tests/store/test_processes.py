"""Several threads, several processes, and processes that are killed."""

from __future__ import annotations

import itertools
import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import pytest

from pipeline.records import Entry, FetchState
from pipeline.store import Store

from .samples import NOW, article, feed, page, revision, save_articles, story

SPAWN = multiprocessing.get_context("spawn")
PROCESSES = 2
HOMES = 8
START_SECONDS = 60.0
"""Ample for a spawned interpreter to import the store on a busy machine."""


def open_new_homes(folder: Path, number: int, barrier: Barrier) -> None:
    """Open HOMES new stores, each at the same moment as the other processes."""
    for home in range(HOMES):
        barrier.wait(START_SECONDS)
        with Store.open(folder / f"{home}.db") as store:
            store.save_feed(feed(f"f-{number}"))


def test_processes_may_open_a_new_home_at_once(tmp_path: Path) -> None:
    barrier = SPAWN.Barrier(PROCESSES)
    processes = [
        SPAWN.Process(target=open_new_homes, args=(tmp_path, number, barrier))
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    for home in range(HOMES):
        with Store.open(tmp_path / f"{home}.db") as store:
            assert store.feeds() == [feed(f"f-{number}") for number in range(PROCESSES)]


@pytest.mark.parametrize("homes", [1, 8])
def test_threads_may_open_new_homes_at_once(tmp_path: Path, homes: int) -> None:
    def add(number: int) -> None:
        with Store.open(tmp_path / f"{number % homes}.db") as store:
            store.save_feed(feed(f"f-{number}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(8)))
    for home in range(homes):
        with Store.open(tmp_path / f"{home}.db") as store:
            assert len(store.feeds()) == 8 // homes


def test_threads_share_a_store(store: Store) -> None:
    def save(number: int) -> int:
        article_id = f"a-{number:03}"
        store.save_page(
            page(f"p-{number}"), article=article(article_id), revision=revision(article_id)
        )
        return len(store.articles([article_id]))

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(save, range(160))) == [1] * 160
    assert store.article_ids_between(NOW, NOW) == []
    assert [each.article.article_id for each in store.unclustered_articles()] == [
        f"a-{number:03}" for number in range(160)
    ]


APART = [story("s-1", "a-1"), story("s-2", "a-2", "a-3")]
TOGETHER = [story("s-1", "a-1", "a-2", "a-3")]


def write_forever(path: Path, started: Event) -> None:
    """Go from one whole state to the next, each numbered in all its parts."""
    with Store.open(path) as store:
        for number in itertools.count(1):
            numbered = [
                Entry(feed_id="f-1", entry_key=str(key), title=str(number)) for key in range(50)
            ]
            state = FetchState(failures=number)
            store.save_feed_fetch("f-1", state=state, title=None, entries=numbered)
            store.save_page(
                page("p").model_copy(update={"state": state}),
                article=article("a-9").model_copy(update={"source": str(number)}),
                revision=revision("a-9", str(number)),
            )
            store.save_stories(APART if number % 2 else TOGETHER)
            if number == 2:
                started.set()


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.123])
def test_a_killed_writer_leaves_the_old_state_or_the_new(store: Store, moment: float) -> None:
    store.save_feed(feed())
    save_articles(store, "a-1", "a-2", "a-3")
    started = SPAWN.Event()
    writer = SPAWN.Process(target=write_forever, args=(store.path, started))
    writer.start()
    assert started.wait(START_SECONDS)
    time.sleep(moment)
    writer.kill()
    writer.join()
    with Store.open(store.path) as after:
        known = after.feed("f-1")
        assert known is not None
        assert {each.title for each in after.entries("f-1")} == {str(known.state.failures)}
        number = str(after.pages(["p"])["p"].state.failures)
        current = after.articles(["a-9"])["a-9"]
        assert (current.article.source, current.revision.text) == (number, number)
        assert len(after.revisions("a-9")) == int(number)
        assert after.stories() in (APART, TOGETHER)
        after.save_stories(TOGETHER)


def open_forever(folder: Path, started: Event) -> None:
    """Make one new store after the other."""
    for home in itertools.count():
        Store.open(folder / f"{home}.db").close()
        started.set()


def test_a_store_killed_while_it_was_made_is_made_the_next_time(tmp_path: Path) -> None:
    started = SPAWN.Event()
    maker = SPAWN.Process(target=open_forever, args=(tmp_path, started))
    maker.start()
    assert started.wait(START_SECONDS)
    time.sleep(0.21)
    maker.kill()
    maker.join()
    for path in sorted(tmp_path.glob("*.db")):
        with Store.open(path) as store:
            store.save_feed(feed())
            assert store.feeds() == [feed()]

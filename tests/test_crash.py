"""`kill -9` at any step, then a rerun: the digest of an undisturbed run, byte for byte."""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from pipeline.publish import digest as files
from pipeline.store import Store
from tests.crash_run import TOWNS, Trap, run

PATIENCE = 60.0
"""Seconds for a run to come to its end or its trap; it takes one."""

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.crash_warm"])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Counter[str]]:
    """Return the digest's bytes and how often each step occurs."""
    trap = Trap()
    path = run(tmp_path_factory.mktemp("undisturbed"), trap)
    return path.read_bytes(), trap.passed


def stopped_run(home: Path, step: str, nth: int, reached: Connection) -> None:
    """Run until the trap, in a process of its own."""
    run(home, Trap(step, nth, lambda: reached.send("reached")))


def killed(home: Path, step: str, nth: int) -> None:
    """Kill a run at a step."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=stopped_run, args=(home, step, nth, theirs))
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE), "the run neither ended nor came to its trap"
        assert ours.recv() == "reached"
    finally:
        process.kill()
        process.join()
    assert process.exitcode == -signal.SIGKILL


def test_an_undisturbed_run_makes_the_digest_that_is_meant(
    undisturbed: tuple[bytes, Counter[str]],
) -> None:
    digest = files.read(undisturbed[0].decode(), label="x")
    assert len(digest.stories) == 2 + len(TOWNS)
    assert max(len(story.sources) for story in digest.stories) == 3
    assert [withheld.reason for withheld in digest.withheld] == ["language"]
    assert [feed.status for feed in digest.health.feeds].count("failed") == 1
    assert sum(feed.pages_failed for feed in digest.health.feeds) == 1


@pytest.mark.parametrize(
    ("step", "share"),
    [
        ("fetch", 0.15),
        ("fetch", 0.6),
        ("commit", 0.3),
        ("commit", 0.6),
        ("commit", 0.9),
        ("encode", 0.3),
        ("encode", 0.7),
        ("generate", 0.1),
        ("generate", 0.6),
        ("fsync", 0.5),
        ("fsync", 1.0),
    ],
)
def test_a_rerun_after_a_kill_gives_the_same_bytes(
    undisturbed: tuple[bytes, Counter[str]], tmp_path: Path, step: str, share: float
) -> None:
    expected, steps = undisturbed
    assert steps[step] > 1
    killed(tmp_path, step, max(1, round(share * steps[step])))
    assert run(tmp_path, Trap()).read_bytes() == expected
    with Store.open(tmp_path / "halfminute.db") as store:
        assert store.digest("2026-W46") == expected.decode()


def test_a_run_killed_again_and_again_still_comes_to_the_same_end(
    undisturbed: tuple[bytes, Counter[str]], tmp_path: Path
) -> None:
    expected, _ = undisturbed
    for step, nth in (("fetch", 6), ("encode", 1), ("generate", 2), ("generate", 2), ("fsync", 1)):
        killed(tmp_path, step, nth)
    assert run(tmp_path, Trap()).read_bytes() == expected


def test_a_kill_while_the_file_is_written_leaves_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "digests" / "2026-W46.json"
    path.parent.mkdir()
    path.write_text("the old file", encoding="utf-8")
    killed(tmp_path, "fsync", 1)
    assert path.read_text(encoding="utf-8") == "the old file"

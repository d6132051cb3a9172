from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.home_lock import home_lock
from pipeline.errors import StoreError

HOLD = """
import sys
from pathlib import Path
from flows.home_lock import home_lock
with home_lock(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
    print("done", flush=True)
"""


def holder(home: Path) -> subprocess.Popen[str]:
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
    )


def test_one_run_at_a_time_works_in_a_home(tmp_path: Path) -> None:
    with holder(tmp_path) as first, holder(tmp_path / "other") as elsewhere:
        assert first.stdout is not None
        assert elsewhere.stdout is not None
        assert first.stdout.readline() == "locked\n"
        assert elsewhere.stdout.readline() == "locked\n"
        with holder(tmp_path) as second:
            assert second.stdout is not None
            first.communicate(timeout=10)  # closes its input: only now may the second go on
            assert second.stdout.readline() == "locked\n"
            second.communicate(timeout=10)
        elsewhere.communicate(timeout=10)


def test_a_second_run_waits(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "locked\n"
        with holder(tmp_path) as second:
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(0.5)
            second.kill()
        first.communicate(timeout=10)


def test_a_killed_run_leaves_the_home_free(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "locked\n"
        first.kill()
    with home_lock(tmp_path):
        pass


def test_a_home_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="choose another home"), home_lock(tmp_path / "file"):
        pass

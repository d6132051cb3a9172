from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.options import RunOptions, home_lock, moment_of
from pipeline.errors import SettingsError, UsageError
from pipeline.resources import shipped_path

FEEDS = '[[feeds]]\nurl = "https://{}.example/feed.xml"\n'


def test_the_homes_own_settings_count(tmp_path: Path) -> None:
    (tmp_path / "halfminute.toml").write_text('[digest]\ntimezone = "Europe/Berlin"\n')
    assert RunOptions(home=tmp_path).settings().digest.timezone == "Europe/Berlin"


def test_a_named_settings_file_goes_before_the_homes_own(tmp_path: Path) -> None:
    (tmp_path / "halfminute.toml").write_text('[digest]\ntimezone = "Europe/Berlin"\n')
    named = tmp_path / "other.toml"
    named.write_text('[digest]\ntimezone = "Asia/Tokyo"\n')
    assert RunOptions(home=tmp_path, config=named).settings().digest.timezone == "Asia/Tokyo"


def test_named_models_go_before_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "halfminute.toml").write_text('[models]\ngenerator = "a"\nencoder = "b"\n')
    models = RunOptions(home=tmp_path, model="c").settings().models
    assert (models.generator, models.encoder) == ("c", "b")


def test_a_mistake_in_the_settings_is_told(tmp_path: Path) -> None:
    (tmp_path / "halfminute.toml").write_text("[digest]\ntimzone = 'UTC'\n")
    with pytest.raises(SettingsError, match="did you mean 'timezone'"):
        RunOptions(home=tmp_path).settings()


def test_options_survive_the_way_through_json(tmp_path: Path) -> None:
    options = RunOptions(
        home=tmp_path,
        config=tmp_path / "x.toml",
        model="m",
        allow_private_hosts=True,
        route={"a.example": ("127.0.0.1", 8080)},
    )
    assert RunOptions.model_validate_json(options.model_dump_json()) == options


def test_the_home_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALFMINUTE_HOME", str(tmp_path / "there"))
    assert RunOptions().home == tmp_path / "there"
    monkeypatch.delenv("HALFMINUTE_HOME")
    assert RunOptions().home != tmp_path / "there"


def test_the_feed_list_is_the_named_else_the_homes_own_else_the_shipped(tmp_path: Path) -> None:
    options = RunOptions(home=tmp_path)
    shipped = options.feed_lines(None)
    assert shipped == options.feed_lines(shipped_path("data/feeds.toml"))
    (tmp_path / "feeds.toml").write_text(FEEDS.format("own"))
    assert [line.url for line in options.feed_lines(None)] == ["https://own.example/feed.xml"]
    named = tmp_path / "named.toml"
    named.write_text(FEEDS.format("named"))
    assert [line.url for line in options.feed_lines(named)] == ["https://named.example/feed.xml"]


def test_the_workshop_is_the_homes(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    route = {"a.example": ("127.0.0.1", 8080)}
    with RunOptions(home=home, route=route, allow_private_hosts=True).open() as workshop:
        assert workshop.home.path == home
        assert workshop.store.counts()["articles"] == 0
        assert (workshop.route, workshop.allow_private_hosts) == (route, True)
    assert (home / "halfminute.db").is_file()


HOLD = """
import sys
from pathlib import Path
from flows.options import home_lock
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


def test_now_is_taken_or_told() -> None:
    assert moment_of("2026-11-16T07:00:00+01:00") == datetime(2026, 11, 16, 6, tzinfo=UTC)
    assert abs(moment_of(None) - datetime.now(UTC)) < timedelta(seconds=5)
    assert moment_of(None).microsecond == 0
    with pytest.raises(UsageError):
        moment_of("soon")

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.demo import NOW, WEEKS, default_demo_home, main, prefect_environment
from pipeline.feed_list import FeedList
from pipeline.resources import shipped_path
from pipeline.urls import host_of
from pipeline.weeks import IsoWeek, parse_moment, time_zone

ROOT = Path(__file__).resolve().parents[2]


def test_the_last_week_is_the_one_before_now() -> None:
    utc = time_zone("UTC")
    assert WEEKS[-1] == str(IsoWeek.containing(parse_moment(NOW), utc).before())
    assert tuple(sorted(WEEKS)) == WEEKS


def test_every_feed_of_the_sample_is_served_from_here() -> None:
    folder = shipped_path("data/sample")
    lines = FeedList.read(folder / "feeds.toml").lines
    assert len(lines) == 4
    assert all((folder / host_of(line.url)).is_dir() for line in lines)


def test_the_home_is_in_the_checkout() -> None:
    assert default_demo_home() == ROOT / "data" / "demo"


def test_prefect_keeps_to_the_home_and_is_quiet(tmp_path: Path) -> None:
    environ = {"PATH": "/bin", "PREFECT_PROFILE": "other", "PREFECT_API_KEY": "secret"}
    api_url = "http://127.0.0.1:1/api"
    quiet = prefect_environment(environ, tmp_path, api_url, verbose=False)
    loud = prefect_environment(environ, tmp_path, api_url, verbose=True)
    assert (quiet["PATH"], quiet["PREFECT_API_URL"]) == ("/bin", api_url)
    assert quiet["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert quiet["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert not {"PREFECT_PROFILE", "PREFECT_API_KEY"} & quiet.keys()
    assert (quiet["PREFECT_LOGGING_LEVEL"], loud["PREFECT_LOGGING_LEVEL"]) == ("CRITICAL", "INFO")


def test_it_says_first_what_it_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    home.write_text("a file in the way")
    assert main(["--home", str(home)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"rm -r {home}" in said.err
    assert NOW in said.err
    assert said.err.splitlines()[-1].startswith(f"halfminute: {home}")


def test_help_names_the_options() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.demo", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert "--home" in done.stdout
    assert "--verbose" in done.stdout

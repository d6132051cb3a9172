from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from prefect.client.schemas.schedules import CronSchedule
from prefect.schedules import Cron
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.serve import (
    HOURLY,
    MONDAY_MORNING,
    build_deployments,
    deployment_name,
    main,
    read_arguments,
)
from flows.temporary_server import free_port, is_healthy, temporary_server
from pipeline.options import RunOptions
from tests.servers import page, serving

ROOT = Path(__file__).resolve().parents[2]
QUIET_FEED = page(
    '<rss version="2.0"><channel><title>Quiet</title></channel></rss>', "application/rss+xml"
)


def test_both_flows_are_deployed_with_their_schedules(tmp_path: Path) -> None:
    options = RunOptions(home=tmp_path, model="m", allow_private_hosts=True)
    hourly = Cron(HOURLY, timezone="Europe/Berlin")
    weekly = Cron(MONDAY_MORNING, timezone="Europe/Berlin")
    made = {d.flow_name: d for d in build_deployments(options, hourly=hourly, weekly=weekly)}
    assert {name: d.entrypoint for name, d in made.items()} == {
        "ingest": "flows.ingest.ingest",
        "weekly-digest": "flows.weekly_digest.weekly_digest",
    }
    for name, cron in (("ingest", "0 * * * *"), ("weekly-digest", "0 6 * * 1")):
        deployment = made[name]
        due = [each.schedule for each in deployment.schedules or []]
        assert due == [CronSchedule(cron=cron, timezone="Europe/Berlin")]
        assert deployment.concurrency_limit is None  # a slot can leak for good: see there
        assert deployment.paused is False
        assert RunOptions.model_validate((deployment.parameters or {})["options"]) == options


def test_two_homes_have_deployments_of_their_own(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "home", tmp_path / "b" / "home"
    assert deployment_name(one) != deployment_name(other)
    assert deployment_name(one) == deployment_name(one / ".." / "home")
    assert deployment_name(one).startswith("home-")


def test_arguments_become_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFMINUTE_HOME", str(tmp_path / "env"))
    assert read_arguments([]) == RunOptions(home=tmp_path / "env")
    monkeypatch.chdir(tmp_path)
    given = "--home h --config c.toml --model m --encoder e --allow-private-hosts".split()
    assert read_arguments(given) == RunOptions(
        home=tmp_path / "h",
        config=tmp_path / "c.toml",
        model="m",
        encoder="e",
        allow_private_hosts=True,
    )


def environment(folder: Path, api_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": api_url,
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    }


@pytest.mark.parametrize(
    ("settings", "code", "told"),
    [
        ("", 1, "no Prefect server answers here"),
        ("[digest]\ntimezone = 'Berlin'\n", 2, "no time zone 'Berlin'"),
    ],
)
def test_what_is_missing_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: str, code: int, told: str
) -> None:
    (tmp_path / "halfminute.toml").write_text(settings)
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{free_port()}/api"}):
        assert main(["--home", str(tmp_path)]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert told in said.err
    assert len(said.err.splitlines()) == 1
    assert ("prefect server start" in said.err) == (code == 1)


@pytest.fixture(scope="module")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Prefect home that the tests of this module share: filling its database takes 10 s."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture
def api_url(server_folder: Path) -> Iterator[str]:
    with temporary_server(server_folder) as url:
        yield url


def ask(api_url: str, path: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        api_url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


T = TypeVar("T")


def wait_for(find: Callable[[], T], seconds: float = 90.0) -> T:
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.3)
    return found


SERVE_OFTEN = """
import sys
from datetime import timedelta
from prefect.schedules import Cron, Interval
from flows.serve import build_deployments, read_arguments, serve_deployments
serve_deployments(
    build_deployments(
        read_arguments(sys.argv[1:]),
        hourly=Interval(timedelta(seconds=5)),
        weekly=Cron("0 6 * * 1", timezone="Europe/Berlin"),
    )
)
"""


@pytest.mark.prefect
def test_a_scheduled_run_happens_in_a_real_server(
    tmp_path: Path, server_folder: Path, api_url: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with serving({"/feed.xml": QUIET_FEED}) as web:
        (home / "feeds.toml").write_text(f'[[feeds]]\nurl = "{web.url("/feed.xml")}"\n')
        runner = subprocess.Popen(
            [sys.executable, "-c", SERVE_OFTEN, "--home", str(home), "--allow-private-hosts"],
            env=environment(server_folder, api_url),
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            completed = {"state": {"type": {"any_": ["COMPLETED"]}}}
            (run, *_) = wait_for(
                lambda: ask(api_url, "/flow_runs/filter", {"flow_runs": completed})
            )
            assert web.paths()
            assert run["auto_scheduled"]
            assert run["deployment_id"]
            assert run["parameters"]["options"]["home"] == str(home)
            assert run["state"]["name"] == "Completed"
            keyed = {"artifacts": {"key": {"any_": ["ingest-report"]}}}
            (report, *_) = ask(api_url, "/artifacts/filter", keyed)
            assert "| feeds | 1 |" in report["data"]
            due = ask(
                api_url, "/flow_runs/filter", {"flows": {"name": {"any_": ["weekly-digest"]}}}
            )
            moments = [datetime.fromisoformat(each["expected_start_time"]) for each in due]
            berlin = ZoneInfo("Europe/Berlin")
            local = {m.astimezone(berlin).strftime("%A %H:%M") for m in moments}
            assert local == {"Monday 06:00"}
        finally:
            runner.send_signal(signal.SIGTERM)
            runner.wait(30)
        assert runner.returncode == 0
    with pytest.raises(ProcessLookupError):  # nobody is left in its process group
        os.killpg(runner.pid, 0)
    deployments = ask(api_url, "/deployments/filter", {})
    assert {each["name"] for each in deployments} == {deployment_name(home)}
    assert [each["paused"] for each in deployments] == [True, True]


HOLD_SERVER = """
import sys, time
from pathlib import Path
from flows.temporary_server import temporary_server
with temporary_server(Path(sys.argv[1])) as url:
    print(url, flush=True)
    time.sleep(600)
"""


@pytest.mark.prefect
def test_a_temporary_server_does_not_outlive_its_killed_owner(server_folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_SERVER, str(server_folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        api_url = owner.stdout.readline().strip()
        assert is_healthy(api_url)
        owner.kill()
    wait_for(lambda: not is_healthy(api_url), seconds=30)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.weekly_digest import REPORT_STORIES, report_markdown, week_to_write, weekly_digest
from pipeline.errors import SettingsError, UsageError
from pipeline.options import RunOptions
from pipeline.publish.digest import assemble
from pipeline.schema import Digest, Generator, Health
from pipeline.weeks import IsoWeek, time_zone

MONDAY = datetime(2026, 11, 16, 6, tzinfo=UTC)


def test_the_named_week_is_written() -> None:
    assert week_to_write("2026-W32", MONDAY, time_zone("UTC")) == IsoWeek(2026, 32)
    with pytest.raises(UsageError, match="ISO week"):
        week_to_write("32", MONDAY, time_zone("UTC"))


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=6, hours=17, minutes=59)])
def test_without_a_name_it_is_the_week_before(late: timedelta) -> None:
    assert str(week_to_write(None, MONDAY + late, time_zone("UTC"))) == "2026-W46"


def test_the_week_before_is_that_of_the_time_zone() -> None:
    due = datetime(2026, 11, 15, 21, tzinfo=UTC)  # Monday 06:00 in Tokyo
    assert str(week_to_write(None, due, time_zone("Asia/Tokyo"))) == "2026-W46"
    assert str(week_to_write(None, due, time_zone("UTC"))) == "2026-W45"


def test_the_week_before_the_first_is_in_the_old_year() -> None:
    due = datetime(2027, 1, 4, 6, tzinfo=UTC)
    assert str(week_to_write(None, due, time_zone("UTC"))) == "2026-W53"


def empty_digest() -> Digest:
    return assemble(
        week=IsoWeek(2026, 46),
        timezone="UTC",
        now=MONDAY,
        generator=Generator(
            name="halfminute",
            version="0",
            dtype="float32",
            device="cpu",
            torch="2",
            models=[],
            prompts=[],
            settings_sha256="0" * 64,
        ),
        stories=[],
        corrections=[],
        withheld=[],
        health=Health(feeds=[]),
        counts={"articles": 5, "pages_failed": 1},
    )


def test_the_report_names_the_file_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "a week.json"
    text = report_markdown(empty_digest(), path)
    assert text.startswith("# Week 2026-W46\n")
    assert f"(<{path.as_uri()}>), generated 2026-11-16T06:00:00Z" in text
    for row in (
        "| stories told | 0 |",
        "| in store: articles | 5 |",
        "| in store: pages failed | 1 |",
    ):
        assert row in text
    assert REPORT_STORIES > 0


@pytest.mark.usefixtures("prefect_api")
def test_a_mistake_ends_the_flow_before_it_writes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(UsageError, match="ISO week"):
        weekly_digest(RunOptions(home=home), week="last")
    with pytest.raises(SettingsError, match="no such file"):
        weekly_digest(RunOptions(home=home, config=tmp_path / "none.toml"))
    assert not home.exists()

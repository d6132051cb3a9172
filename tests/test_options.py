from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import SettingsError, UsageError
from pipeline.options import RunOptions, moment_of
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


def test_now_is_taken_or_told() -> None:
    assert moment_of("2026-11-16T07:00:00+01:00") == datetime(2026, 11, 16, 6, tzinfo=UTC)
    assert abs(moment_of(None) - datetime.now(UTC)) < timedelta(seconds=5)
    assert moment_of(None).microsecond == 0
    with pytest.raises(UsageError):
        moment_of("soon")

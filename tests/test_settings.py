from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from pipeline import settings as settings_module
from pipeline.errors import SettingsError
from pipeline.resources import checkout_root
from pipeline.settings import Settings, cache_home, default_home, load_settings


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HALFMINUTE_")]:
        monkeypatch.delenv(name)


def written(folder: Path, toml: str) -> Path:
    path = folder / "halfminute.toml"
    path.write_text(toml, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold() -> None:
    assert load_settings(None, {}) == Settings()
    assert Settings().models.generator == "halfminute-writer-135m"


def test_the_file_wins_over_the_defaults(tmp_path: Path) -> None:
    path = written(tmp_path, '[ingest]\nlanguages = ["en", "de"]\n[models]\ndevice = "cpu"\n')
    settings = load_settings(path, {})
    assert settings.ingest.languages == ("en", "de")
    assert settings.models.device == "cpu"
    assert settings.models.encoder == Settings().models.encoder


def test_the_environment_wins_over_the_file_one_value_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, '[models]\ndevice = "cpu"\nbatch_size = 8\n')
    monkeypatch.setenv("HALFMINUTE_MODELS__BATCH_SIZE", "16")
    monkeypatch.setenv("HALFMINUTE_INGEST__LANGUAGES", '["de"]')
    settings = load_settings(path, {})
    assert settings.models.batch_size == 16
    assert settings.models.device == "cpu"
    assert settings.ingest.languages == ("de",)


def test_the_command_line_wins_over_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, '[models]\ngenerator = "of-the-file"\nbatch_size = 8\n')
    monkeypatch.setenv("HALFMINUTE_MODELS__GENERATOR", "of-the-environment")
    settings = load_settings(path, {"models": {"generator": "of-the-command-line"}})
    assert settings.models.generator == "of-the-command-line"
    assert settings.models.batch_size == 8


def test_variables_that_are_no_settings_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFMINUTE_HOME", "somewhere")
    monkeypatch.setenv("HALFMINUTE_CACHE", "elsewhere")
    assert load_settings(None, {}) == Settings()


@pytest.mark.parametrize(
    ("toml", "wrong", "right"),
    [
        ('[models]\ngenertor = "x"', "models.genertor", "generator"),
        ("[modles]\nbatch_size = 1", "modles", "models"),
        ("[ingest]\nworker = 1", "ingest.worker", "workers"),
        ('[digest]\ntime_zone = "UTC"', "digest.time_zone", "timezone"),
    ],
)
def test_a_typo_is_answered_with_the_near_miss(
    tmp_path: Path, toml: str, wrong: str, right: str
) -> None:
    path = written(tmp_path, toml)
    with pytest.raises(SettingsError) as caught:
        load_settings(path, {})
    assert str(caught.value) == f"{path}: unknown setting {wrong!r}; did you mean {right!r}?"


def test_a_name_like_no_other_is_answered_with_all_names(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(tmp_path, "[stories]\nzzz = 1"), {})
    assert caught.value.mend == "known here: window_days"


def test_a_typo_in_the_environment_is_answered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFMINUTE_MODELS__GENERTOR", "x")
    with pytest.raises(SettingsError, match="did you mean 'generator'"):
        load_settings(None, {})


@pytest.mark.parametrize(
    ("toml", "place"),
    [
        ("[ingest]\nworkers = 0", "ingest.workers"),
        ("[ingest]\ndeadline = -1", "ingest.deadline"),
        ('[ingest]\nfeed_bytes = "many"', "ingest.feed_bytes"),
        ('[ingest]\nlanguages = "en"', "ingest.languages"),
        ('[models]\ndtype = "float8"', "models.dtype"),
        ("[digest]\nmax_stories = 0", "digest.max_stories"),
        ("ingest = 3", "ingest"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(tmp_path: Path, toml: str, place: str) -> None:
    path = written(tmp_path, toml)
    with pytest.raises(SettingsError, match=f"setting '{place}': ") as caught:
        load_settings(path, {})
    assert caught.value.subject == str(path)


def test_a_bad_value_on_the_command_line_is_named() -> None:
    with pytest.raises(SettingsError, match="batch_size"):
        load_settings(None, {"models": {"batch_size": 0}})


def test_an_unknown_time_zone_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no time zone 'Europe/Nowhere'"):
        load_settings(written(tmp_path, '[digest]\ntimezone = "Europe/Nowhere"'), {})


def test_a_file_that_is_not_toml_is_named_with_the_place(tmp_path: Path) -> None:
    path = written(tmp_path, "[models]\ngenerator = \n")
    with pytest.raises(SettingsError, match=r"not valid TOML .*line 2") as caught:
        load_settings(path, {})
    assert caught.value.subject == str(path)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "halfminute.toml"
    path.write_bytes(b'[ingest]\nuser_agent = "caf\xe9"\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(path, {})
    assert caught.value.subject == str(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(tmp_path / "missing.toml", {})


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().models.batch_size = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "overrides",
    [
        {"models": {"batch_size": 1}},
        {"models": {"device": "cuda:1"}},
        {"ingest": {"workers": 1, "per_host": 1, "attempts": 1, "deadline": 1.0}},
        {"ingest": {"user_agent": "another/1.0"}},
    ],
)
def test_what_changes_only_the_speed_leaves_the_hash(overrides: dict[str, Any]) -> None:
    assert load_settings(None, overrides).text_sha256() == Settings().text_sha256()


@pytest.mark.parametrize(
    "overrides",
    [
        {"ingest": {"languages": ("en", "de")}},
        {"ingest": {"min_words": 41}},
        {"models": {"dtype": "bfloat16"}},
        {"stories": {"window_days": 6.5}},
        {"digest": {"timezone": "Europe/Berlin"}},
        {"digest": {"max_stories": 3}},
        {"reader": {"follow": ("#gpu-shortage",)}},
        {"reader": {"mute": ("#gpu-shortage",)}},
    ],
)
def test_what_can_change_published_text_changes_the_hash(overrides: dict[str, Any]) -> None:
    assert load_settings(None, overrides).text_sha256() != Settings().text_sha256()


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('follow = ["#GPU Shortage"]', "'#GPU Shortage' is no tag; write it as #gpu-shortage"),
        ('mute = ["ok", "tag:ai"]', "which is no kind of rule; write #tag, source:NAME"),
        ('mute = "kubernetes"', "valid tuple"),
        ('muted = ["x"]', "did you mean 'mute'?"),
    ],
)
def test_a_rule_that_makes_no_sense_is_told_how_to_write_it(
    tmp_path: Path, toml: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        load_settings(written(tmp_path, f"[reader]\n{toml}"), {})


def test_the_hash_does_not_depend_on_where_a_value_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_file = load_settings(written(tmp_path, "[ingest]\nmin_words = 50"), {}).text_sha256()
    monkeypatch.setenv("HALFMINUTE_INGEST__MIN_WORDS", "50")
    assert load_settings(None, {}).text_sha256() == from_file


def test_models_are_kept_where_the_environment_says() -> None:
    assert cache_home({"HALFMINUTE_CACHE": "~/models"}) == Path("~/models").expanduser()
    assert cache_home({}) == Path(platformdirs.user_cache_dir("halfminute"))
    assert cache_home({"HALFMINUTE_CACHE": ""}) == cache_home({})


def test_the_home_of_a_checkout_lies_in_it() -> None:
    root = checkout_root()
    assert root is not None
    assert default_home() == root / "data" / "home"


def test_the_home_of_an_installation_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "checkout_root", lambda: None)
    assert default_home() == Path(platformdirs.user_data_dir("halfminute"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HALFMINUTE_MODELS", "nope"),
        ("HALFMINUTE_INGEST__LANGUAGES", "en"),
        ("HALFMINUTE_INGEST__LANGUAGES", '["en"'),
        ("HALFMINUTE_INGEST__WORKERS", "many"),
        ("HALFMINUTE_MODELS__BATCH_SIZE", "8.5"),
        ("HALFMINUTE_DIGEST__TIMEZONE", "Mars/Olympus"),
    ],
)
def test_a_variable_that_makes_no_sense_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings(None, {})
    assert "\n" not in str(caught.value)
    section = variable.removeprefix("HALFMINUTE_").partition("__")[0].lower()
    assert section in str(caught.value)
    assert caught.value.mend


@pytest.mark.parametrize(
    "toml",
    [
        "[ingest]\ndeadline = inf",
        "[ingest]\ndeadline = nan",
        "[ingest]\nextraction_deadline = 1e300",
        "[ingest]\nrecheck_days = inf",
        "[ingest]\nrecheck_hours = 1e12",
        "[stories]\nwindow_days = 1e9",
    ],
)
def test_a_time_without_end_is_refused(tmp_path: Path, toml: str) -> None:
    place = toml.partition("\n")[2].partition(" ")[0]
    with pytest.raises(SettingsError, match=place):
        load_settings(written(tmp_path, toml), {})


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Is a directory") as caught:
        load_settings(tmp_path, {})
    assert "TOML" in caught.value.mend

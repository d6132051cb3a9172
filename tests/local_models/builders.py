"""Tiny models with random weights, wheels that carry made-up files, and a hub on loopback."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pipeline.errors import ModelPullError
from pipeline.local_models.hub import Hub
from pipeline.local_models.registry import (
    HubCarrier,
    ModelFile,
    ModelRole,
    RegistryEntry,
    Wheel,
    WheelMember,
)
from pipeline.local_models.wheels import OnBytes

WORDS = [
    *("<unk>", "<s>", "</s>", "<pad>"),
    *(f"{consonant}{vowel}{end}" for consonant in "bdfgk" for vowel in "aeiou" for end in "lnr"),
]
"""The vocabulary of the tiny models."""

COMMIT = "c0ffee" + "0" * 34
OTHER_COMMIT = "decade" + "0" * 34


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def words(count: int, start: int = 0) -> str:
    """Return `count` words of the vocabulary."""
    known = WORDS[4:]
    return " ".join(known[(start + 7 * number) % len(known)] for number in range(count))


def tiny_tokenizer(chat_template: str | None = None, marks_around: tuple[str, ...] = ()) -> Any:
    """Return a tokenizer of whole words; `marks_around` puts one mark after, or two around."""
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if marks_around:
        *first, last = marks_around
        single = " ".join([*first, "$A", last])
        tokenizer.post_processor = processors.TemplateProcessing(
            single=single,
            pair=f"{single} $B:1 {last}:1",
            special_tokens=[(mark, WORDS.index(mark)) for mark in marks_around],
        )
    make: Any = transformers.PreTrainedTokenizerFast
    return make(
        tokenizer_object=tokenizer,
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        chat_template=chat_template,
    )


def save_tiny(
    folder: Path,
    kind: str = "LlamaForCausalLM",
    *,
    chat_template: str | None = None,
    marks_around: tuple[str, ...] = (),
    generation: Mapping[str, object] | None = None,
    **config: object,
) -> Path:
    """Save a model of the transformers class `kind` with two thin layers, and its tokenizer."""
    import torch
    import transformers

    torch.manual_seed(3)
    model_class: Any = getattr(transformers, kind)
    shape = {
        "vocab_size": len(WORDS),
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "max_position_embeddings": 512,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 3,
        "initializer_range": 0.6,  # far apart, so that rounding decides no greedy choice
    }
    model = model_class(model_class.config_class(**{**shape, **config}))
    if generation is not None:
        make_config: Any = transformers.GenerationConfig
        model.generation_config = make_config(**generation)
    model.save_pretrained(folder)
    tiny_tokenizer(chat_template, marks_around).save_pretrained(folder)
    return folder


def write_tiny_gguf(path: Path) -> Path:
    """Write a Llama of one thin layer in float32, with a tokenizer of single characters."""
    import gguf
    import numpy as np

    hidden, inner = 16, 24
    path.parent.mkdir(parents=True, exist_ok=True)
    writer: Any = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_context_length(128)
    writer.add_embedding_length(hidden)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(2)
    writer.add_head_count_kv(2)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    tokens = ["<unk>", "<s>", "</s>", *map(chr, range(33, 127)), "ab"]
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3, *[1] * (len(tokens) - 3)])
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (len(tokens), hidden),
        "output.weight": (len(tokens), hidden),
        "output_norm.weight": (hidden,),
        "blk.0.attn_norm.weight": (hidden,),
        "blk.0.ffn_norm.weight": (hidden,),
        **{f"blk.0.attn_{part}.weight": (hidden, hidden) for part in ("q", "k", "v", "output")},
        **{f"blk.0.ffn_{part}.weight": (inner, hidden) for part in ("gate", "up")},
        "blk.0.ffn_down.weight": (hidden, inner),
    }
    random = np.random.default_rng(5)
    for name, shape in shapes.items():
        writer.add_tensor(name, random.normal(size=shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def build_wheel(folder: Path, requirement: str, members: Mapping[str, bytes]) -> Path:
    """Write a wheel that pip accepts, with `members` beside its metadata."""
    name, version = requirement.split("==")
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    metadata = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in {**members, **metadata}.items():
            archive.writestr(member, content)
    return path


WEIGHTS = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(200)) * 40
CONFIG = b'{"model_type": "none"}'
PARTS = 3


def split_entry(weights: bytes = WEIGHTS) -> RegistryEntry:
    """Return an entry whose weights come in PARTS wheels, the last one with the configuration."""
    return RegistryEntry(
        name="split-model",
        role="generator",
        license="MIT",
        files=(
            ModelFile("weights.bin", len(weights), sha256(weights)),
            ModelFile("config.json", len(CONFIG), sha256(CONFIG)),
        ),
        hub=HubCarrier("halfminute/split-model", COMMIT),
        wheels=tuple(
            Wheel(
                f"halfminute-fake-part{part}==1.0",
                (
                    WheelMember(f"fake/part{part}.bin", "weights.bin"),
                    *([WheelMember("fake/config.json", "config.json")] if part == PARTS else []),
                ),
            )
            for part in range(1, PARTS + 1)
        ),
    )


def split_members(weights: bytes = WEIGHTS) -> dict[str, dict[str, bytes]]:
    """Return what the wheels of `split_entry` hold: requirement → member → content."""
    size = -(-len(weights) // PARTS)
    members = {
        f"halfminute-fake-part{part}==1.0": {
            f"fake/part{part}.bin": weights[(part - 1) * size : part * size]
        }
        for part in range(1, PARTS + 1)
    }
    members[f"halfminute-fake-part{PARTS}==1.0"]["fake/config.json"] = CONFIG
    return members


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of `folder` by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def entry_of(
    folder: Path, name: str, role: ModelRole
) -> tuple[RegistryEntry, dict[str, dict[str, bytes]]]:
    """Return an entry whose one wheel holds the files of `folder`, and that wheel."""
    files = contents(folder)
    order = sorted(files, key=lambda file: file != "model.safetensors")
    entry = RegistryEntry(
        name=name,
        role=role,
        license="MIT",
        files=tuple(ModelFile(file, len(files[file]), sha256(files[file])) for file in order),
        hub=HubCarrier("org/tiny", COMMIT),
        wheels=(
            Wheel(
                "halfminute-tiny==1.0",
                tuple(WheelMember(f"tiny/{file}", file) for file in order),
            ),
        ),
    )
    return entry, {
        "halfminute-tiny==1.0": {f"tiny/{file}": content for file, content in files.items()}
    }


@dataclass
class FakeIndex:
    """A `Downloader` that takes wheels from a folder and remembers what it was asked for."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    stops_at: str | None = None
    """At this requirement the user presses Ctrl-C."""

    def __call__(self, requirement: str, folder: Path, on_bytes: OnBytes) -> Path:
        self.asked.append(requirement)
        if requirement == self.stops_at:
            raise KeyboardInterrupt
        stem = requirement.replace("-", "_").replace("==", "-")
        source = self.folder / f"{stem}-py3-none-any.whl"
        if not source.exists():
            raise ModelPullError(requirement, "no such wheel")
        on_bytes(source.stat().st_size)
        return Path(shutil.copy(source, folder))


def fake_index(folder: Path, members: Mapping[str, Mapping[str, bytes]]) -> FakeIndex:
    """Return an index with a wheel for each requirement of `members`."""
    for requirement, content in members.items():
        build_wheel(folder, requirement, content)
    return FakeIndex(folder)


def deaf_hub() -> Hub:
    """Return a hub at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Hub(endpoint=f"http://127.0.0.1:{port}", patience=2.0)


@dataclass
class FakeHub:
    """The part of the hub's HTTP interface that a download needs, on loopback."""

    endpoint: str = ""
    repos: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Repository → file → content."""
    commit: str = COMMIT
    license: str | None = "mit"
    large: tuple[str, ...] = (".safetensors", ".bin", ".gguf")
    """Suffixes of the files whose SHA-256 the hub states."""
    cut_after: int | None = None
    """A download breaks off after so many bytes, once."""
    requests: list[str] = field(default_factory=list)

    @property
    def hub(self) -> Hub:
        return Hub(endpoint=self.endpoint, patience=10.0)

    def listing(self, repo: str) -> dict[str, object]:
        siblings: list[dict[str, object]] = [
            {
                "rfilename": name,
                "size": len(content),
                "lfs": {"sha256": sha256(content), "size": len(content), "pointerSize": 1}
                if name.endswith(self.large)
                else None,
            }
            for name, content in self.repos[repo].items()
        ]
        card = {"license": self.license}
        return {"id": repo, "sha": self.commit, "siblings": siblings, "cardData": card}


class HubHandler(BaseHTTPRequestHandler):
    """Answers for `fake`, which a subclass sets."""

    fake: FakeHub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.fake.requests.append(f"{self.command} {self.path}")
        path = self.path.partition("?")[0]
        if path.startswith("/api/models/"):
            repo, _, revision = path.removeprefix("/api/models/").partition("/revision/")
            self.answer_listing(repo, revision)
        else:
            repo, _, rest = path.removeprefix("/").partition("/resolve/")
            self.answer_file(repo, rest.partition("/")[2])

    def answer_listing(self, repo: str, revision: str) -> None:
        if repo not in self.fake.repos:
            self.send(404, b"", {"X-Error-Code": "RepoNotFound"})
        elif revision not in ("", "main", self.fake.commit):
            self.send(404, b"", {"X-Error-Code": "RevisionNotFound"})
        else:
            listing = json.dumps(self.fake.listing(repo)).encode()
            self.send(200, listing, {"Content-Type": "application/json"})

    def answer_file(self, repo: str, name: str) -> None:
        content = self.fake.repos.get(repo, {}).get(name)
        if content is None:
            self.send(404, b"", {"X-Error-Code": "EntryNotFound"})
            return
        headers = {"X-Repo-Commit": self.fake.commit, "ETag": f'"{sha256(content)}"'}
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self.send(206 if start else 200, content[start:], headers)

    def send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.fake.cut_after is not None and len(body) > self.fake.cut_after:
            body, self.fake.cut_after = body[: self.fake.cut_after], None
            self.close_connection = True
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the test output clean."""


@contextmanager
def serving_hub(repos: Mapping[str, Mapping[str, bytes]]) -> Iterator[FakeHub]:
    """Run a hub with these repositories for the length of a `with` block."""
    fake = FakeHub(repos={name: dict(files) for name, files in repos.items()})
    handler = type("Handler", (HubHandler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()

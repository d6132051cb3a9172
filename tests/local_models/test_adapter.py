from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from pipeline.errors import AdapterError, ModelError
from pipeline.local_models import Carriers, load_generator, pull_model, status
from pipeline.local_models.adapter import (
    ADAPTER_FILE,
    CARD_FILE,
    CONFIG_FILE,
    DECISIVE,
    TEMPLATE_FILE,
    read_card,
)
from pipeline.local_models.loading import Located, locate
from pipeline.local_models.model_folder import sha256_file
from pipeline.local_models.registry import REGISTRY, WRITER, AdapterEntry
from tests.local_models.builders import FakeIndex, deaf_hub, entry_of, fake_index, save_tiny, words
from training.ship import MOST_BYTES, ship

RANK, ALPHA = 2, 8
TEMPLATE = "{% for message in messages %}bal {{ message['content'] }} {% endfor %}"
PREFIX = "base_model.model."
UP = "model.layers.0.mlp.up_proj"
DOWN_FACTOR, UP_FACTOR = (f"{PREFIX}{UP}.lora_{factor}.weight" for factor in "AB")
LINEAR = {UP: (12, 8), "model.layers.1.self_attn.q_proj": (8, 8)}
"""Modules that the adapter changes → shape of the weight."""

Tensors = dict[str, np.ndarray[Any, np.dtype[Any]]]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a model as far as merging reads them."""
    folder = tmp_path_factory.mktemp("base") / "tiny"
    folder.mkdir()
    random = np.random.default_rng(3)
    shapes = {f"{module}.weight": shape for module, shape in LINEAR.items()}
    shapes |= {"model.embed_tokens.weight": (20, 8)}
    weights = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    weights["model.norm.weight"] = np.ones(8, np.float32)
    save_file(weights, folder / "model.safetensors")
    (folder / TEMPLATE_FILE).write_text("the base's own")
    for name in ("config.json", "tokenizer.json"):
        (folder / name).write_text(json.dumps({"file": name}))
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter of that model with the names that peft gives, in half precision."""
    folder = tmp_path_factory.mktemp("trained")
    random = np.random.default_rng(5)
    factors = {}
    for module, (rows, columns) in LINEAR.items():
        for factor, shape in {"A": (RANK, columns), "B": (rows, RANK)}.items():
            numbers = random.normal(size=shape).astype(np.float16)
            factors[f"{PREFIX}{module}.lora_{factor}.weight"] = numbers
    save_file(factors, folder / ADAPTER_FILE)
    config = {
        "r": RANK,
        "lora_alpha": ALPHA,
        "target_modules": ["up_proj", "q_proj"],
        "base_model_name_or_path": "/home/somebody/models/tiny",
    }
    (folder / CONFIG_FILE).write_text(json.dumps(config))
    return folder


@dataclass(frozen=True)
class Shop:
    """A writer in the registry, and where it is located."""

    entry: AdapterEntry
    cache: Path
    carriers: Carriers
    heard: list[tuple[str, int, int]]

    def locate(self) -> Located:
        return locate(
            self.entry.name,
            "generator",
            self.cache,
            lambda *step: self.heard.append(step),
            carriers=self.carriers,
        )


def opened(
    base: Path, trained: Path, place: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Shop:
    """Ship the adapter `trained` below `place`, and make it and its base known."""
    carried, members = entry_of(base, "tiny-base", "generator")
    entry = AdapterEntry("tiny-writer", carried, str(place / "shipped"))
    entry.folder.mkdir()
    (entry.folder / TEMPLATE_FILE).write_text(TEMPLATE)
    ship(entry, trained, "1")
    for known in (carried, entry):
        monkeypatch.setitem(REGISTRY, known.name, known)
    return Shop(entry, cache, Carriers(deaf_hub(), fake_index(place / "index", members)), [])


@pytest.fixture
def shop(
    base: Path, trained: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Shop:
    """A shipped adapter whose base is in no cache yet."""
    return opened(base, trained, tmp_path, cache, monkeypatch)


def test_the_base_is_pulled_and_the_adapter_merged_once(shop: Shop) -> None:
    first = shop.locate()
    merging = [("merge tiny-writer", 0, 1), ("merge tiny-writer", 1, 1)]
    assert [step for step in shop.heard if step[0].startswith("merge")] == merging
    assert {stage for stage, *_ in shop.heard} == {"pull tiny-base", "merge tiny-writer"}
    shop.heard.clear()
    nothing = Carriers(deaf_hub(), FakeIndex(shop.cache / "nowhere"))
    assert replace(shop, carriers=nothing).locate() == first
    assert shop.heard == []


def test_the_merged_weights_are_the_bases_and_the_scaled_product(
    shop: Shop, base: Path, trained: Path
) -> None:
    before, factors = load_file(base / "model.safetensors"), load_file(trained / ADAPTER_FILE)
    after = load_file(shop.locate().folder / "model.safetensors")
    expected = dict(before)
    for module in LINEAR:
        down, up = (
            factors[f"{PREFIX}{module}.lora_{factor}.weight"].astype(np.float32) for factor in "AB"
        )
        scale = np.float32(ALPHA / RANK)
        expected[f"{module}.weight"] = before[f"{module}.weight"] + scale * (up @ down)
    assert after.keys() == expected.keys()
    assert all(after[name].tobytes() == expected[name].tobytes() for name in after)
    assert {array.dtype.name for array in after.values()} == {"float32"}
    changed = {name for name in after if not np.array_equal(after[name], before[name])}
    assert changed == {f"{module}.weight" for module in LINEAR}


def test_all_else_is_the_bases_but_the_template(shop: Shop, base: Path) -> None:
    folder = shop.locate().folder
    for name in ("config.json", "tokenizer.json"):
        assert (folder / name).read_bytes() == (base / name).read_bytes()
    assert (folder / TEMPLATE_FILE).read_text() == TEMPLATE


def test_the_identity_is_of_base_and_adapter(shop: Shop, trained: Path) -> None:
    identity = shop.locate().identity
    assert (identity.id, identity.license, identity.revision) == ("tiny-writer", "MIT", None)
    assert identity.sha256 not in (None, shop.entry.base.weights.sha256)
    (shop.entry.folder / TEMPLATE_FILE).write_text(TEMPLATE + " ")
    card = ship(shop.entry, trained, "1")
    other = shop.locate()
    assert other.identity.sha256 == card.sha256 != identity.sha256
    assert card.model_copy(update={"base_sha256": "0" * 64}).sha256 != card.sha256
    assert (other.folder / TEMPLATE_FILE).read_text() == TEMPLATE + " "


@pytest.mark.parametrize("name", ["model.safetensors", TEMPLATE_FILE])
def test_a_damaged_merge_is_made_again(shop: Shop, name: str) -> None:
    first = shop.locate()
    whole = (first.folder / name).read_bytes()
    (first.folder / name).write_bytes(whole[:50])
    shop.heard.clear()
    assert shop.locate() == first
    assert (first.folder / name).read_bytes() == whole
    assert [stage for stage, *_ in shop.heard] == ["merge tiny-writer"] * 2


def test_a_pull_makes_it_ready(shop: Shop) -> None:
    shop.locate()
    there = {model.name: model.present for model in status(shop.cache)}
    assert there["tiny-base"]
    assert there["tiny-writer"]
    assert not there[WRITER.name]
    folder = pull_model("tiny-writer", shop.cache)
    assert folder == shop.locate().folder


def rewrite_card(folder: Path, **change: object) -> None:
    card = json.loads((folder / CARD_FILE).read_text())
    (folder / CARD_FILE).write_text(json.dumps({**card, **change}))


def cut(folder: Path) -> None:
    path = folder / ADAPTER_FILE
    path.write_bytes(path.read_bytes()[:-100])


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut short": (cut, rf"its {ADAPTER_FILE} is damaged: SHA-256 \w+, adapter.json states \w+"),
    "no adapter": (lambda folder: (folder / ADAPTER_FILE).unlink(), f"{ADAPTER_FILE} cannot be"),
    "other template": (lambda folder: (folder / TEMPLATE_FILE).write_text(""), "is damaged"),
    "other rank": (lambda folder: (folder / CONFIG_FILE).write_text("{}"), "is damaged"),
    "no card": (lambda folder: (folder / CARD_FILE).unlink(), "adapter.json cannot be read"),
    "no JSON": (lambda folder: (folder / CARD_FILE).write_text("{"), "adapter.json cannot be"),
    "no hashes": (lambda folder: rewrite_card(folder, files={}), "adapter.json states none"),
    "other base": (
        lambda folder: rewrite_card(folder, base="big-base"),
        r"is made for big-base \(SHA-256 \w{12}…\), not for tiny-base",
    ),
    "other weights": (
        lambda folder: rewrite_card(folder, base_sha256="0" * 64),
        r"is made for tiny-base \(SHA-256 0{12}…\), not for tiny-base",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_an_adapter_that_is_not_as_shipped_is_not_merged(shop: Shop, kind: str) -> None:
    damage, said = DAMAGE[kind]
    damage(shop.entry.folder)
    with pytest.raises(AdapterError, match=said) as caught:
        shop.locate()
    assert (caught.value.subject, caught.value.base) == ("tiny-writer", "tiny-base")
    assert caught.value.mend == "reinstall halfminute"
    assert not list(shop.cache.glob("models/tiny-writer*/*/"))
    assert locate("tiny-base", "generator", shop.cache, carriers=shop.carriers)


def zeros(*shape: int) -> np.ndarray[Any, np.dtype[np.float16]]:
    return np.zeros(shape, np.float16)


def without(tensors: Tensors, name: str) -> Tensors:
    return {key: tensor for key, tensor in tensors.items() if key != name}


MISFIT: dict[str, tuple[Callable[[Tensors], Tensors], str]] = {
    "another width": (
        lambda factors: {**factors, DOWN_FACTOR: zeros(RANK, 9)},
        r"up_proj.weight has the shape \(12, 8\), its change \(12, 2\)·\(2, 9\)",
    ),
    "another rank": (
        lambda factors: {**factors, DOWN_FACTOR: zeros(3, 8), UP_FACTOR: zeros(12, 3)},
        "another rank than 2",
    ),
    "another layer": (
        lambda factors: {name.replace("layers.0", "layers.7"): f for name, f in factors.items()},
        r"layers.7\..* has the shape None",
    ),
    "half a pair": (lambda factors: without(factors, DOWN_FACTOR), "pairs of low-rank factors"),
    "another method": (
        lambda factors: {**factors, f"{PREFIX}{UP}.lora_magnitude_vector": zeros(12)},
        "pairs of low-rank factors",
    ),
    "nothing": (lambda _: {}, "pairs of low-rank factors"),
    "a vector": (lambda factors: {**factors, DOWN_FACTOR: zeros(8)}, "has the shape"),
}


@pytest.mark.parametrize("kind", MISFIT)
def test_an_adapter_that_does_not_fit_its_base_is_not_merged(
    shop: Shop, trained: Path, tmp_path: Path, kind: str
) -> None:
    change, said = MISFIT[kind]
    other = tmp_path / "other"
    other.mkdir()
    save_file(change(load_file(trained / ADAPTER_FILE)), other / ADAPTER_FILE)
    shutil.copy(trained / CONFIG_FILE, other)
    ship(shop.entry, other, "2")
    with pytest.raises(AdapterError, match=f"does not fit tiny-base .*{said}"):
        shop.locate()
    assert not list(shop.cache.glob("models/tiny-writer*/*/"))


@pytest.mark.parametrize("name", [ADAPTER_FILE, CONFIG_FILE])
def test_what_was_shipped_damaged_is_told_as_well(shop: Shop, trained: Path, name: str) -> None:
    card = ship(shop.entry, trained, "1")
    (shop.entry.folder / name).write_bytes(b"no adapter")
    files = {**card.files, name: sha256_file(shop.entry.folder / name)}
    rewrite_card(shop.entry.folder, files=files)
    with pytest.raises(AdapterError, match="its adapter cannot be read"):
        shop.locate()


def test_a_full_disk_is_no_fault_of_the_adapter(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise SafetensorError("I/O error: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("safetensors.numpy.save_file", full)
        with pytest.raises(ModelError, match=r"No space left.*free some disk space") as caught:
            shop.locate()
    assert not isinstance(caught.value, AdapterError)
    assert (shop.locate().folder / "model.safetensors").exists(), "what was left is no hindrance"


def test_shipping_leaves_out_what_is_the_machines(shop: Shop, trained: Path) -> None:
    before = json.loads((trained / CONFIG_FILE).read_text())
    shipped = json.loads((shop.entry.folder / CONFIG_FILE).read_text())
    assert Path(before["base_model_name_or_path"]).is_absolute()
    assert shipped["base_model_name_or_path"] == "tiny-base"
    assert shipped["target_modules"] == sorted(before["target_modules"])
    assert read_card(shop.entry).files.keys() == set(DECISIVE)


def test_too_large_an_adapter_is_not_shipped(shop: Shop, tmp_path: Path) -> None:
    before = (shop.entry.folder / ADAPTER_FILE).read_bytes()
    with (tmp_path / ADAPTER_FILE).open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ValueError, match="more than 12000000"):
        ship(shop.entry, tmp_path, "1")
    assert (shop.entry.folder / ADAPTER_FILE).read_bytes() == before


def test_peft_and_we_make_the_same_model_of_an_adapter(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import peft
    import torch
    import transformers

    auto: Any = transformers.AutoModelForCausalLM
    base = save_tiny(tmp_path / "base", chat_template="dor {{ messages[0]['content'] }}")
    config = peft.LoraConfig(
        r=RANK,
        lora_alpha=ALPHA,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
        init_lora_weights=False,
    )
    torch.manual_seed(5)
    adapted: Any = peft.get_peft_model(auto.from_pretrained(base), config)
    adapted.save_pretrained(tmp_path / "trained")
    shop = opened(base, tmp_path / "trained", tmp_path, cache, monkeypatch)
    ours = load_generator("tiny-writer", cache, device="cpu", carriers=shop.carriers)
    plain = load_generator("tiny-base", cache, device="cpu")
    assert ours.follows_instructions
    prompts = [words(4), words(6, 3)]
    assert ours.generate(prompts, max_new_tokens=6) != plain.generate(prompts, max_new_tokens=6)
    theirs = adapted.merge_and_unload().state_dict()
    weights = load_file(shop.locate().folder / "model.safetensors")
    assert all(np.allclose(weights[name], theirs[name], atol=1e-6) for name in weights)
    before = load_file(base / "model.safetensors")
    changed = {name for name in weights if not np.array_equal(weights[name], before[name])}
    assert len(changed) == 14, "seven linear layers in each of two"


def test_the_shipped_adapter_is_whole_and_small() -> None:
    card = read_card(WRITER)
    assert (card.name, card.license) == (WRITER.name, WRITER.license)
    assert card.files == {name: sha256_file(WRITER.folder / name) for name in DECISIVE}
    assert sum(path.stat().st_size for path in WRITER.folder.iterdir()) <= MOST_BYTES
    assert "Apache-2.0" in (WRITER.folder / "README.md").read_text(encoding="utf-8")


def test_the_shipped_configuration_tells_nothing_of_the_machine() -> None:
    config = json.loads((WRITER.folder / CONFIG_FILE).read_text(encoding="utf-8"))
    assert config["base_model_name_or_path"] == WRITER.base.name
    assert "/" not in json.dumps(config)

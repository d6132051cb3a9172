from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import resources
from pipeline.errors import ResourceError
from pipeline.resources import (
    checkout_root,
    shipped_path,
    shipped_root,
    shipped_text,
    shipped_toml,
)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a package that lies alone, as in site-packages."""
    folder = tmp_path / "site-packages" / "pipeline"
    folder.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", folder)
    return folder


def ship(root: Path, name: str, content: bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_in_a_checkout_shipped_files_lie_at_its_root() -> None:
    assert checkout_root() == shipped_root() == ROOT
    assert shipped_path("data/taxonomy.toml") == ROOT / "data" / "taxonomy.toml"
    assert shipped_toml("data/taxonomy.toml")


def test_in_a_wheel_they_lie_in_the_package(package: Path) -> None:
    ship(package / "_shipped", "data/taxonomy.toml", b'name = "caf\xc3\xa9"\n')
    assert shipped_root() == package / "_shipped"
    assert checkout_root() is None
    assert shipped_text("data/taxonomy.toml") == 'name = "café"\n'
    assert shipped_toml("data/taxonomy.toml") == {"name": "café"}
    assert shipped_path("data").is_dir()


def test_another_project_around_the_package_is_no_checkout(package: Path) -> None:
    ship(package.parent, "pyproject.toml", b"")
    assert checkout_root() is None
    ship(package.parent, "prompts/hook.txt", b"")
    assert checkout_root() == package.parent


def test_a_missing_file_is_named_with_the_mend(package: Path) -> None:
    with pytest.raises(ResourceError) as caught:
        shipped_text("prompts/nosuch.txt")
    assert str(caught.value) == (
        "prompts/nosuch.txt: shipped file is missing; reinstall halfminute"
    )


@pytest.mark.parametrize("content", [b"caf\xe9", b"name = \n"])
def test_a_damaged_file_is_named(package: Path, content: bytes) -> None:
    ship(package / "_shipped", "data/feeds.toml", content)
    with pytest.raises(ResourceError) as caught:
        shipped_toml("data/feeds.toml")
    assert caught.value.subject == "data/feeds.toml"


def test_a_folder_is_not_read_as_text(package: Path) -> None:
    ship(package / "_shipped", "data/feeds.toml", b"")
    with pytest.raises(ResourceError, match="cannot be read"):
        shipped_text("data")

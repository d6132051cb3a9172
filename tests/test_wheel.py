"""The wheel, installed elsewhere, works without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = "pipeline/_shipped/"


def run(*arguments: str, cwd: Path, **environment: str) -> str:
    """Return what `python ARGUMENTS` prints; it must succeed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        env={
            **{
                key: value for key, value in os.environ.items() if not key.startswith("HALFMINUTE_")
            },
            **environment,
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the installed wheel and nothing else."""
    target = tmp_path_factory.mktemp("site")
    run(
        *("-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
        *("--target", str(target), str(wheel)),
        cwd=target,
    )
    return target


def shipped_by_rule() -> dict[str, str]:
    """Return path in the wheel → path in the checkout of every file that pyproject.toml ships."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = rules["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    files = {}
    for here, there in included.items():
        start = ROOT / here
        assert start.exists(), f"{here} is to be shipped and does not exist"
        for path in [start] if start.is_file() else start.rglob("*"):
            if path.is_file():
                inner = path.relative_to(start).as_posix()
                files[there if start.is_file() else f"{there}/{inner}"] = str(path)
    return files


def test_the_wheel_holds_the_shipped_files_byte_for_byte(wheel: Path) -> None:
    expected = shipped_by_rule()
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith(SHIPPED)}
        assert held == set(expected)
        for name, path in expected.items():
            assert archive.read(name) == Path(path).read_bytes(), name


@pytest.mark.parametrize(
    "name",
    [
        "prompts/",
        "data/taxonomy.toml",
        "data/playbooks.toml",
        "data/feeds.toml",
        "data/digest.schema.json",
        "data/roles.npz",
        "data/sample/feeds.toml",
        "data/adapters/halfminute-writer-135m/",
    ],
)
def test_the_wheel_holds_what_the_design_names(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert any(held.startswith(SHIPPED + name) for held in archive.namelist())


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    """Migrations and py.typed too."""
    packaged = {
        path.relative_to(ROOT).as_posix()
        for package in ("pipeline", "flows")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "pipeline/py.typed" in names
    assert packaged <= names


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert tops - {"pipeline", "flows"} == {
        top for top in tops if top.startswith("halfminute-") and top.endswith(".dist-info")
    }


def test_the_wheel_carries_the_license_and_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (n for n in archive.namelist() if n.endswith("entry_points.txt"))
        (license_text,) = (n for n in archive.namelist() if n.endswith("/LICENSE"))
        assert b"halfminute = pipeline.cli:main" in archive.read(entry_points)
        assert archive.read(license_text) == (ROOT / "LICENSE").read_bytes()


def test_an_installation_finds_its_own_files(installed: Path, tmp_path: Path) -> None:
    shipped = sorted(name.removeprefix(SHIPPED) for name in shipped_by_rule())
    script = (
        "import json, sys; from pipeline import resources as r, settings as s;"
        "print(json.dumps({'root': str(r.shipped_root()), 'checkout': r.checkout_root(),"
        " 'home': str(s.default_home()),"
        " 'paths': [str(r.shipped_path(name)) for name in json.loads(sys.argv[1])]}))"
    )
    said = json.loads(
        run("-c", script, json.dumps(shipped), cwd=tmp_path, PYTHONPATH=str(installed))
    )
    root = installed / "pipeline" / "_shipped"
    assert said["root"] == str(root)
    assert said["checkout"] is None
    assert said["paths"] == [str(root / name) for name in shipped]
    assert not Path(said["home"]).is_relative_to(ROOT)
    assert not Path(said["home"]).is_relative_to(installed)


def test_an_installation_runs_the_command_line(installed: Path, tmp_path: Path) -> None:
    printed = run("-m", "pipeline.cli", "schema", cwd=tmp_path, PYTHONPATH=str(installed))
    assert printed == (ROOT / "data" / "digest.schema.json").read_text(encoding="utf-8")

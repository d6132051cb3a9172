"""The files around the code agree with it and with each other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import pipeline

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked() -> dict[str, Version]:
    """Return normalised distribution name → version; any line that is no plain pin is an error."""
    pins: dict[str, Version] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        pin = PIN.fullmatch(line)
        assert pin, f"requirements.lock: {line!r} is no plain pin"
        pins[canonicalize_name(pin[1])] = Version(pin[2])
    return pins


def test_the_lock_satisfies_every_requirement(project: dict[str, Any]) -> None:
    pins = locked()
    stated = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    unmet = [
        text
        for text in stated
        if (requirement := Requirement(text)).marker is None or requirement.marker.evaluate()
        if (pin := pins.get(canonicalize_name(requirement.name))) is None
        or pin not in requirement.specifier
    ]
    assert len(stated) > 30
    assert not unmet, "run `make lock`"


def test_the_lock_is_what_is_installed() -> None:
    """What passes here was tested with the pinned versions, whatever build of torch it is."""
    pins = locked()
    different = {
        name: (str(pin), version(name))
        for name, pin in pins.items()
        if Version(version(name)).public != str(pin)
    }
    assert len(pins) > 100
    assert not different, "run `make setup`"


@pytest.mark.parametrize(
    ("name", "trap"),
    [("fastapi", "0.151"), ("sqlalchemy", "2.1")],
)
def test_the_lock_keeps_below_what_breaks_prefect(name: str, trap: str) -> None:
    assert locked()["prefect"].release[:2] == (3, 8)
    assert locked()[name] < Version(trap)


def test_the_changelog_starts_with_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[?v?(\d+\.\d+\.\d+)", changelog, flags=re.MULTILINE)
    assert versions[:1] == [pipeline.__version__]


def test_ci_runs_the_tests_and_the_linters() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert {"set -euo pipefail", "make test", "make lint"} <= set(lines)


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run make as a user does, whatever make this test run was started by."""
    inherited = ("MAKE", "MFLAGS", "PYTHON", "PIP_")
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env={key: value for key, value in os.environ.items() if not key.startswith(inherited)},
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with the Makefile, and nothing in it that could be installed."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def test_make_alone_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)
    assert phony
    listed = [line.split()[1] for line in make().stdout.splitlines()]
    assert sorted(listed) == sorted(phony[1].split())


@pytest.mark.parametrize("target", ["test", "demo"])
def test_a_first_make_says_what_it_will_download(clone: Path, target: str) -> None:
    planned = make("--dry-run", target, folder=clone).stdout
    notice = planned.index("MB of packages")
    assert notice < planned.index("98 MB") < planned.index("91 MB") < planned.index("pip install")


@pytest.mark.parametrize("target", ["test", "demo"])
def test_a_second_make_installs_nothing(clone: Path, target: str) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".installed").touch()
    planned = make("--dry-run", target, folder=clone).stdout
    assert "pip install" not in planned
    assert len(planned.splitlines()) == 1


@pytest.mark.parametrize("target", ["setup", "lock"])
def test_an_interpreter_that_is_too_old_is_named(clone: Path, target: str) -> None:
    old = clone / "python3.9"
    old.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, 9, 2)\n$2"\n'
    )
    old.chmod(0o755)
    done = make(target, f"PYTHON={old}", folder=clone)
    assert done.returncode != 0
    assert f"needs Python 3.11 or newer, and {old} is 3.9.2" in done.stderr
    assert not (clone / ".venv").exists()


def test_an_interpreter_that_is_not_there_is_named(clone: Path) -> None:
    done = make("setup", "PYTHON=python3.nowhere", folder=clone)
    assert done.returncode != 0
    assert "needs Python 3.11 or newer, and there is no python3.nowhere" in done.stderr

"""Which room may import which, what stays unloaded until it is needed, and what no file names."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

GROUND = "ground floor"
BELOW = {
    GROUND: set[str](),
    "ingest": {GROUND},
    "local_models": {GROUND},
    "store": {GROUND},
    "analysis": {GROUND, "ingest", "local_models"},
    "stories": {GROUND, "ingest", "local_models", "analysis"},
    "brief": {GROUND, "ingest", "local_models", "analysis", "stories"},
    "publish": {GROUND, "ingest", "local_models", "analysis", "stories", "brief"},
}
"""Each room of pipeline/ and the rooms it may import besides itself."""
BELOW["stages"] = set(BELOW)
BELOW["assembly"] = set(BELOW)
BELOW["options"] = set(BELOW)
BELOW["runs"] = set(BELOW)
BELOW["cli"] = set(BELOW)

OUTSIDE = {"prefect", "flows", "tests", "evals", "bench"}
"""What nothing in pipeline/ imports."""
HEAVY = {"torch", "transformers", "gguf"}
"""What only local_models imports, and only inside functions."""


@dataclass(frozen=True)
class Import:
    """One imported name, such as `pipeline.records.Feed`."""

    name: str
    line: int
    on_loading: bool
    """False inside a function and under TYPE_CHECKING."""


def is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def names_of(node: ast.AST, package: str) -> list[str]:
    """Return the dotted names that one statement or call imports in a module of `package`."""
    match node:
        case ast.Import(names=aliases):
            return [alias.name for alias in aliases]
        case ast.ImportFrom(module=module, names=aliases, level=level):
            above = package.split(".")[: len(package.split(".")) - level + 1] if level else []
            base = ".".join([*above, *([module] if module else [])])
            return [f"{base}.{alias.name}" for alias in aliases]
        case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]) if ast.unparse(
            function
        ) in {"__import__", "import_module", "importlib.import_module"}:
            return [name]
    return []


def imports_of(node: ast.AST, package: str, on_loading: bool = True) -> Iterator[Import]:
    """Yield every import at and below `node`, of a module that lies in `package`."""
    for name in names_of(node, package):
        yield Import(name, getattr(node, "lineno", 0), on_loading)
    if isinstance(node, ast.If) and is_type_checking(node.test):
        for statement in node.body:
            yield from imports_of(statement, package, on_loading=False)
        for statement in node.orelse:
            yield from imports_of(statement, package, on_loading)
        return
    inside = on_loading and not isinstance(
        node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    )
    for child in ast.iter_child_nodes(node):
        yield from imports_of(child, package, inside)


def room_of(module: str) -> str:
    """Return the room of `pipeline.…`; an unknown package is a room that has no place yet."""
    _, *parts = module.split(".")
    if parts and (parts[0] in BELOW or (ROOT / "pipeline" / parts[0]).is_dir()):
        return parts[0]
    return GROUND


def complaints(module: str, source: str, package: str) -> list[str]:
    """Return what is wrong with the imports of one module of pipeline/ or flows/."""
    found = []
    room = room_of(module) if module.split(".")[0] == "pipeline" else "flows"
    if room not in {*BELOW, "flows"}:
        return [f"{module}: give the new room {room!r} a place in BELOW"]
    for wanted in imports_of(ast.parse(source), package):
        top = wanted.name.split(".")[0]
        place = f"{module}:{wanted.line} imports {wanted.name}"
        if room != "flows" and top == "pipeline":
            other = room_of(wanted.name)
            if other != room and other not in BELOW[room]:
                found.append(f"{place}: {room} may not import {other}")
        if room != "flows" and top in OUTSIDE:
            found.append(f"{place}: nothing in pipeline imports {top}")
        if top in HEAVY or wanted.name.startswith("safetensors.torch"):
            if room != "local_models":
                found.append(f"{place}: only local_models does")
            elif wanted.on_loading:
                found.append(f"{place}: inside a function only")
    return found


def modules() -> Iterator[tuple[str, Path, str]]:
    """Yield (dotted name, file, package it lies in) of every module of pipeline/ and flows/."""
    for top in ("pipeline", "flows"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            package = ".".join(parts[:-1])
            yield package if parts[-1] == "__init__" else ".".join(parts), path, package


def test_imports_run_one_way() -> None:
    found = [
        complaint
        for name, path, package in modules()
        for complaint in complaints(name, path.read_text(encoding="utf-8"), package)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("pipeline.records", "import pipeline.ingest.fetch"),
        ("pipeline.records", "from pipeline import ingest"),
        ("pipeline.records", "def late():\n    from pipeline.store import database"),
        ("pipeline.ingest.fetch", "from pipeline.local_models import registry"),
        ("pipeline.ingest.fetch", "from ..store import database"),
        ("pipeline.ingest.fetch", "from .. import store"),
        ("pipeline.store.database", "from pipeline.ingest.feeds import parse"),
        ("pipeline.analysis.roles", "from pipeline.store import database"),
        ("pipeline.stories.continuity", "from pipeline.brief.compose import compose"),
        ("pipeline.stories.continuity", "if TYPE_CHECKING:\n    from pipeline.publish import x"),
        ("pipeline.brief.write", "import importlib\nimportlib.import_module('pipeline.cli')"),
        ("pipeline.stages.ingest", "from pipeline.assembly import assemble"),
        ("pipeline.assembly", "from pipeline.cli import main"),
        ("pipeline.cli", "import prefect"),
        ("pipeline.cli", "def serve():\n    from flows.serve import main"),
        ("pipeline.brief.write", "import torch"),
        ("pipeline.brief.write", "def late():\n    import transformers"),
        ("pipeline.local_models.encoder", "import torch.nn"),
        ("pipeline.local_models.encoder", "from safetensors.torch import load_file"),
        ("pipeline.local_models.encoder", "try:\n    import gguf\nexcept ImportError:\n    raise"),
        ("pipeline.local_models.encoder", "class Model:\n    import torch"),
        ("flows.ingest", "import torch"),
    ],
)
def test_what_is_forbidden_is_found(module: str, source: str) -> None:
    assert len(complaints(module, source, module.rpartition(".")[0])) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("pipeline.ingest.fetch", "from pipeline import __version__"),
        ("pipeline.ingest.fetch", "from . import urls\nfrom .feeds import parse"),
        ("pipeline.ingest.fetch", "from ..records import Feed\nfrom .. import errors"),
        ("pipeline.publish.digest", "from pipeline.brief.compose import compose"),
        ("pipeline.stages.ingest", "from pipeline.store import database"),
        ("pipeline.cli", "from pipeline.assembly import assemble"),
        ("pipeline.local_models.encoder", "def load():\n    import torch, transformers"),
        ("pipeline.local_models.encoder", "if TYPE_CHECKING:\n    import torch"),
        ("flows.ingest", "import prefect\nfrom pipeline.stages import ingest"),
    ],
)
def test_what_is_allowed_is_not_complained_of(module: str, source: str) -> None:
    assert not complaints(module, source, module.rpartition(".")[0])


def loaded_by(*arguments: str) -> set[str]:
    """Return the top-level names of all that `python ARGUMENTS` loads; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    log = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    said = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert done.returncode == 0, "\n".join(said)
    return {line.rpartition("|")[2].strip().split(".")[0] for line in log}


def test_importing_pipeline_loads_nothing_heavy() -> None:
    loaded = loaded_by("-c", "import pipeline")
    assert "pipeline" in loaded
    assert not loaded & {*HEAVY, "prefect"}


def test_importing_every_module_of_pipeline_loads_nothing_heavy() -> None:
    names = [
        name
        for name, _, package in modules()
        if name.startswith("pipeline") and "migrations" not in package  # alembic alone runs those
    ]
    loaded = loaded_by("-c", f"import importlib; [importlib.import_module(n) for n in {names}]")
    assert "pydantic" in loaded
    assert not loaded & {*HEAVY, "prefect"}


def test_help_loads_nothing_heavy() -> None:
    loaded = loaded_by("-m", "pipeline.cli", "--help")
    assert "typer" in loaded
    assert not loaded & {*HEAVY, "prefect"}


# Such a folder inside a longer path or an address is nobody's machine: hence `(?<!…)`.
MACHINE_PATH = re.compile(r"(?:file://|(?<![\w.~%/-]))/(?:work|root|opt)/")


def text_files() -> Iterator[tuple[Path, str]]:
    """Yield every text file of the project that `.gitignore` lets through, with its text."""
    rules = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    ignored = [".git", *(rule.strip("/") for rule in rules)]

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            inner = path.relative_to(ROOT).as_posix()
            if any(fnmatch(path.name, rule) or inner == rule for rule in ignored):
                continue
            if path.is_dir():
                yield from walk(path)
            else:
                yield path

    for path in walk(ROOT):
        content = path.read_bytes()
        if b"\0" not in content:
            yield path, content.decode("utf-8", "replace")


def test_no_file_names_a_path_of_one_machine() -> None:
    seen = set()
    found = []
    for path, text in text_files():
        seen.add(path)
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(text.splitlines(), start=1)
            if MACHINE_PATH.search(line)
        ]
    assert {ROOT / "Makefile", ROOT / ".ci" / "run", Path(__file__)} <= seen
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "names_one"),
    [
        ("see {}work/main", True),
        ("'{}opt/wheels'", True),
        ("file://{}root/x", True),
        ("https://example.com{}work/2026", False),
        ("~{}opt/bin", False),
        ("./{}opt", False),
    ],
)
def test_machine_paths_are_told_from_addresses(line: str, names_one: bool) -> None:
    assert bool(MACHINE_PATH.search(line.format("/"))) is names_one

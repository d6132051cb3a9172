"""Files that ship with the program: prompts, taxonomy, playbooks, schema, sample week.

In a wheel they lie under `pipeline/_shipped/`; in a checkout at the repository's root.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pipeline.errors import ResourceError

_PACKAGE = Path(__file__).resolve().parent


def shipped_root() -> Path:
    """Return the folder that holds `prompts/` and `data/`."""
    packed = _PACKAGE / "_shipped"
    return packed if packed.is_dir() else _PACKAGE.parent


def checkout_root() -> Path | None:
    """Return the repository's root when the package runs from a checkout, else None."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "prompts").is_dir() else None


def shipped_path(name: str) -> Path:
    """Return the path of the shipped file or folder `name`, such as `data/taxonomy.toml`.

    Raises:
        ResourceError: nothing of that name was shipped.
    """
    path = shipped_root() / name
    if not path.exists():
        raise ResourceError(name, "shipped file is missing", "reinstall halfminute")
    return path


def shipped_text(name: str) -> str:
    """Return the shipped file `name` as text.

    Raises:
        ResourceError: the file is missing or not UTF-8.
    """
    try:
        return shipped_path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(name, f"cannot be read ({error})", "reinstall halfminute") from error


def shipped_toml(name: str) -> dict[str, Any]:
    """Return the shipped TOML file `name` as a dictionary.

    Raises:
        ResourceError: the file is missing or not TOML.
    """
    try:
        return tomllib.loads(shipped_text(name))
    except tomllib.TOMLDecodeError as error:
        raise ResourceError(name, f"is not valid TOML ({error})", "reinstall halfminute") from error

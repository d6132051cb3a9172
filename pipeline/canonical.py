"""Canonical bytes and the ids made from them."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

ID_HEX_DIGITS = 16
"""64 bits: among 10 million articles the chance of any collision is below 3e-6 (birthday bound)."""


def sha256_bytes(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_text(text: str) -> str:
    """Return the SHA-256 of `text` in UTF-8 as 64 lower-case hex digits."""
    return sha256_bytes(text.encode("utf-8", "surrogatepass"))


def make_id(prefix: str, *parts: str) -> str:
    """Return `prefix-` and 16 hex digits that depend on every part and on their order."""
    return f"{prefix}-{sha256_text(chr(0).join(parts))[:ID_HEX_DIGITS]}"


def canonical_json(value: Any) -> str:
    """Return `value` as canonical JSON: sorted keys, UTF-8, two-space indent, final newline.

    Raises:
        ValueError: `value` holds NaN or an infinity, which JSON has no word for.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


def compact_json(value: Any) -> str:
    """Return `value` as one line of JSON with sorted keys: for hashes, cache keys and columns."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader sees the old file or the new, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)

"""Golden files: an input beside what must come out of it, `name.ext` and `name.ext.json`.

A golden that is missing or differs fails. After a wanted change, rewrite and review them::

    python -m tests.ingest.golden_files
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from pipeline.canonical import canonical_json
from pipeline.ingest.extract import extract_article
from pipeline.ingest.feeds import parse_feed
from pipeline.ingest.plain import extract_plain

FOLDER = Path(__file__).with_name("goldens")


def inputs(kind: str) -> list[Path]:
    """Return the inputs of one kind (`feeds`, `pages`, `texts`)."""
    return sorted(path for path in (FOLDER / kind).iterdir() if not path.name.endswith(".out.json"))


def outcome(path: Path) -> Any:
    """Return what the code under test makes of an input, as plain JSON values."""
    body = path.read_bytes()
    match path.parent.name:
        case "feeds":
            feed = parse_feed(
                body,
                label=path.name,
                content_type="",
                base_url="https://base.example/feeds/feed.xml",
                feed_id="f-1",
            )
            plain = {field.name: getattr(feed, field.name) for field in dataclasses.fields(feed)}
            entries = [entry.model_dump(mode="json") for entry in feed.entries]
            return json.loads(canonical_json({**plain, "entries": entries}))
        case "pages":
            url = f"https://www.news.example/2026/11/{path.stem}"
            return extract_article(body, url=url).model_dump(mode="json")
        case _:
            return extract_plain(body.decode()).model_dump(mode="json")


def golden(path: Path) -> Any:
    """Return what must come out of an input.

    Raises:
        FileNotFoundError: there is no golden.
    """
    return json.loads(_golden_path(path).read_text(encoding="utf-8"))


def _golden_path(path: Path) -> Path:
    return path.with_name(path.name + ".out.json")


if __name__ == "__main__":
    for kind in ("feeds", "pages", "texts"):
        for path in inputs(kind):
            _golden_path(path).write_text(canonical_json(outcome(path)), encoding="utf-8")

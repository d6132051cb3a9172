"""Tag pages from what was published."""

from __future__ import annotations

import difflib
from pathlib import Path

from pipeline.canonical import write_atomically
from pipeline.errors import StoreError, UsageError
from pipeline.publish import digest as files
from pipeline.publish.tag_pages import TagPage, render_page, tag_pages
from pipeline.store import Store


def published_pages(store: Store) -> list[TagPage]:
    """Return the page of every tag in the digests in force, by slug.

    Raises:
        StoreError: a digest cannot be read.
    """
    texts = [(week, store.digest(week)) for week in store.digest_weeks()]
    return tag_pages([files.read(t, label=f"digest {week}") for week, t in texts if t is not None])


def find_page(pages: list[TagPage], tag: str) -> TagPage:
    """Return the page of a tag, typed with or without its #.

    Raises:
        UsageError: no digest has it.
    """
    slug = tag.strip().removeprefix("#").lower()
    known = {page.slug: page for page in pages}
    if slug not in known:
        near = difflib.get_close_matches(slug, sorted(known), n=1)
        mend = f"did you mean {near[0]}?" if near else "see halfminute tags"
        raise UsageError(tag, "is no tag of any digest", mend)
    return known[slug]


def write_pages(store: Store, folder: Path) -> int:
    """Bring the folder of tag pages up to what was published; return how many files changed.

    Raises:
        StoreError: the folder cannot be written, or a digest not be read.
    """
    wanted = {f"{page.slug}.json": render_page(page).encode() for page in published_pages(store)}
    changed = 0
    try:
        for name, content in wanted.items():
            path = folder / name
            if not path.is_file() or path.read_bytes() != content:
                write_atomically(path, content)
                changed += 1
        for path in folder.glob("*.json"):
            if path.name not in wanted:
                path.unlink()
                changed += 1
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise StoreError(str(folder), what, "check the disk and the permissions") from error
    return changed

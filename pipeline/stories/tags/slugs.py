"""The slug of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from slugify import slugify

from pipeline.schema import Tag, TagKind
from pipeline.text import fold

_SIGNS = (("++", "pp"), ("+", "-plus-"), ("#", "sharp"))
"""How the signs in names are written in a slug: c++ is cpp."""


def slug_of(name: str) -> str:
    """Return the kebab-case slug of a name; empty where it has neither letter nor digit."""
    return slugify(name, replacements=_SIGNS)


def letters_of(name: str) -> str:
    """Return the folded letters and digits of a name: the same for `GPT-4o` and `GPT 4o`."""
    return re.sub(r"[^\w+#]+|_", "", fold(name))


def named(names: Iterable[str], kind: TagKind) -> list[Tag]:
    """Return a tag for each name that has a slug, the first of those that share one."""
    tags: dict[str, Tag] = {}
    for name in names:
        slug = slug_of(name)
        if slug:
            tags.setdefault(slug, Tag(slug=slug, name=name, kind=kind))
    return list(tags.values())

"""Prompt templates: `prompts/*.txt`, loaded strictly and named by their content."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import lru_cache

from pipeline.canonical import sha256_text
from pipeline.errors import ResourceError
from pipeline.resources import shipped_path, shipped_text
from pipeline.schema import PromptRef


@dataclass(frozen=True)
class Prompt:
    """A template with `$name` places."""

    name: str
    template: str

    @property
    def sha256(self) -> str:
        """Its version: the hash of the template."""
        return sha256_text(self.template)

    def render(self, **values: str) -> str:
        """Return the prompt with every place filled.

        Raises:
            ResourceError: a place without a value, or a value without a place.
        """
        template = string.Template(self.template)
        if not template.is_valid():
            raise ResourceError(self.name, "has a stray $", "write it as $$")
        places = set(template.get_identifiers())
        if places != set(values):
            odd = ", ".join(sorted(places ^ set(values)))
            raise ResourceError(self.name, f"prompt and values differ in: {odd}", "mend the prompt")
        return template.substitute(values)


@lru_cache(maxsize=64)
def load_prompt(name: str) -> Prompt:
    """Return the shipped prompt `name`.

    Raises:
        ResourceError: there is none.
    """
    return Prompt(name, shipped_text(f"prompts/{name}.txt").strip())


def all_prompts() -> list[PromptRef]:
    """Return every shipped prompt by name and hash, in order of the names."""
    names = sorted(path.stem for path in shipped_path("prompts").glob("*.txt"))
    return [PromptRef(name=name, sha256=load_prompt(name).sha256) for name in names]

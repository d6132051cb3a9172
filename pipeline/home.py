"""The folder that holds what a run writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """Where in the folder each thing is."""

    path: Path

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.path / "halfminute.db"

    @property
    def settings_file(self) -> Path:
        """The user's settings."""
        return self.path / "halfminute.toml"

    @property
    def feeds_file(self) -> Path:
        """The user's feed list."""
        return self.path / "feeds.toml"

    @property
    def playbooks_file(self) -> Path:
        """The user's playbooks."""
        return self.path / "playbooks.toml"

    @property
    def tags(self) -> Path:
        """The folder of the tag pages."""
        return self.path / "tags"

    def digest(self, week: str) -> Path:
        """Return the path of a week's digest."""
        return self.path / "digests" / f"{week}.json"

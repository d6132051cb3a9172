"""Which home a run works in and how: what the command line and the flows are told.

JSON can carry it to any process, and making it loads nothing heavy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from pipeline.feed_list import FeedLine, FeedList
from pipeline.home import Home
from pipeline.protocols import Progress, no_progress
from pipeline.resources import shipped_path
from pipeline.settings import Settings, cache_home, default_home, load_settings
from pipeline.weeks import parse_moment

if TYPE_CHECKING:
    from pipeline.assembly import Workshop


def _home() -> Path:
    named = os.environ.get("HALFMINUTE_HOME")
    return Path(named).expanduser() if named else default_home()


class RunOptions(BaseModel):
    """The command line's global options, handed to a run instead of its parts."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    home: Path = Field(default_factory=_home)
    """Folder that holds what a run writes; default: HALFMINUTE_HOME, else the usual place."""
    config: Path | None = None
    """Settings file; default: `halfminute.toml` in the home."""
    model: str | None = None
    """Generator: registry name, existing path, or hub id."""
    encoder: str | None = None
    """Encoder: registry name, existing path, or hub id."""
    allow_private_hosts: bool = False
    """Fetch from loopback and private addresses."""
    route: dict[str, tuple[str, int]] = {}
    """Host → (address, port) to connect to in its place."""

    def settings(self) -> Settings:
        """Read the settings; `config` goes before the home's own file.

        Raises:
            SettingsError: a file or value makes no sense.
        """
        own = Home(self.home).settings_file
        names = {"generator": self.model, "encoder": self.encoder}
        given = {field: name for field, name in names.items() if name is not None}
        return load_settings(
            self.config or (own if own.is_file() else None), {"models": given} if given else {}
        )

    def feed_lines(self, named: Path | None) -> tuple[FeedLine, ...]:
        """Return the feeds of the named list, else of the home's own, else of the shipped one.

        Raises:
            SettingsError: the list cannot be read.
        """
        own = Home(self.home).feeds_file
        shipped = own if own.is_file() else shipped_path("data/feeds.toml")
        return FeedList.read(named or shipped).lines

    @contextmanager
    def open(self, progress: Progress = no_progress) -> Iterator[Workshop]:
        """Open the workshop.

        Raises:
            SettingsError: a setting makes no sense.
            StoreError: the home's database cannot be opened.
        """
        from pipeline.assembly import open_workshop

        with open_workshop(
            Home(self.home),
            self.settings(),
            cache_home(dict(os.environ)),
            allow_private_hosts=self.allow_private_hosts,
            route=self.route,
            progress=progress,
        ) as workshop:
            yield workshop


def moment_of(now: str | None) -> datetime:
    """Return `now` (ISO 8601), or the wall clock's time in whole seconds.

    Raises:
        UsageError: the text is no ISO date.
    """
    return parse_moment(now) if now is not None else datetime.now(UTC).replace(microsecond=0)

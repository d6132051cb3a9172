"""The list of subscribed feeds, `feeds.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.canonical import write_atomically
from pipeline.errors import SettingsError
from pipeline.urls import is_web_url, redact


class FeedLine(BaseModel):
    """One `[[feeds]]` table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    title: str | None = None


class _FeedFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    feeds: tuple[FeedLine, ...] = ()


@dataclass(frozen=True)
class FeedList:
    """The feeds of a file, in its order."""

    lines: tuple[FeedLine, ...]

    @classmethod
    def read(cls, path: Path) -> FeedList:
        """Read a feeds file.

        Raises:
            SettingsError: it is missing, no TOML, or a line makes no sense.
        """
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
            lines = _FeedFile.model_validate(content).feeds
        except FileNotFoundError as error:
            raise SettingsError(str(path), "no such file", "name an existing feeds file") from error
        except OSError as error:
            what = f"cannot be read ({error.strerror or error})"
            raise SettingsError(str(path), what, "name an existing feeds file") from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(str(path), f"is not valid TOML ({error})", "mend it") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise SettingsError(
                str(path),
                f"{place}: {first['msg']}",
                "each [[feeds]] has url and, if you like, title",
            ) from error
        for line in lines:
            if not is_web_url(line.url):
                raise SettingsError(
                    str(path),
                    f"{redact(line.url)!r} is not a web address",
                    "start it with https://",
                )
        return cls(lines)

    def write(self, path: Path) -> None:
        """Write the list atomically."""
        write_atomically(path, dump(self.lines).encode("utf-8", "replace"))


def dump(lines: Sequence[FeedLine]) -> str:
    """Return the lines as TOML."""
    parts = []
    for line in lines:
        parts.append(f"[[feeds]]\nurl = {_quoted(line.url)}\n")
        if line.title:
            parts[-1] += f"title = {_quoted(line.title)}\n"
    return "\n".join(parts)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
    )

"""Configuration: `halfminute.toml` in the home, overridden by HALFMINUTE_* and the command line."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableVariable

from pipeline.canonical import compact_json, sha256_text
from pipeline.errors import SettingsError
from pipeline.reader_rules import parse_rule
from pipeline.resources import checkout_root
from pipeline.weeks import time_zone

APP = "halfminute"

_DAY = 86_400.0
"""Seconds: what is meant as no limit; sockets cannot wait for centuries."""
_CENTURY = 36_500.0
"""Days: what is meant as for ever; Python's dates end in the year 9999."""


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class IngestSettings(_Part):
    """Fetching and extraction. None of it changes what is written about a given text."""

    user_agent: str = "halfminute/0.1 (personal feed reader)"
    """Sent with every request; add a way to reach you."""
    connect_timeout: float = Field(default=10.0, gt=0, le=_DAY)
    """Seconds for one connection, and for each read."""
    deadline: float = Field(default=30.0, gt=0, le=_DAY)
    """Seconds for one document in all, redirects included."""
    feed_bytes: int = Field(default=15_000_000, gt=0)
    """Cap on a feed's decoded size."""
    page_bytes: int = Field(default=5_000_000, gt=0)
    """Cap on a page's decoded size."""
    extraction_deadline: float = Field(default=20.0, gt=0, le=_DAY)
    """Seconds for taking the text out of one page, in a worker process."""
    workers: int = Field(default=8, ge=1, le=64)
    """Pages fetched at once, over all hosts."""
    per_host: int = Field(default=2, ge=1, le=16)
    """Pages fetched at once from one host."""
    attempts: int = Field(default=3, ge=1, le=10)
    """Tries for one document where the error says that trying again may help."""
    recheck_hours: float = Field(default=6.0, ge=0, le=_CENTURY * 24)
    """A page is asked again for changes no sooner than this."""
    recheck_days: float = Field(default=7.0, ge=0, le=_CENTURY)
    """A page is asked again for changes only this long after it was first seen."""
    min_words: int = Field(default=40, ge=1)
    """A shorter text is kept but withheld as thin."""
    languages: tuple[str, ...] = ("en",)
    """ISO 639-1 codes of the languages that are summarised; others are kept and withheld."""


class ModelSettings(_Part):
    """Local models."""

    generator: str = "halfminute-writer-135m"
    """Registry name, existing path, or hub id (`org/name[@revision]`)."""
    encoder: str = "all-minilm-l6-v2"
    """Registry name, existing path, or hub id."""
    entailment: str | None = None
    """A sequence classifier with which a written sentence is checked against its evidence as well:
    hub id or existing folder of an NLI cross-encoder, such as `cross-encoder/nli-deberta-v3-small`,
    or of a consistency model; none by default."""
    device: str = "auto"
    """`auto` takes a GPU when there is one; else `cpu`, `cuda`, `cuda:1`, `mps`."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    """Compute type of the generator."""
    batch_size: int = Field(default=64, ge=1)
    """Prompts handed to the generator at once. It changes the speed and the memory, no text."""


class StorySettings(_Part):
    """Clustering."""

    window_days: float = Field(default=14.0, gt=0, le=_CENTURY)
    """Articles further apart never open one story together."""


class DigestSettings(_Part):
    """The weekly digest."""

    timezone: str = "UTC"
    """IANA zone in which weeks are cut and schedules fire."""
    max_stories: int = Field(default=50, ge=1)
    """Stories in a digest; the rest is listed as withheld."""

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        time_zone(name)
        return name


class ReaderSettings(_Part):
    """What the reader wants to see: `#tag`, `source:NAME`, or a word or phrase."""

    follow: tuple[str, ...] = ()
    """Stories that rank higher, and that the cap leaves out last."""
    mute: tuple[str, ...] = ()
    """Stories that are withheld, and publishers that are left out of all stories."""
    source_weights: dict[str, Annotated[float, Field(ge=0, le=10)]] = {}
    """Publisher's name to its weight in the ranking; 1 is usual, 0 never counts for a story."""

    @field_validator("follow", "mute")
    @classmethod
    def _rules(cls, written: tuple[str, ...]) -> tuple[str, ...]:
        for rule in written:
            parse_rule(rule)
        return written


class Settings(BaseSettings):
    """All settings. Sections of `halfminute.toml` have the names of the fields."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="HALFMINUTE_",
        env_nested_delimiter="__",
        use_attribute_docstrings=True,
    )

    ingest: IngestSettings = IngestSettings()
    models: ModelSettings = ModelSettings()
    stories: StorySettings = StorySettings()
    digest: DigestSettings = DigestSettings()
    reader: ReaderSettings = ReaderSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (pydantic-settings' signature)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (pydantic-settings' signature)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (pydantic-settings' signature)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, which comes as init arguments."""
        return env_settings, init_settings

    def text_sha256(self, *, playbooks_sha256: str | None = None) -> str:
        """Return the hash of the settings that can change published text.

        A home may have playbooks of its own; their hash counts as a setting.
        """
        telling = {
            "ingest": {"languages": self.ingest.languages, "min_words": self.ingest.min_words},
            "models": {"dtype": self.models.dtype},
            "stories": self.stories.model_dump(mode="json"),
            "digest": self.digest.model_dump(mode="json"),
            "reader": self.reader.model_dump(mode="json"),
            "playbooks": playbooks_sha256,
        }
        return sha256_text(compact_json(telling))


def default_home() -> Path:
    """Return `data/home` in a checkout, else platformdirs' user data folder."""
    root = checkout_root()
    return root / "data" / "home" if root else Path(platformdirs.user_data_dir(APP))


def cache_home(environ: dict[str, str]) -> Path:
    """Return where models are kept: HALFMINUTE_CACHE, else platformdirs' cache folder."""
    named = environ.get("HALFMINUTE_CACHE")
    return Path(named).expanduser() if named else Path(platformdirs.user_cache_dir(APP))


def load_settings(path: Path | None, overrides: dict[str, dict[str, Any]]) -> Settings:
    """Read the file (None: defaults), the environment, then `overrides` (section → field → value).

    Raises:
        SettingsError: unreadable, not TOML, an unknown name or a value that makes no sense.
    """
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise SettingsError(str(path), "no such file", "name an existing TOML file") from error
        except OSError as error:
            what = f"cannot be read ({error.strerror or error})"
            raise SettingsError(str(path), what, "name an existing TOML file") from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(str(path), f"is not valid TOML ({error})", "mend it") from error
    subject = str(path) if path is not None else "settings"
    try:
        settings = Settings(**values)
        for section, fields in overrides.items():
            part = getattr(settings, section)
            merged = type(part).model_validate({**part.model_dump(), **fields})
            settings = settings.model_copy(update={section: merged})
        return settings
    except UnreadableVariable as error:
        raise SettingsError(
            "environment",
            f"a HALFMINUTE_* variable cannot be read ({error})",
            "write one value as HALFMINUTE_MODELS__DEVICE=cpu, and a list as JSON: "
            "HALFMINUTE_INGEST__LANGUAGES='[\"en\"]'",
        ) from error
    except ValidationError as error:
        raise _explain(subject, error) from error


def _explain(subject: str, error: ValidationError) -> SettingsError:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        *parents, name = (str(part) for part in first["loc"])
        fields: Any = Settings.model_fields
        if parents and parents[0] in fields:
            fields = getattr(fields[parents[0]].annotation, "model_fields", {})
        near = difflib.get_close_matches(name, list(fields), n=1)
        known = ", ".join(sorted(fields))
        mend = f"did you mean {near[0]!r}?" if near else f"known here: {known}"
        return SettingsError(subject, f"unknown setting {place!r}", mend)
    what, _, mend = first["msg"].removeprefix("Value error, ").partition("; ")
    return SettingsError(subject, f"setting {place!r}: {what}", mend or "mend the value")

"""The playbooks: how an action may be inferred from a story's cited facts, and when one fits."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.canonical import sha256_text
from pipeline.errors import ResourceError
from pipeline.resources import shipped_text

Slot = Literal[
    "product", "org", "service", "acquired", "version", "affected_version", "date", "money",
    "quantity", "percentage", "place",
]  # fmt: skip
SLOTS: frozenset[str] = frozenset(get_args(Slot))
SHIPPED = "data/playbooks.toml"

_PLACE = re.compile(r"\{([^{}]*)\}")
_CLAUSE_BORDER = re.compile(r"[;:()—–]|,\s|\b(?:but|although|though|while|whereas)\b")
_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|never|neither|nor|none|without|cannot|\w+n['’]t|hardly|barely|unlikely|"
    r"den(?:y|ies|ied|ying)|fail(?:s|ed)? to|refus(?:e[sd]?|al|ing)|reject(?:s|ed|ing)?|yet to|"
    r"stopp?(?:ed|s)? short|rul(?:es?|ed|ing) out|prevent(?:s|ed|ing)?|avoid(?:s|ed|ing)?|"
    r"avert(?:s|ed|ing)?|instead of|rather than|free (?:of|from)|ahead of|before|prior to|upcoming|"
    r"possible|potential|if|whether|unless|could|might|may|would|threat(?:en(?:s|ed|ing)?|s)?|"
    r"call(?:s|ed|ing)? for|demand(?:s|ed|ing)?|risk of|fears? of|rumou?rs? of)\b",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"\W+(?:(?:no|nothing|none|neither|never)\b|"
    r"(?:[\w-]+\s+){0,3}?(?:(?:did|does|do|has|have|had|was|were|is|are|will|would|can|could)"
    r"(?: not\b|n['’]t\b|\s+never\b|\s+yet to\b)|(?:is|are|was|were|has been|have been)\s+"
    r"(?:false|untrue|unlikely|withdrawn|revoked|lifted|cancell?ed|called off|averted|overturned|"
    r"denied|disputed|reversed|postponed|suspended)))",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"\b(?:earlier this (?:year|month)|last (?:year|month|spring|summer|fall|autumn|winter)|"
    r"previous(?:ly)?|"
    r"(?:years?|months|decades?) (?:ago|earlier)|formerly|once|historically)\b",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(r"(?:If|Unless|Whether|Should|Were|Had)\b")
_IN_YEAR = re.compile(r"\b(?:in|since|of|during|a) (?:\w+ )?((?:19|20)\d\d)\b")
REACH = 6
"""Words before a phrase, within its clause, in which a denial or a condition counts for it. Among
the matches in 1,200 newsletter entries and news articles the furthest that belonged to its phrase
("could be the largest ever … breach") stood five words before it."""


class Playbook(BaseModel):
    """One `[[playbooks]]` table; the head of the shipped file says what the fields mean."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    slug: str = Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
    topics: list[str] = Field(min_length=1)
    audience: str = Field(min_length=1)
    requires: list[Slot]
    any_of: list[str] = Field(min_length=1)
    none_of: list[str]
    action: str = Field(min_length=1)

    @cached_property
    def wanted(self) -> re.Pattern[str]:
        """What finds an `any_of` phrase."""
        return _phrases(self.any_of)

    @cached_property
    def unwanted(self) -> re.Pattern[str] | None:
        """What finds a `none_of` phrase, None where there is none."""
        return _phrases(self.none_of) if self.none_of else None


class _PlaybookFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    playbooks: list[Playbook]


@dataclass(frozen=True)
class Playbooks:
    """All playbooks in their file's order, the specific first, and the file's hash."""

    in_order: tuple[Playbook, ...]
    sha256: str

    @classmethod
    def load(cls, own: Path, topics: Collection[str]) -> Playbooks:
        """Return the user's own playbooks where the file `own` exists, else the shipped ones.

        Raises:
            ResourceError: the file cannot be read, or a playbook makes no sense.
        """
        if not own.exists():
            return cls.parse(shipped_text(SHIPPED), SHIPPED, topics)
        try:
            return cls.parse(own.read_text(encoding="utf-8"), str(own), topics)
        except (OSError, UnicodeDecodeError) as error:
            raise ResourceError(
                str(own), f"cannot be read ({error})", "mend it, or remove it for the shipped ones"
            ) from error

    @classmethod
    def parse(cls, text: str, label: str, topics: Collection[str]) -> Playbooks:
        """Return the playbooks of a file's text; `topics` are the slugs of the taxonomy.

        Raises:
            ResourceError: no TOML, an unknown key, topic or slot, two playbooks with one slug, or
                `requires` that are not the slots used; the error names `label` and the playbook.
        """
        try:
            content = tomllib.loads(text)
            found = _PlaybookFile.model_validate(content).playbooks
        except tomllib.TOMLDecodeError as error:
            raise ResourceError(label, f"is not valid TOML ({error})", "mend it") from error
        except ValidationError as error:
            raise _explain(label, content, error) from error
        slugs: set[str] = set()
        for playbook in found:
            problem = _problem(playbook, slugs, topics)
            if problem is not None:
                what, mend = problem
                raise ResourceError(label, f"playbook {playbook.slug!r} {what}", mend)
            slugs.add(playbook.slug)
        return cls(tuple(found), sha256_text(text))


NO_PLAYBOOKS = Playbooks((), sha256_text(""))


def fill(template: str, slots: Mapping[str, str]) -> str:
    """Return the template with `{name}` replaced by what `slots` has for it."""
    return _PLACE.sub(lambda match: slots[match[1]], template)


def mentions(pattern: re.Pattern[str], sentence: str, year: int) -> Iterator[re.Match[str]]:
    """Yield the phrases that a sentence states as news of `year`.

    What it denies, supposes or only fears does not count, and nothing in a sentence that looks back
    (`earlier this year`, `in 2019`).
    """
    past = _LONG_AGO.search(sentence) or any(int(y) < year for y in _IN_YEAR.findall(sentence))
    if past or _CONDITIONAL.match(sentence):
        return
    for match in pattern.finditer(sentence):
        before = sentence[: match.start()]
        borders = [border.end() for border in _CLAUSE_BORDER.finditer(before)]
        clause = before[borders[-1] if borders else 0 :]
        near = " ".join(clause.split()[-REACH:])
        if not _DENIED_BEFORE.search(near) and not _DENIED_AFTER.match(sentence, match.end()):
            yield match


def _phrases(phrases: Collection[str]) -> re.Pattern[str]:
    """Return a pattern for whole words in any case; a hyphen counts as a word break."""
    spelt = "|".join(
        r"[\s\-‐‑]+".join(re.escape(word) for word in re.split(r"[\s\-]+", phrase.strip()))
        for phrase in sorted(phrases, key=len, reverse=True)
    ).replace("'", "['’]")
    return re.compile(rf"(?<!\w)(?:{spelt})(?!\w)", re.IGNORECASE)


def _problem(
    playbook: Playbook, slugs: Collection[str], topics: Collection[str]
) -> tuple[str, str] | None:
    """Return what is wrong with a playbook and how to mend it, None when nothing is."""
    used = set(_PLACE.findall(playbook.audience + playbook.action))
    if playbook.slug in slugs:
        return "stands twice", "give one of them another slug"
    if unknown := sorted(set(playbook.topics) - set(topics)):
        return f"names the unknown topic {unknown[0]!r}", "take a slug of data/taxonomy.toml"
    if unknown := sorted(used - SLOTS):
        return f"uses the unknown slot {{{unknown[0]}}}", f"known: {', '.join(sorted(SLOTS))}"
    if used != set(playbook.requires):
        return (
            f"requires {sorted(playbook.requires)} and uses {sorted(used)}",
            "let requires name exactly the slots of audience and action",
        )
    if not all(phrase.strip() for phrase in (*playbook.any_of, *playbook.none_of)):
        return "has an empty phrase", "remove it"
    return None


def _explain(label: str, content: Mapping[str, Any], error: ValidationError) -> ResourceError:
    first = error.errors()[0]
    place = first["loc"]
    whose = ""
    if len(place) > 1 and place[0] == "playbooks":
        entry = content["playbooks"][place[1]]
        slug = entry.get("slug") if isinstance(entry, dict) else None
        whose = f"playbook {slug!r}, " if slug else f"playbook number {int(place[1]) + 1}, "
        place = place[2:]
    name = ".".join(str(part) for part in place)
    if first["type"] == "extra_forbidden":
        keys = ", ".join(Playbook.model_fields) if whose else "playbooks"
        return ResourceError(label, f"{whose}unknown key {name!r}", f"known here: {keys}")
    return ResourceError(
        label, f"{whose}{name}: {first['msg']}", "see the head of the shipped file"
    )

"""The digest file, schema v1. These models are its definition.

`data/digest.schema.json` is generated from them (`halfminute schema`). Readers must ignore
properties they do not know: a minor version may add some.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.2.0"
"""Semver: an additive change is a minor, anything else a major."""

CheckerRole = Literal["reader", "entailment"]
Basis = Literal["quoted", "condensed", "written", "inferred"]
CheckResult = Literal["pass", "fail", "n/a"]
Status = Literal["new", "developing", "updated", "unchanged"]
TagKind = Literal["topic", "product", "org", "source"]
Score = float
"""A number rounded to 4 decimals."""


class SchemaModel(BaseModel):
    """A frozen part of the file; field docs are the attribute docstrings."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )


class Citation(SchemaModel):
    """The exact place in a source that bears a claim out."""

    article_id: str
    """The article, as listed in the story's `sources`."""
    text_sha256: str
    """The immutable revision: SHA-256 of title, newline, text."""
    field: Literal["title", "text"]
    """Which of the revision's fields `start` and `end` count in."""
    quote: str
    """The words at that place, verbatim."""
    start: int = Field(ge=0)
    """First Unicode code point of the quote in the field."""
    end: int = Field(ge=1)
    """First code point after the quote."""
    url: str | None = None
    """The page, with a text fragment that scrolls to the quote."""


class Support(SchemaModel):
    """How far the citations bear the claim out."""

    score: Score = Field(ge=0, le=1)
    """Support of the claim by its citations, 0 to 1; a verbatim quote has 1."""
    checks: dict[str, CheckResult]
    """Result of each check by name; a published claim has no `fail`."""


class Earlier(SchemaModel):
    """A statement that a claim overtakes: published before, or in a source listed before."""

    text: str
    """The sentence as it was told."""
    citations: list[Citation] = Field(min_length=1)
    """Where it can be checked."""


class Claim(SchemaModel):
    """One published sentence with its citations and its basis."""

    id: str
    """Stable while story, section and text are the same."""
    text: str
    """The sentence, plain text."""
    basis: Basis
    """quoted: verbatim; condensed: words removed; written: by the model and verified; inferred:
    advice derived from cited facts and a playbook, itself not verified."""
    citations: list[Citation] = Field(min_length=1)
    """Where it can be checked."""
    support: Support
    """What verification found."""
    previously: Earlier | None = None
    """What was told before of the same attribute, with another value (since 1.2)."""


class Action(Claim):
    """A claim of What To Do Next."""

    audience: str
    """Who should act."""
    deadline: str | None = None
    """ISO date until when, where the sources state one."""
    because: list[str]
    """Ids of the claims it follows from."""


class Section(SchemaModel):
    """Claims in reading order, or the reason why there are none."""

    claims: list[Claim]
    """The sentences, best first."""
    reason: str | None = None
    """Why the section is empty."""


class ActionSection(SchemaModel):
    """What To Do Next."""

    claims: list[Action]
    """The actions, best first."""
    reason: str | None = None
    """Why there is no action."""


class Tldr(SchemaModel):
    """The 30-second TL;DR."""

    what_changed: Section
    """The news."""
    why_it_matters: Section
    """Its significance, as the sources state it."""
    what_to_do_next: ActionSection
    """The sources' advice, an inferred action, or an honest no action."""


class ComparisonColumn(SchemaModel):
    """One compared entity."""

    entity: str
    """Its name as the sources write it."""


class ComparisonRow(SchemaModel):
    """One attribute across the entities."""

    attribute: str
    """What is compared."""
    cells: list[Claim | dict[Literal["not_stated"], Literal[True]]]
    """One a column: a cited value, or `{"not_stated": true}`."""


class Comparison(SchemaModel):
    """Entities × attributes."""

    columns: list[ComparisonColumn]
    """The entities."""
    rows: list[ComparisonRow]
    """The attributes."""
    reason: str | None = None
    """Why there is no table."""


class TimelineEntry(Claim):
    """A dated event."""

    date: str
    """ISO date, cut to its precision: 2026, 2026-07 or 2026-07-01."""
    precision: Literal["year", "month", "day"]
    """How exact the date is."""


class Timeline(SchemaModel):
    """Dated events in order."""

    claims: list[TimelineEntry]
    """The events, earliest first."""
    reason: str | None = None
    """Why there are none."""


class Insight(SchemaModel):
    """The sections below the TL;DR."""

    key_takeaways: Section
    """Further facts that the TL;DR does not hold."""
    comparison: Comparison
    """Comparison table."""
    technical: Section
    """Technical deep dive."""
    implications: Section
    """Future implications, with the sources' hedges."""
    timeline: Timeline
    """Dated events."""


class DateGiven(TimelineEntry):
    """A date that an origin gives of what others date otherwise: a neighbour, no contradiction."""

    verb: str
    """What happened then, as written: announced, takes effect."""
    origin: str
    """The origin that states it."""


class DisagreementSide(SchemaModel):
    """One value that one origin states."""

    value: str
    """As written."""
    unit: str | None = None
    """Normalised unit."""
    origin: str
    """The origin that states it."""
    claim: Claim
    """Where it stands."""


class Disagreement(SchemaModel):
    """Values of one attribute that differ between independent origins."""

    attribute: str
    """What they disagree on."""
    sides: list[DisagreementSide]
    """One an origin."""


class Tag(SchemaModel):
    """A kebab-case slug with a kind; shown as #slug."""

    slug: str
    """Such as gpu-shortage."""
    name: str
    """Such as GPU shortage."""
    kind: TagKind
    """topic, product, org or source."""


class TagWeek(SchemaModel):
    """How many stories of one digest carry a tag."""

    week: str
    """ISO week."""
    stories: int = Field(ge=0)
    """Of its digest as it was when this one was made."""


class DigestTag(Tag):
    """A tag with the stories that carry it in this digest."""

    story_ids: list[str]
    """In rank order."""
    trend: list[TagWeek] = []
    """This week and the up to 11 weeks with a digest before it, earliest first (since 1.2)."""


class RelatedUpdate(SchemaModel):
    """Another story that may interest the same reader."""

    story_id: str
    """The other story."""
    title: str
    """Its headline."""
    via: str
    """The shared tag's slug."""
    url: str | None = None
    """Its best source."""


class Related(SchemaModel):
    """Related updates, never the story itself."""

    same_topic: list[RelatedUpdate]
    """Share a topic tag."""
    same_product: list[RelatedUpdate]
    """Share a product tag."""
    same_source: list[RelatedUpdate]
    """Come from a publisher of this story."""


class Source(SchemaModel):
    """One article of a story, reprints included."""

    article_id: str
    """Identity of the page."""
    text_sha256: str
    """The revision in force when the digest was made."""
    title: str
    """Its headline."""
    source: str
    """The publisher."""
    origin: str
    """Who first published the text: an article id shared by all its reprints."""
    url: str | None = None
    """The page."""
    published: str | None = None
    """When, ISO 8601 in UTC; only the date where no time is known."""
    first_seen: str
    """When this home first saw it, ISO 8601 in UTC."""


class RevisionRef(SchemaModel):
    """A revision that this story's claims cite."""

    article_id: str
    """The article."""
    text_sha256: str
    """The revision's name."""


class Headline(SchemaModel):
    """A source's headline, or the reader's own in its place."""

    text: str
    """As the source has it, unless `edited`."""
    citation: Citation
    """The source's headline, and where it stands."""
    edited: bool = False
    """True where the reader wrote the text (since 1.2)."""


class StoryEdit(SchemaModel):
    """A change by the reader's hand that is in force."""

    id: str
    """Hash of all that the edit says."""
    kind: Literal["merge", "split", "retitle", "retag", "withhold"]
    """What was done."""
    date: str
    """When, ISO date."""
    detail: str
    """One line for a person."""


class StoryBrief(SchemaModel):
    """One story of the digest."""

    id: str
    """Identity over weeks."""
    slug: str
    """For file names and addresses."""
    title: Headline
    """A source's headline with its citation."""
    hook: Claim | None
    """One line that says why to read on; null where no sentence may stand alone."""
    status: Status
    """Against the digests before: new; developing (first told here, and its last independent
    source came within a day before the end); updated (told before, has a new fact). An unchanged
    story is not told again but listed in `withheld`."""
    first_seen: str
    """When its first article was seen, ISO 8601 in UTC."""
    last_updated: str
    """When its latest article was published, ISO 8601 in UTC."""
    rank: int = Field(ge=1)
    """1 is the most important."""
    scores: dict[str, Score]
    """Components of the rank, and `total`."""
    tldr: Tldr
    """30-second TL;DR."""
    insight: Insight
    """Deeper sections."""
    disagreements: list[Disagreement]
    """Where independent origins contradict each other."""
    dates_given: list[DateGiven] = []
    """Days on which one undertaking was announced, signed, in effect, as different origins date
    it; earliest first (since 1.2)."""
    tags: list[Tag]
    """Topics first, then products, organisations, sources."""
    related: Related
    """Other stories."""
    sources: list[Source]
    """Its articles, reprints included."""
    revisions: list[RevisionRef]
    """All revisions cited."""
    edits: list[StoryEdit] = []
    """What the reader changed, in that order (since 1.2)."""


class Withheld(SchemaModel):
    """Something that was not published, and why."""

    story_id: str | None = None
    """The story, or"""
    article_id: str | None = None
    """the article."""
    reason: str
    """paywalled, thin, language, unverified, single_line, …"""
    detail: str
    """One line for a person."""


class Correction(SchemaModel):
    """A claim of an earlier digest whose source has changed its text since; told once."""

    story_id: str
    """The story."""
    claim_id: str
    """The claim as it was published."""
    was: str
    """What it said."""
    now: str
    """What the source says now, or that it no longer says it."""
    citations: list[Citation]
    """The place that was cited, then, where there is one, the sentence in its stead."""
    date: str
    """When the change was seen, ISO date."""


class GeneratorModel(SchemaModel):
    """A model that took part."""

    role: Literal["generator", "encoder"] | CheckerRole
    """What it did; `reader` and `entailment` (since 1.1) scored sentences against evidence."""
    id: str
    """Registry name, hub id or path's last part."""
    revision: str | None = None
    """Hub revision where one was given."""
    sha256: str | None = None
    """Of its weights."""
    license: str | None = None
    """SPDX id where known."""


class PromptRef(SchemaModel):
    """A prompt template by content."""

    name: str
    """File name without suffix."""
    sha256: str
    """Of the template."""


class Generator(SchemaModel):
    """What produced the file."""

    name: str
    """halfminute"""
    version: str
    """Of the program."""
    dtype: str
    """Compute type of the generator."""
    device: str
    """cpu, cuda, …"""
    torch: str
    """Version of torch."""
    models: list[GeneratorModel]
    """By role."""
    prompts: list[PromptRef]
    """By name."""
    settings_sha256: str
    """Of the settings that can change published text."""


class FeedHealth(SchemaModel):
    """One subscribed feed at `generated_at`."""

    feed_id: str
    """Identity of the feed."""
    title: str
    """Its title, else its host."""
    url: str
    """Its address, secrets redacted."""
    status: Literal["never", "ok", "failed"]
    """How the last fetch ended."""
    last_ok: str | None
    """When a fetch last succeeded."""
    entries: int
    """Entries known."""
    pages_failed: int
    """Entries whose page could not be had."""
    error: str | None = None
    """The last failure."""


class Health(SchemaModel):
    """The store's sources at `generated_at`."""

    feeds: list[FeedHealth]
    """By id."""


class Period(SchemaModel):
    """Half-open: start included, end not."""

    start: str
    """ISO 8601 in UTC."""
    end: str
    """ISO 8601 in UTC."""


class Digest(SchemaModel):
    """One ISO week of briefs."""

    schema_version: str
    """Semver of this format."""
    id: str
    """Same as `week`."""
    week: str = Field(pattern=r"^\d{4}-W\d{2}$")
    """ISO week."""
    timezone: str
    """IANA zone in which the week is cut."""
    period: Period
    """The week as instants."""
    generated_at: str
    """The run's `now`."""
    generator: Generator
    """What produced it."""
    inputs_sha256: str
    """Hash of the sorted (article_id, text_sha256) pairs of all stories here."""
    stories: list[StoryBrief]
    """By rank."""
    tags: list[DigestTag]
    """By slug."""
    corrections: list[Correction]
    """Changes of what earlier digests said."""
    withheld: list[Withheld]
    """What was not published, and why."""
    health: Health
    """State of the sources."""
    counts: dict[str, int]
    """Of the store at `generated_at`."""


def digest_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a digest file."""
    schema = Digest.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "halfminute digest, schema v1",
        **{k: v for k, v in schema.items() if k != "title"},
    }

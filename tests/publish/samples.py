"""Briefs and digests in which every text can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from pipeline.publish.digest import assemble
from pipeline.schema import (
    Action,
    ActionSection,
    Basis,
    Citation,
    Claim,
    Comparison,
    ComparisonColumn,
    ComparisonRow,
    Digest,
    FeedHealth,
    Generator,
    GeneratorModel,
    Headline,
    Health,
    Insight,
    PromptRef,
    Related,
    RelatedUpdate,
    RevisionRef,
    Section,
    Source,
    StoryBrief,
    Support,
    Tag,
    Timeline,
    TimelineEntry,
    Tldr,
    Withheld,
)
from pipeline.weeks import IsoWeek
from tests.fakes import NOW

WEEK = IsoWeek(2026, 46)
SHA = "0" * 64
GENERATOR = Generator(
    name="halfminute",
    version="0.1.0",
    dtype="float32",
    device="cpu",
    torch="2.13.0",
    models=[GeneratorModel(role="encoder", id="fake-encoder", sha256=SHA)],
    prompts=[PromptRef(name="what_changed", sha256=SHA)],
    settings_sha256=SHA,
)


def make_citation(quote: str, article_id: str = "a-1") -> Citation:
    return Citation(
        article_id=article_id,
        text_sha256=SHA,
        field="text",
        quote=quote,
        start=0,
        end=max(1, len(quote)),
    )


def make_claim(
    text: str, *article_ids: str, claim_id: str | None = None, basis: Basis = "quoted"
) -> Claim:
    return Claim(
        id=claim_id or f"c-{text}",
        text=text,
        basis=basis,
        citations=[make_citation(text, article_id) for article_id in article_ids or ("a-1",)],
        support=Support(score=1.0, checks={"numbers": "pass"}),
    )


def make_source(article_id: str = "a-1", **changes: str | None) -> Source:
    stated = {
        "article_id": article_id,
        "text_sha256": SHA,
        "title": f"Title of {article_id}",
        "source": f"Paper of {article_id}",
        "origin": article_id,
        "url": f"https://example.org/{article_id}",
        "published": "2026-11-12T09:00:00Z",
        "first_seen": "2026-11-12T10:00:00Z",
    }
    return Source.model_validate({**stated, **changes})


def make_brief(
    story_id: str = "s-1",
    *,
    title: str = "Brightmoor leases its hall",
    rank: int = 1,
    hook: Claim | None = None,
    what_changed: Sequence[Claim] = (),
    why_it_matters: Sequence[Claim] = (),
    actions: Sequence[Action] = (),
    takeaways: Sequence[Claim] = (),
    technical: Sequence[Claim] = (),
    implications: Sequence[Claim] = (),
    comparison: Comparison | None = None,
    timeline: Sequence[TimelineEntry] = (),
    tags: Sequence[Tag] = (),
    related: Sequence[RelatedUpdate] = (),
    sources: Sequence[Source] = (),
) -> StoryBrief:
    """Return a brief whose empty sections say why."""

    def section(claims: Sequence[Claim], reason: str) -> Section:
        return Section(claims=list(claims), reason=None if claims else reason)

    return StoryBrief(
        id=story_id,
        slug=f"story-{story_id}",
        title=Headline(text=title, citation=make_citation(title)),
        hook=hook,
        status="new",
        first_seen="2026-11-12T10:00:00Z",
        last_updated="2026-11-12T09:00:00Z",
        rank=rank,
        scores={"total": 0.5},
        tldr=Tldr(
            what_changed=section(what_changed, "no news"),
            why_it_matters=section(why_it_matters, "no word on why"),
            what_to_do_next=ActionSection(
                claims=list(actions), reason=None if actions else "no action"
            ),
        ),
        insight=Insight(
            key_takeaways=section(takeaways, "no more facts"),
            comparison=comparison or Comparison(columns=[], rows=[], reason="nothing to compare"),
            technical=section(technical, "no detail"),
            implications=section(implications, "no outlook"),
            timeline=Timeline(claims=list(timeline), reason=None if timeline else "no dates"),
        ),
        disagreements=[],
        tags=list(tags),
        related=Related(same_topic=list(related), same_product=[], same_source=[]),
        sources=list(sources) or [make_source()],
        revisions=[RevisionRef(article_id="a-1", text_sha256=SHA)],
    )


def make_action(text: str, *article_ids: str, audience: str = "tenants") -> Action:
    claim = make_claim(text, *article_ids)
    return Action(**claim.model_dump(), audience=audience, because=[claim.id])


def make_entry(date: str, text: str, *article_ids: str) -> TimelineEntry:
    precision: Mapping[int, Literal["year", "month", "day"]] = {4: "year", 7: "month", 10: "day"}
    claim = make_claim(text, *article_ids)
    return TimelineEntry(**claim.model_dump(), date=date, precision=precision[len(date)])


def make_comparison(entities: Sequence[str], *rows: Sequence[str | None]) -> Comparison:
    """Return a table; each row is its attribute and a value an entity, None where not stated."""
    return Comparison(
        columns=[ComparisonColumn(entity=entity) for entity in entities],
        rows=[
            ComparisonRow(
                attribute=attribute or "",
                cells=[make_claim(cell) if cell else {"not_stated": True} for cell in cells],
            )
            for attribute, *cells in rows
        ],
    )


def make_digest(
    *stories: StoryBrief,
    week: IsoWeek = WEEK,
    timezone: str = "UTC",
    now: datetime = NOW,
    withheld: Sequence[Withheld] = (),
) -> Digest:
    """Return the digest of these stories with one feed and a count."""
    feed = FeedHealth(
        feed_id="f-1",
        title="The Example",
        url="https://example.org/feed",
        status="ok",
        last_ok="2026-11-16T06:00:00Z",
        entries=2,
        pages_failed=0,
    )
    return assemble(
        week=week,
        timezone=timezone,
        now=now.astimezone(UTC),
        generator=GENERATOR,
        stories=stories,
        corrections=[],
        withheld=withheld,
        health=Health(feeds=[feed]),
        counts={"articles": 3},
    )

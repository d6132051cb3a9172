"""Disagreements between independent origins, and the dates they give, as claims with citations.

Each side is the source's own sentence, so that a value keeps its hedge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.analysis.dates import publication_days
from pipeline.analysis.facts import facts_in
from pipeline.brief.evidence import Candidate, Field
from pipeline.brief.verify import verify
from pipeline.brief.write import HARD_FLAWS, Writer
from pipeline.canonical import make_id
from pipeline.records import ArticleRevision
from pipeline.schema import Claim, DateGiven, Disagreement, DisagreementSide, Support
from pipeline.stories.disagreements import (
    Contradiction,
    Telling,
    bare_verb,
    contradictions,
    dates_given,
)

MAX_ORIGINS = 40
"""The earliest origins that are compared: a story of thousands of articles stays bounded."""

_Place = tuple[str, str, int]


@dataclass(frozen=True)
class Contested:
    """What a story's origins contradict each other on, and the dates they give, with sentences."""

    contradictions: tuple[Contradiction, ...] = ()
    dates: tuple[Telling, ...] = ()
    candidates: Mapping[_Place, Candidate] = field(default_factory=dict)
    """The sentences that these cite, by place."""


def contested(around: Field, articles: Sequence[ArticleRevision]) -> Contested:
    """Return what the origins of a story contradict each other on; `articles` are the field's."""
    by_id = {a.article.article_id: a.article for a in articles}
    heard = sorted(
        {c.origin for c in around.candidates if c.origin in by_id},
        key=lambda origin: (by_id[origin].moment, origin),
    )[:MAX_ORIGINS]
    tellings = [
        Telling(
            article_id=candidate.article_id,
            text_sha256=candidate.text_sha256,
            origin=candidate.origin,
            fact=fact,
            moment=article.published,
            day_only=article.published_is_day,
        )
        for candidate in around.candidates
        if candidate.origin in heard and (article := by_id.get(candidate.article_id)) is not None
        for fact in facts_in(candidate.sentence, publication_days(article))
    ]
    found, dates = contradictions(tellings), dates_given(tellings)
    cited = {_place(t) for t in (*dates, *(side for each in found for side in each.sides))}
    return Contested(found, dates, {c.key: c for c in around.candidates if c.key in cited})


def tell_disagreements(found: Contested, writer: Writer) -> list[Disagreement]:
    """Return the contradictions of which two sides may be published."""
    told = []
    for each in found.contradictions:
        sides = [
            DisagreementSide(
                value=side.fact.shown,
                unit=side.fact.value.unit or None,
                origin=side.origin,
                claim=claim,
            )
            for side in each.sides
            if (claim := _claim(side, f"disagreements/{each.attribute}", found, writer)) is not None
        ]
        if len(sides) == len(each.sides):
            told.append(Disagreement(attribute=each.attribute, sides=sides))
    return told


def tell_dates(found: Contested, writer: Writer) -> list[DateGiven]:
    """Return the dates that origins give of one undertaking, each with its verb, in order."""
    told = []
    for telling in found.dates:
        claim = _claim(telling, "dates_given", found, writer)
        day = telling.fact.value.form
        if claim is not None:
            told.append(
                DateGiven(
                    **claim.model_dump(),
                    date=day,
                    precision=("year", "month", "day")[day.count("-")],
                    verb=bare_verb(telling.fact.verb),
                    origin=telling.origin,
                )
            )
    return told if len({each.date for each in told}) > 1 else []


def _claim(telling: Telling, section: str, found: Contested, writer: Writer) -> Claim | None:
    """Return the sentence as its source has it, None where it may not be published."""
    candidate = found.candidates[_place(telling)]
    text = candidate.sentence.text
    if candidate.flaws & HARD_FLAWS:
        return None
    verdict = verify(text, [text])
    return Claim(
        id=make_id("c", writer.story_id, f"{section}/{telling.origin}", text),
        text=text,
        basis="quoted",
        citations=[writer.cite(candidate)],
        support=Support(score=verdict.score, checks=verdict.checks),
    )


def _place(telling: Telling) -> _Place:
    return (telling.article_id, telling.text_sha256, telling.fact.sentence.index)

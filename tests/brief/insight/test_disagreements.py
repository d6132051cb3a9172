from __future__ import annotations

from datetime import timedelta

from pipeline.brief.evidence import survey
from pipeline.brief.insight.disagreements import (
    MAX_ORIGINS,
    Contested,
    contested,
    tell_dates,
    tell_disagreements,
)
from pipeline.brief.verify import word_coverage
from pipeline.brief.write import Writer
from pipeline.records import ArticleRevision
from pipeline.stories.dedupe import origins
from tests.fakes import PUBLISHED, FakeEncoder, make_analysis, make_article_revision

HEDGED = "Corvane Labs laid off about 300 employees on Tuesday, the company said in Lindhaven."
OTHER = "Corvane Labs laid off 450 employees, according to two people with knowledge of it."
SIGNED = "On 3 November 2026, Corvane Labs finalized a lease agreement with Brightmoor Data."
EFFECT = "The contract takes effect on 1 February 2027 and covers a hall in Skarvik."


def told(*texts: str) -> tuple[Contested, Writer]:
    articles = [
        make_article_revision(text, article_id=f"a-{n}", published=PUBLISHED + timedelta(minutes=n))
        for n, text in enumerate(texts, start=1)
    ]
    return of(articles)


def of(articles: list[ArticleRevision]) -> tuple[Contested, Writer]:
    analyses = {a.article.article_id: make_analysis(a, FakeEncoder(), {}) for a in articles}
    around = survey(articles, analyses, origins(articles))
    urls = {a.article.article_id: a.article.url for a in articles}
    return contested(around, articles), Writer("s-1", word_coverage, urls)


def test_each_side_is_the_source_s_sentence_with_its_place() -> None:
    (found,) = tell_disagreements(*told(HEDGED, OTHER))
    assert found.attribute == "employees, laid off"
    assert [(s.origin, s.value) for s in found.sides] == [
        ("a-1", "about 300 employees"),
        ("a-2", "450 employees"),
    ]
    for side, text in zip(found.sides, (HEDGED, OTHER), strict=True):
        assert side.claim.text == text
        assert side.claim.basis == "quoted"
        (citation,) = side.claim.citations
        assert text[citation.start : citation.end] == citation.quote
        assert citation.article_id == side.origin
        assert "fail" not in side.claim.support.checks.values()


def test_agreeing_sources_have_no_disagreement() -> None:
    found, writer = told(HEDGED, HEDGED.replace("about 300", "310"))
    assert tell_disagreements(found, writer) == []
    assert tell_dates(found, writer) == []


def test_a_side_that_may_not_be_published_hides_the_disagreement() -> None:
    found, writer = told(HEDGED, "Did you know that Corvane Labs laid off 450 employees in a day?")
    assert found.contradictions
    assert tell_disagreements(found, writer) == []


def test_dates_given_are_in_order_with_verb_and_origin() -> None:
    found, writer = told(EFFECT, SIGNED)
    assert [(d.date, d.precision, d.verb, d.origin) for d in tell_dates(found, writer)] == [
        ("2026-11-03", "day", "finalized", "a-2"),
        ("2027-02-01", "day", "takes effect", "a-1"),
    ]
    assert tell_disagreements(found, writer) == []


def test_a_disagreement_of_two_does_not_depend_on_the_order_of_articles() -> None:
    articles = [
        make_article_revision(text, article_id=f"a-{n}")
        for n, text in enumerate((HEDGED, OTHER, SIGNED, EFFECT), start=1)
    ]
    forward, writer = of(articles)
    backward, _ = of(articles[::-1])
    assert tell_disagreements(forward, writer) == tell_disagreements(backward, writer) != []
    assert tell_dates(forward, writer) == tell_dates(backward, writer) != []


def test_only_the_earliest_origins_are_compared() -> None:
    fillers = [f"The town of Lindhaven opened its bathing place number {n}." for n in range(99)]
    found, _ = told(HEDGED, *fillers[: MAX_ORIGINS - 1], OTHER)
    assert found.contradictions == ()
    found, _ = told(HEDGED, *fillers[: MAX_ORIGINS - 2], OTHER)
    assert len(found.contradictions) == 1

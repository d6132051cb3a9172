from __future__ import annotations

import io

from rich.console import Console

from pipeline.publish.terminal import story_view
from pipeline.schema import DateGiven, Disagreement, DisagreementSide, StoryBrief
from tests.publish.samples import make_brief, make_claim, make_source


def lines(story: StoryBrief) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=10_000).print(story_view(story))
    return [" ".join(line.split()) for line in out.getvalue().split("\n")]


def contested() -> StoryBrief:
    said = ("about 300 employees", "a-1"), ("450 employees", "a-2")
    sides = [
        DisagreementSide(value=value, origin=origin, claim=make_claim(f"Says {origin}.", origin))
        for value, origin in said
    ]
    dates = [
        DateGiven(
            **make_claim(f"Dated by {origin}.", origin).model_dump(),
            date=day,
            precision="day",
            verb=verb,
            origin=origin,
        )
        for day, verb, origin in (
            ("2026-06-22", "finalized", "a-1"),
            ("2026-07-01", "announced", "a-2"),
        )
    ]
    brief = make_brief(sources=[make_source("a-1"), make_source("a-2")])
    contradiction = Disagreement(attribute="employees, laid off", sides=sides)
    return brief.model_copy(update={"disagreements": [contradiction], "dates_given": dates})


def test_each_side_of_a_disagreement_shows_its_value_and_source() -> None:
    shown = lines(contested())
    start = shown.index("Disagreements")
    assert shown[start + 1 : start + 4] == [
        "employees, laid off",
        "about 300 employees Says a-1. [1] “ ”",
        "450 employees Says a-2. [2] “ ”",
    ]


def test_dates_given_show_their_verbs_and_are_no_disagreement() -> None:
    shown = lines(contested().model_copy(update={"disagreements": []}))
    start = shown.index("Dates Given")
    assert shown[start + 1 : start + 3] == [
        "2026-06-22 finalized Dated by a-1. [1] “ ”",
        "2026-07-01 announced Dated by a-2. [2] “ ”",
    ]
    assert "Disagreements" not in shown


def test_a_story_without_either_says_nothing_of_them() -> None:
    shown = lines(make_brief(sources=[make_source()]))
    assert "Disagreements" not in shown
    assert "Dates Given" not in shown

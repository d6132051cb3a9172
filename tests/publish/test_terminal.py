from __future__ import annotations

import io
import re
import unicodedata
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from pipeline.publish.terminal import digest_view, story_view, tag_view
from pipeline.schema import (
    Correction,
    DigestTag,
    Earlier,
    RelatedUpdate,
    StoryBrief,
    StoryEdit,
    Tag,
    Withheld,
)
from tests.publish.samples import (
    make_action,
    make_brief,
    make_citation,
    make_claim,
    make_comparison,
    make_digest,
    make_entry,
    make_source,
)

STYLE = re.compile(r"\x1b\[[0-9;]*m")
"""What rich itself writes: colours and weights."""


def shown(view: RenderableType, *, terminal: bool = False, width: int = 10_000) -> str:
    """Return what a console prints, if it is not made narrower on one line a paragraph."""
    out = io.StringIO()
    colours: Literal["standard"] | None = "standard" if terminal else None
    Console(file=out, width=width, force_terminal=terminal, color_system=colours).print(view)
    return without_padding(out.getvalue())


def without_padding(printed: str) -> str:
    return "\n".join(line.rstrip() for line in printed.split("\n"))


def three_sources(**changes: str | None) -> StoryBrief:
    return make_brief(
        hook=make_claim("The hook.", "a-3"),
        what_changed=[make_claim("News one.", "a-1"), make_claim("News two.", "a-3", "a-1")],
        why_it_matters=[make_claim("It matters.", "a-2", basis="written")],
        actions=[make_action("Check the racks.", "a-2", audience="tenants")],
        takeaways=[make_claim("A takeaway.", "a-3", basis="condensed")],
        technical=[make_claim("A detail.", "a-1", "a-2")],
        implications=[make_claim("An outlook.", "a-2")],
        tags=[Tag(slug="gpu-shortage", name="GPU shortage", kind="topic")],
        related=[RelatedUpdate(story_id="s-2", title="Rent falls", via="gpu-shortage")],
        sources=[make_source(f"a-{n}", **changes) for n in (1, 2, 3)],
    )


def test_every_claim_carries_the_numbers_of_its_sources() -> None:
    lines = [line.strip() for line in shown(story_view(three_sources())).split("\n")]
    for line in (
        "The hook. [3] “ ”",
        "News one. [1] “ ”",
        "News two. [1][3] “ ”",
        "It matters. [2] ✎",
        "Check the racks. (for tenants) [2] “ ”",
        "A takeaway. [3] …",
        "A detail. [1][2] “ ”",
        "An outlook. [2] “ ”",
    ):
        assert line in lines
    for n in (1, 2, 3):
        assert f"[{n}] Paper of a-{n}: https://example.org/a-{n}" in lines


def test_a_source_without_an_address_is_shown_by_its_title() -> None:
    assert "[2] Paper of a-2: Title of a-2" in shown(story_view(three_sources(url=None)))


def test_what_surrounds_the_claims_is_shown() -> None:
    text = shown(story_view(three_sources(origin="a-1")))
    assert "1. Brightmoor leases its hall" in text
    assert "s-1 · new · 3 articles from 1 independent source" in text
    assert "#gpu-shortage" in text
    assert "Same topic (#gpu-shortage): Rent falls (s-2)" in text


def test_an_empty_section_says_why() -> None:
    text = shown(story_view(make_brief()))
    for reason in ("no news", "no word on why", "no action"):
        assert reason in text


def test_a_comparison_is_an_aligned_table_within_80_columns() -> None:
    comparison = make_comparison(
        ["Wren-3 34B", "Wren-2 30B", "Corvane-2 40B", "Alder Networks Long Name 9"],
        ["CodeBarn", "71.4", "58.9", None, "68.2"],
        ["Memory for a conversation of 256,000 tokens", "9 GB", None, "about 14 GB", "1 TB"],
    )
    text = shown(story_view(make_brief(comparison=comparison)), width=80)
    lines = text.split("\n")
    assert all(cell_len(line) <= 80 for line in lines)
    heading, first = (next(s for s in lines if part in s) for part in ("Wren-3", "CodeBarn"))
    for entity, value in (("Wren-3", "71.4 [1]"), ("Wren-2", "58.9 [1]"), ("Corvane-2", "not")):
        assert heading.index(entity) == first.index(value)
    folded = "".join(text.split())
    for value in ("9GB[1]", "about14GB[1]", "1TB[1]"):
        assert value in folded


def test_a_timeline_is_shown_as_dated_lines() -> None:
    timeline = [
        make_entry("2026", "A year's event.", "a-2"),
        make_entry("2026-11-12", "An event with " + "many words " * 12 + "at the end.", "a-1"),
    ]
    sources = [make_source("a-1"), make_source("a-2")]
    text = shown(story_view(make_brief(timeline=timeline, sources=sources)), width=80)
    lines = text.split("\n")
    start = lines.index("Timeline")
    assert lines[start + 1] == "  2026        A year's event. [2] “ ”"
    assert lines[start + 2].startswith("  2026-11-12  An event with many words")
    assert lines[start + 3].startswith(" " * 14 + "words many")
    assert all(cell_len(line) <= 80 for line in lines)


def test_empty_tables_and_timelines_are_left_out() -> None:
    text = shown(story_view(make_brief()))
    assert "Comparison" not in text
    assert "Timeline" not in text


def test_the_readers_hand_can_be_told_from_a_source() -> None:
    brief = make_brief(title="The source's words")
    edit = StoryEdit(id="e-1", kind="merge", date="2026-11-16", detail="2 stories joined")
    title = brief.title.model_copy(update={"text": "My words", "edited": True})
    text = shown(story_view(brief.model_copy(update={"title": title, "edits": [edit]})))
    assert "1. My words" in text
    assert "a source's headline: The source's words" in text
    assert "by hand, 2026-11-16: 2 stories joined" in text
    assert "by hand" not in shown(story_view(brief))
    assert "a source's headline" not in shown(story_view(brief))


def test_the_short_view_ends_with_the_tldr() -> None:
    text = shown(story_view(three_sources(), full=False))
    assert "It matters." in text
    assert "A takeaway." not in text


def test_a_digest_starts_with_its_week_and_may_stop_early() -> None:
    briefs = [make_brief(f"s-{n}", title=f"Headline {n}", rank=n) for n in (1, 2, 3)]
    digest = make_digest(*briefs)
    assert shown(digest_view(digest)).startswith("Week 2026-W46 (UTC): 3 stories, 0 withheld\n")
    top = shown(digest_view(digest, top=2))
    assert "Headline 2" in top
    assert "Headline 3" not in top


def test_a_claim_shows_what_it_overtakes_with_its_sources() -> None:
    earlier = Earlier(text="The rent is $40.", citations=[make_citation("x", "a-1")])
    new = make_claim("The rent is $55.", "a-2").model_copy(update={"previously": earlier})
    sources = [make_source("a-1"), make_source("a-2")]
    text = shown(story_view(make_brief(what_changed=[new], sources=sources)))
    assert "  The rent is $55. [2] “ ”\n    told before: The rent is $40. [1]\n" in text


def test_unchanged_stories_are_counted_by_themselves() -> None:
    reasons = ["unchanged", "thin", "unchanged", "unverified"]
    withheld = [Withheld(story_id=f"s-{n}", reason=r, detail="") for n, r in enumerate(reasons)]
    text = shown(digest_view(make_digest(withheld=withheld)))
    assert text.startswith("Week 2026-W46 (UTC): 0 stories, 2 unchanged, 2 withheld\n")


def make_correction(claim_id: str, was: str, now: str) -> Correction:
    places = [
        make_citation(was),
        make_citation(now).model_copy(update={"url": "https://x.example"}),
    ]
    return Correction(
        story_id="s-1", claim_id=claim_id, was=was, now=now, citations=places, date="2026-11-18"
    )


def test_each_correction_is_shown_once_before_the_briefs() -> None:
    same = [make_correction(f"c-{n}", "Two fires.", "One fire.") for n in (1, 2)]
    found = [*same, make_correction("c-3", "Nobody was hurt.", "One man was hurt.")]
    digest = make_digest(make_brief()).model_copy(update={"corrections": found})
    lines = shown(digest_view(digest, top=0)).split("\n")
    start = lines.index("Corrections of earlier digests")
    assert lines[start + 1 : start + 5] == [
        "  was: Two fires.",
        "  now: One fire. (2026-11-18) https://x.example",
        "  was: Nobody was hurt.",
        "  now: One man was hurt. (2026-11-18) https://x.example",
    ]
    assert "Corrections" not in shown(digest_view(make_digest(make_brief())))


def test_a_tag_lists_its_stories_by_week() -> None:
    tag = DigestTag(slug="gpu", name="GPU", kind="topic", story_ids=["s-1"])
    text = shown(tag_view(tag, [("2026-W46", [make_brief("s-1", title="Rent")])]))
    assert text.split("\n")[:3] == ["#gpu · GPU · topic", "2026-W46: 1", "  Rent (s-1)"]


HOSTILE = (
    "[bold]loud[/bold]",
    "[/dim]",
    "[red",
    "[link=https://evil.example]click[/link]",
    "ends in a backslash \\",
    ":warning: smile",
    "[@click=app.quit]x[/]",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_of_a_source_is_shown_as_it_stands(text: str) -> None:
    plain = shown(everywhere(text))
    assert plain.count(text) == MENTIONS
    styled = shown(everywhere(text), terminal=True)
    assert without_padding(STYLE.sub("", styled)) == plain


def everywhere(text: str) -> RenderableType:
    """Return a digest with `text` in every place that a source's words reach."""
    earlier = Earlier(text=text, citations=[make_citation(text)])
    brief = make_brief(
        title=text,
        hook=make_claim(text),
        what_changed=[make_claim(text).model_copy(update={"previously": earlier})],
        why_it_matters=[make_claim(text)],
        actions=[make_action(text, audience=f"{text} people")],
        takeaways=[make_claim(text)],
        technical=[make_claim(text)],
        implications=[make_claim(text)],
        comparison=make_comparison([text, "B"], [text, text, None]),
        timeline=[make_entry("2026-11-12", text)],
        related=[RelatedUpdate(story_id="s-2", title=text, via="gpu")],
        sources=[make_source("a-1", source=text, url=None, title=text)],
    )
    digest = make_digest(brief)
    return digest_view(
        digest.model_copy(update={"corrections": [make_correction("c-1", text, text)]})
    )


MENTIONS = 19
"""Both sides of a correction, headline, hook, six sections, what one overtakes, audience, entity,
attribute, cell, event, a related headline, the source's name and title."""


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07",
        "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
        "\x9b2Jgone",
        "over\rwritten",
        "back\x08space",
        "bell\x07",
        "two\nlines",
        "\u202eturned",
        "half \ud800",
    ],
    ids=ascii,
)
def test_nothing_of_a_source_steers_the_terminal(text: str) -> None:
    for terminal in (False, True):
        assert_harmless(shown(everywhere(text), terminal=terminal))


@settings(max_examples=50)
@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "Lu", "Zs", "Po"]), max_size=12))
def test_whatever_a_source_says_no_control_character_reaches_the_terminal(text: str) -> None:
    assert_harmless(shown(everywhere(text), terminal=True))


def assert_harmless(printed: str) -> None:
    printed.encode("utf-8")
    rest = STYLE.sub("", printed).replace("\n", "")
    assert not [c for c in rest if unicodedata.category(c) == "Cc"]
    assert not set(rest) & set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    # colours end where they began: nothing runs on into the shell
    assert printed.count("\x1b[0m") == len([s for s in STYLE.findall(printed) if s != "\x1b[0m"])

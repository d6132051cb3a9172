from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edits import (
    Change,
    Edit,
    Merge,
    Retag,
    Retitle,
    Split,
    Undo,
    Withhold,
    in_force,
)
from pipeline.records import Story
from pipeline.schema import (
    Comparison,
    ComparisonColumn,
    ComparisonRow,
    Correction,
    DateGiven,
    Disagreement,
    DisagreementSide,
    Earlier,
    Tag,
)
from pipeline.stories.edits import (
    STRUCK,
    apply_story_edits,
    edits_on,
    logged,
    repeats_withheld,
    retagged,
    retitled,
    revert_story_edit,
    told_edit,
    withheld_sentences,
    without_withheld,
)
from tests.fakes import NOW, PUBLISHED
from tests.publish.samples import make_action, make_brief, make_citation, make_claim, make_entry

ARTICLES = tuple(f"a-{n}" for n in range(8))
MOMENTS = {article_id: PUBLISHED + timedelta(hours=n) for n, article_id in enumerate(ARTICLES)}
CHIPS = Tag(slug="gpu-shortage", name="GPU shortage", kind="topic")
CORVANE = Tag(slug="corvane-labs", name="Corvane Labs", kind="org")


def story(story_id: str, *numbers: int, first_seen: int = 0) -> Story:
    """Return a story of the articles with these numbers, in order of publication."""
    return Story(
        story_id=story_id,
        first_seen=NOW + timedelta(hours=first_seen),
        article_ids=tuple(ARTICLES[n] for n in sorted(numbers)),
    )


def log(*changes: Change) -> list[Edit]:
    """Return a log of these changes, an hour apart."""
    return [Edit.make(n, NOW + timedelta(hours=n), change) for n, change in enumerate(changes, 1)]


def parted(stories: Sequence[Story]) -> dict[str, tuple[str, ...]]:
    """Return story id → article ids."""
    return {each.story_id: each.article_ids for each in stories}


@st.composite
def partitions(draw: st.DrawFn) -> list[Story]:
    """Return the articles in up to four stories."""
    homes = draw(st.lists(st.integers(0, 3), min_size=len(ARTICLES), max_size=len(ARTICLES)))
    return [
        story(f"s-{home}", *(n for n, h in enumerate(homes) if h == home), first_seen=home)
        for home in sorted(set(homes))
    ]


@st.composite
def story_changes(draw: st.DrawFn, stories: Sequence[Story]) -> Merge | Split:
    """Return a merge or a split that the reader could make of `stories`."""
    splittable = [each for each in stories if len(each.article_ids) > 1]
    if len(stories) > 1 and (not splittable or draw(st.booleans())):
        some = draw(st.lists(st.sampled_from(stories), min_size=2, unique_by=lambda s: s.story_id))
        return Merge(stories=tuple(some))
    chosen = draw(st.sampled_from(splittable))
    left = draw(st.integers(1, len(chosen.article_ids) - 1))
    return Split(story=chosen, taken=tuple(draw(st.permutations(chosen.article_ids)))[:left])


# --- merges and splits ---------------------------------------------------------------------------


def test_merged_stories_are_the_first_one_named() -> None:
    one, other = story("s-1", 1, 3, first_seen=2), story("s-2", 0, 2, first_seen=1)
    (merged,) = apply_story_edits([one, other], log(Merge(stories=(one, other))), MOMENTS)
    assert merged == story("s-1", 0, 1, 2, 3, first_seen=1)


def test_what_is_split_off_is_another_story() -> None:
    whole = story("s-1", 0, 1, 2)
    change = Split(story=whole, taken=("a-0", "a-2"))
    left, taken = sorted(
        apply_story_edits([whole], log(change), MOMENTS), key=lambda s: s.story_id != "s-1"
    )
    assert left == story("s-1", 1)
    assert taken == story(change.new_story_id, 0, 2)


@given(st.data())
def test_an_edit_done_again_changes_nothing(data: st.DataObject) -> None:
    stories = data.draw(partitions())
    edits = log(data.draw(story_changes(stories)))
    once = apply_story_edits(stories, edits, MOMENTS)
    assert apply_story_edits(once, edits, MOMENTS) == once
    assert parted(once) != parted(stories)


@given(st.data())
def test_undoing_an_edit_restores_the_stories(data: st.DataObject) -> None:
    stories = data.draw(partitions())
    (edit,) = log(data.draw(story_changes(stories)))
    edited = apply_story_edits(stories, [edit], MOMENTS)
    assert revert_story_edit(edited, edit, MOMENTS) == sorted(stories, key=lambda s: s.story_id)


@given(st.data())
def test_the_order_of_unrelated_edits_does_not_matter(data: st.DataObject) -> None:
    stories = [story("s-0", 0, 1), story("s-1", 2, 3), story("s-2", 4, 5), story("s-3", 6, 7)]
    halves = (stories[:2], stories[2:])
    edits = log(*(data.draw(story_changes(half)) for half in halves))
    there = apply_story_edits(stories, edits, MOMENTS)
    assert apply_story_edits(stories, edits[::-1], MOMENTS) == there
    one_by_one = stories
    for edit in edits[::-1]:
        one_by_one = apply_story_edits(one_by_one, [edit], MOMENTS)
    assert one_by_one == there


@given(st.data())
def test_whatever_clustering_makes_of_it_an_edit_stays(data: st.DataObject) -> None:
    stories, later = data.draw(partitions()), data.draw(partitions())
    change = data.draw(story_changes(stories))
    held = parted(apply_story_edits(later, log(change), MOMENTS))
    home_of = {article_id: name for name, ids in held.items() for article_id in ids}
    assert sorted(home_of) == sorted(ARTICLES)
    if isinstance(change, Merge):
        assert {home_of[a] for a in change.article_ids} == {change.stories[0].story_id}
    else:
        stayed = set(change.story.article_ids) - set(change.taken)
        assert {home_of[a] for a in change.taken} == {change.new_story_id}
        assert {home_of[a] for a in stayed} == {change.story.story_id}


def test_of_two_edits_of_one_article_the_later_wins() -> None:
    one, other = story("s-1", 0, 1), story("s-2", 2)
    merged = story("s-1", 0, 1, 2)
    split = Split(story=merged, taken=("a-1",))
    edits = log(Merge(stories=(one, other)), split)
    expected = {"s-1": ("a-0", "a-2"), split.new_story_id: ("a-1",)}
    assert parted(apply_story_edits([one, other], edits, MOMENTS)) == expected


def test_what_joined_a_merged_story_since_stays_with_the_larger_part() -> None:
    one, other = story("s-1", 0, 1), story("s-2", 2)
    (edit,) = log(Merge(stories=(one, other)))
    reverted = revert_story_edit([story("s-1", 0, 1, 2, 5)], edit, MOMENTS)
    assert parted(reverted) == {"s-1": ("a-0", "a-1", "a-5"), "s-2": ("a-2",)}


def test_what_joined_a_split_off_story_since_returns_with_it() -> None:
    whole = story("s-1", 0, 1)
    (edit,) = log(Split(story=whole, taken=("a-1",)))
    assert isinstance(edit.change, Split)
    now = [story("s-1", 0), story(edit.change.new_story_id, 1, 4, 5, first_seen=9)]
    assert revert_story_edit(now, edit, MOMENTS) == [story("s-1", 0, 1, 4, 5)]


def test_a_stray_article_does_not_bring_its_story_along() -> None:
    merged = log(Merge(stories=(story("s-1", 0), story("s-2", 1))))
    clustered = [story("s-1", 0), story("s-3", 1, 5, 6, 7)]
    placed = apply_story_edits(clustered, merged, MOMENTS)
    assert parted(placed) == {"s-1": ("a-0", "a-1"), "s-3": ("a-5", "a-6", "a-7")}


# --- the log -------------------------------------------------------------------------------------


def test_what_was_taken_back_is_not_in_force() -> None:
    first, second = log(*(Retitle(article_id="a-0", title=title) for title in "xy"))
    undo = Edit.make(3, NOW, Undo(edit_id=first.edit_id))
    assert in_force([first, second, undo]) == [second]


def test_an_edits_id_tells_its_content_its_place_and_its_time() -> None:
    change = Retitle(article_id="a-0", title="x")
    ids = {
        Edit.make(1, NOW, change).edit_id,
        Edit.make(2, NOW, change).edit_id,
        Edit.make(1, PUBLISHED, change).edit_id,
        Edit.make(1, NOW, Retitle(article_id="a-0", title="y")).edit_id,
    }
    assert len(ids) == 4
    assert Edit.make(1, NOW, change).edit_id in ids


def test_an_edit_is_on_the_stories_with_its_articles() -> None:
    edits = log(
        Split(story=story("s-1", 0, 1), taken=("a-1",)), Retitle(article_id="a-1", title="x")
    )
    assert edits_on(edits, ["a-0"]) == (edits[0],)
    assert edits_on(edits, ["a-1", "a-7"]) == tuple(edits)
    assert edits_on(edits, ["a-7"]) == ()


@pytest.mark.parametrize(
    ("change", "shown", "own"),
    [
        (Merge(stories=(story("s-1", 0), story("s-2", 1))), "2 stories joined", ""),
        (
            Split(story=story("s-1", 0, 1), taken=("a-1",)),
            "1 article taken out as another story",
            "",
        ),
        (Retitle(article_id="a-0", title="Mine"), "the headline is the reader's", "Mine"),
        (Retag(article_id="a-0", add=(CHIPS,), remove=("ai",)), "+#gpu-shortage -#ai", ""),
        (Withhold(article_id="a-0", claim_id="c", text="Said."), "a sentence withheld", "Said."),
    ],
)
def test_an_edit_is_told_in_one_line(change: Change, shown: str, own: str) -> None:
    (edit,) = log(change)
    told = told_edit(edit)
    assert (told.id, told.kind, told.detail) == (edit.edit_id, change.kind, shown)
    assert told.date == "2026-11-16"
    assert logged(edit) == (own or shown)


# --- headlines and tags --------------------------------------------------------------------------


def test_the_last_title_stands_and_the_sources_stays_cited() -> None:
    headline = make_brief(title="The source's").title
    edits = log(*(Retitle(article_id="a-0", title=title) for title in ("First", "Last")))
    edited = retitled(headline, edits)
    assert (edited.text, edited.edited) == ("Last", True)
    assert edited.citation.quote == "The source's"
    assert retitled(headline, log(Retag(article_id="a-0", remove=("x",)))) == headline


def test_tags_are_added_in_order_of_kind_and_taken_away() -> None:
    ai = Tag(slug="ai", name="AI", kind="topic")
    edits = log(
        Retag(article_id="a-0", add=(CHIPS,), remove=("ai",)),
        Retag(article_id="a-0", add=(ai,), remove=("nothing",)),
    )
    assert retagged([ai, CORVANE], edits[:1]) == (CHIPS, CORVANE)
    assert retagged([ai, CORVANE], edits) == (CHIPS, ai, CORVANE)
    assert retagged([CHIPS, CORVANE], edits[:1]) == (CHIPS, CORVANE)


# --- withheld sentences --------------------------------------------------------------------------


def withheld(text: str, *quotes: str) -> frozenset[str]:
    """Return the keys of one withheld sentence."""
    change = Withhold(article_id="a-0", claim_id="c-1", text=text, quotes=quotes)
    return withheld_sentences(log(change))


def test_a_withheld_sentence_is_struck_from_every_section() -> None:
    said = make_claim("Corvane pays  “forty” million.")
    brief = make_brief(
        hook=said,
        what_changed=[said, make_claim("Kept.")],
        why_it_matters=[said],
        actions=[make_action(said.text)],
        takeaways=[said],
        technical=[said],
        implications=[said],
        timeline=[make_entry("2026-07", said.text)],
    )
    struck = without_withheld(brief, withheld('corvane pays "forty" million.'))
    assert struck.hook is None
    assert [claim.text for claim in struck.tldr.what_changed.claims] == ["Kept."]
    assert struck.tldr.what_changed.reason is None
    for section in (
        struck.tldr.why_it_matters,
        struck.tldr.what_to_do_next,
        struck.insight.key_takeaways,
        struck.insight.technical,
        struck.insight.implications,
        struck.insight.timeline,
    ):
        assert (section.claims, section.reason) == ([], STRUCK)
    assert "forty" not in struck.model_dump_json()


def test_other_words_for_a_withheld_sentence_are_struck_too() -> None:
    source = "Corvane, which trains open models, pays forty million."
    shorter = make_claim("Corvane pays forty million.", basis="condensed").model_copy(
        update={"citations": [make_citation(source)]}
    )
    brief = make_brief(what_changed=[shorter, make_claim("Kept.")])
    assert without_withheld(brief, withheld("Forty million go to Brightmoor.", source)) != brief
    assert without_withheld(brief, withheld(source)) != brief
    assert without_withheld(brief, withheld("Something else.")) == brief
    assert without_withheld(brief, frozenset()) is brief


def test_a_row_with_a_withheld_value_goes_whole() -> None:
    one, two, three = (make_claim(text) for text in ("12 GB", "16 GB", "9 W"))
    rows = [
        ComparisonRow(attribute="memory", cells=[one, two]),
        ComparisonRow(attribute="power", cells=[three, {"not_stated": True}]),
    ]
    columns = [ComparisonColumn(entity=name) for name in ("A", "B")]
    brief = make_brief(comparison=Comparison(columns=columns, rows=rows))
    struck = without_withheld(brief, withheld("16 GB")).insight.comparison
    assert [row.attribute for row in struck.rows] == ["power"]
    assert struck.columns == columns
    emptied = without_withheld(brief, withheld("16 GB", "9 W")).insight.comparison
    assert (emptied.columns, emptied.rows, emptied.reason) == ([], [], STRUCK)


def test_a_disagreement_needs_two_sides() -> None:
    sides = [
        DisagreementSide(value=text, origin=f"a-{n}", claim=make_claim(text))
        for n, text in enumerate(("one", "two", "three"))
    ]
    brief = make_brief().model_copy(
        update={"disagreements": [Disagreement(attribute="rent", sides=sides)]}
    )
    (left,) = without_withheld(brief, withheld("one")).disagreements
    assert [side.value for side in left.sides] == ["two", "three"]
    assert without_withheld(brief, withheld("one", "two")).disagreements == []


def test_given_dates_stand_side_by_side_or_not_at_all() -> None:
    dates = [
        DateGiven(
            **make_claim(text).model_dump(),
            date="2026-07-01",
            precision="day",
            verb=text,
            origin="a-1",
        )
        for text in ("announced", "signed", "in effect")
    ]
    brief = make_brief().model_copy(update={"dates_given": dates})
    assert without_withheld(brief, withheld("announced")).dates_given == dates[1:]
    assert without_withheld(brief, withheld("announced", "signed")).dates_given == []


def test_a_correction_does_not_say_it_again() -> None:
    edits = log(Withhold(article_id="a-0", claim_id="c-1", text="Rent is thirty million."))
    correction = Correction(
        story_id="s-1",
        claim_id="c-1",
        was="Rent is  thirty million.",
        now="Rent is forty million.",
        citations=[],
        date="2026-11-16",
    )
    assert repeats_withheld(correction, edits)
    assert not repeats_withheld(correction.model_copy(update={"was": "Other."}), edits)


def test_what_a_claim_overtakes_is_not_said_either() -> None:
    before = Earlier(text="Rent is thirty million.", citations=[make_citation("x")])
    claim = make_claim("Rent is forty million.").model_copy(update={"previously": before})
    struck = without_withheld(make_brief(what_changed=[claim]), withheld(before.text))
    assert struck.tldr.what_changed.claims == [claim.model_copy(update={"previously": None})]

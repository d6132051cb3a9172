from __future__ import annotations

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import ArticleRevision
from pipeline.stories.dedupe import independent_origins, origins
from tests.fakes import PUBLISHED, make_article_revision
from tests.stories.builders import HARVEST, HOUR, LEASE

PARAGRAPHS = (
    "The Baltic Grid Council has agreed on rules for data centres that want more than 20 "
    "megawatts, the agency Meridian Wire reports from Riga.",
    "Operators must be able to cut their load by half within ten minutes when the council's "
    "control room asks for it, and are paid 14 euros a megawatt hour in return.",
    "Lithuania had asked for a longer notice, because two large sites near Kaunas draw on one "
    "substation, but withdrew its amendment on Wednesday evening.",
    "The rules bind new connections from March and existing ones two years later, the council "
    "said after a vote that only Estonia's delegate left early.",
)
WIRE = "\n".join(PARAGRAPHS)
REPRINT = "\n".join(
    ["RIGA (Meridian Wire).", *(PARAGRAPHS[n] for n in (0, 1, 3)), "Photo: Baltic Grid Council"]
).replace("14 euros", "€14")
"""The wire report with a dateline, a caption and a sum put otherwise, and one paragraph cut."""


def article(article_id: str, text: str, published: datetime = PUBLISHED) -> ArticleRevision:
    return make_article_revision(text, article_id=article_id, published=published)


def test_a_reprint_with_edits_and_a_cut_shares_the_origin_of_the_earliest() -> None:
    found = origins([article("a-1", REPRINT, PUBLISHED + HOUR), article("a-2", WIRE)])
    assert found == {"a-2": "a-2", "a-1": "a-2"}


def test_the_earliest_is_the_origin_even_where_it_is_the_shorter_one() -> None:
    found = origins([article("a-1", WIRE, PUBLISHED + HOUR), article("a-2", REPRINT)])
    assert found == {"a-2": "a-2", "a-1": "a-2"}


def test_two_reports_on_one_event_are_independent() -> None:
    reports = [article(f"a-{n}", text) for n, (_, text) in enumerate(LEASE)]
    assert origins(reports) == {"a-0": "a-0", "a-1": "a-1", "a-2": "a-2"}


def test_of_copies_at_one_moment_the_first_id_is_the_origin() -> None:
    assert origins([article("a-2", WIRE), article("a-1", WIRE)]) == {"a-1": "a-1", "a-2": "a-1"}


def test_a_reprint_of_a_reprint_has_the_first_origin() -> None:
    again = REPRINT.replace("Photo: Baltic Grid Council", "More in tomorrow's paper.")
    found = origins(
        [
            article("a-1", WIRE),
            article("a-2", REPRINT, PUBLISHED + HOUR),
            article("a-3", again, PUBLISHED + 2 * HOUR),
        ]
    )
    assert set(found.values()) == {"a-1"}


def test_texts_too_short_to_compare_are_their_own_origin() -> None:
    found = origins([article("a-1", ""), article("a-2", ""), article("a-3", "Out now."),
                     article("a-4", "Out now.")])  # fmt: skip
    assert found == {name: name for name in ("a-1", "a-2", "a-3", "a-4")}


def test_spelling_of_quotes_and_case_makes_no_new_text() -> None:
    plain = "“Rules,” the council’s chair said, “bind everyone from March, whatever they signed.”"
    typed = plain.translate(str.maketrans("“”’", '""\'')).upper()
    found = origins([article("a-1", plain), article("a-2", typed, PUBLISHED + HOUR)])
    assert found == {"a-1": "a-1", "a-2": "a-1"}


def test_the_independent_origins_of_some_articles_are_distinct_and_sorted() -> None:
    origin_of = {"a-1": "a-9", "a-2": "a-2", "a-3": "a-9", "a-4": "a-4"}
    assert independent_origins(["a-3", "a-1", "a-2"], origin_of) == ["a-2", "a-9"]


CROWD = [
    article("a-wire", WIRE),
    article("a-reprint", REPRINT, PUBLISHED + HOUR),
    article("a-same", WIRE),
    *(article(f"a-lease-{n}", text) for n, (_, text) in enumerate(LEASE)),
    article("a-harvest", HARVEST[1]),
    article("a-empty", ""),
]


@settings(max_examples=30)
@given(st.permutations(CROWD))
def test_the_order_of_the_articles_makes_no_difference(shuffled: list[ArticleRevision]) -> None:
    assert origins(shuffled) == origins(CROWD)


@settings(max_examples=30)
@given(st.permutations(CROWD))
def test_an_origin_is_an_article_here_that_is_its_own_and_no_later(
    shuffled: list[ArticleRevision],
) -> None:
    moments = {each.article.article_id: each.article.moment for each in CROWD}
    found = origins(shuffled)
    for article_id, origin in found.items():
        assert found[origin] == origin
        assert moments[origin] <= moments[article_id]

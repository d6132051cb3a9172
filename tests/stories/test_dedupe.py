from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.reprints import MARKET, MATCH, NAMES, Report
from evals.rows import read_corpus
from pipeline.ingest.extract import extract_article
from pipeline.records import ArticleRevision
from pipeline.stories.dedupe import independent_origins, origins, reprint_groups
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


LOCKS = (
    "Vandelore will replace all forty canal locks between Skarvik and the coast by 2031, the water "
    "board decided on Monday, because the oak gates let through more water than the pumps return.",
    "The first six go in spring. Each takes eleven weeks, and barges are sent around by way of the "
    "Hollowmere cut, which adds two days to a journey and needs a pilot after dark.",
    "Shippers had asked for night work so that two locks could be closed at a time. The board "
    "refused it on the advice of its engineers, who fear for the old quay walls.",
    "Money comes from a toll of three euros a tonne that the region has collected since last year, "
    "and from a loan which the harbour of Norrvik guarantees in return for a seat on the board.",
)
SEEDS = (
    "A vault for seed potatoes opens next week in a former slate mine above Kestrelby, where the "
    "air keeps four degrees without any machine and the damp does not change through the year.",
    "Growers pay by the crate and may take back a third of what they stored before the frost ends; "
    "the rest stays as a reserve against blight, which took half of the harvest two summers ago.",
)
QUOTE = (
    "“We have looked at every wall from here to the coast, we have put our hands into the cracks, "
    "and I can tell the shippers that none of us would sleep with two locks open in one night,” "
)


def article(
    article_id: str,
    text: str,
    published: datetime = PUBLISHED,
    *,
    source: str = "",
    title: str = "",
    declared: str | None = None,
) -> ArticleRevision:
    """Return an article; each is by a publisher of its own unless the test names one."""
    return make_article_revision(
        text,
        title=title,
        article_id=article_id,
        published=published,
        source=source or f"Paper {article_id}",
        declared_canonical=declared,
    )


def prose(seed: str, count: int) -> str:
    """Return so many invented words that no other seed gives in this order."""
    rng = random.Random(seed)
    syllables = ("ka", "lo", "mi", "ru", "ten", "vo", "sha", "bri", "del", "un")
    return " ".join("".join(rng.choices(syllables, k=3)) for _ in range(count)) + "."


def together(*articles: ArticleRevision) -> list[tuple[str, ...]]:
    return reprint_groups(articles)


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


def test_a_report_cut_to_its_first_paragraph_inside_a_long_article_is_found() -> None:
    long = "\n".join([*LOCKS, *(prose(f"own {n}", 60) for n in range(12))])
    assert together(article("a-1", long), article("a-2", LOCKS[0])) == [("a-1", "a-2")]


def test_two_prints_cut_differently_are_one_without_the_original() -> None:
    head, rest = "\n".join(LOCKS[:3]), "\n".join([LOCKS[0], *LOCKS[2:]])
    assert together(article("a-1", head), article("a-2", rest)) == [("a-1", "a-2")]


def test_versions_end_where_nothing_is_left_of_the_first() -> None:
    parts = [prose(f"part {n}", 80) for n in range(4)]
    versions = [
        article(f"a-{n}", "\n".join(parts[n : n + 2]), PUBLISHED + n * HOUR) for n in range(3)
    ]
    assert together(*versions[:2]) == [("a-0", "a-1")]
    assert together(*versions[1:]) == [("a-1", "a-2")]
    assert together(*versions) == [("a-0", "a-1")]


def test_a_collection_of_two_reports_makes_them_no_reprints_of_each_other() -> None:
    both = "\n".join([*LOCKS, *SEEDS])
    found = together(
        article("a-1", "\n".join(LOCKS)),
        article("a-2", "\n".join(SEEDS)),
        article("a-3", both, PUBLISHED + HOUR),
    )
    assert found == [("a-1", "a-3")]


def test_a_round_up_with_a_paragraph_of_each_is_no_reprint() -> None:
    reports = [[prose(f"{n} {part}", 45) for part in range(6)] for n in range(8)]
    round_up = "\n".join(report[n % 6] for n, report in enumerate(reports))
    articles = [article(f"a-{n}", "\n".join(report)) for n, report in enumerate(reports)]
    assert together(*articles, article("a-up", round_up)) == []


@pytest.mark.parametrize("marks", ["“”", '""', "«»", "„“"])
def test_a_quotation_that_both_carry_is_no_reprint(marks: str) -> None:
    said = QUOTE.translate(str.maketrans("“”", marks))
    one = f"{LOCKS[0]}\n{QUOTE}the engineer of the water board said."
    other = f"{said}said Ines Pellworth, who walked along the canal for a week.\n{SEEDS[0]}"
    assert together(article("a-1", one), article("a-2", other)) == []


def test_the_same_words_without_quotation_marks_are_one() -> None:
    said = QUOTE.strip("“” ").rstrip(",") + "."
    one, other = f"{said}\nThe engineers agree.", f"On Monday evening: {said}\n{prose('own', 20)}"
    assert together(article("a-1", one), article("a-2", other)) == [("a-1", "a-2")]


FOOTER = (
    "Valley Record is owned by its readers and has come out every Thursday since the flood. It "
    "takes no advertisements from gravel pits. Letters are read aloud on the last Sunday of each "
    "month in the old customs house, and the editors answer them there in front of everybody who "
    "cares to come. Members get the paper by boat and may vote on its price once a year in March."
)


def test_a_publishers_footer_is_no_shared_text() -> None:
    texts = [f"{prose(f'report {n}', 60)}\n{FOOTER}" for n in range(4)]
    articles = [article(f"a-{n}", text, source="Valley Record") for n, text in enumerate(texts)]
    scraped = article("a-x", f"{prose('another', 60)}\n{FOOTER}")
    assert together(*articles, scraped) == []
    print_ = article("a-y", texts[0].replace(FOOTER, prose("own", 20)))
    assert together(*articles, scraped, print_) == [("a-0", "a-y")]


def filled(template: str, seed: str) -> str:
    """Return a note with other names and numbers than any other seed's."""
    rng = random.Random(seed)
    names = iter(rng.sample(NAMES, 8))
    fields = ("name", "other", "city", "bank", "first", "second", "next")
    words = {field: next(names) for field in fields} | {"day": "Friday", "date": "March 3"}
    words |= {"moved": "rose", "gained": "fallen"}
    numbers = ("percent price volume year earnings value ratio low high score crowd minute n place "
               "points under").split()  # fmt: skip
    return template.format(**words, **{each: rng.randint(10, 10_000) for each in numbers})


@pytest.mark.parametrize("template", [MARKET, MATCH])
@pytest.mark.parametrize("sources", [("Ticker", "Ticker"), ("Ticker", "Gazette")])
def test_notes_from_one_template_are_no_reprints(template: str, sources: tuple[str, str]) -> None:
    one, other = filled(template, "a"), filled(template, "b")
    notes = [article("a-1", one, source=sources[0]), article("a-2", other, source=sources[1])]
    assert together(*notes) == []
    assert together(notes[0], article("a-3", f"{one} More soon.")) == [("a-1", "a-3")]


def test_announcements_of_one_publisher_share_more_than_a_reprint_needs() -> None:
    house = "\n".join([LOCKS[1], LOCKS[3]])
    one, other = f"{LOCKS[0]}\n{house}", f"{SEEDS[0]}\n{house}"
    assert together(article("a-1", one), article("a-2", other)) == [("a-1", "a-2")]
    assert (
        together(article("a-1", one, source="Board"), article("a-2", other, source="Board")) == []
    )


SLICE = "\n".join([LOCKS[2], prose("own words", 75)])
"""A quarter of the mean is shared with the whole report: too little without a credit."""


def test_a_credit_lowers_the_bound_and_alone_is_nothing() -> None:
    whole = article("a-1", "\n".join(LOCKS), source="Meridian Wire")
    plain = article("a-2", SLICE)
    credited = article("a-2", f"{SLICE}\nSource: Meridian Wire")
    unlike = article("a-3", f"{SEEDS[0]}\n{SEEDS[1]}\nSource: Meridian Wire")
    assert together(whole, plain) == []
    assert together(whole, credited, unlike) == [("a-1", "a-2")]


def test_the_credited_publisher_is_the_origin_even_if_its_text_came_later() -> None:
    text = "\n".join(LOCKS)
    early = article("a-1", f"{text}\nThis article was first published by The Canal Post.")
    post = article("a-2", text, PUBLISHED + HOUR, source="canalpost.example")
    assert set(origins([early, post]).values()) == {"a-2"}


def test_a_declared_link_makes_its_target_the_origin_whatever_the_words() -> None:
    stub = article("a-1", SEEDS[0], declared="https://example.org/a-2?utm_source=feed")
    target = article("a-2", "\n".join(LOCKS), PUBLISHED + HOUR)
    assert set(origins([stub, target, article("a-3", prose("x", 90))]).values()) == {"a-2", "a-3"}


def test_two_that_declare_one_page_elsewhere_share_an_origin() -> None:
    declared = "https://wire.example/locks"
    one = article("a-1", LOCKS[0], declared=declared)
    other = article("a-2", LOCKS[1], declared=declared)
    assert together(one, other) == [("a-1", "a-2")]


def test_a_publisher_that_declares_one_page_for_all_its_texts_is_not_heard() -> None:
    declared = "https://example.org/a-9"
    broken = [article(f"a-{n}", LOCKS[n], source="Gazette", declared=declared) for n in range(3)]
    assert together(*broken, article("a-9", SEEDS[0])) == []


def test_many_copies_and_near_copies_are_one_group() -> None:
    text = "\n".join(LOCKS)
    copies = [article(f"a-{n:04}", text, title=f"Locks {n}") for n in range(600)]
    near = [
        article(f"b-{n:04}", text.replace("eleven weeks", f"{n} weeks"), source="One")
        for n in range(60)
    ]
    assert len(set(origins([*copies, *near]).values())) == 1


def test_one_changed_number_in_a_text_without_others_makes_no_new_text() -> None:
    plain = f"{prose('essay', 60)}\nit took {{}} weeks and nobody minded\n{prose('end', 60)}"
    versions = [article(f"a-{n}", plain.format(n)) for n in range(2)]
    assert together(*versions) == [("a-0", "a-1")]


def test_a_notice_below_many_headlines_makes_no_reprints() -> None:
    notice = "This text is for members. Log in to read on, or write to us for a day's pass."
    assert (
        together(article("a-1", notice, title="Locks"), article("a-2", notice, title="Seeds")) == []
    )


def test_the_sample_week_has_one_reprint() -> None:
    root = Path(__file__).parents[2] / "data" / "sample"
    told = ("baltic", "corvane", "quayside")
    pages = [page for page in sorted(root.rglob("*.html")) if any(w in str(page) for w in told)]
    articles = [
        article(
            str(page.relative_to(root)),
            extract_article(page.read_bytes(), url=None).text,
            source=page.relative_to(root).parts[0],
        )
        for page in pages
    ]
    assert len(articles) > 6
    (group,) = together(*articles)
    assert ["baltic" in name for name in group] == [True, True]


def test_reports_of_different_outlets_on_one_event_are_no_reprints() -> None:
    path = Path(__file__).parents[3] / "shared/eval/clustering/basil.jsonl.gz"
    if not path.exists():
        pytest.skip("labelled data is no part of the project")
    rows = read_corpus(path, Report, limit=60).rows
    assert together(*(article(row.id, row.text, source=row.source) for row in rows)) == []


CROWD = [
    article("a-wire", WIRE),
    article("a-reprint", REPRINT, PUBLISHED + HOUR),
    article("a-same", WIRE),
    *(article(f"a-lease-{n}", text) for n, (_, text) in enumerate(LEASE)),
    article("a-harvest", HARVEST[1]),
    article("a-empty", ""),
    article("a-locks", "\n".join(LOCKS)),
    article("a-slice", f"{SLICE}\nSource: Paper a-locks"),
    article("a-both", "\n".join([*LOCKS, *SEEDS]), PUBLISHED + HOUR),
    article("a-seeds", "\n".join(SEEDS), declared="https://example.org/a-harvest"),
]


@settings(max_examples=12, deadline=None)
@given(st.permutations(CROWD))
def test_the_order_of_the_articles_makes_no_difference(shuffled: list[ArticleRevision]) -> None:
    assert origins(shuffled) == origins(CROWD)


@settings(max_examples=12, deadline=None)
@given(st.permutations(CROWD))
def test_an_origin_is_an_article_here_and_its_own(shuffled: list[ArticleRevision]) -> None:
    found = origins(shuffled)
    assert set(found) == {each.article.article_id for each in CROWD}
    assert all(found[origin] == origin for origin in found.values())

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.schema import Tag, TagKind
from pipeline.stories.profile import profile
from pipeline.stories.tags import (
    EMPTY_ARCHIVE,
    KnownName,
    NameBook,
    TagArchive,
    name_book,
    name_tags,
)
from pipeline.stories.tags.names import MAX_NAMES
from tests.fakes import make_analysis, make_article_revision
from tests.stories.builders import ENCODER

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Texts = Sequence[tuple[str, str]]


def book_of(
    texts: Texts, archive: TagArchive = EMPTY_ARCHIVE, known: Sequence[KnownName] = ()
) -> NameBook:
    """Return what the names in articles a-0, a-1, … stand for, each given as title and text."""
    articles = [
        make_article_revision(text, title=title, article_id=f"a-{n}")
        for n, (title, text) in enumerate(texts)
    ]
    profiles = [profile(each, make_analysis(each, ENCODER)) for each in articles]
    return name_book(articles, profiles, archive, known)


def tags_of(
    *texts: tuple[str, str], archive: TagArchive = EMPTY_ARCHIVE, known: Sequence[KnownName] = ()
) -> list[Tag]:
    """Return the name tags of one story."""
    book = book_of(texts, archive, known)
    return name_tags([f"a-{n}" for n in range(len(texts))], book)


def slugs(*texts: tuple[str, str], kind: TagKind) -> list[str]:
    return [tag.slug for tag in tags_of(*texts) if tag.kind == kind]


def archive_of(*tags: Tag) -> TagArchive:
    return TagArchive({tag.name.lower(): tag for tag in tags}, {tag.slug: 3 for tag in tags})


BOARDS = (
    "Brightmoor Data fits VX-9 boards",
    "The hall of Brightmoor Data is full: it fits VX-9 boards from Tarnhelm Networks.\n"
    "A VX-9 board of Brightmoor Data draws little power.",
)


def test_names_with_digits_are_products_and_others_organisations() -> None:
    assert slugs(BOARDS, kind="product") == ["vx-9"]
    assert slugs(BOARDS, kind="org") == ["brightmoor-data"]


def test_a_vulnerability_is_a_product() -> None:
    text = "The proxy of Quayside has a hole, CVE-2026-90417, that is closed now."
    assert "cve-2026-90417" in slugs(("Quayside closes CVE-2026-90417", text), kind="product")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Rotterdam", "In Rotterdam the port grows. The mayor of Rotterdam is glad."),
        ("Orla Quill", "The author Orla Quill has left. Orla Quill, 45, will write."),
        ("Finnish", "A Finnish firm grows. The Finnish firm is glad."),
        ("the MMLU benchmark", "A model leads on MMLU. The MMLU benchmark is old."),
        ("the Harbour Act", "The Harbour Act is new. Under the Harbour Act all pay."),
        ("Section 230", "Under Section 230 none pay. The old Section 230 is dead."),
        ("Thursday", "It rains on Thursday. What a Thursday it is."),
        ("Skarvik Island", "A hall on Skarvik Island is full. To Skarvik Island it is far."),
    ],
)
def test_places_persons_peoples_tests_and_laws_are_no_tags(name: str, text: str) -> None:
    assert tags_of((f"The trouble with {name}", text)) == []


def test_a_name_without_clear_signs_of_its_kind_is_no_tag() -> None:
    assert tags_of(("A look at Velandra", "We look at Velandra here. So much for Velandra.")) == []


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("It was told by Velandra, a maker of lamps.", "org"),
        ("Then shares of Velandra fell.", "org"),
        ("Later Velandra said it will cut jobs.", "org"),
        ("Many users of Velandra must wait.", "product"),
        ("Do run Velandra 3.2 at home.", "product"),
        ("There is Velandra, a browser for phones.", "product"),
    ],
)
def test_the_words_around_a_name_show_its_kind(sentence: str, kind: str) -> None:
    (tag,) = tags_of(("A look at Velandra", f"We look at Velandra here. {sentence}"))
    assert (tag.slug, tag.kind) == ("velandra", kind)


def test_the_kind_is_read_in_all_articles_of_the_week() -> None:
    story = ("A look at Velandra", "We look at Velandra here. So much for Velandra.")
    other = ("Lamps", "It was told by Velandra, a maker of lamps. So much for Velandra.")
    assert name_tags(["a-0"], book_of([story])) == []
    assert [tag.kind for tag in name_tags(["a-0"], book_of([story, other]))] == ["org"]


def test_a_lone_word_that_the_story_writes_in_lower_case_is_no_name() -> None:
    text = "It is a job for Lumen, a maker of lamps. By Lumen, they say, {}."
    assert slugs(("The light of Lumen", text.format("all is lit")), kind="org") == ["lumen"]
    assert slugs(("The light of Lumen", text.format("a lumen is lit")), kind="org") == []


def test_a_surname_is_no_organisation() -> None:
    text = (
        "The maker Brightmoor has named Orla Quill. At Brightmoor, Quill will run the mills. "
        "The maker Brightmoor is glad, and Quill unveiled plans. Now Quill launched two mills."
    )
    assert slugs(("Quill takes over at Brightmoor", text), kind="org") == ["brightmoor"]


def test_what_only_the_body_names_counts_in_the_lead_and_again() -> None:
    twice = "It is run by Velandra Labs in Lyon. By then Velandra Labs had paid."
    assert slugs(("A lamp", twice), kind="org") == ["velandra-labs"]
    assert slugs(("A lamp", "It is run by Velandra Labs in Lyon."), kind="org") == []


def test_of_several_articles_two_must_name_it_in_their_leads() -> None:
    named = "It is run by Velandra Labs in Lyon."
    assert slugs(("A lamp", named), ("Light", named), kind="org") == ["velandra-labs"]
    assert slugs(("A lamp", named), ("Light", "It is bright."), kind="org") == []


def test_a_publisher_counts_in_a_title_only() -> None:
    quoted = "As Meridian Wire has it, it is bright. So Meridian Wire was told."
    assert slugs(("A lamp", quoted), ("Light", quoted), kind="org") == []
    assert slugs(("Meridian Wire is sold", quoted), kind="org") == ["meridian-wire"]


@pytest.mark.parametrize(
    ("short", "full", "noun", "slug"),
    [
        ("GB300", "Nvidia GB300", "board", "gb300"),
        ("Brightmoor", "Brightmoor Data", "operator", "brightmoor-data"),
        ("Microsoft", "Microsoft Corp", "maker", "microsoft-corp"),
        ("Quayside", "Quayside 2.7.4", "server", "quayside"),
    ],
)
def test_forms_of_one_name_are_one_tag(short: str, full: str, noun: str, slug: str) -> None:
    text = (
        f"We have {full} here, and {short} there. The {noun} {full} is new to the town. "
        f"At night {short} sleeps."
    )
    known = [tag.slug for tag in tags_of((f"A look at {full} and {short}", text))]
    assert [each for each in known if each in (slug, short.lower())] == [slug]


def test_an_abbreviation_in_brackets_is_the_name() -> None:
    text = "It is by Farol Web Systems (FWS). The maker FWS is glad. By FWS it is sold."
    assert slugs(("FWS grows", text), kind="org") == ["farol-web-systems"]


def test_two_companies_that_begin_alike_stay_apart() -> None:
    text = "There is Apollon Robotics in Bonn. There is Apollon Networks in Graz. So says Apollon."
    found = slugs(("Apollon Robotics sues Apollon Networks", text), kind="org")
    assert found == ["apollon-networks", "apollon-robotics"]


def test_a_thing_keeps_the_tag_of_earlier_digests() -> None:
    lamp = Tag(slug="lantern-lamp", name="Lantern", kind="product")
    text = "It was told by Lantern, a maker of lamps. So much for Lantern."
    assert slugs(("The Lantern", text), kind="org") == ["lantern"]
    assert tags_of(("The Lantern", text), archive=archive_of(lamp)) == [lamp]


def test_the_short_name_of_an_organisation_finds_its_earlier_tag() -> None:
    full = Tag(slug="dunmarrow-semiconductor", name="Dunmarrow Semiconductor", kind="org")
    text = "It was told by Dunmarrow, a maker of chips. So much for Dunmarrow."
    assert tags_of(("Dunmarrow waits", text), archive=archive_of(full)) == [full]


def test_the_taxonomys_names_go_before_all_others() -> None:
    fws = Tag(slug="fws", name="FWS", kind="org")
    known = [KnownName(fws, ("Farol Web Systems",))]
    text = "It is by Farol Web Systems in Faro. So Farol Web Systems grows."
    assert tags_of(("Farol Web Systems grows", text), known=known) == [fws]
    old = archive_of(Tag(slug="farol-web-systems", name="Farol Web Systems", kind="org"))
    assert tags_of(("Farol Web Systems grows", text), known=known, archive=old) == [fws]


WORDS = st.sampled_from(
    "Velandra Corvane Labs GB300 C++ Lantern the a maker of lamps runs on . , (VL) 2.7.4 Zürich É &"
    " Orla Quill said it will cut -- ✓ #tag".split()
)
TEXTS = st.lists(
    st.tuples(
        st.lists(WORDS, max_size=6).map(" ".join), st.lists(WORDS, max_size=25).map(" ".join)
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_whatever_the_text_slugs_are_kebab_case_unique_and_few(
    texts: list[tuple[str, str]],
) -> None:
    tags = tags_of(*texts)
    assert all(KEBAB.fullmatch(tag.slug) for tag in tags)
    assert len({tag.slug for tag in tags}) == len(tags)
    assert all(sum(tag.kind == kind for tag in tags) <= MAX_NAMES for kind in ("product", "org"))


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_the_order_of_the_articles_makes_no_difference(texts: list[tuple[str, str]]) -> None:
    forwards = {tuple(sorted(book_of(texts).tags.items()))}
    backwards = {tuple(sorted(book_of(texts[::-1]).tags.items()))}
    assert forwards == backwards
